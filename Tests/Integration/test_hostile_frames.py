"""Frames that mean harm: too slow, too many, in crumbs, unread: R9, R12, R54, RFC 6455."""

import json
import re
import socket
import struct
import threading
import time
import urllib.request

import pytest
from attack import MB, Raw, frame, unharmed
from peer import DEADLINE, Process, wait_until
from service import unique

TEXT, BINARY, CONTINUATION, PING, PONG = 1, 2, 0, 9, 10


@pytest.fixture(scope="module")
def brisk(tmp_path_factory):
    """A server that gives a frame a second and a message two, and keeps no rates."""
    from service import Server

    settings = {"frameTimeout": 1, "messageTimeout": 2}
    server = Server(tmp_path_factory.mktemp("brisk"), "--no-rate-limits", settings=settings).start()
    yield server
    server.close()


@pytest.fixture
def raw(brisk):
    with Raw(brisk) as raw:
        yield raw


@pytest.fixture
def member(raw, brisk):
    """A connection with a session."""
    assert raw.open_socket(token=brisk.token(unique("member"))) == 101
    assert raw.event()["type"] == "session:ready"
    return raw


def ping(id="p"):
    return json.dumps({"id": id, "type": "ping", "ack": True}).encode()


def lives(raw):
    raw.send_frame(ping())
    while (event := raw.event())["type"] != "ack":
        pass
    return event["data"]["success"]


# Time


def test_a_frame_that_drips_is_closed_with_1008(member):
    started = frame(ping().ljust(120))
    for byte in started:
        if not member.send(bytes([byte])):
            break
        time.sleep(0.02)
    assert member.close_frame() == (1008, "frame took too long")


def test_a_message_whose_frames_are_quick_but_never_end_is_closed_with_1008(member):
    member.send(frame(b"{", TEXT, final=False))
    for _ in range(40):
        if not member.send(frame(b" ", CONTINUATION, final=False)):
            break
        time.sleep(0.1)
    assert member.close_frame() == (1008, "message took too long")


def test_a_slow_frame_within_its_time_is_taken(member):
    whole = frame(ping().ljust(200))
    for at in range(0, len(whole), 40):
        member.send(whole[at : at + 40])
        time.sleep(0.05)
    assert member.event()["type"] == "ack"


@pytest.mark.parametrize("answers", [False, True], ids=["silent", "still-sending"])
def test_a_peer_that_does_not_finish_the_close_is_cut(brisk, raw, answers):
    raw.open_socket()
    descriptor_count = Process(brisk).descriptors()
    for _ in range(3):
        raw.send_frame(b"{}")
    code, _ = raw.close_frame()
    assert code == 4401
    began = time.monotonic()
    while time.monotonic() - began < 8:
        if answers and not raw.send(frame(b"more", PING)):
            break
        raw.socket.settimeout(0.1)
        try:
            if not raw.socket.recv(65_536):
                break
        except TimeoutError:
            continue
        except ConnectionError:
            break
    else:
        raise AssertionError("the connection still stands")
    wait_until(lambda: Process(brisk).descriptors() < descriptor_count, "the descriptor is free")


def test_who_goes_on_sending_after_the_close_frame_is_cut(raw):
    raw.open_socket()
    for _ in range(3):
        raw.send_frame(b"{}")
    assert raw.close_frame()[0] == 4401
    flood, sent = frame(b"z" * 60_000, BINARY), 0
    # What the kernel takes on the way is more than what is read.
    while sent < 32 * MB and raw.send(flood):
        sent += len(flood)
    assert sent < 16 * MB


# Counts


@pytest.mark.parametrize("count, code", [(999, None), (1_000, None), (1_001, 1008)])
@pytest.mark.parametrize("size", [0, 1], ids=["empty", "a-byte"])
def test_a_message_has_1000_fragments(member, count, code, size):
    text = ping() if size == 0 else ping().ljust(count - 1)
    pieces = [b""] * (count - 1) if size == 0 else [text[at : at + 1] for at in range(count - 1)]
    pieces.append(text if size == 0 else text[count - 1 :])
    last = len(pieces) - 1
    member.send(b"".join(frame(piece, CONTINUATION if at else TEXT, at == last) for at, piece in enumerate(pieces)))
    if code:
        assert member.close_frame() == (code, "too many fragments")
    else:
        assert member.event()["type"] == "ack"


@pytest.mark.parametrize("count, closes", [(99, False), (100, False), (101, True)])
@pytest.mark.parametrize("opcode", [PING, PONG], ids=["pings", "pongs"])
def test_a_second_has_100_control_frames(member, opcode, count, closes):
    member.send(frame(b"x", opcode) * count)
    if closes:
        assert member.close_frame() == (1008, "too many control frames")
    else:
        for _ in range(count if opcode == PING else 0):
            assert member.frame() == (PONG, b"x")
        assert lives(member)


@pytest.mark.parametrize("size, code", [(64 * 1024, None), (64 * 1024 + 1, "too_large"), (MB, "too_large")])
def test_a_message_above_64_kib_is_answered_and_dropped(member, size, code):
    member.send_frame(ping().ljust(size))
    event = member.event()
    reason = event["data"].get("error", {}).get("details", {}).get("reason")
    assert reason == code
    assert lives(member)


