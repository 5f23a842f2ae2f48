"""permessage-deflate by hand: offers, compressed frames, and what of them crossed by the server's own count."""

import json
import zlib

from metrics_page import scrape
from peer import TEXT, Peer, frame
from process import wait_until

COMPRESSED = 0x40
OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
ANSWER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
TAIL = b"\x00\x00\xff\xff"
# Above the threshold, and below it.
LARGE, SMALL = "large " * 400, "small"


def deflate(data, bits=15, level=9):
    """One message's payload."""
    stream = zlib.compressobj(level, zlib.DEFLATED, -bits)
    return (stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)


def inflate(payload, bits=15):
    """What a message's payload says to who has a window of so many bits, and nothing from before."""
    return zlib.decompressobj(-bits).decompress(payload + TAIL)


def compressed(data, opcode=TEXT, final=True):
    """A client's frame with these bytes compressed."""
    return frame(deflate(data), opcode | COMPRESSED, final)


def extensions(peer, line="GET /v1/socket", *fields):
    """Asks for a WebSocket; what the answer says of extensions, and None where it says nothing."""
    peer.socket.sendall(peer.head(line, *fields))
    answer = peer.until(b"\r\n\r\n", piece=1).decode()
    assert answer.startswith("HTTP/1.1 101 "), answer
    named = [line.partition(": ")[2] for line in answer.split("\r\n") if line.lower().startswith("sec-websocket-ext")]
    assert len(named) <= 1, answer
    return named[0] if named else None


def sign_in(server, user, offer=OFFER):
    """A session that may compress, with nothing read beyond session:ready."""
    peer = Peer(server)
    assert peer.open_socket(offer, token=server.token(user)) == 101
    assert json.loads(raw_frame(peer)[2])["type"] == "session:ready"
    return peer


def raw_frame(peer, bits=15):
    """The next frame as it crossed: its first byte, its length, and its payload inflated where it is compressed."""
    while True:
        opening = peer.read[:1]
        taken = peer.kept_frame()
        if taken is not None:
            first, payload = opening[0], taken[1]
            return first, len(payload), inflate(payload, bits) if first & COMPRESSED else payload
        part = peer.socket.recv(65_536)
        assert part, "the stream ended"
        peer.read += part


class Crossed:
    """What has crossed compressed since this was made, by the server's count."""

    def __init__(self, server):
        self.server = server
        self.before = self._now()

    def _now(self):
        page = scrape(self.server.port)
        return {
            (way, form): page.value("caas_deflate_bytes_total", dir=way, form=form)
            for way in ("in", "out")
            for form in ("plain", "deflated")
        }

    def grown(self, way, form="plain"):
        return self._now()[way, form] - self.before[way, form]

    def wait_for(self, way, least):
        """Waits until so many bytes of texts crossed one way, and that they took fewer."""
        wait_until(lambda: self.grown(way) >= least, f"{least} bytes {way}, compressed", timeout=30)
        assert 0 < self.grown(way, "deflated") < self.grown(way)

