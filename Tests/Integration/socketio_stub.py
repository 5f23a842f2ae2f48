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
        self.socket.send(packet)

    def _take(self, socket):
        self.socket = socket
        socket.on_message(self._receive)
        interval, timeout = self.heartbeat or (25_000, 20_000)
        self.heartbeat = None
        opening = {"sid": "secret", "upgrades": [], "pingInterval": interval, "pingTimeout": timeout}
        socket.send("0" + json.dumps(opening | {"maxPayload": 1_000_000}))

    def _receive(self, packet):
        if packet.startswith("40"):
            if self.answer:
                answer, self.answer = self.answer, None
                return self.send(answer)
            self.send('40{"sid":"c"}')
            self.send('42["session:ready",{"id":"r","type":"session:ready","data":{"sessionId":"c"}}]')
        elif packet.startswith("42") and packet[2] != "[":
            number = packet[2 : packet.index("[")]
            self.send(f'43{number}[{{"success":true,"conversations":[]}}]')