@pytest.mark.parametrize("size, code", [(1024 * 1024, None), (1024 * 1024 + 1, 1009), (2**63 - 1, 1009)])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_above_1_mib_the_header_alone_closes(member, opcode, size, code):
    header = bytes([0x80 | opcode, 0x80 | 127]) + struct.pack(">Q", size) + bytes(4)
    member.send(header if code else header + b"y" * size)
    if code:
        assert member.close_frame()[0] == code
    else:
        assert member.event()["data"]["details"]["reason"] == "too_large"
        assert lives(member)


@pytest.mark.parametrize("size, closes", [(16 * 1024, False), (16 * 1024 + 1, True)])
@pytest.mark.parametrize("pieces", [1, 8])
def test_before_the_token_a_message_has_16_kib(raw, size, closes, pieces):
    raw.open_socket()
    text = ping().ljust(size)
    each = -(-size // pieces)
    parts = [text[at : at + each] for at in range(0, size, each)]
    for at, part in enumerate(parts):
        raw.send(frame(part, CONTINUATION if at else TEXT, at == len(parts) - 1))
    error = raw.event()["data"]["error"]
    assert error["code"] == ("INVALID_PAYLOAD" if closes else "AUTH_REQUIRED")
    if closes:
        assert raw.close_frame() == (4401, '{"c":4401}')


# Floods, before and after the token

SMALL = json.dumps({"id": "f", "type": "typing:stop", "data": {"conversationId": "none"}}).encode()
FLOODS = {
    "pings": frame(b"p" * 125, PING) * 500,
    "pongs": frame(b"", PONG) * 10_000,
    "empty-fragments": frame(b"", TEXT, final=False) + frame(b"", CONTINUATION, final=False) * 900,
    "fragments-with-pings-between": frame(b"{", TEXT, final=False)
    + (frame(b" ", CONTINUATION, final=False) + frame(b"", PING)) * 90,
    "empty-messages": frame(b"") * 10_000,
    "small-frames": frame(SMALL) * 700,
    "app-pings": frame(b'{"id":"a","type":"ping"}') * 2_000,
    "deep-json": frame(b'{"id":"d","x":' + b"[" * 60_000) * 2,
    "many-members": frame(b"{" + b",".join(b'"m%d":0' % number for number in range(5_000)) + b"}") * 2,
    "long-numbers": frame(b'{"id":"n","type":"ping","x":' + b"1" * 60_000 + b"}"),
    "oversize": frame(b'{"id":"o","type":"ping"}'.ljust(MB)),
    "largest": frame(b'{"id":"l","type":"ping","data":{"x":"'.ljust(65_000, b"x") + b'"}}'),
    "binary": frame(b"\x00" * 200_000, BINARY),
    "half-of-the-largest": frame(b"h" * 500_000, TEXT, final=False) + frame(b"h" * 500_000, CONTINUATION, final=False),
}


def read_away(raw):
    try:
        while raw.socket.recv(65_536):
            pass
    except OSError:
        pass


@pytest.mark.parametrize("signed_in", [False, True], ids=["stranger", "member"])
@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_of_frames_ends_or_is_borne(brisk, name, signed_in):
    with unharmed(brisk):
        crowd = [Raw(brisk) for _ in range(2)]
        deadline = time.monotonic() + 0.5

        def pour(raw):
            raw.open_socket(token=brisk.token(unique("flood")) if signed_in else None)
            reader = threading.Thread(target=read_away, args=(raw,))
            reader.start()
            while time.monotonic() < deadline and raw.send(FLOODS[name]):
                pass
            try:
                raw.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # The server was faster.
            reader.join()
            raw.socket.close()

        threads = [threading.Thread(target=pour, args=(each,)) for each in crowd]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


# Readers that do not read


def test_a_reader_that_fell_behind_finds_4102_in_its_close_frame(brisk, connect):
    talker, deaf = connect(unique("talker"), server=brisk), unique("deaf")
    room, before = talker.create(members=[deaf]), cut_readers(brisk)
    for _ in range(8):
        talker.say(room, "z" * 15_000)
    with unharmed(brisk), Raw(brisk) as stuck:
        assert stuck.open_socket(token=brisk.token(deaf)) == 101
        question = {"id": "h", "type": "message:history", "conversationId": room, "ack": True, "data": {"limit": 8}}

        def is_cut():
            for _ in range(20):
                stuck.send_frame(json.dumps(question).encode())
            return cut_readers(brisk) > before

        wait_until(is_cut, "the reader is cut")
        # It reads at last: what was on its way, and behind that why it ends.
        assert stuck.close_frame() == (4102, '{"c":4102}')
        assert stuck.frame() is None


def cut_readers(server):
    """How many readers the server has cut so far."""
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=DEADLINE) as page:
        found = re.search(r"^caas_slow_consumers_total (\d+)", page.read().decode(), re.MULTILINE)
    return int(found[1]) if found else 0
