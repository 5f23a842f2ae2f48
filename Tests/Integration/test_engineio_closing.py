"""How sessions end, from either side and on both transports: wire §5, "Close", and the times of §6."""

import json
import struct

import pytest
from peer import BINARY, TEXT, frame
from polling import carrier, line, polling  # noqa: F401
from process import wait_until
from rest_fixtures import backend, keys  # noqa: F401

MIB = 1_048_576


def test_a_client_that_closes_gets_its_get_back_at_once(polling):
    session = polling()
    held = session.hold()
    session.post("1")
    assert held.answer().packets == ["6"]
    session.ask("GET").check_error(1)
    session.ask("POST", body="3").check_error(1)


def test_what_stands_before_the_close_is_taken_and_what_follows_is_not(polling, connect, user):
    alice, bob = user("alice"), user("bob")
    session, reader = polling().sign_in(alice), connect(bob)
    room = reader.create(members=[alice])

    def message(text):
        return "42" + json.dumps(["message:send", {"id": text, "conversationId": room, "data": {"content": text}}])

    session.post(message("before"), "1", message("behind"))
    reader.expect("message:new", content="before")
    reader.say(room, "end")
    assert [each["content"] for each in reader.history(room)["messages"]] == ["before", "end"]


def test_a_client_closes_its_websocket_by_a_packet(carrier):
    socket = carrier().open()
    socket.say("1")
    assert socket.is_closed()


@pytest.mark.parametrize("close", [b"", struct.pack(">H", 1000), struct.pack(">H", 1001)], ids=["none", "1000", "1001"])
def test_a_client_closes_its_websocket_by_a_frame(carrier, line, close):
    socket = carrier().open()
    socket.send_frame(close, 8)
    assert socket.end() == ([], int.from_bytes(close, "big") if close else 1005)
    # The service waits for this end of the line a little while.
    socket.socket.close()
    target = f"/socket.io/?EIO=4&transport=polling&sid={socket.handshake['sid']}"
    wait_until(lambda: line().request("GET", target).answer().text.startswith('{"code":1,'), "the session is gone")


def test_a_websocket_that_is_cut_ends_its_session(carrier, line):
    socket = carrier().open()
    socket.reset()
    target = f"/socket.io/?EIO=4&transport=polling&sid={socket.handshake['sid']}"
    wait_until(lambda: line().request("GET", target).answer().text.startswith('{"code":1,'), "the session is gone")


BAD_TEXTS = ["", "x", "0{}", "2", "2probe", "5", "1x", "b????", "bA", "8", "é"]


@pytest.mark.parametrize("text", BAD_TEXTS, ids=repr)
def test_a_bad_packet_closes_the_websocket(carrier, text):
    socket = carrier().open()
    socket.say("3", text)
    assert socket.is_closed()


def test_a_pong_and_a_noop_may_come_at_any_time(carrier):
    socket = carrier().open()
    socket.say("3", "6", "3")
    assert socket.lives()


def test_text_that_is_no_utf_8_closes_with_1007(carrier):
    socket = carrier().open()
    socket.send_frame(b"4\xff", TEXT)
    assert socket.end() == ([], 1007)


def announced(kind, size):
    """The head of a message that is said to be so long."""
    return bytes([0x80 | kind, 0x80 | 127]) + struct.pack(">Q", size) + bytes(4)


@pytest.mark.parametrize("kind", [TEXT, BINARY], ids=["text", "binary"])
def test_a_message_above_1_MiB_closes_with_1009_at_its_head(carrier, user, kind):
    socket = carrier().open().sign_in(user())
    socket.socket.sendall(announced(kind, MIB + 1))
    assert socket.end() == ([], 1009)


