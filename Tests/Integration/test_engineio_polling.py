"""What goes by GET and POST: payloads, their limits, and two requests at once: wire §5, "Polling payload" and "Errors"."""

import base64
import json
import socket

import pytest
from media import header, pack, unpack
from polling import SEPARATOR, b64, carrier, line, polling  # noqa: F401
from process import wait_until
from service import unique

LIMIT = 1_048_576


def acks(packets):
    """What acknowledgements bring, by their ids."""
    return {
        int(packet[2 : packet.index("[")]): json.loads(packet[packet.index("[") :])[0]
        for packet in packets
        if packet.startswith("43")
    }


def test_a_get_is_held_until_there_is_something_to_say(polling):
    session = polling().sign_in()
    held = session.hold()
    session.post('427["ping",{}]')
    assert acks(held.answer().packets)[7]["success"]


def test_a_post_is_answered_when_its_packets_were_taken_in_order(polling, user):
    session = polling().sign_in(user())
    room = unique("room")
    create = {"id": unique("f"), "data": {"kind": "group", "memberIds": [], "conversationId": room}}
    session.post("420" + json.dumps(["conversation:create", create]))
    assert acks([session.packet("430")])[0]["success"]
    sends = [
        f"42{number}"
        + json.dumps(["message:send", {"id": unique("f"), "conversationId": room, "data": {"content": f"{number}"}}])
        for number in range(1, 31)
    ]
    session.post(*sends)
    answers = acks([session.packet("43") for _ in sends])
    assert [answers[number]["seq"] for number in range(1, 31)] == list(range(1, 31))


def test_no_answer_has_more_than_16_packets(polling):
    session = polling()
    session.post(*[f"40/{number}," for number in range(40)])
    answers = [session.get() for _ in range(3)]
    assert [len(packets) for packets in answers] == [16, 16, 8]
    assert sum(answers, []) == [f'44/{number},{{"message":"Invalid namespace"}}' for number in range(40)]


def test_a_pong_and_a_noop_may_come_at_any_time(polling):
    session = polling()
    session.post("3", "6", "40/nobody,", "3")
    assert session.packet() == '44/nobody,{"message":"Invalid namespace"}'


def test_bytes_go_as_base64_both_ways(polling, user):
    """A header and its attachments leave in one answer."""
    sender, reader = polling().sign_in(user()), polling().sign_in(user())
    room = unique("room")
    for number, session in enumerate((sender, reader)):
        session.post("420" + json.dumps(["conversation:join", {"id": unique("f"), "data": {"conversationId": room}}]))
        assert acks([session.packet("430")])[0]["success"]
    payload = bytes(range(256))
    event = '451-{}["binary",{{"_placeholder":true,"num":0}}]'
    sender.post(event.format(5), b64(pack(header(room), payload, sequence=3)))
    while not (packet := sender.packet()).startswith("435"):
        assert packet.startswith('42["member:updated",')
    assert acks([packet])[5]["sequence"] == 3
    while not reader.packet().startswith("451-"):
        pass
    [attachment] = reader.__dict__["waiting"]
    sequence, fields, bytes_ = unpack(base64.b64decode(attachment.removeprefix("b"), validate=True))
    assert (sequence, bytes_) == (3, payload)


