"""Two tenants with equal ids know nothing of each other: R15, R63. What one has is for the other as what nobody has."""

import json
from collections import namedtuple

import pytest
from calling import befriend, ring
from events_table import events_about_something
from media import header, pack
from service import unique
from socketio_client import socketio_connect  # noqa: F401


@pytest.fixture(scope="module")
def names():
    """Ids that both tenants use."""
    return {"user": unique("same-user"), "friend": unique("same-friend"), "conversation": unique("same-room")}


@pytest.fixture
def strangers(connect, user):
    """A user of tenant a, and what a user of tenant b with the same id has: a conversation and a message in it."""
    name = user()
    here, there = connect(name, "a"), connect(name, "b")
    conversation = there.create(visibility="public", conversationId=unique("theirs"))
    return here, there, conversation, there.say(conversation, "theirs")["messageId"]


Things = namedtuple("Things", "call file user")


@pytest.fixture
def things(strangers, connect, user):
    """What the other tenant has beside: a call that rings, a file on its way, and a user who is there."""
    _, there, conversation, _ = strangers
    friend = connect(name := user("friend"), "b")
    befriend(there, friend)
    there.ok("presence:update", {"status": "busy"})
    begin = {"name": "x.txt", "mimeType": "text/plain", "size": 10}
    file = there.ok("file:begin", begin, conversation)["fileId"]
    return Things(ring(there, friend), file, name)


def nobodys(things):
    """The like of these, which never were: of the same shape, but for the last digit or letter."""
    return Things(*(id[:-1] + ("2" if id[-1] != "2" else "3") for id in things))


PROBES = {
    "send": lambda c, m, t: ("message:send", {"content": "x"}, c, {}),
    "send-reply": lambda c, m, t: ("message:send", {"content": "x"}, None, {"replyTo": m}),
    "send-thread": lambda c, m, t: ("message:send", {"content": "x", "threadId": m}, None, {}),
    "edit": lambda c, m, t: ("message:edit", {"messageId": m, "content": "x"}, None, {}),
    "edit-with-conversation": lambda c, m, t: ("message:edit", {"messageId": m, "content": "x"}, c, {}),
    "delete": lambda c, m, t: ("message:delete", {"messageId": m}, None, {}),
    "delete-with-conversation": lambda c, m, t: ("message:delete", {"messageId": m}, c, {}),
    "history": lambda c, m, t: ("message:history", {}, c, {}),
    "join": lambda c, m, t: ("conversation:join", {"conversationId": c}, None, {}),
    "leave": lambda c, m, t: ("conversation:leave", {"conversationId": c}, None, {}),
    "leave-membership": lambda c, m, t: ("conversation:leave", {"membership": True}, c, {}),
    "members": lambda c, m, t: ("conversation:members", {}, c, {}),
    "invite": lambda c, m, t: ("conversation:invite", {"userIds": ["someone"]}, c, {}),
    "remove": lambda c, m, t: ("conversation:remove", {"userId": "someone"}, c, {}),
    "role": lambda c, m, t: ("conversation:role", {"userId": "someone", "role": "member"}, c, {}),
    "update": lambda c, m, t: ("conversation:update", {"name": "x", "visibility": "private"}, c, {}),
    "typing-start": lambda c, m, t: ("typing:start", {"conversationId": c}, None, {}),
    "typing-stop": lambda c, m, t: ("typing:stop", {"conversationId": c}, None, {}),
    "own-event": lambda c, m, t: ("event:send", {"name": "x", "payload": 1}, c, {}),
    "media-subscribe": lambda c, m, t: ("media:subscribe", {"kinds": ["audio"]}, c, {}),
    "media-unsubscribe": lambda c, m, t: ("media:unsubscribe", {}, c, {}),
    "file-begin": lambda c, m, t: ("file:begin", {"name": "x.txt", "mimeType": "text/plain", "size": 1}, c, {}),
    "file-resume": lambda c, m, t: ("file:resume", {"fileId": t.file}, None, {}),
    "file-resume-with-conversation": lambda c, m, t: ("file:resume", {"fileId": t.file}, c, {}),
    "send-file": lambda c, m, t: (
        "message:send",
        {"content": "x", "attachments": [{"attachmentId": t.file}]},
        None,
        {},
    ),
    "call-initiate": lambda c, m, t: ("call:initiate", {"targetUserId": t.user, "type": "audio"}, None, {}),
    "call-answer": lambda c, m, t: ("call:answer", {"callId": t.call}, None, {}),
    "call-reject": lambda c, m, t: ("call:reject", {"callId": t.call}, None, {}),
    "call-end": lambda c, m, t: ("call:end", {"callId": t.call}, None, {}),
    "call-signal": lambda c, m, t: ("call:signal", {"callId": t.call, "kind": "app", "payload": 1}, None, {}),
    "call-ice": lambda c, m, t: ("call:ice", {"callId": t.call}, None, {}),
    "presence-subscribe": lambda c, m, t: ("presence:subscribe", {"userIds": [t.user]}, None, {}),
    "presence-unsubscribe": lambda c, m, t: ("presence:unsubscribe", {"userIds": [t.user]}, None, {}),
    "block": lambda c, m, t: ("user:block", {"userId": t.user, "on": True}, None, {}),
    "unblock": lambda c, m, t: ("user:block", {"userId": t.user, "on": False}, None, {}),
    "create-own-id": lambda c, m, t: (
        "conversation:create",
        {"kind": "group", "memberIds": [], "conversationId": c},
        None,
        {},
    ),
}


