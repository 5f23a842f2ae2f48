"""What the service agrees to of permessage-deflate on every WebSocket, and what it compresses then; R69, RFC 7692."""

import json
from contextlib import ExitStack, closing

import pytest
from client import Client
from deflating import ANSWER, COMPRESSED, LARGE, OFFER, SMALL, Crossed, compressed, extensions, raw_frame, sign_in
from peer import SOCKET, TEXT, Peer
from polling import Carrier
from process import wait_until
from service import unique

PATHS = ["/v1/socket", "/socket.io/?EIO=4&transport=websocket"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("offer", "answer"),
    [
        ("permessage-deflate", ANSWER),
        ("permessage-deflate; client_max_window_bits", ANSWER),
        ("permessage-deflate; client_max_window_bits=9", ANSWER),
        ("permessage-deflate; server_no_context_takeover; client_no_context_takeover", ANSWER),
        ("permessage-deflate; server_max_window_bits=9", ANSWER + "; server_max_window_bits=9"),
        ("permessage-deflate; server_max_window_bits=15", ANSWER + "; server_max_window_bits=15"),
        ("permessage-deflate; server_max_window_bits=8, permessage-deflate", ANSWER),
        ("x-other; a=1, permessage-deflate", ANSWER),
        ("permessage-deflate; server_max_window_bits=8", None),
        ("permessage-deflate; client_max_window_bits=16", None),
        ("permessage-deflate; unknown", None),
        ("permessage-deflate; server_no_context_takeover=1", None),
        ('permessage-deflate; "', None),
        ("x-other", None),
    ],
)
def test_an_offer_is_answered_and_never_fails_the_handshake(server, path, offer, answer):
    with Peer(server) as peer:
        assert extensions(peer, f"GET {path}", *SOCKET, f"Sec-WebSocket-Extensions: {offer}") == answer


@pytest.mark.parametrize("path", PATHS)
def test_compression_off_in_the_query_declines(server, path):
    mark = "&" if "?" in path else "?"
    with Peer(server) as peer:
        assert extensions(peer, f"GET {path}{mark}a=1&compression=off", *SOCKET, OFFER) is None
    with Peer(server) as peer:
        assert extensions(peer, f"GET {path}{mark}compression=on", *SOCKET, OFFER) == ANSWER


def test_the_settings_say_whether_what_and_how_much(make_server):
    declined = make_server(settings={"compression": {"enabled": False}}).start()
    with Peer(declined) as peer:
        assert extensions(peer, "GET /v1/socket", *SOCKET, OFFER) is None
    least = make_server("--no-rate-limits", settings={"compression": {"threshold": 256, "level": 1}}).start()
    user = unique("user")
    with sign_in(least, user) as peer:
        # What a ping is answered has 200 bytes or so, a refusal more.
        assert first_of_answer(peer, "ping") == 0x80 | TEXT
        assert first_of_answer(peer, "unknown") == 0x80 | TEXT | COMPRESSED


def first_of_answer(peer, type):
    """Asks for an answer: the first byte of the frame that it comes in."""
    peer.send_frame(json.dumps({"id": "f-1", "type": type, "ack": True}).encode())
    first, _, payload = raw_frame(peer)
    assert json.loads(payload)["type"] == "ack"
    return first


@pytest.fixture
def talk(server):
    """Somebody who says something to a group, and somebody who reads it by hand."""
    users = [unique("user"), unique("user")]
    with closing(Client.connect(server, users[0])) as speaker:
        room = speaker.create(members=users)
        yield speaker, room, users[1]


def next_message(peer, bits=15):
    """The next message:new as it crossed."""
    while True:
        first, length, payload = raw_frame(peer, bits)
        frame = json.loads(payload)
        if frame["type"] == "message:new":
            return first, length, frame["data"]["content"]


def test_texts_of_a_kibibyte_and_more_are_compressed_and_others_are_not(server, talk):
    speaker, room, reader = talk
    with sign_in(server, reader) as peer:
        for content in (LARGE, SMALL, LARGE):
            speaker.say(room, content)
        seen = [next_message(peer) for _ in range(3)]
    assert [content for _, _, content in seen] == [LARGE, SMALL, LARGE]
    assert [first for first, _, _ in seen] == [0xC1, 0x81, 0xC1]
    assert seen[0][1] < 600


