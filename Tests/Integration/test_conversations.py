"""Making, joining, leaving and listing conversations, and who receives what without joining: R25 to R28."""

import pytest
from service import unique


def id_of(client):
    return client.ready["data"]["userId"]


def test_a_new_group_shows_itself_to_its_members_on_every_connection(connect, user):
    alice, bob = connect(user()), user()
    connections = [connect(bob), connect(bob)]
    conversation = alice.create(members=[bob], name="Plans", metadata={"color": "red"})
    for connection in connections:
        event = connection.expect("conversation:updated", conversationId=conversation)
        data = event["data"]
        assert event["conversationId"] == conversation
        assert (data["kind"], data["name"], data["visibility"], data["role"]) == ("group", "Plans", "private", "member")
        assert data["latestSeq"] == 0 and isinstance(data["latestOffset"], int)


def test_the_creator_is_owner_whether_named_or_not(connect, user):
    alice, bob = connect(user()), user()
    for members in ([bob], [bob, id_of(alice)]):
        conversation = alice.create(members=members)
        listed = alice.ok("conversation:members", {}, conversation)["members"]
        assert {member["userId"]: member["role"] for member in listed} == {id_of(alice): "owner", bob: "member"}


def test_an_own_id_is_kept_and_taken_once(connect, user):
    alice, bob, own = connect(user()), connect(user()), unique("own")
    assert alice.create(conversationId=own) == own
    for client in (alice, bob):
        data = {"kind": "group", "memberIds": [], "conversationId": own}
        client.refused("conversation:create", data, code="ALREADY_EXISTS")


def test_a_direct_conversation_exists_once_for_each_pair(connect, user):
    alice, bob, carol = connect(user()), connect(user()), connect(user())
    first = alice.create("direct", [id_of(bob)])
    for client, other in ((alice, bob), (bob, alice)):
        again = client.ok("conversation:create", {"kind": "direct", "memberIds": [id_of(other)]})
        assert (again["conversationId"], again["existing"]) == (first, True)
    assert alice.create("direct", [id_of(carol)]) != first


def test_both_sides_of_a_new_pair_at_once_get_the_same_conversation(connect, user):
    alice, bob = connect(user()), connect(user())
    one = alice.send("conversation:create", {"kind": "direct", "memberIds": [id_of(bob)]})
    two = bob.send("conversation:create", {"kind": "direct", "memberIds": [id_of(alice)]})
    assert alice.answer(one)["data"]["conversationId"] == bob.answer(two)["data"]["conversationId"]


def test_a_direct_conversation_has_two_members_for_good(connect, user):
    alice, bob, carol = connect(user()), user(), user()
    create = lambda *members: {"kind": "direct", "memberIds": list(members)}
    alice.refused("conversation:create", create(id_of(alice)), code="INVALID_PAYLOAD")
    alice.refused("conversation:create", create(bob, carol), code="INVALID_PAYLOAD")
    direct = alice.create("direct", [bob])
    alice.refused("conversation:leave", {"membership": True}, direct, code="FORBIDDEN", reason="direct")
    alice.refused("conversation:invite", {"userIds": [carol]}, direct, code="FORBIDDEN")


# Joining and leaving


def test_joining_an_unknown_id_makes_a_public_group_in_development(connect, user):
    alice, bob, name = connect(user()), connect(user()), unique("lobby")
    ack = alice.join(name)
    assert (ack["role"], ack["latestSeq"], ack["members"]) == ("owner", 0, 1)
    ack = bob.join(name)
    assert (ack["role"], ack["members"]) == ("member", 2)
    joined = alice.expect("member:updated", userId=id_of(bob))["data"]
    assert (joined["change"], joined["conversationId"]) == ("joined", name)
    assert joined["offset"] <= ack["latestOffset"]


def test_after_the_join_every_later_offset_follows_and_no_earlier_one(connect, user):
    alice, bob = connect(user()), connect(user(), query="?inbox=false")
    conversation = alice.create(visibility="public")
    before = alice.say(conversation, "before")
    latest = bob.join(conversation)
    after = [alice.say(conversation, f"after {number}")["offset"] for number in range(3)]
    events = [bob.expect("message:new") for _ in after]
    assert latest["latestOffset"] >= before["offset"] and latest["latestSeq"] == 1
    assert [event["data"]["offset"] for event in events] == after
    assert min(after) == latest["latestOffset"] + 1


