"""Who is let in by Socket.IO, how the others are told, and what lives on: R5, R13, R55, R56, wire §6."""

import json
import time

import pytest
import socketio
from client import check_error
from metrics_page import scrape_until
from polling import Carrier, Polling
from process import wait_until
from socketio_client import (  # noqa: F401
    ASYNC_WAYS,
    POLLING,
    UPGRADE,
    WAYS,
    WEBSOCKET,
    SocketIOClient,
    run,
    socketio_client,
    socketio_connect,
)

OTHER_KEY = "another-secret-that-signs-nothing-here".ljust(48, "x")


def refused(client, server, auth, code, transports=WEBSOCKET, **details):
    """The one namespace is refused: the library, which would come back by itself, asks for no other connection."""
    client.open(server, auth, transports, wait=False)
    error = client.expect(":connect_error")["data"]["error"]
    assert error["message"] == code == error["data"]["code"]
    check_error(error["data"], code, **details)
    assert client.socket.eio.state == "connected" and client.socket._reconnect_task is None
    return error["data"]


def test_the_library_raises_where_its_namespace_is_refused(socketio_client, server):
    client = socketio_client(reconnection=True)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.open(server, {"token": "wrong"})
    assert client.socket.eio.state == "disconnected" and client.socket._reconnect_task is None


@pytest.mark.parametrize(("library", "transports"), WAYS)
def test_without_a_token_nobody_is_let_in(socketio_client, server, library, transports):
    client = socketio_client(library=library, reconnection=True)
    error = refused(client, server, None, "AUTH_REQUIRED", transports)
    assert error["details"]["retryable"] is False


CASES = {
    "empty": (lambda server, user: {}, "AUTH_REQUIRED", {}),
    "null": (lambda server, user: {"token": None}, "AUTH_REQUIRED", {}),
    "number": (lambda server, user: {"token": 7}, "INVALID_PAYLOAD", {"field": "auth.token"}),
    "no-token": (lambda server, user: {"token": "x.y.z"}, "AUTH_INVALID", {}),
    "another-key": (lambda server, user: {"token": server.token(user, secret=OTHER_KEY)}, "AUTH_INVALID", {}),
    "no-signature": (lambda server, user: {"token": server.token(user, algorithm="none")}, "AUTH_INVALID", {}),
    "no-such-tenant": (
        lambda server, user: {"token": server.token(user, "c", secret=server.secrets["a"])},
        "AUTH_INVALID",
        {},
    ),
    "expired": (lambda server, user: {"token": server.token(user, exp=int(time.time()) - 90)}, "TOKEN_EXPIRED", {}),
    "version": (
        lambda server, user: {"token": server.token(user), "version": 2},
        "INVALID_PAYLOAD",
        {"reason": "version"},
    ),
    "option": (
        lambda server, user: {"token": server.token(user), "echo": "yes"},
        "INVALID_PAYLOAD",
        {"field": "auth.echo"},
    ),
}


@pytest.mark.parametrize("transports", [POLLING, WEBSOCKET], ids=["polling", "websocket"])
@pytest.mark.parametrize(("auth", "code", "details"), CASES.values(), ids=CASES)
def test_a_cause_that_time_does_not_mend_is_a_connect_error(
    socketio_client, server, user, transports, auth, code, details
):
    client = socketio_client(reconnection=True)
    error = refused(client, server, auth(server, user()), code, transports, **details)
    if details.get("reason") == "version":
        assert error["details"]["supported"] == [1]


def test_version_1_may_be_asked_for(socketio_connect, user):
    socketio_connect(user(), options={"version": 1}).ping()


@pytest.mark.parametrize(("library", "transports"), ASYNC_WAYS)
def test_who_was_refused_may_ask_again_on_the_same_connection(socketio_client, server, user, library, transports):
    client = socketio_client(reconnection=True)
    client.open(server, {"token": "wrong"}, transports, wait=False)
    assert client.expect(":connect_error")["data"]["error"]["message"] == "AUTH_INVALID"
    engine = client.socket.eio.sid
    token = server.token(user())
    run(client.socket._send_packet(client.socket.packet_class(0, data={"token": token}, namespace="/")))
    client.expect("session:ready")
    assert client.socket.eio.sid == engine


def test_the_third_refusal_ends_the_connection(socketio_client, server):
    client = socketio_client()
    client.open(server, {"token": "wrong"}, wait=False)
    client.expect(":connect_error")
    for _ in range(2):
        assert client.socket.eio.state == "connected"
        run(client.socket._send_packet(client.socket.packet_class(0, data={}, namespace="/")))
        client.expect(":connect_error")
    run(client.socket.eio.wait(), timeout=30)


def test_a_refusal_that_is_told_by_the_end_alone_is_counted(make_server, connect, user):
    server = make_server(settings={"userConnections": 1}).start()
    alice = user()
    connect(alice, server=server)
    with Carrier(server) as socket:
        socket.open().say("40" + json.dumps({"token": server.token(alice)}))
        assert socket.end() == ([], 4229)
    session = Polling(server)
    session.post("40" + json.dumps({"token": server.token(alice)}))
    wait_until(session.is_gone, "the session ends")
    session.stack.close()
    refused = {"code": "RATE_LIMITED", "reason": "connections"}
    page = scrape_until(server.port, lambda page: page.value("caas_errors_total", **refused) > 1)
    assert page.value("caas_errors_total", **refused) == 2 == page.value("caas_connects_total", result="refused")


@pytest.mark.parametrize(("library", "transports"), ASYNC_WAYS)
def test_another_namespace_is_invalid_and_the_main_one_lives_on(socketio_client, server, user, library, transports):
    client = socketio_client()
    client.socket.on("connect_error", lambda error: client._note(":other_error", error=error), namespace="/other")
    auth = {"token": server.token(user())}
    client.open(server, auth, transports, wait=False, namespaces=["/", "/other"])
    assert client.expect(":other_error")["data"]["error"] == {"message": "Invalid namespace"}
    client.expect("session:ready")
    client.ping()
    conversation = client.create()
    assert client.say(conversation)["seq"] == 1


def test_what_a_client_would_recover_by_is_passed_over(socketio_client, server, user):
    client = socketio_client()
    client.open(server, {"token": server.token(user()), "pid": "p" * 24, "offset": "1-0"}, wait=False)
    ready = client.expect("session:ready")["data"]
    assert ready["resumed"] is False
    assert client.socket.get_sid() == ready["sessionId"]
    client.ping()


def test_the_query_of_the_url_is_the_applications_own(socketio_client, server, user):
    for transports in (POLLING, WEBSOCKET):
        client = socketio_client()
        auth = {"token": server.token(user())}
        run(client.socket.connect(f"{server.url}?room=7&t=1&j=0&v=9", auth=auth, transports=transports))
        client.expect("session:ready")


@pytest.mark.parametrize(("library", "transports"), WAYS)
def test_a_user_may_leave_and_come_again(socketio_client, server, user, library, transports):
    alice = user()
    client = socketio_client(library=library)
    sessions = set()
    for _ in range(3):
        client.open(server, {"token": server.token(alice)}, transports)
        sessions.add(client.expect("session:ready")["data"]["sessionId"])
        client.leave()
        assert client.expect(":disconnect")["data"]["reason"] == "client disconnect"
    assert len(sessions) == 3


