"""A service of Socket.IO in place of the real one, for what that one says only when much goes wrong."""

import json


class SocketIOStub:
    """Takes the page's connections, signs each in, and answers every acknowledgement with nothing found."""

    def __init__(self, page):
        self.socket = None
        # What the next CONNECT is answered with instead of a welcome.
        self.answer = None
        # For the next connection: milliseconds between pings, of which it sends none, and to wait for an answer.
        self.heartbeat = None
        page.route_web_socket("**/socket.io/**", self._take)

    def send(self, packet):
        """Sends a packet on the newest connection."""
        self.socket.send(packet)

    def _take(self, socket):
        self.socket = socket
        # What an older connection said last must not be answered on this one.
        socket.on_message(lambda packet: self._receive(socket, packet))
        interval, timeout = self.heartbeat or (25_000, 20_000)
        self.heartbeat = None
        opening = {"sid": "secret", "upgrades": [], "pingInterval": interval, "pingTimeout": timeout}
        socket.send("0" + json.dumps(opening | {"maxPayload": 1_000_000}))

    def _receive(self, socket, packet):
        if socket is not self.socket:
            return
        if packet.startswith("40"):
            if self.answer:
                answer, self.answer = self.answer, None
                return socket.send(answer)
            socket.send('40{"sid":"c"}')
            socket.send('42["session:ready",{"id":"r","type":"session:ready","data":{"sessionId":"c"}}]')
        elif packet.startswith("42") and packet[2] != "[":
            number = packet[2 : packet.index("[")]
            socket.send(f'43{number}[{{"success":true,"conversations":[]}}]')
