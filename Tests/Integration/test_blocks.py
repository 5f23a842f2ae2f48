"""Blocking over real sockets, on every wire: R77."""

import pytest
from blocking import block, comparable, fence, heard
from calling import WIRES, befriend, name
from client import check_error
from dialing import dial  # noqa: F401
from media import header, pack
from presence import status
from rest import Rest, make_key
from rest_fixtures import backend, keys  # noqa: F401
from socketio_client import socketio_connect  # noqa: F401


@pytest.fixture
def pair(dial, user):  # noqa: F811
    """Connects Alice by a wire, and Bob by each of them, with their conversation and a group that both are in."""

    def pair(wire="plain"):
        bob = user("bob")
        alice, bobs = dial(wire, user("alice")), [dial(each, bob) for each in WIRES]
        direct, group = befriend(alice, bobs[0]), fence(alice, bobs[0])
        for client in (alice, *bobs):
            client.join(direct)
            client.join(group)
        # What they were told of the making of both is read.
        heard(bobs, alice, group)
        return alice, bobs, direct, group

    return pair


def packet(client, conversation, id):
    data = pack(header(conversation, "audio", id=id, ack=True), b"sound")
    client.emit("binary", data) if hasattr(client, "emit") else client.socket.send(data)
    answer = client.answer(id)
    return answer["data"]


@pytest.mark.parametrize("wire", WIRES)
def test_the_blocker_hears_nothing_and_the_other_notices_nothing(pair, wire):
    alice, bobs, direct, group = pair(wire)
    block(bobs[0], name(alice))
    for bob in bobs[1:]:
        removed = bob.expect("conversation:removed", conversationId=direct)["data"]
        assert (removed["reason"], removed["by"]) == ("blocked", name(bob))
    heard(bobs, alice, group)
    message = alice.say(direct, "hello?")
    assert message["seq"] == 1
    alice.ok("message:edit", {"messageId": message["messageId"], "content": "hello??"})
    alice.ok("typing:start", {"conversationId": direct})
    alice.ok("typing:stop", {"conversationId": direct})
    alice.ok("event:send", {"name": "wave", "payload": 1}, direct)
    assert packet(alice, direct, "sound-1")["success"]
    alice.join(direct)
    assert [row["content"] for row in alice.history(direct)["messages"]] == ["hello??"]
    members = alice.ok("conversation:members", {}, direct)["members"]
    assert {member["userId"] for member in members} == {name(alice), name(bobs[0])}
    alice.ok("message:delete", {"messageId": message["messageId"]})
    call = alice.ok("call:initiate", {"targetUserId": name(bobs[0]), "type": "audio"})
    assert call["state"] == "ringing"
    bobs[0].refused("call:answer", {"callId": call["callId"]}, code="NOT_FOUND", reason="call")
    alice.ok("call:end", {"callId": call["callId"]})
    alice.expect("call:ended", callId=call["callId"], reason="cancelled")
    assert direct in {row["conversationId"] for row in alice.ok("conversation:list")["conversations"]}
    # In a group that both are in nothing has changed.
    assert heard(bobs, alice, group) == [[]] * len(bobs)


@pytest.mark.parametrize("wire", WIRES)
def test_to_the_blocker_it_is_closed_until_the_block_ends(pair, wire):
    alice, bobs, direct, group = pair()
    bob = bobs[WIRES.index(wire)]
    message = alice.say(direct, "first")["messageId"]
    block(bob, name(alice))
    alice.say(direct, "second")
    for type, data, conversation in [
        ("message:send", {"content": "x"}, direct),
        ("message:history", {}, direct),
        ("message:edit", {"messageId": message, "content": "x"}, None),
        ("message:delete", {"messageId": message}, None),
        ("conversation:join", {}, direct),
        ("conversation:leave", {}, direct),
        ("conversation:members", {}, direct),
        ("conversation:update", {"name": "x"}, direct),
        ("conversation:create", {"kind": "direct", "memberIds": [name(alice)]}, None),
        ("typing:start", {}, direct),
        ("event:send", {"name": "wave", "payload": 1}, direct),
        ("file:begin", {"name": "x.txt", "mimeType": "text/plain", "size": 1}, direct),
        ("media:subscribe", {}, direct),
        ("call:initiate", {"targetUserId": name(alice), "type": "audio"}, None),
    ]:
        bob.refused(type, data, conversation, code="FORBIDDEN", reason="blocked")
    check_error(packet(bob, direct, "sound-2")["error"], "FORBIDDEN", reason="blocked")
    assert bob.ok("conversation:list")["conversations"][0]["conversationId"] == group
    assert len(bob.ok("conversation:list")["conversations"]) == 1
    block(bob, name(alice), on=False)
    for other in bobs:
        if other is not bob:
            back = other.expect("conversation:updated", conversationId=direct)["data"]
            assert (back["latestSeq"], back["peerId"]) == (2, name(alice))
    assert [row["content"] for row in bob.history(direct)["messages"]] == ["first", "second"]
    alice.say(direct, "third")
    for client in bobs:
        client.expect("message:new", conversationId=direct, content="third")
    bob.say(direct, "fourth")
    alice.expect("message:new", conversationId=direct, content="fourth")


