"""Sending, editing and deleting: who gets what, and what a message looks like: R3, R8, R16 to R19."""

import json

import pytest


@pytest.fixture
def pair(connect, user):
    """Two users with a connection each in one group of their own: owner, member, conversation."""
    bob = user("bob")
    owner, member = connect(user("alice")), connect(bob)
    return owner, member, owner.create(members=[bob])


def test_a_message_reaches_the_others_and_its_sender_gets_only_the_ack(connect, pair):
    alice, bob, conversation = pair
    elsewhere = connect(alice.ready["data"]["userId"])
    first, last = alice.say(conversation, "first"), alice.say(conversation, "last")
    for reader in (bob, elsewhere):
        event = reader.expect("message:new", messageId=first["messageId"])
        assert (event["data"]["seq"], event["data"]["offset"]) == (first["seq"], first["offset"])
        reader.expect("message:new", messageId=last["messageId"])
    alice.ping()
    assert not [frame for frame in alice.events if frame["type"] == "message:new"]


def test_echo_true_gives_the_sender_its_events_too(connect, pair):
    alice, _, conversation = pair
    echoing = connect(alice.ready["data"]["userId"], query="?echo=true")
    ack = echoing.say(conversation)
    echoing.expect("message:new", messageId=ack["messageId"])


def test_a_message_has_every_field_of_the_contract(pair):
    alice, bob, conversation = pair
    root = alice.say(conversation, "root")
    data = {
        "content": "see this",
        "type": "image",
        "attachments": [
            {
                "url": "https://example.org/a.png",
                "name": "a",
                "mimeType": "image/png",
                "size": 9,
                "width": 3,
                "height": 2,
            }
        ],
        "mentions": [bob.ready["data"]["userId"]],
        "metadata": {"nested": {"list": [1, None, "é"]}},
        "threadId": root["messageId"],
    }
    ack = alice.ok("message:send", data, conversation, id="frame-with-all", replyTo=root["messageId"], timestamp=5)
    event = bob.expect("message:new", messageId=ack["messageId"])
    assert event["version"] == 1 and event["conversationId"] == conversation and "tenantId" not in event
    sent = {key: event["data"][key] for key in data}
    assert sent == data
    assert event["data"]["replyTo"] == root["messageId"]
    assert event["data"]["clientId"] == "frame-with-all"
    assert event["data"]["conversationId"] == conversation
    assert event["data"]["senderId"] == alice.ready["data"]["userId"]
    assert event["data"]["createdAt"] == ack["timestamp"]
    assert event["data"]["editVersion"] == 1


def test_optional_fields_that_were_not_sent_are_absent_and_defaults_are_filled_in(pair):
    alice, bob, conversation = pair
    alice.say(conversation, "plain")
    data = bob.expect("message:new")["data"]
    assert (data["type"], data["attachments"]) == ("text", [])
    assert not {"replyTo", "threadId", "metadata", "editedAt", "deleted"} & data.keys()


def test_text_is_relayed_as_sent(pair):
    alice, bob, conversation = pair
    for content in (
        "e\u0301 and \u00e9",
        "👩‍👩‍👧‍👦 🇩🇪",
        "\u202e right to left",
        "line\nbreak\ttab",
        '"quoted" \\ </script>',
        "\uffff",
    ):
        alice.say(conversation, content)
        assert bob.expect("message:new")["data"]["content"] == content


def test_seq_counts_messages_and_offset_counts_changes(pair):
    alice, _, conversation = pair
    one = alice.say(conversation)
    edit = alice.ok("message:edit", {"messageId": one["messageId"], "content": "other"})
    two = alice.say(conversation)
    assert two["seq"] == one["seq"] + 1
    assert (edit["offset"], two["offset"]) == (one["offset"] + 1, one["offset"] + 2)


def test_a_broadcast_is_byte_identical_for_every_receiver(connect, pair):
    alice, bob, conversation = pair
    other = connect(bob.ready["data"]["userId"])
    alice.say(conversation)
    texts = []
    for reader in (bob, other):
        text = reader.socket.recv(timeout=30)
        while json.loads(text)["type"] != "message:new":
            text = reader.socket.recv(timeout=30)
        texts.append(text)
    assert texts[0] == texts[1]


def test_a_reply_must_quote_a_message_of_the_conversation(pair):
    alice, _, conversation = pair
    elsewhere = alice.say(alice.create())["messageId"]
    for quoted in (elsewhere, "no-such-message"):
        fields = {"replyTo": quoted, "code": "NOT_FOUND", "field": "replyTo", "reason": "message"}
        alice.refused("message:send", {"content": "x"}, conversation, **fields)


def test_a_thread_must_begin_with_a_message_of_the_conversation(pair):
    alice, _, conversation = pair
    elsewhere = alice.say(alice.create())["messageId"]
    for root in (elsewhere, "no-such-message"):
        data = {"content": "x", "threadId": root}
        alice.refused("message:send", data, conversation, code="NOT_FOUND", field="data.threadId", reason="message")


# Editing


