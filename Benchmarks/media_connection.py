"""One signed-in connection of the load client for media packets, by either wire."""

import json
import socket
import struct
import time

ROOM = "bench-media"


class Connection:
    """By plain frames. Packets are counted, with how long they took, and texts are kept until they are taken."""

    def __init__(self, port: int, token: str, receive_buffer: int | None = None) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(30)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data, self.packets, self.texts = b"", 0, []
        # Milliseconds from each packet's making to its arrival.
        self.arrivals: list[float] = []
        self._open(port, token)
        self.user = self.wait("session:ready")["data"]["userId"]

    def _open(self, port: int, token: str) -> None:
        self._upgrade(port, "/v1/socket", f"Authorization: Bearer {token}")

    def _upgrade(self, port: int, path: str, *more: str) -> None:
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", *more, "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        while b"\r\n\r\n" not in self.data:
            self.data += self.socket.recv(65_536)
        head, _, self.data = self.data.partition(b"\r\n\r\n")
        assert b" 101 " in head, head
        self._cut()

    def send(self, payload: bytes, opcode: int) -> None:
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else (
            b"\xfe" + struct.pack(">H", size) if size < 65_536 else b"\xff" + struct.pack(">Q", size))
        self.socket.sendall(bytes([0x80 | opcode]) + length + bytes(4) + payload)

    def ask(self, type: str, data: dict) -> None:
        """A request that must succeed."""
        frame = {"id": f"r{time.monotonic_ns()}", "type": type, "conversationId": ROOM, "data": data, "ack": True}
        self._ask(frame)
        while (ack := self.wait("ack")).get("replyTo") != frame["id"]:
            pass
        assert ack["data"]["success"], ack

    def _ask(self, frame: dict) -> None:
        self.send(json.dumps(frame).encode(), 1)

    def frame_of(self, text: bytes) -> dict:
        """The frame that a text carries; one without a type is none."""
        return json.loads(text)

    def take(self, type: str) -> list[dict]:
        """The frames of a type among those that have come; the others are dropped."""
        frames = [self.frame_of(text) for text in self.texts]
        self.texts.clear()
        return [frame for frame in frames if frame.get("type") == type]

    def wait(self, type: str) -> dict:
        while True:
            while self.texts:
                if (frame := self.frame_of(self.texts.pop(0))).get("type") == type:
                    return frame
            self.read()

    def read(self) -> None:
        part = self.socket.recv(1 << 18)
        assert part, "the service closed a connection"
        self.data += part
        self._cut()

    def _cut(self) -> None:
        data, at = self.data, 0
        while len(data) >= at + 2:
            size, start = data[at + 1], at + 2
            if size == 126:
                start = at + 4
                size = int.from_bytes(data[at + 2 : start], "big")
            elif size == 127:
                start = at + 10
                size = int.from_bytes(data[at + 2 : start], "big")
            if len(data) < start + size:
                break
            self._take(data[at] & 15, data[start : start + size])
            at = start + size
        self.data = data[at:]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == 9:
            self.send(payload, 10)
        elif opcode == 1:
            self.texts.append(payload)
        elif opcode == 2:
            self.packets += 1
            start = 16 + int.from_bytes(payload[4:8], "big")
            made = int.from_bytes(payload[start : start + 8], "big")
            self.arrivals.append((time.monotonic_ns() - made) / 1e6)


class SocketIOConnection(Connection):
    """By Socket.IO over WebSocket: what it needs of the protocol, and no more."""

    def _open(self, port: int, token: str) -> None:
        self._upgrade(port, "/socket.io/?EIO=4&transport=websocket")
        self.send(b"40" + json.dumps({"token": token}).encode(), 1)

    def _ask(self, frame: dict) -> None:
        self.send(b"42" + json.dumps([frame["type"], frame]).encode(), 1)

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == 1 and payload == b"2":  # Engine.IO's ping
            return self.send(b"3", 1)
        super()._take(opcode, payload)

    def frame_of(self, text: bytes) -> dict:
        # An event; what announces a packet, opens a connection or pings is none.
        return json.loads(text[2:])[1] if text.startswith(b"42[") else {}