def test_a_block_holds_over_restarts(make_server, connect, user):
    server = make_server("--no-rate-limits").start()
    alice, bob = connect(user("alice"), server=server), connect(user("bob"), server=server)
    direct, group = befriend(alice, bob), fence(alice, bob)
    alice.say(direct, "before")
    block(bob, name(alice))
    server.restart()
    names = name(alice), name(bob)
    alice, bob = (connect(name, server=server) for name in names)
    alice.say(direct, "after")
    assert heard([bob], alice, group) == [[]]
    bob.refused("conversation:join", {}, direct, code="FORBIDDEN", reason="blocked")
    assert status(alice, names[1]) == "offline" and status(bob, names[0]) == "online"
    block(bob, names[0], on=False)
    assert [row["content"] for row in bob.history(direct)["messages"]] == ["before", "after"]
    server.restart()
    alice, bob = (connect(name, server=server) for name in names)
    alice.say(direct, "again")
    bob.expect("message:new", conversationId=direct, content="again")


def script(alice, bob, direct, group):
    """What Alice asks towards Bob, whom she knows, and everything that she is told."""
    frames = []

    def ask(type, data=None, conversation=None):
        frames.append(alice.answer(alice.send(type, data, conversation)))
        assert frames[-1]["data"]["success"], frames[-1]
        return frames[-1]["data"]

    ask("conversation:create", {"kind": "direct", "memberIds": [bob]})
    ask("conversation:join", {}, direct)
    message = ask("message:send", {"content": "hello?"}, direct)["messageId"]
    ask("message:edit", {"messageId": message, "content": "hello??"})
    ask("typing:start", {}, direct)
    ask("event:send", {"name": "wave", "payload": 1}, direct)
    ask("message:history", {}, direct)
    ask("conversation:members", {}, direct)
    ask("conversation:invite", {"userIds": [bob]}, group)
    ask("conversation:create", {"kind": "group", "memberIds": [bob]})
    ask("conversation:create", {"kind": "channel", "memberIds": [bob]})
    ask("presence:subscribe", {"userIds": [bob]})
    ask("conversation:list", {"limit": 100})
    call = ask("call:initiate", {"targetUserId": bob, "type": "audio"})
    assert call["state"] == "ringing"
    ask("call:end", {"callId": call["callId"]})
    ask("message:history", {}, direct)
    ask("message:delete", {"messageId": message})
    ask("presence:unsubscribe", {"userIds": [bob]})
    ask("conversation:leave", {}, direct)
    return frames + [frame for frame in alice.events if frame["type"] != "presence:update"]


def test_a_blocked_user_is_answered_as_towards_somebody_who_is_away(connect, user):
    told = []
    for blocks in (True, False):
        alice, bob = connect(user("alice")), user("bob")
        if blocks:
            there = connect(bob)
            direct = befriend(there, alice)
            alice.expect("conversation:updated", conversationId=direct)
            block(there, name(alice))
        else:
            direct = alice.create(kind="direct", members=[bob])
        group = alice.create()
        frames = script(alice, bob, direct, group)
        told.append(comparable(frames, {name(alice): "alice", bob: "bob"}))
    for blocked, away in zip(*told, strict=True):
        assert blocked == away


