"""From polling to a WebSocket: probe, the end of polling, and what may go wrong on the way: wire §5, "Upgrade"."""

import json

import pytest
from peer import SOCKET, frame
from polling import PATH, carrier, line, polling  # noqa: F401
from process import wait_until
from service import unique

REFUSED = '44/nobody,{"message":"Invalid namespace"}'


def ask(packet_id=0):
    return f'42{packet_id}["ping",{{}}]'


def is_answer(packet, packet_id=0):
    return packet.startswith(f"43{packet_id}[") and json.loads(packet.removeprefix(f"43{packet_id}"))[0]["success"]


@pytest.fixture
def upgraded(polling, carrier, user):
    """A session that went over as stock clients do, and its WebSocket."""

    def upgraded():
        session = polling().sign_in(user())
        socket = carrier().begin(session.sid).probe()
        socket.say("5")
        socket.say(ask(99))
        assert is_answer(socket.packet(), 99)
        return session, socket

    return upgraded


def test_a_session_goes_over(upgraded):
    _, socket = upgraded()
    socket.say(ask(1))
    assert is_answer(socket.packet(), 1)
    assert socket.lives()


def test_the_get_that_is_held_ends_with_a_noop_at_the_probe(polling, carrier):
    session = polling()
    held = session.hold()
    socket = carrier().begin(session.sid).probe()
    assert held.answer().packets == ["6"]
    socket.say("5")
    assert socket.lives()


def test_between_probe_and_upgrade_no_get_is_held(polling, carrier):
    """What is queued goes out first: polling carries the session until the end."""
    session = polling()
    socket = carrier().begin(session.sid).probe()
    assert [session.get() for _ in range(3)] == [["6"]] * 3
    session.post("40/nobody,")
    assert session.get() == [REFUSED]
    assert session.get() == ["6"]
    socket.say("5")
    assert socket.lives()


def test_what_is_queued_goes_out_over_the_websocket(polling, carrier):
    session = polling()
    socket = carrier().begin(session.sid).probe()
    session.post(*[f"40/{number}," for number in range(30)])
    socket.say("5")
    assert [socket.packet() for _ in range(30)] == [
        f'44/{number},{{"message":"Invalid namespace"}}' for number in range(30)
    ]
    assert socket.lives()


def test_probe_and_upgrade_may_be_sent_without_waiting(polling, carrier):
    session = polling()
    held = session.hold()
    socket = carrier().begin(session.sid)
    socket.say("2probe", "5", "40/nobody,")
    assert [socket.packet(), socket.packet()] == ["3probe", REFUSED]
    assert held.answer().packets == ["6"]


def test_all_may_follow_the_request_in_one_piece(polling, carrier):
    """What is read beyond the request moves with the WebSocket, to whatever event loop that goes."""
    for _ in range(8):
        session, socket = polling(), carrier()
        head = socket.head(f"GET {PATH}?EIO=4&transport=websocket&sid={session.sid}", *SOCKET)
        socket.socket.sendall(head + frame(b"2probe") + frame(b"5") + frame(b"40/nobody,"))
        assert b" 101 " in socket.until(b"\r\n\r\n", piece=1)
        assert [socket.packet(), socket.packet()] == ["3probe", REFUSED]


@pytest.mark.parametrize("first", ["2", "2prob", "2probes", "3probe", "5", "40", "x", "", b"2probe"], ids=repr)
def test_a_first_message_that_is_no_probe_closes_the_websocket_alone(polling, carrier, first):
    """CVE-2022-21676, CVE-2022-41940, CVE-2023-31125, CVE-2024-38355."""
    session = polling()
    socket = carrier().begin(session.sid)
    socket.say(first)
    assert socket.is_closed()
    assert session.lives()
    socket = carrier().begin(session.sid).probe()
    socket.say("5")
    assert socket.lives(), "it may try again"


@pytest.mark.parametrize("second", ["2probe", "2", "3", "40", "6", "1", b"5"], ids=repr)
def test_a_second_message_that_is_no_upgrade_closes_the_websocket_alone(polling, carrier, second):
    session = polling()
    socket = carrier().begin(session.sid).probe()
    socket.say(second)
    assert socket.is_closed()
    assert session.lives()


def test_a_websocket_that_goes_before_the_upgrade_leaves_the_session(polling, carrier):
    for leave in ("reset", "close"):
        session = polling()
        socket = carrier().begin(session.sid).probe()
        socket.reset() if leave == "reset" else socket.socket.close()
        # It may try again as soon as the first one's end is known.
        wait_until(lambda: carrier().begin(session.sid).try_probe(), "the session takes another one")
        assert session.lives()


def test_a_second_websocket_is_closed_while_one_is_probed(polling, carrier):
    session = polling()
    first = carrier().begin(session.sid).probe()
    assert carrier().begin(session.sid).is_closed()
    first.say("5")
    assert first.lives()


def test_a_second_websocket_is_closed_when_one_carries_the_session(upgraded, carrier):
    session, socket = upgraded()
    assert carrier().begin(session.sid).is_closed()
    assert socket.lives()


def test_a_websocket_for_a_session_that_began_on_one_is_closed(carrier):
    first = carrier().open()
    assert carrier().begin(first.handshake["sid"]).is_closed()
    assert first.lives()


def test_a_poll_after_the_upgrade_is_refused(upgraded):
    session, socket = upgraded()
    session.ask("GET").check_error(3)
    session.ask("POST", body="41").check_error(3)
    assert socket.lives()


def test_who_is_about_to_upgrade_may_still_post(polling, carrier, user):
    session = polling().sign_in(user())
    socket = carrier().begin(session.sid).probe()
    session.post(ask(4))
    assert is_answer(session.packet(), 4)
    socket.say("5", ask(5))
    assert is_answer(socket.packet(), 5)


def test_a_packet_and_its_attachments_may_come_by_both_transports(polling, carrier, user):
    """The header goes by a POST, the upgrade comes between, the attachment follows as a binary message."""
    session = polling().sign_in(user())
    socket = carrier().begin(session.sid).probe()
    session.post('451-7["ping",{},{"_placeholder":true,"num":0}]')
    socket.say("5", b"attachment", ask(8))
    assert is_answer(socket.packet(), 7)
    assert is_answer(socket.packet(), 8)


def test_nothing_is_lost_or_repeated_while_clients_go_over(polling, carrier, connect, user):
    """Twenty sessions go over while somebody talks."""
    names = [user() for _ in range(20)]
    speaker = connect(user("speaker"))
    room = speaker.create(members=names)
    sessions = [polling().sign_in(name) for name in names]
    ids = []
    for number, session in enumerate(sessions):
        ids += [speaker.send("message:send", {"content": unique("m")}, room) for _ in range(5)]
        session.socket = carrier().begin(session.sid).probe()
        session.seen = session.get()
        ids += [speaker.send("message:send", {"content": unique("m")}, room) for _ in range(5)]
        session.socket.say("5")
    for id in ids:
        assert speaker.answer(id)["data"]["success"]
    for session in sessions:
        seqs = [seq_of(packet) for packet in session.__dict__.get("waiting", []) + session.seen]
        while len([seq for seq in seqs if seq]) < len(ids):
            seqs.append(seq_of(session.socket.packet()))
        assert [seq for seq in seqs if seq] == list(range(1, len(ids) + 1))


def seq_of(packet):
    """The place of a message; None for anything else."""
    if not packet.startswith('42["message:new",'):
        return None
    return json.loads(packet[2:])[1]["data"]["seq"]
