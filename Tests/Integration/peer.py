"""Connections over which any bytes go, whether the service likes them or not."""

import json
import re
import socket
import struct

from process import DEADLINE

CONTINUATION, TEXT, BINARY, RESERVED, CLOSE, PING, PONG = 0, 1, 2, 3, 8, 9, 10

SOCKET = [
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
]


def frame(payload=b"", opcode=TEXT, final=True):
    """A client's frame, masked with zeros."""
    size = len(payload)
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 65_536:
        length = bytes([0x80 | 126]) + size.to_bytes(2, "big")
    else:
        length = bytes([0x80 | 127]) + size.to_bytes(8, "big")
    return bytes([(0x80 if final else 0) | opcode]) + length + bytes(4) + payload


def first_frame(data, at=0):
    """The server's frame that begins at `at`: opcode, payload and where it ends; None where it is not whole."""
    if len(data) < at + 2:
        return None
    size, start = data[at + 1] & 127, at + 2
    if size > 125:
        start += 2 if size == 126 else 8
        size = int.from_bytes(data[at + 2 : start], "big")
    return (data[at] & 15, data[start : start + size], start + size) if len(data) >= start + size else None


def statuses(answer):
    """The statuses of the HTTP answers in a row; bodies here hold no status line."""
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]


class Peer:
    """A connection that sends any bytes it likes, and reads when it likes."""

    def __init__(self, server, source=None, narrow=False):
        self.server = server
        self.socket = socket.socket()
        if narrow:
            # Small segments and a small window: what is not read soon waits in the server, not in the kernel.
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        if source:
            self.socket.bind((source, 0))
        self.socket.settimeout(DEADLINE)
        self.socket.connect(("127.0.0.1", server.port))
        self.read = b""

    # Out

    def send(self, data):
        """Sends as much as the server takes; returns whether it took all."""
        try:
            self.socket.sendall(data)
            return True
        except (ConnectionError, TimeoutError):
            return False

    def send_frame(self, payload=b"", opcode=TEXT, final=True):
        self.socket.sendall(frame(payload, opcode, final))

    def head(self, line, *fields):
        """A request's head without a body; the Host field is right."""
        host = f"Host: 127.0.0.1:{self.server.port}"
        return "\r\n".join([f"{line} HTTP/1.1", host, *fields, "", ""]).encode("latin-1")

    def ask(self, *parts):
        """Sends the parts, and all that comes until the end of the stream or before it breaks."""
        for part in parts:
            if not self.send(part):
                break
        return self.to_end()

    def open_socket(self, *fields, token=None):
        """Asks for a socket; the status of the answer, whose head is kept in `answer`."""
        fields = [*SOCKET, *fields] + ([f"Authorization: Bearer {token}"] if token else [])
        self.socket.sendall(self.head("GET /v1/socket", *fields))
        # Byte by byte: who reads nothing behind the answer leaves all of it in the kernel.
        self.answer = self.until(b"\r\n\r\n", piece=1).decode()
        return int(self.answer.split()[1])

    def upgrade(self, user):
        """Opens a session; nothing is read beyond the answer to the handshake."""
        assert self.open_socket(token=self.server.token(user)) == 101
        return self

    def sign_in(self, user):
        """Opens a session that is ready."""
        self.upgrade(user)
        assert self.event()["type"] == "session:ready"
        return self

    # In

    def to_end(self):
        """What comes until the stream ends; a server that keeps it open fails the test."""
        try:
            while part := self.socket.recv(65_536):
                self.read += part
        except ConnectionError:
            pass
        finally:
            self.socket.close()
        return self.read

    def until(self, wanted, piece=65_536):
        while wanted not in self.read:
            part = self.socket.recv(piece)
            assert part, f"ended after {self.read[-200:]}"
            self.read += part
        before, _, self.read = self.read.partition(wanted)
        return before

    def frame(self):
        """The next frame's opcode and payload; None at the end of the stream."""
        try:
            while (taken := self.kept_frame()) is None:
                part = self.socket.recv(65_536)
                if not part:
                    return None
                self.read += part
        except ConnectionError:
            return None
        return taken

    def kept_frame(self):
        """The first frame of what was read and not taken yet; None where it is not whole."""
        if (found := first_frame(self.read)) is None:
            return None
        opcode, payload, end = found
        self.read = self.read[end:]
        return opcode, payload

    def event(self):
        """The next text frame's object."""
        while (answer := self.frame()) is not None:
            if answer[0] == TEXT:
                return json.loads(answer[1])
            assert answer[0] != CLOSE, f"closed by {answer[1]}"
        raise AssertionError("the stream ended")

    def close_frame(self):
        """Reads up to the close frame: its code and reason; None where the stream ends without one."""
        while (answer := self.frame()) is not None:
            if answer[0] == CLOSE:
                return int.from_bytes(answer[1][:2], "big"), answer[1][2:].decode()
        return None

    # The end

    def reset(self):
        """Ends as a line does that is cut: without a goodbye."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    # What the kernel knows

    def _rows(self):
        """The server's end of this connection, then the client's."""
        own = self.socket.getsockname()[1] if self.socket.fileno() >= 0 else None
        ends = (f":{self.server.port:04X}", f":{own or 0:04X}")
        with open("/proc/net/tcp") as table:
            rows = [line.split() for line in table]
        for local, remote in (ends, ends[::-1]):
            yield next((row for row in rows if row[1].endswith(local) and row[2].endswith(remote)), None)

    def in_kernel(self):
        """Bytes on the way to this peer that neither process holds."""
        ours, theirs = self._rows()
        return int(ours[4].split(":")[0], 16) + int(theirs[4].split(":")[1], 16)

    def descriptor(self):
        """The server's end as its list of descriptors names it; None where the process holds it no more."""
        ours, _ = self._rows()
        return f"socket:[{ours[9]}]" if ours and ours[9] != "0" else None
