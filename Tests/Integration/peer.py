"""Peers that send any bytes, and a look at what they cost the server's process."""

import os
import select
import socket
import struct
import time
from urllib.parse import urlsplit

DEADLINE = 10
TEXT, RESERVED, CLOSE = 1, 3, 8


class Peer:
    """A socket that sends any bytes it likes, and reads when it likes."""

    def __init__(self, server, narrow=False):
        self.server = server
        self.socket = socket.socket()
        if narrow:
            # Small segments and a small window: what is not read soon waits in the server, not in the kernel.
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        self.socket.settimeout(DEADLINE)
        self.socket.connect(("127.0.0.1", server.port))
        self.host = urlsplit(server.url).netloc

    def request(self, line, *fields):
        head = "\r\n".join([line + " HTTP/1.1", f"Host: {self.host}", *fields, "", ""])
        return head.encode()

    def upgrade(self, user):
        """Opens a session; nothing is read beyond the answer to the handshake."""
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        fields = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", key]
        fields += [f"Authorization: Bearer {self.server.token(user)}"]
        self.socket.sendall(self.request("GET /v1/socket", *fields))
        answer = self.read_until(b"\r\n\r\n", piece=1)
        assert answer.startswith(b"HTTP/1.1 101 "), answer
        return self

    def send(self, opcode, payload=b""):
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + struct.pack(">H", size)
        self.socket.sendall(bytes([0x80 | opcode]) + length + bytes(4) + payload)

    def read_until(self, wanted, piece=65_536):
        answer = b""
        while wanted not in answer:
            part = self.socket.recv(piece)
            assert part, f"ended after {answer[-200:]}"
            answer += part
        return answer

    def read_to_end(self):
        """All that comes before the end of the stream, or before it breaks."""
        answer = b""
        try:
            while part := self.socket.recv(65_536):
                answer += part
        except ConnectionError:
            pass
        return answer

    def reset(self):
        """Ends as a line does that is cut: without a goodbye."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _rows(self):
        """What the kernel knows of this connection: the server's end, then the client's."""
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


class Process:
    """What the server's process uses."""

    def __init__(self, server):
        self.folder = f"/proc/{server.process.pid}"

    def memory(self):
        """Resident bytes."""
        with open(f"{self.folder}/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))

    def processor(self):
        """Seconds of processor time until now."""
        with open(f"{self.folder}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self):
        """How many are open."""
        return len(os.listdir(f"{self.folder}/fd"))

    def holds(self, descriptors):
        """Those of the sockets that are still open here."""
        held = set()
        for name in os.listdir(f"{self.folder}/fd"):
            try:
                held.add(os.readlink(f"{self.folder}/fd/{name}"))
            except FileNotFoundError:
                pass  # Closed since it was listed.
        return held & set(descriptors)


def wait_until(condition, what, timeout=DEADLINE):
    """Looks again and again; nothing else tells when the server has let go of a socket."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout} s: {what}"
        select.select([], [], [], 0.01)
