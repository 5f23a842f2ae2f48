"""How an event becomes a frame: its name is the type, its first argument the frame: R1, R5, R6, R9, R11 and the design's §1."""

import json
import math

import pytest
from client import check_error
from service import unique
from socketio_client import ASYNC_WAYS, POLLING, WEBSOCKET, socketio_connect  # noqa: F401

ways = pytest.mark.parametrize(("library", "transports"), ASYNC_WAYS)
KIB = 1024


def failure(answer, code, field=None, reason=None):
    assert answer["success"] is False, answer
    check_error(answer["error"], code, field, reason)
    return answer["error"]


@pytest.fixture
def room(socketio_connect, connect, user):
    """A client, a plain reader, and the group of the two."""
    bob = user("bob")
    client, reader = socketio_connect(user("alice")), connect(bob)
    conversation = client.create(members=[bob])
    client.join(conversation), reader.join(conversation)
    return client, reader, conversation


@ways
def test_the_designs_ack_sample_is_a_message(socketio_connect, user, library, transports):
    client = socketio_connect(user(), library=library, transports=transports)
    conversation = client.create()
    frame = {"id": "msg_abc123", "type": "message:send", "data": {"content": "Hello!", "type": "text"}}
    failure(client.call("message:send", frame), "MISSING_FIELD", "conversationId")
    ack = client.call("message:send", frame | {"conversationId": conversation})
    assert ack["success"] and ack["messageId"] and isinstance(ack["timestamp"], int)


def test_the_type_may_stand_in_the_events_name_alone(room):
    client, reader, conversation = room
    ack = client.call("message:send", {"id": unique("f"), "conversationId": conversation, "data": {"content": "x"}})
    assert ack["success"], ack
    reader.expect("message:new", content="x")


def test_another_type_than_the_events_name_is_refused(room):
    client, _, conversation = room
    frame = {"id": unique("f"), "type": "message:edit", "conversationId": conversation, "data": {"content": "x"}}
    failure(client.call("message:send", frame), "INVALID_PAYLOAD", "type", "type_mismatch")
    client.emit("message:send", frame)
    event = client.expect("error")
    check_error(event["data"], "INVALID_PAYLOAD", "type", "type_mismatch")
    assert event["replyTo"] == frame["id"]


@pytest.mark.parametrize(
    ("type", "data"),
    [
        ("conversation:join", {}),
        ("typing:start", {}),
        ("typing:stop", {}),
        ("conversation:members", {}),
        ("message:history", {"limit": 5}),
        ("conversation:list", {}),
        ("conversation:leave", {}),
        ("ping", {}),
    ],
)
def test_an_id_may_be_absent_where_no_repetition_has_to_be_known(room, type, data):
    client, _, conversation = room
    ack = client.call(type, {"conversationId": conversation, "data": data})
    assert ack["success"], ack


@pytest.mark.parametrize(
    "type",
    ["message:send", "message:edit", "message:delete", "conversation:create", "conversation:invite", "conversation:role"],
)
def test_an_id_may_not_be_absent_where_repetitions_have_to_be_known(room, type):
    client, _, conversation = room
    failure(client.call(type, {"conversationId": conversation, "data": {"content": "x"}}), "MISSING_FIELD", "id")


def test_a_repetition_is_known_by_its_id(room):
    client, reader, conversation = room
    frame = {"id": unique("f"), "conversationId": conversation, "data": {"content": "once"}}
    first, again = client.call("message:send", frame), client.call("message:send", frame)
    assert (again["messageId"], again["duplicate"]) == (first["messageId"], True)
    client.say(conversation, "end")
    seen, _ = reader.until("message:new", content="end")
    assert [frame["data"]["content"] for frame in seen if frame["type"] == "message:new"] == ["once"]


