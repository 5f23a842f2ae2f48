"""Pings, and how a client that is silent is told from one that is gone: wire §5, "Heartbeat", R67; waits are shortened."""

import json

import pytest
from polling import Polling, carrier, polling  # noqa: F401
from socketio_client import POLLING, UPGRADE, WEBSOCKET, socketio_connect  # noqa: F401


@pytest.fixture(scope="module")
def impatient(serve):
    """A server that pings after 300 ms, and again only behind a sign of life, for which it waits."""
    settings = {"socketIO.pingInterval": 300, "socketIO.pingTimeout": 4_000, "socketIO.connectTimeout": 60_000}
    return serve(settings=settings)


def test_the_times_are_told_in_the_handshake(polling, impatient):
    handshake = polling(server=impatient).handshake
    assert (handshake["pingInterval"], handshake["pingTimeout"]) == (300, 4_000)


def test_a_websocket_that_answers_is_pinged_on_and_lives(carrier, impatient):
    socket = carrier(impatient).open()
    for _ in range(4):
        assert socket.packet() == "2"
        socket.say("3")
    assert socket.lives()


def test_a_websocket_that_answers_nothing_is_closed(carrier, impatient):
    socket = carrier(impatient).open()
    assert socket.end() == (["2"], 1005)


@pytest.mark.parametrize("sign", ["3", "3more", "6", "40/nobody,"])
def test_any_packet_is_a_sign_of_life(carrier, impatient, sign):
    socket, pings = carrier(impatient).open(), 0
    while pings < 4:
        if socket.packet() == "2":
            pings += 1
            socket.say(sign)


def test_a_session_that_polls_is_pinged_by_its_get_and_lives(polling, impatient):
    session = polling(server=impatient)
    for _ in range(4):
        assert session.get() == ["2"]
        session.post("3")
    assert session.lives()


def test_a_session_that_polls_and_answers_nothing_is_forgotten(polling, impatient):
    session = polling(server=impatient)
    assert session.get() == ["2"]
    session.ask("GET").check_error(1)


def test_a_session_that_nobody_polls_is_forgotten(carrier, impatient):
    session, clock = Polling(impatient), carrier(impatient).open()
    # Another connection's pings tell the time.
    for _ in range(17):
        assert clock.packet() == "2"
        clock.say("3")
    assert session.is_gone()
    session.stack.close()


def test_a_transport_that_was_just_upgraded_is_pinged_in_time(polling, carrier, impatient):
    session = polling(server=impatient)
    socket = carrier(impatient).begin(session.sid).probe()
    socket.say("5")
    for _ in range(3):
        assert socket.packet() == "2"
        socket.say("3")


def test_who_is_lost_is_no_reader_and_types_no_more(carrier, impatient, connect, user):
    alice, bob = user("alice"), user("bob")
    reader = connect(bob, server=impatient)
    room = reader.create(members=[alice])
    reader.join(room)
    socket = carrier(impatient).open().sign_in(alice)
    for number, name in enumerate(("conversation:join", "typing:start")):
        socket.say(f"42{number}" + json.dumps([name, {"conversationId": room}]))
    started = reader.expect("typing:update", typing=True)
    assert reader.expect("typing:update", typing=False)["timestamp"] < started["data"]["expiresAt"]


def test_stock_clients_answer_by_themselves(socketio_connect, impatient, user):
    clients = [socketio_connect(user(), server=impatient, transports=way) for way in (POLLING, WEBSOCKET, UPGRADE)]
    with pytest.raises(TimeoutError):
        # Nothing is to come: this is a wait in which whoever does not answer is forgotten.
        clients[0].receive(timeout=5)
    for client in clients:
        client.ping()
