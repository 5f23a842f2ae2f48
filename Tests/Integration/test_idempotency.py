"""A frame sent again is one message and the same ack, however it is spelled and wherever it comes from: R2."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from client import check_error, error_of
from service import unique


@pytest.fixture
def room(connect, user):
    """A sender, a reader and their group."""
    bob = user("bob")
    alice, reader = connect(user("alice")), connect(bob)
    return alice, reader, alice.create(members=[bob])


def result(ack):
    """What must be the same in both acks."""
    return {name: ack.get(name) for name in ("success", "messageId", "seq", "offset", "timestamp")}


def messages_until(reader, alice, conversation):
    """The message:new events up to a last message sent for that purpose."""
    last = alice.say(conversation, "last")["messageId"]
    seen, _ = reader.until("message:new", messageId=last)
    return [frame for frame in seen if frame["type"] == "message:new"]


def test_the_same_frame_again_gives_the_same_ack_and_one_message(room):
    alice, reader, conversation = room
    id = unique("same")
    first, again = (alice.ok("message:send", {"content": "x"}, conversation, id=id) for _ in range(2))
    assert "duplicate" not in first and again["duplicate"] is True
    assert result(first) == result(again)
    assert len(messages_until(reader, alice, conversation)) == 1


def test_a_known_id_comes_before_data_that_cannot_be_read(room):
    alice, _, conversation = room
    id = unique("known")
    message = alice.ok("message:send", {"content": "x"}, conversation, id=id)["messageId"]
    error = error_of(alice.answer(alice.send("message:send", {"content": 7}, conversation, id=id)))
    check_error(error, "ALREADY_EXISTS", field="id", reason="id_reused")
    assert error["details"]["messageId"] == message
    error = error_of(alice.answer(alice.send("message:send", {"content": 7}, conversation)))
    check_error(error, "INVALID_PAYLOAD", field="data.content")


SPELLINGS = {
    "escapes": r'{"content":"\u0048\u00e9llo \ud83d\ude00\/","metadata":{"a":1,"b":[1,2]}}',
    "members-in-another-order": '{"metadata":{"b":[1,2],"a":1},"content":"Héllo 😀/"}',
    "numbers": '{"content":"Héllo 😀/","metadata":{"a":1.0,"b":[1e0,20e-1]}}',
    "white-space": ' {\n "content" : "Héllo 😀/",\t"metadata" : { "a" : 1 , "b" : [ 1 , 2 ] } } ',
    "defaults": '{"content":"Héllo 😀/","type":"text","metadata":{"a":1,"b":[1,2]}}',
    "null-and-empty-lists": '{"content":"Héllo 😀/","attachments":[],"mentions":null,"metadata":{"a":1,"b":[1,2]}}',
    "unknown-fields": '{"content":"Héllo 😀/","later":true,"metadata":{"a":1,"b":[1,2]}}',
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_another_spelling_of_the_same_json_is_the_same_frame(room, name):
    alice, _, conversation = room
    id = unique("spelled")
    first = alice.ok(
        "message:send", {"content": "Héllo 😀/", "metadata": {"a": 1, "b": [1, 2]}}, conversation, id=id, timestamp=1
    )
    alice.send_text(
        f'{{"ack":true,"data":{SPELLINGS[name]},"conversationId":"{conversation}","type":"message:send","id":"{id}"}}'
    )
    again = alice.answer(id)["data"]
    assert again.get("duplicate") is True, again
    assert result(again) == result(first)


DIFFERENT = {
    "content": {"content": "other"},
    "content-by-canonical-equivalence": {"content": "cafe\u0301"},
    "type": {"type": "custom:x"},
    "metadata": {"metadata": {"a": 2}},
    "metadata-null": {"metadata": {"a": None}},
    "metadata-text-for-number": {"metadata": {"a": "1"}},
    "mentions": {"mentions": ["someone"]},
    "attachments": {"attachments": [{"url": "https://example.org/b"}]},
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_the_same_id_with_other_content_already_exists(room, name):
    alice, reader, conversation = room
    id, data = unique("other"), {"content": "caf\u00e9", "metadata": {"a": 1}}
    first = alice.ok("message:send", data, conversation, id=id)
    error = alice.refused("message:send", data | DIFFERENT[name], conversation, id=id, code="ALREADY_EXISTS")
    assert error["details"]["messageId"] == first["messageId"]
    assert len(messages_until(reader, alice, conversation)) == 1


def test_the_same_id_from_two_connections_at_once_is_one_message_and_the_same_ack(connect, room):
    alice, reader, conversation = room
    twin = connect(alice.ready["data"]["userId"])
    with ThreadPoolExecutor(2) as both:
        for number in range(20):
            arguments = ("message:send", {"content": "race"}, conversation)
            racers = [both.submit(client.ok, *arguments, id=f"race-{number}") for client in (alice, twin)]
            one, two = (racer.result() for racer in racers)
            assert result(one) == result(two)
            assert sorted([one.get("duplicate", False), two.get("duplicate", False)]) == [False, True]
    assert len(messages_until(reader, alice, conversation)) == 20


def test_the_id_counts_per_sender_and_conversation(room):
    alice, reader, conversation = room
    id, elsewhere = unique("scope"), alice.create()
    acks = [
        alice.ok("message:send", {"content": "x"}, conversation, id=id),
        reader.ok("message:send", {"content": "x"}, conversation, id=id),
        alice.ok("message:send", {"content": "x"}, elsewhere, id=id),
    ]
    assert len({ack["messageId"] for ack in acks}) == 3
    assert not [ack for ack in acks if "duplicate" in ack]


def test_a_refused_frame_may_be_sent_again_with_its_id(room):
    alice, _, conversation = room
    id = unique("again")
    alice.refused("message:send", {"content": ""}, conversation, id=id, code="MISSING_FIELD")
    assert "duplicate" not in alice.ok("message:send", {"content": "x"}, conversation, id=id)


def test_a_resend_of_a_deleted_message_gets_the_original_ack(room):
    alice, reader, conversation = room
    id = unique("gone")
    first = alice.ok("message:send", {"content": "x"}, conversation, id=id)
    alice.ok("message:delete", {"messageId": first["messageId"]})
    again = alice.ok("message:send", {"content": "x"}, conversation, id=id)
    assert again["duplicate"] is True and result(again) == result(first)
    assert alice.history(conversation)["messages"][-1]["deleted"] is True


@pytest.mark.parametrize("type", ["message:edit", "message:delete"])
def test_a_change_sent_again_is_made_once(room, type):
    alice, reader, conversation = room
    id, message = unique("change"), alice.say(conversation)["messageId"]
    first, again = (alice.ok(type, {"messageId": message, "content": "new"}, id=id) for _ in range(2))
    assert again["duplicate"] is True and again["offset"] == first["offset"]
    last = alice.say(conversation, "last")["messageId"]
    seen, _ = reader.until("message:new", messageId=last)
    assert len([frame for frame in seen if frame["type"] in ("message:updated", "message:deleted")]) == 1


def test_another_change_with_the_same_id_already_exists(room):
    alice, _, conversation = room
    id, edit = unique("change"), {"messageId": alice.say(conversation)["messageId"]}
    alice.ok("message:edit", edit | {"content": "one"}, id=id)
    alice.refused("message:edit", edit | {"content": "two"}, id=id, code="ALREADY_EXISTS")


def test_a_resent_edit_is_not_made_again_after_a_later_one(room):
    alice, _, conversation = room
    id, edit = unique("old"), {"messageId": alice.say(conversation)["messageId"]}
    alice.ok("message:edit", edit | {"content": "one"}, id=id)
    alice.ok("message:edit", edit | {"content": "two"})
    assert alice.ok("message:edit", edit | {"content": "one"}, id=id)["editVersion"] == 2
    assert alice.history(conversation)["messages"][-1]["content"] == "two"


def test_a_conversation_made_again_is_the_same_one_also_after_a_restart(make_server, connect, user):
    server, alice = make_server("--no-rate-limits").start(), user()
    data, id = {"kind": "group", "memberIds": [], "name": "once"}, unique("group")
    client = connect(alice, server=server)
    first = client.ok("conversation:create", data, id=id)
    message = client.ok("message:send", {"content": "x"}, first["conversationId"], id=id)
    assert client.ok("conversation:create", data, id=id)["conversationId"] == first["conversationId"]
    server.restart()
    client = connect(alice, server=server)
    assert client.ok("conversation:create", data, id=id)["conversationId"] == first["conversationId"]
    assert len(client.ok("conversation:list")["conversations"]) == 1
    again = client.ok("message:send", {"content": "x"}, first["conversationId"], id=id)
    assert again["duplicate"] is True and result(again) == result(message)
