"""Uploads of files by chunks, as a client makes them: at most a window ahead of what it was told."""

import hashlib
import random

import pytest
from client import error_of
from cuttable_line import CuttableLine
from media import header, pack
from process import wait_until
from socketio_client import WEBSOCKET
from websockets.exceptions import ConnectionClosed

CHUNK = 65_536
WINDOW = 32
MEGABYTE = 1024 * 1024
WIRES = pytest.mark.parametrize("wire", ["plain", "socketio"])


@pytest.fixture
def enter(connect, socketio_connect):
    """Connects a user by one of the wires."""

    def enter(wire, user, **options):
        if wire == "plain":
            return connect(user, **options)
        return socketio_connect(user, transports=WEBSOCKET, **options)

    return enter


def content_of(size, seed=1):
    return random.Random(seed).randbytes(size)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def stored(server):
    """The names of the files that the service keeps."""
    return {file.name for file in (server.data / "files").iterdir()}


def nothing_left(server, *ids):
    """Waits until nothing of these files is on the disk."""
    wait_until(lambda: not stored(server) & set(ids), "nothing is left of the files")


class Lost(Exception):
    """The connection is gone."""


class Upload:
    """One file on its way, over whatever connections there are."""

    def __init__(self, content, conversation, chunk=CHUNK, name="a.bin", mime="application/octet-stream"):
        self.content, self.conversation, self.chunk = content, conversation, chunk
        self.name, self.mime = name, mime
        self.chunks = -(-len(content) // chunk)
        self.id = None
        # The chunk that is sent next, and the one that the service has asked for.
        self.sent = self.wanted = 0

    def begin(self, client, **data):
        fields = {"name": self.name, "mimeType": self.mime, "size": len(self.content), "chunkSize": self.chunk}
        ack = client.ok("file:begin", fields | data, self.conversation)
        assert (ack["nextIndex"], ack["window"]) == (0, WINDOW), ack
        self.id = ack["fileId"]
        return self

    def resume(self, client):
        """Asks where to go on; true where nothing is left to be sent."""
        ack = client.ok("file:resume", {"fileId": self.id})
        if ack.get("complete"):
            assert ack["attachmentId"]
            return True
        self.sent = self.wanted = ack["nextIndex"]
        return False

    def packet(self, index, **fields):
        part = self.content[index * self.chunk : (index + 1) * self.chunk]
        fields = {"mimeType": self.mime, "chunkIndex": index, "totalChunks": self.chunks, "fileId": self.id} | fields
        return pack(header(self.conversation, "file_chunk", **fields), part, sequence=index)

    def put(self, client, index, **fields):
        packet = self.packet(index, **fields)
        client.emit("binary", packet) if hasattr(client, "emit") else client.socket.send(packet)

    def send(self, client, until=None):
        """Sends up to the chunk `until`, or to the end; returns the data of `file:complete` then."""
        while True:
            while self.sent < min(self.chunks, self.wanted + WINDOW, self.chunks if until is None else until):
                self._lost_is_lost(lambda: self.put(client, self.sent))
                self.sent += 1
            if until is not None and self.sent >= until:
                return None
            frame = self._lost_is_lost(client.receive)
            if frame["type"] == ":disconnect":
                raise Lost
            assert frame["type"] != "error", error_of(frame)
            if frame["data"].get("fileId") != self.id:
                continue
            if frame["type"] == "file:progress":
                assert frame["data"]["nextIndex"] > self.wanted
                self.wanted = frame["data"]["nextIndex"]
            elif frame["type"] == "file:complete":
                return frame["data"]

    @staticmethod
    def _lost_is_lost(work):
        try:
            return work()
        except (ConnectionClosed, OSError) as gone:
            if isinstance(gone, TimeoutError):
                raise
            raise Lost from gone


class Lined:
    """A server behind a line that can be cut, for clients that ask a server for its address."""

    def __init__(self, server):
        self.server, self.line = server, CuttableLine(server.port)
        self.token = server.token
        self.url = self.line.url
        self.ws_url = self.url.replace("http://", "ws://") + "/v1/socket"

    def cut(self):
        self.line.cut()
        self.line.mend()


def refused_chunk(client, upload, index, **fields):
    """Sends a chunk that must be refused, and returns the error."""
    upload.put(client, index, **fields)
    error = error_of(client.next(lambda frame: frame["type"] in ("error", "ack"), "an error"))
    assert error["details"]["sequence"] == index
    client.ping()
    return error