def test_joining_again_changes_nothing(connect, user):
    alice, bob, name = connect(user()), connect(user()), unique("lobby")
    alice.join(name)
    assert bob.join(name)["latestOffset"] == bob.join(name)["latestOffset"]
    alice.say(name, "once")
    alice.say(name, "last")
    seen, _ = bob.until("message:new", content="last")
    assert len([frame for frame in seen if frame["type"] == "message:new"]) == 1


def test_a_private_conversation_is_not_joined_by_a_stranger(connect, user):
    alice, stranger = connect(user()), connect(user())
    stranger.refused("conversation:join", {"conversationId": alice.create()}, code="NOT_MEMBER")


def test_a_connection_joins_five_hundred_conversations_at_most(connect, user):
    """CVE-2026-56811."""
    alice = connect(user())
    joins = [alice.send("conversation:join", {"conversationId": unique("many")}) for _ in range(500)]
    assert all(alice.answer(id, timeout=30)["data"]["success"] for id in joins)
    one_more = {"conversationId": unique("many")}
    error = alice.refused("conversation:join", one_more, code="RATE_LIMITED", reason="join_limit")
    assert error["retryAfter"] >= 1 and error["details"]["retryable"] is True
    connect(alice.ready["data"]["userId"]).join(one_more["conversationId"])


def test_leaving_ends_the_subscription_of_this_connection_only(connect, user):
    alice, bob = connect(user()), user()
    conversation, other = alice.create(members=[bob]), alice.create(members=[bob])
    leaver, stayer = connect(bob, query="?inbox=false"), connect(bob, query="?inbox=false")
    for client in (leaver, stayer):
        client.join(conversation)
        client.join(other)
    leaver.ok("conversation:leave", {"conversationId": conversation})
    alice.say(conversation, "to the one that stayed")
    alice.say(other, "to both")
    stayer.expect("message:new", content="to the one that stayed")
    seen, _ = leaver.until("message:new", content="to both")
    assert not [frame for frame in seen if frame["type"] == "message:new"]
    leaver.say(conversation, "still a member")


def test_ending_the_membership_tells_everyone(connect, user):
    alice, bob = connect(user()), user()
    conversation = alice.create(members=[bob])
    leaver, elsewhere = connect(bob), connect(bob)
    leaver.ok("conversation:leave", {"membership": True}, conversation)
    assert alice.expect("member:updated", userId=bob)["data"]["change"] == "left"
    assert elsewhere.expect("conversation:removed", conversationId=conversation)["data"]["reason"] == "left"
    leaver.refused("message:send", {"content": "x"}, conversation, code="NOT_MEMBER")
    alice.say(conversation, "after")
    direct = alice.create("direct", [bob])
    alice.say(direct, "here")
    seen, _ = elsewhere.until("message:new", content="here")
    assert not [frame for frame in seen if frame["type"] == "message:new"]


def test_the_last_owner_cannot_leave(connect, user):
    alice, bob = connect(user()), user()
    conversation = alice.create(members=[bob])
    alice.refused("conversation:leave", {"membership": True}, conversation, code="FORBIDDEN", reason="last_owner")
    alice.ok("conversation:role", {"userId": bob, "role": "owner"}, conversation)
    alice.ok("conversation:leave", {"membership": True}, conversation)


# Who receives


def test_members_receive_without_joining_unless_they_decline(connect, user):
    alice, bob = connect(user()), user()
    inbox, declined = connect(bob), connect(bob, query="?inbox=false")
    first, joined = alice.create(members=[bob]), alice.create(members=[bob])
    declined.join(joined)
    alice.say(first, "by inbox")
    alice.say(joined, "by join")
    inbox.expect("message:new", content="by inbox")
    inbox.expect("message:new", content="by join")
    seen, _ = declined.until("message:new", content="by join")
    assert not [frame for frame in seen if frame["type"] == "message:new" and frame["conversationId"] == first]


def test_a_user_who_connects_later_receives_what_follows(connect, user):
    alice, bob = connect(user()), user()
    conversation = alice.create(members=[bob])
    alice.say(conversation, "before")
    late = connect(bob)
    alice.say(conversation, "after")
    seen, _ = late.until("message:new", content="after")
    assert not [frame for frame in seen if frame["type"] == "message:new"]