@ways
@pytest.mark.parametrize("argument", ["text", 7, True, ["a", "list"], None], ids=repr)
def test_a_first_argument_that_is_no_object_is_refused_by_the_callback(
    socketio_connect, user, library, transports, argument
):
    client = socketio_connect(user(), library=library, transports=transports)
    failure(client.call("message:send", (argument,)), "INVALID_PAYLOAD", reason="json")
    client.emit("message:send", (argument,))
    check_error(client.expect("error")["data"], "INVALID_PAYLOAD", reason="json")
    client.ping()


def test_the_fifth_argument_that_is_no_object_ends_the_connection(room):
    client = room[0]
    for _ in range(5):
        client.emit("message:send", "text")
    assert client.expect(":disconnect")["data"]["reason"] == "server disconnect"


@ways
def test_further_arguments_are_ignored(socketio_connect, user, library, transports):
    client = socketio_connect(user(), library=library, transports=transports)
    frame = {"id": unique("f"), "conversationId": client.create(), "data": {"content": "x"}}
    ack = client.call("message:send", (frame, {"id": "another"}, [1, 2], "and", None))
    assert ack["success"], ack
    ack = client.call("message:send", (frame | {"id": unique("f")}, b"bytes", {"deep": [b"more"]}))
    assert ack["success"], ack


@ways
def test_an_event_without_arguments_is_a_frame_without_fields(socketio_connect, user, library, transports):
    client = socketio_connect(user(), library=library, transports=transports)
    assert isinstance(client.call("ping")["serverTime"], int)
    client.emit("ping")
    assert isinstance(client.expect("pong")["data"]["serverTime"], int)
    failure(client.call("message:send"), "MISSING_FIELD", "id")


def test_bytes_in_a_frame_are_no_field_of_any(room):
    client, _, conversation = room
    frame = {"id": unique("f"), "conversationId": conversation, "data": {"content": b"bytes"}}
    failure(client.call("message:send", frame), "INVALID_PAYLOAD", "data.content")


def test_an_event_of_nobodys_is_refused(room):
    client = room[0]
    for name in ("message", "chat message", "message:new", "session:ready", "", "Ping"):
        failure(client.call(name, {"id": unique("f")}), "INVALID_PAYLOAD", "type", "unknown_type")


def test_the_callback_is_called_once_though_the_frame_asks_too(room):
    client, reader, conversation = room
    ack = client.ok("message:send", {"content": "x"}, conversation, ack=True)
    assert ack["messageId"]
    frame = {"id": unique("f"), "conversationId": conversation, "data": {"content": "y"}, "ack": True}
    assert client.call("message:send", frame)["success"]
    reader.say(conversation, "end")
    seen, _ = client.until("message:new", content="end")
    assert not [frame for frame in seen if frame["type"] in ("ack", "error")]


def test_without_a_callback_a_frame_may_ask_for_its_ack(room):
    """R11: then it is a frame of its own, an event `ack`."""
    client, _, conversation = room
    id = unique("f")
    client.emit("message:send", {"id": id, "conversationId": conversation, "data": {"content": "x"}, "ack": True})
    assert client.answer(id)["data"]["success"]


def test_another_version_is_refused(room):
    client = room[0]
    error = failure(client.call("ping", {"id": "v", "version": 2}), "INVALID_PAYLOAD", "version", "version")
    assert error["details"]["supported"] == [1]
    assert client.call("ping", {"id": "v", "version": 1})["success"]


@pytest.mark.parametrize("id", ["", "a b", "x" * 65, 7, {}])
def test_an_id_that_is_none_is_refused_by_the_callback(room, id):
    failure(room[0].call("message:send", {"id": id, "data": {}}), "INVALID_PAYLOAD", "id")


def test_conversations_are_named_once(room):
    client, _, conversation = room
    frame = {"id": unique("f"), "conversationId": conversation, "data": {"content": "x", "conversationId": "another"}}
    failure(client.call("message:send", frame), "INVALID_PAYLOAD", "conversationId", "conversation_mismatch")


