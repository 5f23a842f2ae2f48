"""Stock Socket.IO clients are full citizens: sessions, acks, events from and to every wire: R11, R16, R28, R33."""

import pytest
from client import check_error
from service import unique
from socketio_client import ASYNC_WAYS, POLLING, UPGRADE, WAYS, WEBSOCKET, socketio_connect  # noqa: F401

ways = pytest.mark.parametrize(("library", "transports"), WAYS)


def id_of(client):
    return client.ready["data"]["userId"]


@ways
def test_a_session_opens_and_asks_and_is_answered(socketio_connect, user, library, transports):
    alice = user("alice")
    client = socketio_connect(alice, library=library, transports=transports)
    data = client.ready["data"]
    assert (data["userId"], data["tenantId"], data["resumed"]) == (alice, "a", False)
    assert client.ready["version"] == 1 and isinstance(client.ready["timestamp"], int)
    assert client.socket.get_sid() != client.socket.eio.sid, "the session's secret is known to nobody else"
    conversation = client.create()
    client.join(conversation)
    ack = client.say(conversation, "hello")
    assert (ack["seq"], client.history(conversation)["messages"][0]["content"]) == (1, "hello")


def test_the_client_goes_over_to_a_websocket(socketio_connect, user):
    for library in ("async", "sync"):
        client = socketio_connect(user(), library=library, transports=UPGRADE)
        assert client.socket.transport() == "websocket"
        client.ping()


@ways
def test_messages_reach_readers_on_the_other_wire(socketio_connect, connect, user, library, transports):
    alice, bob = user("alice"), user("bob")
    modern, plain = socketio_connect(alice, library=library, transports=transports), connect(bob)
    conversation = modern.create(members=[bob])
    ack = modern.say(conversation, "by Socket.IO")
    event = plain.expect("message:new")
    assert (event["data"]["content"], event["data"]["senderId"]) == ("by Socket.IO", alice)
    assert event["data"]["messageId"] == ack["messageId"]
    ack = plain.say(conversation, "by a plain WebSocket")
    event = modern.expect("message:new")
    assert (event["data"]["content"], event["data"]["offset"]) == ("by a plain WebSocket", ack["offset"])
    assert event["conversationId"] == conversation


def test_a_broadcast_is_one_frame_on_every_wire(socketio_connect, connect, user):
    bob = user("bob")
    alice, plain = connect(user("alice")), connect(bob)
    readers = [socketio_connect(bob, transports=transports) for transports in (POLLING, WEBSOCKET, UPGRADE)]
    alice.say(alice.create(members=[bob]))
    expected = plain.expect("message:new")
    for reader in readers:
        assert reader.expect("message:new") == expected


def test_a_conversation_of_all_wires_keeps_its_order(socketio_connect, connect, user):
    names = [user() for _ in range(4)]
    everyone = [
        connect(names[0]),
        *(socketio_connect(name, transports=way) for name, way in zip(names[1:], (POLLING, WEBSOCKET, UPGRADE))),
    ]
    conversation = everyone[0].create(members=names[1:])
    asked = [(each, each.send("message:send", {"content": unique("m")}, conversation)) for each in everyone * 20]
    own = {name: set() for name in names}
    for each, id in asked:
        ack = each.answer(id)["data"]
        assert ack["success"], ack
        own[id_of(each)].add(ack["seq"])
    for each in everyone:
        others = set(range(1, 81)) - own[id_of(each)]
        assert [each.expect("message:new")["data"]["seq"] for _ in others] == sorted(others)


@pytest.mark.parametrize(("library", "transports"), ASYNC_WAYS)
def test_a_burst_larger_than_a_reply_arrives_in_order(socketio_connect, connect, user, library, transports):
    """Clients in Python break off where one answer to their GET has more than 16 packets."""
    bob = user("bob")
    alice, reader = connect(user("alice")), socketio_connect(bob, library=library, transports=transports)
    conversation = alice.create(members=[bob])
    ids = [alice.send("message:send", {"content": f"{number}"}, conversation) for number in range(200)]
    for id in ids:
        assert alice.answer(id)["data"]["success"]
    assert [reader.expect("message:new")["data"]["seq"] for _ in ids] == list(range(1, 201))
    reader.ping()


def test_a_sender_gets_no_echo_but_its_users_other_connections_do(socketio_connect, connect, user):
    alice = user("alice")
    sender, other, plain = socketio_connect(alice), socketio_connect(alice, transports=POLLING), connect(alice)
    conversation = sender.create()
    sender.say(conversation, "once")
    for each in (other, plain):
        assert each.expect("message:new")["data"]["content"] == "once"
    plain.say(conversation, "twice")
    seen, _ = sender.until("message:new", content="twice")
    assert "message:new" not in [frame["type"] for frame in seen]


def test_echo_is_an_option_of_auth(socketio_connect, user):
    client = socketio_connect(user(), options={"echo": True})
    conversation = client.create()
    client.say(conversation, "mine")
    assert client.expect("message:new")["data"]["content"] == "mine"


