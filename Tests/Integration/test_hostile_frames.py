"""Frames that mean harm: too slow, too many, in crumbs, too large: R9, R12, RFC 6455."""

import json
import struct
import time

import pytest
from attack import MB, MIB, crowd
from hostile_fixtures import innocents, own, raw, watch  # noqa: F401
from peer import BINARY, CLOSE, CONTINUATION, PING, PONG, RESERVED, TEXT, frame
from process import DEADLINE, Process, wait_until
from service import unique

# A frame has three seconds and a message six.
SETTINGS = {"frameTimeout": 3, "messageTimeout": 6}
# Every test here is an attack that must not harm them.
pytestmark = pytest.mark.usefixtures("innocents")


@pytest.fixture
def member(raw):
    """A connection with a session."""
    return raw.sign_in(unique("member"))


def ping(id="p"):
    return json.dumps({"id": id, "type": "ping", "ack": True}).encode()


def lives(raw):
    raw.send_frame(ping())
    while (event := raw.event())["type"] != "ack":
        pass
    return event["data"]["success"]


# Time


def test_a_frame_that_drips_is_closed_with_1008(member):
    started = frame(ping().ljust(250))
    for byte in started:
        if not member.send(bytes([byte])):
            break
        time.sleep(0.02)
    assert member.close_frame() == (1008, "frame took too long")


def test_a_message_whose_frames_are_quick_but_never_end_is_closed_with_1008(member):
    member.send(frame(b"{", TEXT, final=False))
    for _ in range(100):
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
def test_a_peer_that_does_not_finish_the_close_is_cut(own, raw, answers):
    raw.open_socket()
    descriptor_count = Process(own).descriptors()
    for _ in range(3):
        raw.send_frame(b"{}")
    code, _ = raw.close_frame()
    assert code == 4401
    began = time.monotonic()
    while time.monotonic() - began < DEADLINE:
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
    wait_until(lambda: Process(own).descriptors() < descriptor_count, "the descriptor is free")


# How a peer brings about each close, and the code; the last one it asks for itself.
CLOSES = {
    4401: frame(b"{}") * 3,
    1008: frame(b"", PONG) * 101,
    1002: frame(b"", RESERVED),
    1009: bytes([0x80 | BINARY, 0x80 | 127]) + struct.pack(">Q", MIB + 1) + bytes(4),
    1000: frame(struct.pack(">H", 1000), CLOSE),
}


@pytest.mark.parametrize("code", CLOSES)
def test_who_goes_on_sending_after_the_close_frame_is_cut(raw, code):
    raw.open_socket()
    raw.send(CLOSES[code])
    assert raw.close_frame()[0] == code
    flood, sent = frame(b"z" * 60_000, BINARY), 0
    # What the kernel takes on the way is more than what is read.
    while sent < 32 * MB and raw.send(flood):
        sent += len(flood)
    assert sent < 16 * MB


def test_who_goes_on_in_drops_after_the_close_frame_is_cut(own):
    with crowd(own, len(CLOSES)) as peers:
        for each, code in zip(peers, CLOSES):
            each.open_socket()
            each.send(CLOSES[code])
            assert each.close_frame()[0] == code
        descriptors = {each.descriptor(): code for each, code in zip(peers, CLOSES)}

        def are_cut():
            for each in peers:
                each.send(frame(b"more", PING))
            return not Process(own).holds(descriptors)

        wait_until(are_cut, "all are cut")


# Counts


@pytest.mark.parametrize("count, code", [(999, None), (1_000, None), (1_001, 1008)])
@pytest.mark.parametrize("size", [0, 1], ids=["empty", "a-byte"])
def test_a_message_has_1000_fragments(member, count, code, size):
    """CVE-2026-48779."""
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
    """CVE-2019-9512, CVE-2019-9514, CVE-2019-9515, CVE-2019-9518, CVE-2023-44487."""
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
    """CVE-2026-27889, CVE-2026-1528."""
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
    """CVE-2026-33219, GHSA-pf94-94m9-536p."""
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
