"""Who may not write in a conversation broadcasts nothing there either: R30, R52, R76."""

import pytest
from client import check_error
from media import header, pack
from rest import make_key
from rest_fixtures import backend, keys, person  # noqa: F401

WIRES = ["plain", "polling", "socketio"]
EVENT = {"name": "cursor", "payload": 1}


def packets(conversation):
    """A packet of each kind, and the id that it asks an ack for."""
    for sequence, type in enumerate(("audio", "video", "file_chunk")):
        fields = {"chunkIndex": sequence, "totalChunks": 9} if type == "file_chunk" else {}
        id = f"{conversation}-{type}"
        yield id, sequence, pack(header(conversation, type, id=id, ack=True, **fields), b"bytes", sequence=sequence)


def send(client, packet):
    client.emit("binary", packet) if hasattr(client, "media") else client.socket.send(packet)


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("kind", ["group", "channel"])
def test_who_may_not_write_there_broadcasts_nothing(dial, server, backend, person, user, wire, kind):  # noqa: F811
    name, host = user("reader"), user("owner")
    owner, reader, silent = dial("plain", host), dial("plain", host), dial(wire, name)
    conversation = owner.create(kind, visibility="public")
    if kind == "group":
        owner.ok("conversation:invite", {"userIds": [name], "role": "readonly"}, conversation)
    for each in (reader, silent):
        each.join(conversation)
    for type, data in (("message:send", {"content": "x"}), ("event:send", EVENT)):
        silent.refused(type, data, conversation, code="FORBIDDEN", reason="role")
    for id, sequence, packet in packets(conversation):
        send(silent, packet)
        error = silent.answer(id)["data"]["error"]
        check_error(error, "FORBIDDEN", reason="role")
        assert error["details"]["sequence"] == sequence
    # A key with admin stands above every role.
    key = make_key(server, scope="chat:write")
    for caller in (backend(name, credential=key), person(name)):
        path = f"/v1/conversations/{conversation}/events"
        caller.refused("POST", path, EVENT, status=403, code="FORBIDDEN", reason="role")
    owner.say(conversation, "end")
    # A packet would be a binary message, and no JSON.
    seen, _ = reader.until("message:new", content="end")
    assert [frame["type"] for frame in seen if frame["type"] == "event:new"] == []

    role = "member" if kind == "group" else "moderator"
    owner.ok("conversation:role", {"userId": name, "role": role}, conversation)
    silent.ok("event:send", EVENT, conversation)
    reader.expect("event:new")
    for id, sequence, packet in packets(conversation):
        send(silent, packet)
        assert silent.answer(id)["data"]["sequence"] == sequence


@pytest.mark.parametrize("wire", WIRES)
def test_both_sides_of_a_direct_conversation_may(dial, user, wire):
    name = user("callee")
    caller, callee = dial("plain", user("caller")), dial(wire, name)
    conversation = caller.create("direct", members=[name])
    for each in (caller, callee):
        for id, sequence, packet in packets(conversation):
            send(each, packet)
            assert each.answer(id)["data"]["sequence"] == sequence