def test_inbox_is_an_option_of_auth(socketio_connect, connect, user):
    bob = user("bob")
    alice, reader = connect(user("alice")), socketio_connect(bob, options={"inbox": False})
    conversation = alice.create(members=[bob])
    alice.say(conversation, "not joined")
    reader.join(conversation)
    alice.say(conversation, "joined")
    seen, _ = reader.until("message:new", content="joined")
    assert not [frame for frame in seen if frame["type"] == "message:new"]


def test_typing_is_seen_on_the_other_wire(socketio_connect, connect, user):
    bob = user("bob")
    modern, plain = socketio_connect(user("alice"), transports=POLLING), connect(bob)
    conversation = modern.create(members=[bob])
    for typist, reader in ((modern, plain), (plain, modern)):
        typist.join(conversation), reader.join(conversation)
        typist.ok("typing:start", {"conversationId": conversation})
        reader.expect("typing:update", userId=id_of(typist), typing=True)
        typist.ok("typing:stop", {"conversationId": conversation})
        reader.expect("typing:update", userId=id_of(typist), typing=False)


def test_typing_ends_when_the_client_leaves(socketio_connect, connect, user):
    bob = user("bob")
    for transports in (POLLING, WEBSOCKET):
        typist, reader = socketio_connect(user("alice"), transports=transports), connect(bob)
        conversation = typist.create(members=[bob])
        typist.join(conversation), reader.join(conversation)
        typist.ok("typing:start", {"conversationId": conversation})
        expires = reader.expect("typing:update", typing=True)["data"]["expiresAt"]
        typist.leave()
        assert reader.expect("typing:update", typing=False)["timestamp"] < expires


def test_tenants_with_equal_ids_know_nothing_of_each_other(socketio_connect, user):
    alice, bob, conversation = user("alice"), user("bob"), unique("room")
    a, b = [
        [socketio_connect(name, tenant, transports=transports) for name in (alice, bob)]
        for tenant, transports in (("a", WEBSOCKET), ("b", POLLING))
    ]
    for tenant, (sender, reader) in (("a", a), ("b", b)):
        assert sender.create(members=[bob], conversationId=conversation) == conversation
        sender.say(conversation, f"of {tenant}")
    for tenant, (_, reader) in (("a", a), ("b", b)):
        assert reader.expect("message:new")["data"]["content"] == f"of {tenant}"
    a[0].say(conversation, "last")
    b[0].say(conversation, "end")
    seen, _ = b[1].until("message:new", content="end")
    assert not [frame for frame in seen if frame["data"].get("content") == "last"]


@pytest.mark.parametrize(("library", "transports"), ASYNC_WAYS)
@pytest.mark.parametrize(
    ("type", "data", "code", "field"),
    [
        ("message:send", {"content": "lost"}, "MISSING_FIELD", "conversationId"),
        ("message:send", {"content": "x", "conversationId": "nowhere"}, "NOT_FOUND", None),
        ("conversation:create", {"kind": "crowd"}, "INVALID_PAYLOAD", "data.kind"),
        ("message:shout", {}, "INVALID_PAYLOAD", "type"),
        ("session:auth", {"token": "x"}, "ALREADY_EXISTS", None),
    ],
)
def test_a_failure_calls_the_callback(socketio_connect, user, library, transports, type, data, code, field):
    client = socketio_connect(user(), library=library, transports=transports)
    client.refused(type, data, code=code, field=field)


def test_who_is_no_member_is_told_by_the_callback(socketio_connect, user):
    alice, stranger = socketio_connect(user("alice")), socketio_connect(user("stranger"), transports=POLLING)
    conversation = alice.create()
    stranger.refused("message:send", {"content": "x"}, conversation, code="NOT_MEMBER")
    member = socketio_connect(user("reader"), claims={"scope": "chat:read"})
    member.refused("message:send", {"content": "x"}, conversation, code="FORBIDDEN", reason="scope")


@ways
def test_a_failure_without_a_callback_is_an_event(socketio_connect, user, library, transports):
    client = socketio_connect(user(), library=library, transports=transports)
    id = client.send("message:send", {"content": "x"}, "nowhere", ack=False)
    event = client.expect("error")
    check_error(event["data"], "NOT_FOUND")
    assert event["replyTo"] == id


def test_what_succeeds_without_a_callback_is_not_answered(socketio_connect, connect, user):
    bob = user("bob")
    client, plain = socketio_connect(user()), connect(bob)
    conversation = client.create(members=[bob])
    client.send("message:send", {"content": "quiet"}, conversation, ack=False)
    plain.expect("message:new", content="quiet")
    plain.say(conversation, "end")
    seen, _ = client.until("message:new", content="end")
    assert not [frame for frame in seen if frame["type"] in ("ack", "error")]


def test_who_leaves_may_come_again_on_the_same_session(socketio_connect, server, user):
    """`41`, then `40` once more: each is a chat session of its own (wire §6)."""
    alice = user("alice")
    client = socketio_connect(alice)
    engine = client.socket.eio.sid
    first = client.ready["data"]["sessionId"]
    from socketio_client import run

    token = server.token(alice)
    run(client.socket._send_packet(client.socket.packet_class(1, namespace="/")))
    run(client.socket._send_packet(client.socket.packet_class(0, data={"token": token}, namespace="/")))
    ready = client.expect("session:ready")
    assert client.socket.eio.sid == engine and ready["data"]["sessionId"] != first
    client.ping()
