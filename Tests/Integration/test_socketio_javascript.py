"""The standard JavaScript client of Socket.IO, unmodified, in a browser and under Node: wire §7, R11 and R13."""

import threading
import time

import pytest
from client import check_error
from media import header, pack, unpack
from stock_javascript import (  # noqa: F401
    AWAY,
    CARRIERS,
    WAYS,
    StockSocket,
    as_bytes,
    check_refusal,
    chromium,
    javascript,
    page_at,
    pages,
    stock_client,
    way,
)


@pytest.fixture
def open_socket(javascript, server, way):
    """Opens sockets of users, which are ready, and upgraded where they do that."""

    def open_socket(user, server=server, **options):
        socket = StockSocket.open(javascript, server.url, auth={"token": server.token(user)}, **WAYS[way], **options)
        socket.ready()
        if way == "upgrade":
            socket.upgraded()
        return socket

    return open_socket


# What every client does


def test_it_connects_and_hears_who_it_is(javascript, server, way, user):
    alice = StockSocket.open(javascript, server.url, auth={"token": server.token("alice")}, **WAYS[way])
    assert alice.take("open") == [CARRIERS[way] if way != "upgrade" else "polling"]
    [id] = alice.take("connect")
    ready = alice.event("session:ready")
    assert ready["data"]["userId"] == "alice" and ready["data"]["sessionId"] == id
    if way == "upgrade":
        alice.upgraded()
    assert alice.transport() == CARRIERS[way]


def test_a_callback_gets_the_ack_and_others_get_the_event(open_socket, connect, user):
    names = user("alice"), user("bob"), user("carol")
    alice, bob, carol = open_socket(names[0]), open_socket(names[1]), connect(names[2])
    conversation = carol.create(members=names[:2])
    first = alice.say(conversation, "héllo 👋")
    assert first["seq"] == 1 and first["messageId"]
    for message in (bob.event("message:new"), carol.expect("message:new")):
        assert message["data"]["content"] == "héllo 👋" and message["data"]["seq"] == 1
        assert message["data"]["messageId"] == first["messageId"] and message["data"]["senderId"] == names[0]
    # The sender has the ack, and a frame sent on the other wire.
    carol.say(conversation, "from the plain one")
    assert alice.event("message:new")["data"]["content"] == "from the plain one"
    assert "event message:new" not in alice.names()


def test_a_callback_gets_a_refusal(open_socket, user):
    alice = open_socket(user())
    for type, frame, code, field in [
        ("message:send", {"id": "a", "data": {"content": "x"}}, "MISSING_FIELD", "conversationId"),
        ("message:edit", {"data": {}}, "MISSING_FIELD", "id"),
        ("no:such", {"id": "b"}, "INVALID_PAYLOAD", None),
        ("conversation:join", "no object", "INVALID_PAYLOAD", None),
    ]:
        ack = alice.ask(type, frame)
        assert ack["success"] is False
        check_error(ack["error"], code, field=field)
    assert not [name for name in alice.names() if name.startswith(("event error", "disconnect"))]


def test_without_a_callback_a_refusal_is_an_event_and_success_is_one_if_asked_for(open_socket, user):
    alice = open_socket(user())
    alice.emit("message:send", {"id": "refused", "data": {"content": "x"}})
    error = alice.event("error")
    assert error["replyTo"] == "refused" and error["data"]["code"] == "MISSING_FIELD"
    alice.emit("ping", {"id": "asked", "ack": True})
    ack = alice.event("ack")
    assert ack["replyTo"] == "asked" and ack["data"]["success"] is True


def test_a_burst_is_answered_in_its_order(open_socket, connect, user):
    alice, bob = open_socket(user("alice")), connect(user("bob"))
    conversation = bob.create(visibility="public")
    alice.join(conversation)
    for number in range(200):
        frame = {"id": f"m{number}", "conversationId": conversation, "data": {"content": str(number)}}
        alice.emit("message:send", frame)
    alice.emit("ping", {"id": "end", "ack": True})
    assert alice.event("ack")["replyTo"] == "end"
    assert [bob.expect("message:new")["data"]["content"] for _ in range(200)] == [str(number) for number in range(200)]


@pytest.mark.parametrize("size", [0, 3, 100_000])
def test_a_media_packet_crosses_both_ways(open_socket, connect, user, size):
    names = user("alice"), user("bob"), user("carol")
    alice, bob, carol = open_socket(names[0]), open_socket(names[1]), connect(names[2])
    conversation = carol.create(members=names[:2])
    for each in (alice, bob, carol):
        each.join(conversation)
    payload = bytes(number % 251 for number in range(size))
    for sequence, (sender, receiver) in enumerate([(alice, bob), (bob, alice)]):
        sent = header(conversation)
        sender.emit("binary", as_bytes(pack(sent, payload, sequence)))
        number, fields, got = unpack(receiver.packet())
        assert (number, fields, got) == (sequence, sent | {"senderId": names[sequence]}, payload)
    # A plain connection's packet too, and the ack of one.
    carol.socket.send(pack(header(conversation), b"plain"))
    assert unpack(alice.packet())[2] == b"plain"
    assert alice.ask("binary", as_bytes(pack(header(conversation), b"asked")))["success"] is True