def test_who_did_not_agree_is_sent_nothing_compressed(server, talk):
    speaker, room, reader = talk
    with sign_in(server, unique("user")), Peer(server).sign_in(reader) as peer:
        speaker.say(room, LARGE)
        first, length, content = next_message(peer)
        assert (first, content) == (0x81, LARGE) and length > len(LARGE)


@pytest.mark.parametrize("bits", range(9, 16))
def test_no_window_is_larger_than_the_client_asked_for(server, talk, bits):
    speaker, room, reader = talk
    with sign_in(server, reader, f"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits={bits}") as peer:
        # Repeats at every distance up to 12,000 bytes.
        content = "".join(f"{number:>7}" for number in range(800)) + "".join(f"{number:>7}" for number in range(800))
        speaker.say(room, content)
        first, _, heard = next_message(peer, bits)
        assert first & COMPRESSED and heard == content


def test_answers_are_compressed_like_events(server, talk):
    speaker, room, reader = talk
    speaker.say(room, LARGE)
    with sign_in(server, reader) as peer:
        request = {"id": "h-1", "type": "message:history", "conversationId": room, "data": {}, "ack": True}
        peer.socket.sendall(compressed(json.dumps(request).encode()))
        while True:
            first, _, payload = raw_frame(peer)
            if json.loads(payload).get("replyTo") == "h-1":
                break
    assert first == 0x80 | COMPRESSED | TEXT
    assert json.loads(payload)["data"]["messages"][0]["content"] == LARGE


def test_fragments_of_a_compressed_message_are_one(server):
    user = unique("user")
    text = json.dumps({"id": "p-1", "type": "ping", "ack": True, "filler": LARGE}).encode()
    with sign_in(server, user) as peer:
        payload = compressed(text)
        # The frame's head, mask and all, is eight bytes for this length.
        assert payload[1] & 127 < 126
        data = payload[6:]
        for place, final in ((0, False), (10, False), (len(data) // 2, True)):
            end = {0: 10, 10: len(data) // 2}.get(place, len(data))
            peer.send_frame(data[place:end], (TEXT | COMPRESSED) if place == 0 else 0, final)
            peer.send_frame(b"", 9)
        assert peer.event()["replyTo"] == "p-1"


def engine_sign_in(server, user):
    """The same by Socket.IO, over a WebSocket that may compress."""
    carrier = Carrier(server).begin(None, "", OFFER)
    assert raw_frame(carrier)[2].startswith(b"0{")
    carrier.say("40" + json.dumps({"token": server.token(user)}))
    for opening in (b'40{"sid":', b'42["session:ready",'):
        assert raw_frame(carrier)[2].startswith(opening)
    return carrier


def test_a_broadcast_is_compressed_once_for_each_wire_however_many_read_it(make_server, user):
    server = make_server("--no-rate-limits").start()
    # On several event loops where there are several, and several on one where there are few.
    names = [[user(f"{wire}{number}") for number in range(6)] for wire in ("plain", "socketio")]
    with ExitStack() as stack:
        talker = stack.enter_context(closing(Client.connect(server, user("talker"))))
        readers = [
            [stack.enter_context(open(server, name)) for name in of_wire]
            for of_wire, open in zip(names, (sign_in, engine_sign_in), strict=True)
        ]
        room = talker.create(members=[*names[0], *names[1]])
        crossed, expected = Crossed(server), 0
        for number in range(6):
            talker.say(room, f"{LARGE}{number}")
            for of_wire in readers:
                texts = {read_large(reader, number) for reader in of_wire}
                assert len(texts) == 1, "all of a wire read the same bytes"
                expected += len(texts.pop())
        wait_until(lambda: crossed.grown("out") >= expected, "all of it is counted")
        assert crossed.grown("out") == expected


def read_large(reader, number):
    """The text of a message, which must cross compressed; what comes before it is small."""
    while True:
        first, _, text = raw_frame(reader)
        if f"large {number}".encode() in text:
            assert first & COMPRESSED
            return text
        assert not first & COMPRESSED
