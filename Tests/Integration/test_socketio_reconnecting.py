"""Which ends make stock clients come back by themselves, and which keep them away: R12, R13, R59, R61, R68."""

import resource
import signal
import time

import pytest
from client import check_error
from metrics_page import scrape
from process import wait_until
from rest_fixtures import backend, keys  # noqa: F401
from service import STOP_TIMEOUT
from socketio_client import ASYNC_WAYS, POLLING, WAYS, WEBSOCKET, socketio_client, socketio_connect  # noqa: F401

ways = pytest.mark.parametrize(("library", "transports"), WAYS)
# What the library calls an end after which it comes back.
CUT = ("transport close", "transport error")


def end_of(client):
    return client.expect(":disconnect")["data"]["reason"]


@ways
def test_a_server_that_is_killed_gets_its_clients_back(make_server, socketio_connect, user, library, transports):
    server = make_server("--no-rate-limits").start()
    client = socketio_connect(user(), server=server, library=library, transports=transports, reconnection=True)
    conversation = client.create()
    client.say(conversation, "before")
    server.kill()
    assert end_of(client) in CUT
    server.start()
    client.expect(":connect")
    assert client.expect("session:ready")["data"]["resumed"] is False
    assert client.say(conversation, "after")["seq"] == 2


@ways
def test_a_server_that_drains_gets_its_clients_back(make_server, socketio_connect, user, library, transports):
    server = make_server("--no-rate-limits", settings={"reconnectWindow": 0}).start()
    client = socketio_connect(user(), server=server, library=library, transports=transports, reconnection=True)
    conversation = client.create()
    server.process.send_signal(signal.SIGTERM)
    assert client.expect("server:drain")["data"]["reconnectInMs"] == 0
    assert end_of(client) in CUT
    assert server.process.wait(timeout=STOP_TIMEOUT) == 0
    server.start()
    client.expect(":connect")
    client.expect("session:ready")
    assert client.say(conversation)["seq"] == 1


@pytest.mark.parametrize(("library", "transports"), WAYS)
def test_who_is_put_out_stays_out(socketio_connect, connect, backend, user, library, transports):  # noqa: F811
    name = user()
    client = socketio_connect(name, library=library, transports=transports, reconnection=True)
    path = f"/v1/users/{name}/connections"
    listed = backend().ok("GET", path)["connections"]
    assert [each["id"] for each in listed] == [client.ready["data"]["sessionId"]]
    assert listed[0]["transport"] == "socketio"
    backend().ok("DELETE", path)
    check_error(client.expect("error")["data"], "FORBIDDEN")
    assert end_of(client) == "server disconnect"
    assert client.socket._reconnect_task is None
    assert backend().ok("GET", path)["connections"] == []


def test_a_session_ends_with_its_token(socketio_connect, user):
    """R13: 4202 is no end that keeps a client away."""
    claims = {"exp": time.time() + 2.5, "iat": time.time() - 60}
    clients = [
        socketio_connect(user(), library=library, transports=transports, claims=claims)
        for library, transports in (way.values for way in WAYS)
    ]
    for client in clients:
        check_error(client.expect("error")["data"], "TOKEN_EXPIRED")
        assert end_of(client) in CUT


@pytest.mark.parametrize("transports", [POLLING, WEBSOCKET], ids=["polling", "websocket"])
def test_one_connection_too_many_comes_back_until_there_is_room(
    make_server, socketio_client, connect, user, transports
):
    """R59: no CONNECT_ERROR, after which the client would stay away, but the end of the transport."""
    server = make_server(settings={"userConnections": 2}).start()
    alice = user()
    first, _ = connect(alice, server=server), connect(alice, server=server)
    client = socketio_client(reconnection=True)
    client.open(server, {"token": server.token(alice)}, transports, wait=False)
    with pytest.raises(TimeoutError):
        while True:
            frame = client.receive(timeout=0.5)
            assert frame["type"] not in (":connect", ":connect_error"), frame
    first.close()
    client.expect("session:ready")
    client.ping()


@pytest.mark.parametrize("transports", [POLLING, WEBSOCKET], ids=["polling", "websocket"])
def test_while_nothing_can_be_stored_clients_stay_outside_and_come_in_by_themselves(
    make_server, socketio_client, user, transports
):
    """R13: a CONNECT that is UNAVAILABLE ends the transport, without a CONNECT_ERROR."""
    ignore_signal = lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    server = make_server("--no-rate-limits", prepare=ignore_signal).start()
    limits = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1_024, limits[1]))
    client = socketio_client(reconnection=True)
    client.open(server, {"token": server.token(user())}, transports, wait=False)
    wait_until(lambda: refusals(server) >= 2, "a second try")
    server.kill()
    server.start()
    while (frame := client.receive(timeout=20))["type"] != "session:ready":
        assert frame["type"] != ":connect_error", frame
    client.ping()


def refusals(server):
    return scrape(server.port).value("caas_connects_total", result="refused")


@pytest.mark.parametrize("transports", [POLLING, WEBSOCKET], ids=["polling", "websocket"])
def test_above_the_rate_of_connects_the_transport_ends(make_server, socketio_client, user, transports):
    """R61: 40 at once."""
    server = make_server().start()
    token = {"token": server.token(user())}
    let_in = 0
    # One more may come for each second that the others take.
    while is_let_in(client := socketio_client().open(server, token, transports, wait=False)):
        client.leave()
        let_in += 1
    assert let_in >= 40


def is_let_in(client):
    """Whether the client gets its session; else its transport ends, and there is no CONNECT_ERROR."""
    while client.socket.eio.state == "connected":
        try:
            frame = client.receive(timeout=0.05)
        except TimeoutError:
            continue
        assert frame["type"] != ":connect_error"
        if frame["type"] == "session:ready":
            return True
    return False


@pytest.mark.parametrize("transports", [POLLING, WEBSOCKET], ids=["polling", "websocket"])
def test_a_flood_of_refused_events_ends_the_transport(make_server, socketio_connect, user, transports):
    """R62: the hundredth refusal within a minute."""
    server = make_server().start()
    client = socketio_connect(user(), server=server, transports=transports)
    # A flood that takes its time is none: it goes on until it has been fast enough.
    while client.socket.connected:
        pour(client, 260)
        client._await_answers_to_posts()
    assert end_of(client) in CUT
    refusals = [frame for frame in client.events if frame["type"] == "error"]
    assert refusals and all(frame["data"]["code"] == "RATE_LIMITED" for frame in refusals)


def pour(client, count):
    for _ in range(count):
        try:
            client.emit("ping", {})
        except Exception:
            return  # It is cut by now.
