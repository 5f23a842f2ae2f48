"""A node that ends, as clients see it that poll without a GET at that moment, or are about to leave polling: R13, R68, wire §5."""

import http.client
import json
import os

import pytest
from client import Client
from peer import PING, PONG
from polling import Carrier, Polling
from process import wait_until

SESSION = "/socket.io/?EIO=4&transport=polling"


def test_the_end_is_told_by_the_connection_that_is_there(make_server):
    server = make_server(settings={"reconnectWindow": 0}).start()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)

    def ask(method, path, body=None):
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.read().decode(), answer.headers["Connection"]

    opening = ask("GET", SESSION)[0]
    session = f"{SESSION}&sid={json.loads(opening[1:])['sid']}"
    assert ask("POST", session, "40" + json.dumps({"token": server.token("alice")}))[0] == "ok"
    packets = ask("GET", session)[0]
    while "session:ready" not in packets:
        packets = ask("GET", session)[0]

    server.process.terminate()
    wait_until(lambda: "stopping" in server.log_tail(), "the server has begun to end")
    packets, connection_field = ask("GET", session)
    # No close packet follows, after which clients in Python would stay away: the session is gone with the connection.
    assert packets.startswith('42["server:drain",') and "\x1e" not in packets and connection_field == "close"
    assert server.process.wait(timeout=30) == 0


@pytest.fixture
def ending(make_server):
    """A server with a session that polls, and what makes the server end: it is known to the session when that returns."""
    server = make_server(settings={"reconnectWindow": 0}).start()
    session = Polling(server).sign_in()
    # Connections are dealt out to the event loops in turn, and each of these ends all that it has at once.
    readers = [Client.connect(server, f"reader-{number}") for number in range(2 * os.cpu_count())]

    def end():
        server.process.terminate()
        for reader in readers:
            reader.expect("server:drain")
            reader.close()

    yield session, end
    session.stack.close()


def test_who_is_about_to_leave_polling_is_told_by_the_websocket(ending):
    """Stock clients that were answered `3probe` poll no more, and look only at the WebSocket."""
    session, end = ending
    with Carrier(session.server) as socket:
        socket.begin(session.sid).probe()
        end()
        socket.say("5")
        [packet], code = socket.end()
    assert packet.startswith('42["server:drain",') and code == 4100
    assert session.server.process.wait(timeout=30) == 0


def test_a_websocket_that_is_not_probed_yet_is_told_the_code(ending):
    session, end = ending
    with Carrier(session.server) as socket:
        socket.begin(session.sid)
        # Its pong comes from where the session lives.
        socket.send_frame(opcode=PING)
        assert socket.frame() == (PONG, b"")
        end()
        assert socket.end() == ([], 4100)
    # Polling goes on, and is told as ever; or its connection is gone by now.
    assert session.server.process.wait(timeout=30) == 0