def test_a_channel_reaches_only_those_who_joined_and_is_written_by_moderators(connect, user):
    alice, bob, carol = connect(user()), connect(user()), connect(user())
    channel = alice.create("channel", [id_of(carol)], visibility="public")
    bob.join(channel)
    bob.refused("message:send", {"content": "x"}, channel, code="FORBIDDEN")
    alice.say(channel, "news")
    bob.expect("message:new", content="news")
    alice.say(alice.create("direct", [id_of(carol)]), "to carol")
    seen, _ = carol.until("message:new", content="to carol")
    assert not [frame for frame in seen if frame["type"] == "message:new"]


# Lists


def walk(client, type, items, conversation=None):
    """Every item of a list, by pages of two."""
    found, data = [], {"limit": 2}
    while True:
        page = client.ok(type, data, conversation)
        assert len(page[items]) <= 2
        found += page[items]
        if "cursor" not in page:
            return found
        assert page[items], "a page with a cursor is never empty"
        data = {"limit": 2, "cursor": page["cursor"]}


def test_members_are_listed_page_by_page(connect, user):
    alice = connect(user(), claims={"name": "Alice"})
    others = [user() for _ in range(6)]
    conversation = alice.create(members=others)
    found = walk(alice, "conversation:members", "members", conversation)
    assert sorted(member["userId"] for member in found) == sorted([id_of(alice), *others])
    assert all(isinstance(member["joinedAt"], int) for member in found)
    assert [member["role"] for member in found if member.get("name") == "Alice"] == ["owner"]
    connect(user()).refused("conversation:members", {}, conversation, code="NOT_MEMBER")


def test_conversations_are_listed_page_by_page_to_their_members(connect, user):
    alice, bob = connect(user()), connect(user())
    mine = [alice.create(members=[id_of(bob)], name=f"group {number}") for number in range(5)]
    bob.create()
    found = walk(alice, "conversation:list", "conversations")
    assert sorted(item["conversationId"] for item in found) == sorted(mine)
    assert {(item["kind"], item["role"]) for item in found} == {("group", "owner")}
    assert len(walk(bob, "conversation:list", "conversations")) == 6


@pytest.mark.parametrize("kind", ["group", "channel"])
def test_a_conversation_survives_a_restart(make_server, connect, user, kind):
    server, alice = make_server("--no-rate-limits").start(), user()
    client = connect(alice, server=server)
    conversation = client.create(kind, name="kept")
    ack = client.say(conversation, "kept too")
    server.restart()
    client = connect(alice, server=server)
    listed = client.ok("conversation:list")["conversations"]
    assert [(item["conversationId"], item["kind"], item["name"], item["role"]) for item in listed] == [
        (conversation, kind, "kept", "owner")
    ]
    assert client.history(conversation)["messages"][0]["messageId"] == ack["messageId"]
    assert client.say(conversation)["seq"] == ack["seq"] + 1


def test_an_owner_changes_settings_and_everybody_sees_the_changed_fields(connect, user):
    alice, bob = connect(user()), connect(user())
    phone = connect(id_of(alice))
    conversation = alice.create(members=[id_of(bob)], name="Plans", metadata={"color": "red"})
    for connection in (bob, phone):
        connection.expect("conversation:updated", conversationId=conversation)
    ack = alice.ok("conversation:update", {"name": "Crew", "metadata": None, "visibility": "private"}, conversation)
    assert ack["offset"] == 1
    for connection in (bob, phone):
        data = connection.expect("conversation:updated", conversationId=conversation)["data"]
        assert data == {"offset": 1, "conversationId": conversation, "name": "Crew", "metadata": None}
    assert "offset" not in alice.ok("conversation:update", {"name": "Crew"}, conversation)
    listed = bob.ok("conversation:list")["conversations"][0]
    assert (listed["name"], listed.get("metadata"), listed["latestOffset"]) == ("Crew", None, 1)
    bob.refused("conversation:update", {"name": "Mine"}, conversation, code="FORBIDDEN", reason="role")
    for field, value in (("slowMode", 5), ("frozen", True)):
        data = {"name": "x", field: value}
        alice.refused(
            "conversation:update", data, conversation, code="INVALID_PAYLOAD", reason="not_yet", field=f"data.{field}"
        )