def test_an_edit_reaches_the_others_with_its_version(pair):
    alice, bob, conversation = pair
    sent = alice.say(conversation, "tpyo")
    ack = alice.ok("message:edit", {"messageId": sent["messageId"], "content": "typo"})
    data = bob.expect("message:updated")["data"]
    assert ack["editVersion"] == data["editVersion"] == 2
    assert data["offset"] == ack["offset"] > sent["offset"]
    assert (data["messageId"], data["conversationId"], data["content"]) == (sent["messageId"], conversation, "typo")
    assert data["editedBy"] == alice.ready["data"]["userId"]
    assert isinstance(data["editedAt"], int)
    stored = bob.history(conversation)["messages"][-1]
    assert (stored["content"], stored["editVersion"], stored["editedAt"]) == ("typo", 2, data["editedAt"])


def test_only_the_author_edits_not_even_an_owner(pair):
    alice, bob, conversation = pair
    message = bob.say(conversation)["messageId"]
    alice.refused("message:edit", {"messageId": message, "content": "mine"}, code="FORBIDDEN")


def test_an_edit_of_the_same_content_succeeds_without_an_event(pair):
    alice, bob, conversation = pair
    sent = alice.say(conversation, "same")
    ack = alice.ok("message:edit", {"messageId": sent["messageId"], "content": "same"})
    assert ack["offset"] == sent["offset"]
    alice.say(conversation, "after")
    seen, _ = bob.until("message:new", content="after")
    assert not [frame for frame in seen if frame["type"] == "message:updated"]


def test_text_that_is_equal_only_by_canonical_equivalence_is_an_edit(pair):
    alice, bob, conversation = pair
    sent = alice.say(conversation, "caf\u00e9")
    assert alice.ok("message:edit", {"messageId": sent["messageId"], "content": "cafe\u0301"})["editVersion"] == 2
    assert bob.expect("message:updated")["data"]["content"] == "cafe\u0301"


def test_if_version_guards_against_a_lost_update(pair):
    alice, _, conversation = pair
    edit = {"messageId": alice.say(conversation)["messageId"]}
    alice.ok("message:edit", edit | {"content": "two", "ifVersion": 1})
    alice.refused(
        "message:edit", edit | {"content": "three", "ifVersion": 1}, code="ALREADY_EXISTS", reason="version_conflict"
    )
    alice.ok("message:edit", edit | {"content": "three", "ifVersion": 2.0})


@pytest.mark.parametrize("type", ["message:edit", "message:delete"])
def test_an_unknown_message_or_a_wrong_conversation_is_not_found(pair, type):
    alice, _, conversation = pair
    message = alice.say(conversation)["messageId"]
    for data, where in (
        ({"messageId": "no-such"}, None),
        ({"messageId": message}, alice.create()),
        ({"messageId": message}, "no-such"),
    ):
        alice.refused(type, data | {"content": "x"}, where, code="NOT_FOUND")
    alice.ok(type, {"messageId": message, "content": "x"}, conversation)


# Deleting


def test_a_delete_reaches_the_others_and_leaves_a_tombstone(pair):
    """GHSA-q7rx, CVE-2026-2578, CVE-2026-19621, CVE-2020-14457."""
    alice, bob, conversation = pair
    sent = alice.say(conversation, "a-secret-word", metadata={"also": "a-secret-word"})
    ack = alice.ok("message:delete", {"messageId": sent["messageId"], "reason": "oops"})
    event = bob.expect("message:deleted")
    data, me = event["data"], alice.ready["data"]["userId"]
    assert (data["messageId"], data["seq"], data["offset"]) == (sent["messageId"], sent["seq"], ack["offset"])
    assert (data["deletedBy"], data["reason"], data["conversationId"]) == (me, "oops", conversation)
    assert "content" not in data
    stored = bob.history(conversation)["messages"][-1]
    assert "a-secret-word" not in json.dumps(stored)
    assert stored == {
        "messageId": sent["messageId"],
        "seq": sent["seq"],
        "offset": ack["offset"],
        "senderId": me,
        "createdAt": sent["timestamp"],
        "deleted": True,
        "deletedAt": data["deletedAt"],
        "deletedBy": me,
        "reason": "oops",
    }


def test_a_repeated_delete_succeeds_as_a_duplicate_without_an_event(pair):
    alice, bob, conversation = pair
    message = {"messageId": alice.say(conversation)["messageId"]}
    first, again = alice.ok("message:delete", message), alice.ok("message:delete", message)
    assert again["duplicate"] is True and again["offset"] == first["offset"]
    alice.say(conversation, "after")
    seen, _ = bob.until("message:new", content="after")
    assert len([frame for frame in seen if frame["type"] == "message:deleted"]) == 1


def test_an_edit_of_a_deleted_message_is_not_found(pair):
    alice, _, conversation = pair
    message = {"messageId": alice.say(conversation)["messageId"]}
    alice.ok("message:delete", message)
    alice.refused("message:edit", message | {"content": "back"}, code="NOT_FOUND")


def test_a_higher_role_deletes_and_an_equal_or_lower_one_does_not(connect, user, pair):
    alice, bob, conversation = pair
    carol = connect(user())
    alice.ok("conversation:invite", {"userIds": [carol.ready["data"]["userId"]], "role": "moderator"}, conversation)
    of_bob, of_alice = bob.say(conversation)["messageId"], alice.say(conversation)["messageId"]
    bob.refused("message:delete", {"messageId": of_alice}, code="FORBIDDEN")
    carol.refused("message:delete", {"messageId": of_alice}, code="FORBIDDEN")
    carol.ok("message:delete", {"messageId": of_bob, "reason": "spam"})
    assert bob.expect("message:deleted", messageId=of_bob)["data"]["deletedBy"] == carol.ready["data"]["userId"]