def test_invitations_come_to_nothing_but_for_a_backend(connect, user, backend):  # noqa: F811
    alice, bob, carol = connect(user("alice")), connect(user("bob")), connect(user("carol"))
    group = fence(carol, alice, bob)
    heard([bob], carol, group)
    block(bob, name(alice))
    room = alice.create(members=[name(carol)])
    other = alice.ok("conversation:create", {"kind": "group", "memberIds": [name(bob), name(carol)]})["conversationId"]
    ack = alice.ok("conversation:invite", {"userIds": [name(bob)]}, room)
    assert ack["added"] == [name(bob)] and ack["offset"] == 1
    assert carol.expect("member:updated", conversationId=room)["data"]["userId"] == name(bob)
    alice.say(room, "not for bob")
    assert heard([bob], carol, group) == [[]]
    for conversation in (room, other):
        bob.refused("message:history", {}, conversation, code="NOT_MEMBER")
    backend().ok("POST", f"/v1/conversations/{room}/members", {"userIds": [name(bob)]})
    bob.expect("conversation:updated", conversationId=room)
    assert [row["content"] for row in bob.history(room)["messages"]] == ["not for bob"]


def test_the_blocked_one_sees_the_blocker_go_and_come_back(connect, user):
    alice, bob = connect(user("alice")), connect(user("bob"))
    befriend(alice, bob)
    assert status(alice, name(bob)) == "online"
    block(bob, name(alice))
    gone = alice.expect("presence:update", userId=name(bob), status="offline")["data"]
    assert "lastSeen" not in gone
    assert status(alice, name(bob)) == "offline" and status(bob, name(alice)) == "online"
    bob.ok("presence:update", {"status": "busy", "customMessage": "secret"})
    block(bob, name(alice), on=False)
    seen, back = alice.until("presence:update", userId=name(bob), status="busy")
    assert [frame for frame in seen if frame["data"].get("v", 0) > gone["v"]] == []
    assert back["data"]["customMessage"] == "secret" and back["data"]["v"] > gone["v"]


def test_a_block_ends_with_either_user(connect, user, backend):  # noqa: F811
    for removed in ("alice", "bob"):
        alice, bob = connect(user("alice")), connect(user("bob"))
        direct = befriend(alice, bob)
        block(bob, name(alice))
        alice.say(direct, "hello?")
        gone, left = (alice, bob) if removed == "alice" else (bob, alice)
        backend().ok("DELETE", f"/v1/users/{name(gone)}")
        assert [row["content"] for row in left.history(direct)["messages"]] == ["hello?"]
        again = connect(name(gone))
        new = befriend(again, left)
        assert new != direct
        for one, other in ((again, left), (left, again)):
            sent = one.say(new, "new")
            other.expect("message:new", messageId=sent["messageId"])


@pytest.mark.parametrize("wire", WIRES)
def test_what_is_wrong_with_a_block_is_named(dial, connect, user, wire):  # noqa: F811
    client = dial(wire, user())
    client.refused("user:block", {"userId": user("nobody"), "on": True}, code="NOT_FOUND", reason="user", field="data.userId")
    client.refused("user:block", {"userId": name(client), "on": True}, code="INVALID_PAYLOAD", reason="self")
    client.refused("user:block", {"userId": "x"}, code="MISSING_FIELD", field="data.on")
    other = name(connect(user()))
    for on in (False, True, True, False, False):
        block(client, other, on)
    ack = client.ok("user:block", {"userId": other, "on": True}, id="block-1")
    block(client, other, on=False)
    again = client.ok("user:block", {"userId": other, "on": True}, id="block-1")
    assert (ack.get("duplicate"), again["duplicate"]) == (None, True)
    reader = dial(wire, user(), claims={"scope": "chat:read"})
    reader.refused("user:block", {"userId": other, "on": True}, code="FORBIDDEN", reason="scope")


def test_a_backend_may_not_read_in_the_blockers_name(connect, user, server):
    alice, bob = connect(user("alice")), connect(user("bob"))
    direct = befriend(alice, bob)
    block(bob, name(alice))
    key = make_key(server)
    for as_user, is_closed in ((name(bob), True), (name(alice), False)):
        rest = Rest(server, key, as_user=as_user)
        if is_closed:
            rest.refused("GET", f"/v1/conversations/{direct}/messages", status=403, code="FORBIDDEN", reason="blocked")
        else:
            assert rest.history(direct)["messages"] == []
        rest.close()
