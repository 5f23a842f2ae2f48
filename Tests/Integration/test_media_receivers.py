"""Who gets media packets: subscriptions, and the fifty of large conversations, R52."""

import pytest
from media import header, pack, unpack
from test_socketio_media import next_media

WIRES = ["plain", "polling", "socketio"]


@pytest.fixture
def pair(dial, user):
    """A sender and a reader of the wire that is named, both joined."""

    def pair(wire):
        name = user("reader")
        sender, reader = dial("plain", user("sender")), dial(wire, name)
        conversation = sender.create(members=[name])
        for each in (sender, reader):
            each.join(conversation)
        return sender, reader, conversation

    return pair


def emit(sender, conversation, sequence, type="audio"):
    """One packet, whose ack shows that it was taken."""
    id = f"{type}-{sequence}"
    sender.socket.send(pack(header(conversation, type, id=id, ack=True), sequence=sequence))
    assert sender.answer(id)["data"]["success"]


def sequence_of(reader):
    """The sequence of the next packet; what was left out would come before it."""
    packet = reader.media() if hasattr(reader, "media") else next_media(reader)
    return unpack(packet)[0]


@pytest.mark.parametrize("wire", WIRES)
def test_whoever_unsubscribes_gets_no_media_until_it_subscribes(pair, wire):
    sender, reader, conversation = pair(wire)
    emit(sender, conversation, 1)
    assert sequence_of(reader) == 1
    reader.ok("media:unsubscribe", {}, conversation)
    emit(sender, conversation, 2)
    reader.ok("media:subscribe", {}, conversation)
    emit(sender, conversation, 3)
    assert sequence_of(reader) == 3
    # Messages come all the same.
    reader.ok("media:unsubscribe", {}, conversation)
    sender.say(conversation, "still here")
    reader.expect("message:new", content="still here")


@pytest.mark.parametrize("wire", WIRES)
def test_kinds_narrow_what_is_wanted(pair, wire):
    sender, reader, conversation = pair(wire)
    reader.ok("media:subscribe", {"kinds": ["video"]}, conversation)
    emit(sender, conversation, 1, "audio")
    emit(sender, conversation, 2, "video")
    assert sequence_of(reader) == 2
    reader.ok("media:subscribe", {"kinds": ["audio", "video"]}, conversation)
    reader.ok("media:unsubscribe", {"kinds": ["video"]}, conversation)
    emit(sender, conversation, 3, "video")
    emit(sender, conversation, 4, "audio")
    assert sequence_of(reader) == 4


def test_leaving_ends_what_was_said(pair):
    sender, reader, conversation = pair("plain")
    reader.ok("media:unsubscribe", {}, conversation)
    reader.ok("conversation:leave", {}, conversation)
    reader.join(conversation)
    emit(sender, conversation, 1)
    assert sequence_of(reader) == 1


def test_what_is_wrong_with_a_subscription_is_named(dial, user):
    client, stranger = dial("plain", user()), dial("plain", user())
    conversation = client.create()
    for type in ("media:subscribe", "media:unsubscribe"):
        client.refused(type, {}, conversation, code="FORBIDDEN", reason="not_joined")
        client.refused(type, {}, "nowhere", code="NOT_FOUND")
        client.refused(type, {}, code="MISSING_FIELD", field="conversationId")
        client.refused(type, {"kinds": ["audio", "music"]}, conversation, code="INVALID_PAYLOAD", field="data.kinds[1]")
        client.refused(type, {"kinds": "audio"}, conversation, code="INVALID_PAYLOAD", field="data.kinds")
        stranger.refused(type, {}, conversation, code="NOT_MEMBER")


def test_a_token_without_the_scope_media_subscribes_to_nothing(dial, user):
    client = dial("plain", user(), claims={"scope": "chat:read chat:write"})
    client.refused("media:subscribe", {}, client.create(), code="FORBIDDEN", reason="scope")


def test_where_more_than_fifty_have_joined_those_that_subscribed_get_media(dial, user):
    names = [user(f"reader{number}") for number in range(11)]
    sender = dial("plain", user("sender"))
    conversation = sender.create(members=names)
    sender.join(conversation)
    # Five connections of each: 55, and the sender.
    readers = [dial("plain", name) for name in names for _ in range(5)]
    for reader in readers:
        reader.join(conversation)
    for reader in readers[:50]:
        reader.ok("media:subscribe", {}, conversation)
    error = readers[50].refused("media:subscribe", {}, conversation, code="RATE_LIMITED", reason="media_receivers")
    assert (error["details"]["scope"], error["details"]["limit"]) == ("conversation", 50)
    emit(sender, conversation, 1)
    for reader in readers[:50]:
        assert sequence_of(reader) == 1
    # A place that is given up is another's.
    readers[0].ok("media:unsubscribe", {}, conversation)
    readers[50].ok("media:subscribe", {}, conversation)
    emit(sender, conversation, 2)
    for reader in readers[1:51]:
        assert sequence_of(reader) == 2
    # With fifty left, sender included, whoever has said nothing gets media again.
    for reader in readers[45:51]:
        reader.ok("conversation:leave", {}, conversation)
    emit(sender, conversation, 3)
    for reader in (*readers[1:45], *readers[51:]):
        assert sequence_of(reader) == 3