def test_every_event_that_names_something_is_probed():
    probed = {probe("c", "m", Things("call", "file", "user"))[0] for probe in PROBES.values()}
    assert probed == events_about_something()


def comparable(frame, *ids):
    """The answer as text without what differs between any two answers."""
    data = {name: value for name, value in frame["data"].items() if name != "timestamp"}
    for seen in data.get("presences", []):
        # One counter for all users of the service.
        del seen["v"]
    text = json.dumps(
        {"type": frame["type"], "conversationId": frame.get("conversationId"), "data": data}, sort_keys=True
    )
    for id in ids:
        text = text.replace(id, "<id>")
    return text


@pytest.mark.parametrize("name", PROBES)
def test_what_the_other_tenant_has_answers_as_what_nobody_has(strangers, things, name):
    here, _, conversation, message = strangers
    # An id of a message that never was, of the same shape: only its last letter but three is another.
    other = "2" if message[-4] != "2" else "3"
    pairs = [
        (unique("nobodys"), message[:-4] + other + message[-3:], nobodys(things)),
        (conversation, message, things),
    ]
    own = here.create()
    answers = []
    for c, m, t in pairs:
        type, data, target, fields = PROBES[name](c, m, t)
        if type == "message:send" and target is None:
            target = own
        frame = here.answer(here.send(type, data, target, **fields))
        answers.append(comparable(frame, c, m, *t))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("wire", ["plain", "socketio"])
@pytest.mark.parametrize("type", ["audio", "video", "file_chunk"])
def test_so_do_packets(strangers, things, connect, socketio_connect, user, wire, type):  # noqa: F811
    _, there, conversation, _ = strangers
    there.join(conversation)
    sender = (connect if wire == "plain" else socketio_connect)(there.ready["data"]["userId"], "a")
    answers = []
    for number, (c, file) in enumerate([(unique("nobodys"), nobodys(things).file), (conversation, things.file)]):
        fields = {"fileId": file, "totalChunks": 1} if type == "file_chunk" else {}
        packet = pack(header(c, type, id=f"probe-{number}", ack=True, **fields), b"0123456789")
        sender.emit("binary", packet) if wire == "socketio" else sender.socket.send(packet)
        answers.append(comparable(sender.answer(f"probe-{number}"), c, file))
        assert '"success": false' in answers[-1]
    assert answers[0] == answers[1]
    # Nothing came there, where it would be no JSON, and the file is as it was.
    there.ping()
    assert there.ok("file:resume", {"fileId": things.file})["nextIndex"] == 0


def test_what_the_other_tenant_did_left_no_trace(strangers, things):
    here, there, conversation, message = strangers
    for name in sorted(PROBES):
        type, data, target, fields = PROBES[name](conversation, message, things)
        here.request(type, data, target or (conversation if type == "message:send" else None), **fields)
    stored = there.history(conversation)["messages"]
    assert [(item["messageId"], item["content"]) for item in stored] == [(message, "theirs")]
    assert len(there.ok("conversation:members", {}, conversation)["members"]) == 1
    [row] = [row for row in there.ok("conversation:list")["conversations"] if row["conversationId"] == conversation]
    assert "name" not in row and row["visibility"] == "public"
    # The call still rings, and nothing was said in it.
    told = {frame["type"] for frame in there.events}
    assert not told & {"call:signal", "call:answered", "call:ended", "event:new"}, told
    assert there.ok("call:end", {"callId": things.call})["reason"] == "cancelled"


def test_equal_ids_live_side_by_side(connect, names):
    rooms = {}
    for tenant in ("a", "b"):
        owner, friend = connect(names["user"], tenant), connect(names["friend"], tenant)
        assert owner.create(members=[names["friend"]], conversationId=names["conversation"]) == names["conversation"]
        owner.join(names["conversation"])
        friend.join(names["conversation"])
        rooms[tenant] = owner, friend
    acks = {
        tenant: owner.ok("message:send", {"content": f"of {tenant}"}, names["conversation"], id="the-same-frame-id")
        for tenant, (owner, _) in rooms.items()
    }
    assert acks["a"]["seq"] == acks["b"]["seq"] == 1
    assert acks["a"]["messageId"] != acks["b"]["messageId"]
    for tenant, (owner, _) in rooms.items():
        owner.ok("typing:start", {"conversationId": names["conversation"]})
        owner.say(names["conversation"], f"last of {tenant}")
    for tenant, (_, friend) in rooms.items():
        seen, _ = friend.until("message:new", content=f"last of {tenant}")
        assert [frame["data"]["content"] for frame in seen if frame["type"] == "message:new"] == [f"of {tenant}"]
        assert len([frame for frame in seen if frame["type"] == "typing:update" and frame["data"]["typing"]]) == 1
        contents = [item["content"] for item in friend.history(names["conversation"])["messages"]]
        assert contents == [f"of {tenant}", f"last of {tenant}"]


def test_a_pair_of_equal_names_has_a_direct_conversation_in_each_tenant(connect, user):
    alice, bob = user(), user()
    made = {tenant: connect(alice, tenant).create("direct", [bob]) for tenant in ("a", "b")}
    assert made["a"] != made["b"]


def test_the_list_holds_the_own_tenants_conversations_only(strangers):
    here, _, conversation, _ = strangers
    assert here.ok("conversation:list")["conversations"] == []
