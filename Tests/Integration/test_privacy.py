"""What the settings hideExistence, historyVisibility and channelPosting change, over real sockets and a real file: R22, R25, R29."""

import json

import pytest
from events_table import events_about_something
from service import unique

PRIVATE = {"visibility": "private"}


@pytest.fixture
def hiding(make_server):
    settings = {"hideExistence": True, "historyVisibility": "joined", "channelPosting": "members", "autoCreateOnJoin": False}
    return make_server("--no-rate-limits", settings=settings).start()


def told(client, type, data, conversation):
    """The error of a frame as it came, less what differs between any two frames."""
    client.send_text(json.dumps({"id": "same", "type": type, "conversationId": conversation, "data": data, "ack": True}))
    frame = client.answer("same")
    return json.dumps(frame["data"])


# Each event that names a conversation or a message in it, and its data.
QUESTIONS = [
    ("message:send", {"content": "x"}),
    ("message:history", {}),
    ("message:edit", {"messageId": "M", "content": "x"}),
    ("message:delete", {"messageId": "M"}),
    ("conversation:join", {}),
    ("conversation:leave", {}),
    ("conversation:leave", {"membership": True}),
    ("conversation:members", {}),
    ("conversation:invite", {"userIds": ["zoe"]}),
    ("conversation:remove", {"userId": "alice"}),
    ("conversation:role", {"userId": "alice", "role": "member"}),
    ("conversation:update", {"name": "x"}),
    ("media:subscribe", {}),
    ("media:unsubscribe", {}),
    ("typing:start", {}),
    ("typing:stop", {}),
    ("event:send", {"name": "x", "payload": 1}),
    ("file:begin", {"name": "x.txt", "mimeType": "text/plain", "size": 1}),
    ("file:resume", {"fileId": "AAAAAAAAAAAAAAAAAAAAAA"}),
]


def test_every_event_that_names_something_is_asked():
    # Creating under a taken id says so (R29); calls, presence and blocks name no conversation.
    others = {type for type in events_about_something() if type.startswith(("call:", "presence:", "user:"))}
    assert {type for type, _ in QUESTIONS} == events_about_something() - {"conversation:create"} - others


def test_a_stranger_cannot_tell_a_hidden_conversation_from_none(hiding, connect):
    owner, stranger = connect("alice", server=hiding), connect("mallory", server=hiding)
    vault = owner.create(kind="group", **PRIVATE)
    message = owner.say(vault)["messageId"]
    gone = unique("nothing")
    for type, data in QUESTIONS:
        unknown = {key: "0000000000000000" if value == "M" else value for key, value in data.items()}
        known = {key: message if value == "M" else value for key, value in data.items()}
        named = None if "messageId" in data else vault
        answer = told(stranger, type, known, named)
        assert answer == told(stranger, type, unknown, None if "messageId" in data else gone), type
        assert json.loads(answer)["error"]["code"] == "NOT_FOUND", type
    assert owner.history(vault)["messages"][0]["messageId"] == message


def test_history_begins_with_the_membership_and_does_so_after_a_restart(hiding, connect):
    owner = connect("alice", server=hiding)
    room = owner.create(kind="group", **PRIVATE)
    owner.say(room, "before")
    owner.ok("conversation:invite", {"userIds": ["bob"]}, room)
    owner.say(room, "after")
    for _ in range(2):
        newcomer = connect("bob", server=hiding)
        assert [message["content"] for message in newcomer.history(room)["messages"]] == ["after"]
        hiding.stop()
        hiding.start()
    assert len(connect("alice", server=hiding).history(room)["messages"]) == 2


def test_members_post_in_an_opened_channel(hiding, connect):
    owner, member = connect("alice", server=hiding), connect("bob", server=hiding)
    channel = owner.create(kind="channel", members=["bob"])
    assert member.say(channel)["seq"] == 1


def test_members_do_not_post_in_a_channel_that_is_not_opened(connect, user):
    owner, name = connect(user()), user("bob")
    channel = owner.create(kind="channel", members=[name])
    connect(name).refused("message:send", {"content": "x"}, channel, code="FORBIDDEN", reason="role")


def test_a_backend_with_scope_admin_edits_what_a_user_wrote(connect, user):
    author = connect(user())
    room = author.create(kind="group")
    message = author.say(room, "phone number")["messageId"]
    backend = connect(user("backend"), claims={"scope": "chat:write admin"})
    backend.ok("message:edit", {"messageId": message, "content": "redacted"})
    assert author.expect("message:updated", messageId=message)["data"]["content"] == "redacted"
    moderator = connect(user("moderator"), claims={"scope": "chat:write moderate"})
    moderator.refused("message:edit", {"messageId": message, "content": "x"}, code="FORBIDDEN", reason="not_author")
