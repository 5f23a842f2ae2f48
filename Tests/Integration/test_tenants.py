"""Two tenants with equal ids know nothing of each other: R15, R63. What one has is for the other as what nobody has."""

import json

import pytest
from events_table import events_about_something
from service import unique


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


PROBES = {
    "send": lambda c, m: ("message:send", {"content": "x"}, c, {}),
    "send-reply": lambda c, m: ("message:send", {"content": "x"}, None, {"replyTo": m}),
    "send-thread": lambda c, m: ("message:send", {"content": "x", "threadId": m}, None, {}),
    "edit": lambda c, m: ("message:edit", {"messageId": m, "content": "x"}, None, {}),
    "edit-with-conversation": lambda c, m: ("message:edit", {"messageId": m, "content": "x"}, c, {}),
    "delete": lambda c, m: ("message:delete", {"messageId": m}, None, {}),
    "delete-with-conversation": lambda c, m: ("message:delete", {"messageId": m}, c, {}),
    "history": lambda c, m: ("message:history", {}, c, {}),
    "join": lambda c, m: ("conversation:join", {"conversationId": c}, None, {}),
    "leave": lambda c, m: ("conversation:leave", {"conversationId": c}, None, {}),
    "leave-membership": lambda c, m: ("conversation:leave", {"membership": True}, c, {}),
    "members": lambda c, m: ("conversation:members", {}, c, {}),
    "invite": lambda c, m: ("conversation:invite", {"userIds": ["someone"]}, c, {}),
    "remove": lambda c, m: ("conversation:remove", {"userId": "someone"}, c, {}),
    "role": lambda c, m: ("conversation:role", {"userId": "someone", "role": "member"}, c, {}),
    "update": lambda c, m: ("conversation:update", {"name": "x", "visibility": "private"}, c, {}),
    "typing-start": lambda c, m: ("typing:start", {"conversationId": c}, None, {}),
    "typing-stop": lambda c, m: ("typing:stop", {"conversationId": c}, None, {}),
    "own-event": lambda c, m: ("event:send", {"name": "x", "payload": 1}, c, {}),
    "media-subscribe": lambda c, m: ("media:subscribe", {"kinds": ["audio"]}, c, {}),
    "media-unsubscribe": lambda c, m: ("media:unsubscribe", {}, c, {}),
    "file-begin": lambda c, m: ("file:begin", {"name": "x.txt", "mimeType": "text/plain", "size": 1}, c, {}),
    "file-resume": lambda c, m: ("file:resume", {"fileId": "file_" + 32 * "0"}, c, {}),
    "create-own-id": lambda c, m: (
        "conversation:create",
        {"kind": "group", "memberIds": [], "conversationId": c},
        None,
        {},
    ),
}


def test_every_event_that_names_something_is_probed():
    assert {probe("c", "m")[0] for probe in PROBES.values()} == events_about_something()


def comparable(frame, *ids):
    """The answer as text without what differs between any two answers."""
    data = {name: value for name, value in frame["data"].items() if name != "timestamp"}
    text = json.dumps(
        {"type": frame["type"], "conversationId": frame.get("conversationId"), "data": data}, sort_keys=True
    )
    for id in ids:
        text = text.replace(id, "<id>")
    return text


@pytest.mark.parametrize("name", PROBES)
def test_what_the_other_tenant_has_answers_as_what_nobody_has(strangers, name):
    here, _, conversation, message = strangers
    # An id of a message that never was, of the same shape: only its last letter but three is another.
    other = "2" if message[-4] != "2" else "3"
    pairs = [(unique("nobodys"), message[:-4] + other + message[-3:]), (conversation, message)]
    own = here.create()
    answers = []
    for c, m in pairs:
        type, data, target, fields = PROBES[name](c, m)
        if type == "message:send" and target is None:
            target = own
        frame = here.answer(here.send(type, data, target, **fields))
        answers.append(comparable(frame, c, m))
    assert answers[0] == answers[1]


def test_what_the_other_tenant_did_left_no_trace(strangers):
    here, there, conversation, message = strangers
    for name in sorted(PROBES):
        type, data, target, fields = PROBES[name](conversation, message)
        here.request(type, data, target or (conversation if type == "message:send" else None), **fields)
    stored = there.history(conversation)["messages"]
    assert [(item["messageId"], item["content"]) for item in stored] == [(message, "theirs")]
    assert len(there.ok("conversation:members", {}, conversation)["members"]) == 1
    [row] = there.ok("conversation:list")["conversations"]
    assert "name" not in row and row["visibility"] == "public"


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
