"""What every attack is held to: the process lives, stays small, and an innocent client is answered in time."""

import json
import re
import socket
import threading
import time
from contextlib import contextmanager

from client import Client
from peer import DEADLINE, Process
from service import unique

MB = 1_000_000
# The one bound on time: what an innocent client waits at most while an attack runs.
PATIENCE = 1.0


class Innocent:
    """A client that asks again and again, and remembers how long it waited."""

    def __init__(self, server):
        self.client = Client.connect(server, unique("innocent"))
        self.longest = 0
        self.answers = 0
        self.failure = None
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        try:
            while not self.done.is_set():
                began = time.monotonic()
                self.client.ping()
                self.longest = max(self.longest, time.monotonic() - began)
                self.answers += 1
                # Well below the rate of events that a connection has.
                self.done.wait(0.03)
        except Exception as failure:
            self.failure = failure

    def end(self):
        self.done.set()
        self.thread.join()
        self.client.close()
        if self.failure:
            raise AssertionError("an innocent client was cut") from self.failure


@contextmanager
def unharmed(server, memory=48 * MB):
    """Runs an attack on a server that nobody else uses: what it may cost the others, and in resident bytes."""
    process, innocent = Process(server), Innocent(server)
    before = process.memory()
    try:
        yield process
        grown = process.memory() - before
    finally:
        innocent.end()
    assert server.process.poll() is None, "the process ended"
    assert grown < memory, f"grew by {grown} bytes"
    assert innocent.answers and innocent.longest < PATIENCE, f"an innocent client waited {innocent.longest} s"


SOCKET = [
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
]


def frame(payload=b"", opcode=1, final=True):
    """A client's frame, masked with zeros."""
    size = len(payload)
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 65_536:
        length = bytes([0x80 | 126]) + size.to_bytes(2, "big")
    else:
        length = bytes([0x80 | 127]) + size.to_bytes(8, "big")
    return bytes([(0x80 if final else 0) | opcode]) + length + bytes(4) + payload


class Raw:
    """A connection over which any bytes go."""

    def __init__(self, server, host="127.0.0.1", source=None):
        self.server = server
        source = (source, 0) if source else None
        self.socket = socket.create_connection((host, server.port), timeout=DEADLINE, source_address=source)
        self.read = b""

    def send(self, data):
        """Sends as much as the server takes; returns whether it took all."""
        try:
            self.socket.sendall(data)
            return True
        except (ConnectionError, TimeoutError):
            return False

    def ask(self, *parts):
        """Sends the parts, and all that comes until the end of the stream or before it breaks."""
        for part in parts:
            if not self.send(part):
                break
        return self.to_end()

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

    def until(self, wanted):
        while wanted not in self.read:
            part = self.socket.recv(65_536)
            assert part, f"ended after {self.read[-200:]}"
            self.read += part
        before, _, self.read = self.read.partition(wanted)
        return before

    def head(self, line, *fields):
        """A request's head without a body; the Host field is right."""
        host = f"Host: 127.0.0.1:{self.server.port}"
        return "\r\n".join([f"{line} HTTP/1.1", host, *fields, "", ""]).encode("latin-1")

    def open_socket(self, *fields, token=None):
        """Asks for a socket; the status of the answer, whose head is kept in `answer`."""
        fields = [*SOCKET, *fields] + ([f"Authorization: Bearer {token}"] if token else [])
        self.socket.sendall(self.head("GET /v1/socket", *fields))
        self.answer = self.until(b"\r\n\r\n").decode()
        return int(self.answer.split()[1])

    def send_frame(self, payload, opcode=1, final=True):
        self.socket.sendall(frame(payload, opcode, final))

    def frame(self):
        """The next frame's opcode and payload; None at the end of the stream."""
        try:
            while len(self.read) < 2 or len(self.read) < sum(self._sizes()):
                part = self.socket.recv(65_536)
                if not part:
                    return None
                self.read += part
        except ConnectionError:
            return None
        head, size = self._sizes()
        opcode, payload = self.read[0] & 15, self.read[head : head + size]
        self.read = self.read[head + size :]
        return opcode, payload

    def _sizes(self):
        short = self.read[1] & 127
        if short < 126:
            return 2, short
        width = 2 if short == 126 else 8
        if len(self.read) < 2 + width:
            return 2 + width, 0
        return 2 + width, int.from_bytes(self.read[2 : 2 + width], "big")

    def event(self):
        """The next text frame's object."""
        while (answer := self.frame()) is not None:
            if answer[0] == 1:
                return json.loads(answer[1])
            assert answer[0] != 8, f"closed by {answer[1]}"
        raise AssertionError("the stream ended")

    def close_frame(self):
        """Reads up to the close frame: its code and reason; None where the stream ends without one."""
        while (answer := self.frame()) is not None:
            if answer[0] == 8:
                return int.from_bytes(answer[1][:2], "big"), answer[1][2:].decode()
        return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def statuses(answer):
    """The statuses of the HTTP answers in a row; bodies here hold no status line."""
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]
