"""Who sees whom typing, and for how long: R28, R32, R33."""

import pytest


def id_of(client):
    return client.ready["data"]["userId"]


@pytest.fixture
def room(connect, user):
    """A typist and a reader who both joined, and their group."""
    bob = user("bob")
    alice, reader = connect(user("alice")), connect(bob)
    conversation = alice.create(members=[bob])
    alice.join(conversation)
    reader.join(conversation)
    return alice, reader, conversation


def typing_until(reader, content):
    """What typing said before the message that is named."""
    seen, _ = reader.until("message:new", content=content)
    return [frame["data"]["typing"] for frame in seen if frame["type"] == "typing:update"]


def start(client, conversation):
    client.ok("typing:start", {"conversationId": conversation})


def stop(client, conversation):
    client.ok("typing:stop", {"conversationId": conversation})


def test_typing_is_seen_by_those_who_joined_with_its_end(room):
    alice, reader, conversation = room
    start(alice, conversation)
    event = reader.expect("typing:update")
    data = event["data"]
    assert event["conversationId"] == data["conversationId"] == conversation
    assert (data["userId"], data["typing"]) == (id_of(alice), True)
    assert 0 < data["expiresAt"] - event["timestamp"] <= 8_000
    stop(alice, conversation)
    data = reader.expect("typing:update")["data"]
    assert (data["userId"], data["typing"]) == (id_of(alice), False)
    assert "expiresAt" not in data


def test_starting_again_at_once_is_not_relayed_again(room):
    alice, reader, conversation = room
    for _ in range(4):
        start(alice, conversation)
    stop(alice, conversation)
    alice.say(conversation, "done")
    assert typing_until(reader, "done") == [True, False]


def test_a_message_ends_typing(room):
    alice, reader, conversation = room
    start(alice, conversation)
    reader.expect("typing:update", typing=True)
    alice.say(conversation, "done")
    assert reader.expect("typing:update")["data"]["typing"] is False


def test_the_typists_own_connections_see_nothing_of_it(connect, room):
    alice, reader, conversation = room
    elsewhere = connect(id_of(alice))
    elsewhere.join(conversation)
    start(alice, conversation)
    reader.expect("typing:update", typing=True)
    alice.say(conversation, "done")
    assert typing_until(elsewhere, "done") == []


def test_members_who_did_not_join_see_nothing_of_it(connect, room):
    alice, reader, conversation = room
    absent = connect(id_of(reader))
    start(alice, conversation)
    reader.expect("typing:update", typing=True)
    alice.say(conversation, "done")
    assert typing_until(absent, "done") == []


def test_typing_ends_with_the_connection(room):
    alice, reader, conversation = room
    start(alice, conversation)
    expires = reader.expect("typing:update", typing=True)["data"]["expiresAt"]
    alice.close()
    ended = reader.expect("typing:update")
    assert ended["data"]["typing"] is False
    assert ended["timestamp"] < expires, "that was the expiry"


def test_typing_ends_with_the_membership(room):
    alice, reader, conversation = room
    start(reader, conversation)
    alice.expect("typing:update", typing=True)
    reader.ok("conversation:leave", {"membership": True}, conversation)
    alice.expect("typing:update", typing=False, userId=id_of(reader))


def test_typing_expires_by_itself(room):
    alice, reader, conversation = room
    start(alice, conversation)
    reader.expect("typing:update", typing=True)
    assert reader.expect("typing:update", timeout=20)["data"]["typing"] is False


def test_typing_is_not_stored(connect, room):
    alice, reader, conversation = room
    start(alice, conversation)
    assert alice.history(conversation)["messages"] == []
    late = connect(id_of(reader))
    late.join(conversation)
    alice.say(conversation, "done")
    assert True not in typing_until(late, "done")


@pytest.mark.parametrize("type", ["typing:start", "typing:stop"])
def test_typing_is_for_members(connect, user, room, type):
    stranger = connect(user())
    stranger.refused(type, {"conversationId": room[2]}, code="NOT_MEMBER")
    stranger.refused(type, {"conversationId": "no-such-conversation"}, code="NOT_FOUND")