def deep(levels):
    value = "end"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"metadata": deep(40)}, "depth"),
        ({"metadata": {str(number): 0 for number in range(600)}}, "members"),
        ({"content": "a\0b"}, "text"),
        ({"content": "\ud800"}, "text"),
    ],
    ids=["depth", "members", "nul", "surrogate"],
)
def test_what_no_frame_may_hold_is_refused_by_the_callback(room, data, reason):
    client, _, conversation = room
    frame = {"id": unique("f"), "conversationId": conversation, "data": {"content": "x"} | data}
    failure(client.call("message:send", frame), "INVALID_PAYLOAD", reason=reason)
    client.ping()


def test_text_of_all_planes_arrives_as_it_was_sent(room):
    client, reader, conversation = room
    text = 'é "\\ \x1e \u2028 \u0007 😀 ﷽ \U0010ffff'
    client.say(conversation, text)
    reader.expect("message:new", content=text)
    reader.say(conversation, text)
    client.expect("message:new", content=text)


def test_a_message_is_encoded_once_for_all_who_get_it(socketio_connect, connect, user):
    """Each encoding gives the frame an id of its own: whoever has the same id has the same bytes."""
    readers = [user(f"reader{number}") for number in range(6)]
    alice = connect(user("alice"))
    clients = [connect(reader) for reader in readers[:2]]
    clients += [socketio_connect(reader, transports=WEBSOCKET) for reader in readers[2:4]]
    clients += [socketio_connect(reader, transports=POLLING) for reader in readers[4:]]
    conversation = alice.create(members=readers)
    alice.say(conversation, "one"), alice.say(conversation, "two")
    for content in ("one", "two"):
        frames = [client.expect("message:new", content=content) for client in clients]
        assert all(frame == frames[0] for frame in frames), frames


@pytest.mark.parametrize("transports", [POLLING, WEBSOCKET], ids=["polling", "websocket"])
def test_a_separator_in_a_text_does_not_break_polling(socketio_connect, connect, user, transports):
    bob = user("bob")
    alice, reader = connect(user("alice")), socketio_connect(bob, transports=transports)
    conversation = alice.create(members=[bob])
    alice.say(conversation, "one\x1e4two")
    reader.expect("message:new", content="one\x1e4two")


def frame_of(size):
    """A frame that is so long as compact JSON."""
    frame = {"id": unique("f"), "conversationId": "c", "data": {"content": ""}}
    frame["data"]["content"] = "x" * (size - len(json.dumps(frame, separators=(",", ":"))))
    return frame


def refused_for_its_size(client, size):
    frame = frame_of(size)
    error = failure(client.call("message:send", frame), "INVALID_PAYLOAD", reason="too_large")
    assert error["details"]["limit"] == 64 * KIB and error["details"]["size"] >= size
    return frame


@ways
@pytest.mark.parametrize("size", [64 * KIB + 1, 200 * KIB])
def test_a_frame_above_64_KiB_is_refused_by_the_callback(socketio_connect, user, library, transports, size):
    """R9: the connection lives on, and the client learns which of its events it was."""
    client = socketio_connect(user(), library=library, transports=transports)
    frame = refused_for_its_size(client, size)
    client.emit("message:send", frame)
    event = client.expect("error")
    check_error(event["data"], "INVALID_PAYLOAD", reason="too_large")
    assert event["replyTo"] == frame["id"]
    client.ping()


def test_up_to_1_MiB_a_frame_is_read_and_thrown_away(room):
    client = room[0]
    refused_for_its_size(client, 1024 * KIB - 100)
    client.ping()
    client.emit("message:send", frame_of(1024 * KIB))
    client.expect(":disconnect")


def test_what_is_no_json_ends_the_connection(room):
    client = room[0]
    client.emit("ping", {"id": unique("f"), "timestamp": math.nan})
    client.expect(":disconnect")
