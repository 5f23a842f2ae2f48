"""Compressed bytes of strangers and members who mean no good: what they inflate to costs no more than the same bytes sent plain."""

import json
import zlib

import pytest
from attack import BASE, KIB, MEMBER, MIB, STRANGER, crowd
from deflating import COMPRESSED, OFFER, compressed, deflate, sign_in
from hostile_fixtures import innocents, own, watch  # noqa: F401
from peer import BINARY, CONTINUATION, PING, SOCKET, TEXT, Peer, frame
from process import unread, wait_until
from service import unique

MEMBERS, STRANGERS = 20, 100

# A text of so many letters, a thousandth of it on the wire.
BOMBS = {size: compressed(b'{"id":"bomb","type":"ping","filler":"' + b"a" * size) for size in (60 * KIB, 100 * KIB, MIB - KIB)}
UPGRADE = ("GET /v1/socket HTTP/1.1\r\nHost: 127.0.0.1\r\n" + "\r\n".join([*SOCKET, OFFER]) + "\r\n\r\n").encode()


ABOVE = compressed(b"a" * (16 * MIB))


def unended(size):
    """The first fragment of a message that does not get smaller, so long, and no more of it."""
    return frame(deflate(zlib.compress(bytes(range(256)) * 4)[:900] * (size // 900 + 1), level=0)[:size], TEXT | COMPRESSED, False)


def test_a_bomb_is_an_oversized_message(own, watch, innocents):  # noqa: F811
    with sign_in(own, unique("user")) as peer:
        for size in (100 * KIB, MIB - KIB):
            peer.socket.sendall(BOMBS[size])
            error = peer.event()
            assert error["type"] == "error" and error["replyTo"] == "bomb", error
            details = error["data"]["details"]
            assert details["reason"] == "too_large" and details["limit"] == 64 * KIB
            assert details["size"] == size + 37
        peer.socket.sendall(compressed(b'{"id":"after","type":"ping","ack":true}'))
        assert peer.event()["replyTo"] == "after"


def test_one_above_a_mebibyte_ends_the_connection(own, watch, innocents):  # noqa: F811
    with sign_in(own, unique("user")) as peer:
        peer.socket.sendall(ABOVE)
        assert peer.close_frame() == (1009, "message too big")


def test_members_that_send_bombs_without_end_cost_no_more_than_others(own, watch):  # noqa: F811
    with watch.unharmed(MEMBERS * MEMBER + BASE):
        peers = [sign_in(own, unique("member")) for _ in range(MEMBERS)]
        for peer in peers:
            peer.socket.sendall(BOMBS[MIB - KIB] * 20)
        for peer in peers:
            for _ in range(20):
                assert peer.event()["data"]["details"]["reason"] == "too_large"
            peer.socket.close()


def test_a_stranger_with_a_bomb_is_put_out(own, watch, innocents):  # noqa: F811
    with Peer(own) as peer:
        assert peer.open_socket(OFFER) == 101
        peer.socket.sendall(BOMBS[60 * KIB])
        error = peer.event()
        assert error["data"]["details"]["reason"] == "too_large" and error["data"]["details"]["limit"] == 16 * KIB
        assert peer.close_frame()[0] == 4401


WORST = {
    "half-of-a-message": UPGRADE + unended(16 * KIB),
    "half-of-a-bomb": UPGRADE + frame(deflate(b"a" * MIB)[:-2], TEXT | COMPRESSED, False),
    "half-of-an-oversize-message": UPGRADE + unended(300 * KIB),
    "fragments": UPGRADE + unended(64) + frame(b"", CONTINUATION, False) * 300,
    "blocks-of-nothing": UPGRADE
    + frame(b"\x00\x00\x00\xff\xff" * 3_000, BINARY | COMPRESSED, False)
    + frame(b"\x00\x00\x00\xff\xff" * 3_000, CONTINUATION, False) * 5,
}


@pytest.mark.parametrize("name", WORST)
def test_a_hundred_strangers_cost_64_kib_each(own, watch, name):  # noqa: F811
    with watch.unharmed(STRANGERS * STRANGER + BASE), crowd(own, STRANGERS) as peers:
        for each in peers:
            assert each.send(WORST[name]), "not all was taken"
        wait_until(lambda: unread(own) == 0, "all of it is read", timeout=60)


WRONG = {
    "no-deflate": b"\xff" * 40,
    "cut-off": deflate(json.dumps({"id": "x", "type": "ping", "filler": "f" * 500}).encode())[:-4],
    "a-reserved-block": b"\x07",
    "from-before-the-beginning": bytes.fromhex("f200110000"),
    "no-text": deflate(b"\xc3\x28" * 400),
    "half-a-character": deflate("é".encode()[:1]),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("pieces", [1, 2])
def test_what_cannot_be_read_closes_1007(server, name, pieces):
    with sign_in(server, unique("user")) as peer:
        payload = WRONG[name]
        cut = len(payload) // 2 if pieces == 2 else len(payload)
        peer.send_frame(payload[:cut], TEXT | COMPRESSED, pieces == 1)
        if pieces == 2:
            peer.send_frame(payload[cut:], CONTINUATION)
        assert peer.close_frame()[0] == 1007


@pytest.mark.parametrize(
    "frames",
    [
        [(b"", PING | COMPRESSED, True)],
        [(deflate(b"{}"), TEXT | COMPRESSED, False), (b"", CONTINUATION | COMPRESSED, True)],
        [(b"{", TEXT, False), (b"}", CONTINUATION | COMPRESSED, True)],
        [(deflate(b"{}"), TEXT | COMPRESSED | 0x20, True)],
        [(deflate(b"{}"), TEXT | 0x10, True)],
    ],
    ids=["ping", "continuation", "continuation-of-a-plain-one", "second-bit", "third-bit-alone"],
)
def test_a_reserved_bit_where_none_may_be_closes_1002(server, frames):
    with sign_in(server, unique("user")) as peer:
        for each in frames:
            peer.send_frame(*each)
        assert peer.close_frame() == (1002, "reserved bit set")


@pytest.mark.parametrize("query", [[], ["?compression=off"]], ids=["nothing-offered", "declined"])
def test_a_compressed_message_without_an_agreement_closes_1002(server, query):
    with Peer(server) as peer:
        fields = [OFFER] if query else []
        line = "GET /v1/socket" + "".join(query)
        token = f"Authorization: Bearer {server.token(unique('user'))}"
        peer.socket.sendall(peer.head(line, *SOCKET, *fields, token))
        assert " 101 " in peer.until(b"\r\n\r\n", piece=1).decode()
        peer.socket.sendall(compressed(b'{"id":"x","type":"ping"}'))
        assert peer.close_frame() == (1002, "reserved bit set")