BAD_BODIES = {
    "empty": "",
    "unknown-type": "x",
    "a-bad-one-behind-a-good-one": "3" + SEPARATOR + "9",
    "an-empty-one-at-the-end": "3" + SEPARATOR,
    "open": '0{"sid":"x"}',
    "ping": "2",
    "probe": "2probe",
    "upgrade": "5",
    "close-with-more": "1x",
    "no-base64": "b????",
    "base64-cut-off": "bAQI",
    "base64-with-a-line-break": "bAQ\nI=",
    "base64-of-urls": "b-_-_",
    "no-utf-8": b"4\xff\xfe",
    "1001-packets": SEPARATOR.join(["3"] * 1_001),
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_bad_packet_ends_the_session(polling, body):
    """CVE-2020-36048, CVE-2020-36049."""
    session = polling()
    held = session.hold()
    session.ask("POST", body=body).check_error(3)
    assert held.answer().packets == ["1"]
    assert session.is_gone()


def test_1000_packets_are_taken(polling):
    session = polling()
    session.post(*["3"] * 1_000)
    assert session.lives()


def test_a_body_of_bytes_ends_the_session(polling):
    session = polling()
    held = session.hold()
    answer = session.ask("POST", None, "Content-Type: application/octet-stream", body=b"4x")
    assert (answer.status, answer.body) == (400, b"")
    assert held.answer().packets == ["1"]
    assert session.is_gone()


@pytest.mark.parametrize("type", [None, "text/plain;charset=UTF-8", "text/plain", "application/json", "text/html; x=y"])
def test_any_other_type_is_taken_as_text(polling, type):
    session = polling()
    session.ask("POST", None, *([f"Content-Type: {type}"] if type else []), body="3").check_ok()


def oversized(size):
    """An event of a namespace that is not joined would end the session: this is packets that say nothing."""
    return "3" + "x" * (size - 1)


def test_a_body_of_exactly_max_payload_is_taken(polling):
    session = polling()
    session.sign_in()
    session.ask("POST", body=oversized(LIMIT)).check_ok()
    assert session.lives()


@pytest.mark.parametrize("size, status", [(32_768, 200), (32_769, 413)])
def test_a_session_that_is_nobodys_may_say_little(polling, size, status):
    """CVE-2020-36048, CVE-2020-36049."""
    session = polling()
    with session.open_line() as other:
        assert other.request("POST", session.target, body=oversized(size)).answer().status == status
    assert session.lives()


def test_a_body_above_max_payload_is_413_and_the_session_lives_on(polling):
    """CVE-2020-36048, CVE-2020-36049."""
    session = polling()
    session.sign_in()
    with session.open_line() as other:
        answer = other.request("POST", session.target, body=oversized(LIMIT + 1)).answer()
    assert answer.status == 413
    assert session.lives()


def test_a_body_of_unknown_length_is_taken(polling):
    session = polling()
    head = session.line.head(f"POST {session.target}", "Transfer-Encoding: chunked")
    session.line.socket.sendall(head + b"1\r\n3\r\n1\r\n\x1e\r\n1\r\n6\r\n0\r\n\r\n")
    session.line.answer().check_ok()
    assert session.lives()


def test_a_second_get_ends_the_session(polling):
    session = polling()
    held = session.hold()
    session.ask("GET").check_error(3)
    assert held.answer().packets == ["1"]
    assert session.is_gone()


def begin_post(session):
    """A POST of two packets of which one has come: the line, for the rest."""
    line = session.open_line()
    line.socket.sendall(line.head(f"POST {session.target}", "Content-Length: 3") + b"3")
    return line.is_taken()


def test_a_second_post_ends_the_session_as_soon_as_both_have_begun(polling):
    """CVE-2026-59725."""
    session = polling()
    held, first = session.hold(), begin_post(session)
    session.ask("POST", body="3").check_error(3)
    assert held.answer().packets == ["1"]
    first.socket.sendall(b"\x1e3")
    first.answer().check_error(1)
    assert session.is_gone()


def test_a_post_whose_body_comes_in_pieces_is_one(polling):
    session = polling()
    first = begin_post(session)
    first.socket.sendall(b"\x1e3")
    first.answer().check_ok()
    assert session.lives()


def test_a_post_that_is_cut_off_ends_the_session(polling):
    """Something of what it said is lost; whoever still asks learns that there is no such session, and comes back."""
    session = polling()
    held = session.hold()
    begin_post(session).reset()
    held.answer().check_error(1)
    assert session.is_gone()


def test_a_get_that_is_cut_off_ends_the_session(polling):
    session = polling()
    session.hold().reset()
    wait_until(session.is_gone, "the session ends")


def test_a_get_whose_client_only_ends_its_side_is_cut_off_too(polling):
    session = polling()
    session.hold().socket.shutdown(socket.SHUT_WR)
    wait_until(session.is_gone, "the session ends")