def test_the_pieces_of_a_message_count_together(carrier, user):
    """CVE-2026-33219, GHSA-pf94-94m9-536p."""
    socket = carrier().open().sign_in(user())
    socket.send_frame(b"4" + b"x" * (MIB // 2), TEXT, final=False)
    socket.send_frame(b"x" * (MIB // 2), 0)
    assert socket.end() == ([], 1009)


@pytest.mark.parametrize("kind", [TEXT, BINARY], ids=["text", "binary"])
def test_who_has_not_said_who_it_is_may_say_16_KiB(carrier, kind):
    socket = carrier().open()
    socket.say("40" + json.dumps({"token": "x" * 16_000}))
    assert socket.packet().startswith("44{")
    socket.send_frame((b"4" if kind == TEXT else b"") + bytes(16_385).replace(b"\0", b"x"), kind)
    packets, code = socket.end()
    assert packets == [] and code in (1005, 1009)


def test_a_server_that_puts_a_user_out_says_so_and_closes(polling, carrier, backend, user):  # noqa: F811
    """R13: `error`, `41`, and the end: by the code on a WebSocket, by `1` in the answer to a GET."""
    name = user()
    session, socket = polling().sign_in(name), carrier().open().sign_in(name)
    held = session.hold()
    backend().ok("DELETE", f"/v1/users/{name}/connections")
    packets, code = socket.end()
    assert packets[0].startswith('42["error",') and packets[1:] == ["41"] and code == 4403
    packets = held.answer().packets
    while packets[-1] != "1":
        packets += session.get()
    assert packets[0].startswith('42["error",') and packets[1:] == ["41", "1"]
    assert session.is_gone()


def test_a_server_that_puts_a_user_out_says_so_to_the_next_get(polling, backend, user):  # noqa: F811
    name = user()
    session = polling().sign_in(name)
    backend().ok("DELETE", f"/v1/users/{name}/connections")
    assert session.packet().startswith('42["error",')
    assert [session.packet(), session.packet()] == ["41", "1"]
    assert session.is_gone()


@pytest.mark.parametrize("polls", [False, True], ids=["at-once", "behind-a-get"])
def test_who_is_put_out_while_going_over_is_told_by_the_websocket(polling, carrier, backend, user, polls):  # noqa: F811
    """What a GET has brought is not said again; the end comes by the WebSocket, since the client polls no more."""
    name = user()
    session = polling().sign_in(name)
    socket = carrier().begin(session.sid).probe()
    backend().ok("DELETE", f"/v1/users/{name}/connections")
    polled = []
    while polls and not polled:
        polled = [packet for packet in session.get() if packet != "6"]
    socket.say("5")
    packets, code = socket.end()
    assert [packet.split(",")[0] for packet in polled + packets] == ['42["error"', "41"] and code == 4403
    assert session.is_gone()


def test_who_is_to_come_back_gets_no_close_packet(polling, carrier, server, user):
    """Clients in Python stay away after one; all come back when their session is unknown."""
    import time

    claims = {"exp": int(time.time()) + 2, "iat": int(time.time()) - 60}
    held_session, session = polling().sign_in(user(), **claims), polling().sign_in(user(), **claims)
    socket = carrier().open().sign_in(user(), **claims)
    held = held_session.hold()
    packets, code = socket.end()
    assert [packet.split(",")[0] for packet in packets] == ['42["error"'] and code == 4202
    [packet] = held.answer().packets
    assert packet.startswith('42["error",') and '"TOKEN_EXPIRED"' in packet
    held_session.ask("GET").check_error(1)
    assert session.packet().startswith('42["error",')
    session.ask("GET").check_error(1)


def test_what_takes_too_long_ends(polling, carrier):
    """10 s to join the namespace, first or again, and for an upgrade to be finished. All of them wait at once."""
    silent = carrier().open()
    left = carrier().open().sign_in("leaver")
    left.say("41")
    told = carrier().open()
    told.say("40/nobody,")
    assert told.packet().startswith("44/nobody,")
    polls = polling()
    held = polls.hold()
    session = polling().sign_in()
    idle, probed = carrier().begin(session.sid), polling().sign_in()
    half = carrier().begin(probed.sid).probe()
    for waiting in (silent, left, told, held, idle, half):
        waiting.socket.settimeout(20)
    for waiting in (silent, left, told, idle, half):
        assert waiting.is_closed()
    assert held.answer().packets == ["1"] and polls.is_gone()
    for session in (session, probed):
        assert session.lives(), "only the WebSocket ends"