def test_too_large_a_frame_is_refused_and_the_connection_lives_on(open_socket, user):
    alice = open_socket(user())
    frame = {"id": "large", "conversationId": "c", "data": {"content": "x" * 100_000}}
    ack = alice.ask("message:send", frame)
    assert ack["success"] is False
    check_error(ack["error"], "INVALID_PAYLOAD", reason="too_large")
    assert alice.ok("ping")["serverTime"]


def test_every_event_can_be_sent_with_retries(open_socket, user):
    """The client's queue of retries waits for the answer to each event before it sends the next."""
    alice = open_socket(user(), retries=3, ackTimeout=20_000)
    for type in ("typing:start", "no:such", "presence:update", "conversation:leave", "ping", "call:end"):
        alice.emit(type, {"id": type.replace(":", "-"), "data": {}})
    assert alice.ok("ping")["serverTime"]


def test_it_may_leave_and_come_back(open_socket, user):
    alice = open_socket(user())
    alice.disconnect()
    assert alice.take("disconnect")[0] == "io client disconnect"
    alice.connect()
    alice.ready()
    assert alice.ok("ping")["serverTime"]


# Being refused


def test_a_refused_client_is_told_why_and_stays_away_until_it_has_another_token(javascript, server, way, user):
    url, options = server.url, WAYS[way]
    check_refusal(StockSocket.open(javascript, url, **options), "AUTH_REQUIRED")
    check_refusal(StockSocket.open(javascript, url, auth={}, **options), "AUTH_REQUIRED")
    expired = server.token(user(), exp=1)
    check_refusal(StockSocket.open(javascript, url, auth={"token": expired}, **options), "TOKEN_EXPIRED")
    alice = StockSocket.open(javascript, url, auth={"token": "x.y.z"}, **options)
    check_refusal(alice, "AUTH_INVALID")
    alice.connect({"token": server.token(user())})
    alice.ready()
    assert alice.ok("ping")["serverTime"]


def test_another_namespace_is_no_namespace(javascript, server, way, user):
    alice = StockSocket.open(javascript, server.url + "/other", auth={"token": server.token(user())}, **WAYS[way])
    assert alice.take("connect_error") == ["Invalid namespace", None]
    assert alice.state() == AWAY


def test_who_is_put_out_is_told_and_stays_away(open_socket, user):
    alice = open_socket(user())
    for _ in range(5):
        alice.emit("message:send", "no object")
    for _ in range(5):
        check_error(alice.event("error")["data"], "INVALID_PAYLOAD", reason="json")
    assert alice.take("disconnect")[0] == "io server disconnect"
    assert alice.state() == AWAY
    assert not {"disconnect", "reconnect_attempt"} & set(alice.names())


# Coming back


def test_it_comes_back_by_itself_after_a_crash_of_the_server(open_socket, make_server, way, user):
    server = make_server("--no-rate-limits").start()
    names = user("alice"), user("bob")
    alice, bob = (open_socket(name, server) for name in names)
    conversation = alice.ok("conversation:create", {"kind": "group", "memberIds": [names[1]]})["conversationId"]
    alice.say(conversation, "before")
    assert bob.event("message:new")["data"]["seq"] == 1
    server.kill()
    for each in (alice, bob):
        assert each.take("disconnect")[0] in ("transport close", "transport error")
    # What an app sends meanwhile waits in the client.
    alice.emit("message:send", {"id": "meanwhile", "conversationId": conversation, "data": {"content": "meanwhile"}})
    server.start()
    bob.take("reconnect")
    bob.ready()
    assert alice.ready()["data"]["userId"] == names[0]
    history = alice.ok("message:history", {}, conversation)
    assert [message["content"] for message in history["messages"]] == ["before", "meanwhile"]
    bob.say(conversation, "after")
    assert alice.event("message:new")["data"]["seq"] == 3


def test_a_clean_end_is_announced_and_says_its_code_by_websocket(open_socket, make_server, way, user):
    server = make_server(settings={"reconnectWindow": 0}).start()
    alice = open_socket(user(), server)
    ending = threading.Thread(target=server.stop)
    ending.start()
    # Who polls may be without a connection just then, and is not told.
    if CARRIERS[way] == "websocket":
        assert alice.event("server:drain")["data"]["reconnectInMs"] == 0
        assert alice.take("disconnect") == ["transport close", 4100]
    else:
        assert alice.take("disconnect")[0] in ("transport close", "transport error")
    assert alice.state()["active"]
    ending.join()
    server.start()
    alice.ready()


def test_a_session_that_ends_with_its_token_says_so_by_its_code(javascript, server, user):
    token = server.token(user(), exp=int(time.time()) + 2)
    options = {"transports": ["websocket"], "reconnection": False}
    alice = StockSocket.open(javascript, server.url, auth={"token": token}, **options)
    alice.ready()
    assert alice.event("error")["data"]["code"] == "TOKEN_EXPIRED"
    assert alice.take("disconnect") == ["transport close", 4202]
