"""Every code of the design that a client can provoke, with its parts, after which the connection lives on: R11, R15."""

import json

import pytest
from client import Client, check_error, error_of
from socketio_client import socketio_connect  # noqa: F401


@pytest.fixture
def scene(connect, user):
    """A group of alice and bob, bob's message in it, and a stranger."""
    return set_up(connect, user)


@pytest.fixture(params=["plain", "polling", "websocket"])
def scene_on_wire(request, connect, socketio_connect, user):  # noqa: F811
    """The same with all of them on one of the wires."""
    if request.param == "plain":
        return set_up(connect, user)
    return set_up(lambda name: socketio_connect(name, transports=[request.param]), user)


def set_up(connect, user):
    class Scene:
        bob = connect(user("bob"))
        stranger = connect(user("stranger"))
        alice = connect(user("alice"))

    Scene.group = Scene.alice.create(members=[Scene.bob.ready["data"]["userId"]])
    Scene.of_bob = Scene.bob.say(Scene.group)["messageId"]
    Scene.alice.ok("message:send", {"content": "taken"}, Scene.group, id="taken")
    return Scene


# Who asks for what: code, field, reason, and whether trying again unchanged can help.
CASES = {
    "FORBIDDEN": (lambda s: (s.alice, "message:edit", {"messageId": s.of_bob, "content": "x"}, None, {}), None, "not_author"),
    "FORBIDDEN tenant_mismatch": (
        lambda s: (s.alice, "message:history", {}, s.group, {"tenantId": "b"}),
        "tenantId",
        "tenant_mismatch",
    ),
    "FORBIDDEN last_owner": (
        lambda s: (s.alice, "conversation:leave", {"membership": True}, s.group, {}),
        None,
        "last_owner",
    ),
    "NOT_MEMBER": (lambda s: (s.stranger, "message:send", {"content": "x"}, s.group, {}), None, None),
    "INVALID_PAYLOAD": (lambda s: (s.alice, "message:send", {"content": 7}, s.group, {}), "data.content", None),
    "INVALID_PAYLOAD unknown_type": (lambda s: (s.alice, "message:sing", {}, s.group, {}), "type", "unknown_type"),
    "INVALID_PAYLOAD version": (
        lambda s: (s.alice, "message:send", {"content": "x"}, s.group, {"version": 2}),
        "version",
        "version",
    ),
    "INVALID_PAYLOAD not_yet": (
        lambda s: (s.alice, "message:pin", {"messageId": "x", "on": True}, None, {}),
        "type",
        "not_yet",
    ),
    "MISSING_FIELD": (lambda s: (s.alice, "message:send", {}, s.group, {}), "data.content", None),
    "MISSING_FIELD conversation": (
        lambda s: (s.alice, "message:send", {"content": "x"}, None, {}),
        "conversationId",
        None,
    ),
    "NOT_FOUND": (lambda s: (s.alice, "message:send", {"content": "x"}, "no-such", {}), "conversationId", "conversation"),
    "NOT_FOUND message": (
        lambda s: (s.alice, "message:edit", {"messageId": "no-such", "content": "x"}, None, {}),
        "data.messageId",
        "message",
    ),
    "ALREADY_EXISTS": (lambda s: (s.alice, "message:send", {"content": "other"}, s.group, {"id": "taken"}), "id", "id_reused"),
    "ALREADY_EXISTS version_conflict": (
        lambda s: (s.bob, "message:edit", {"messageId": s.of_bob, "content": "x", "ifVersion": 9}, None, {}),
        "data.ifVersion",
        "version_conflict",
    ),
}


@pytest.mark.parametrize("ack", [True, False], ids=["as-an-ack", "as-an-event"])
@pytest.mark.parametrize("name", CASES)
def test_a_code_with_its_parts(scene_on_wire, name, ack):
    scene = scene_on_wire
    case, field, reason = CASES[name]
    client, type, data, conversation, fields = case(scene)
    frame = client.answer(client.send(type, data, conversation, ack=ack, **fields))
    assert frame["type"] == ("ack" if ack else "error")
    if ack:
        assert frame["data"]["success"] is False
    error = error_of(frame)
    check_error(error, name.split()[0])
    assert (error["details"].get("field"), error["details"].get("reason")) == (field, reason)
    assert error["details"]["retryable"] is False
    assert "retryAfter" not in error
    client.ping()
    scene.alice.say(scene.group, "the service lives on")


# What is presented: code, reason, whether trying again can help, and the close code where the connection ends.
TOKENS = {
    "none": (lambda server, name: None, "AUTH_REQUIRED", None, False, None),
    "garbage": (lambda server, name: "garbage", "AUTH_INVALID", "malformed", False, 4402),
    "expired": (lambda server, name: server.token(name, exp=1_000, iat=1), "TOKEN_EXPIRED", None, True, 4202),
}


@pytest.mark.parametrize("way", ["header", "frame"])
@pytest.mark.parametrize("name", TOKENS)
def test_an_authentication_error_with_its_parts(server, user, name, way):
    make, code, reason, retryable, close = TOKENS[name]
    token = make(server, user())
    client = Client(server.ws_url, token if way == "header" else None)
    if way == "frame" and token is not None:
        error = error_of(client.answer(client.send("session:auth", {"token": token})))
    elif token is None:
        error = error_of(client.answer(client.send("message:history", {}, "room", ack=way == "frame")))
    else:
        error = error_of(client.expect("error"))
    check_error(error, code)
    assert error["details"].pop("retryable") is retryable
    assert error["details"] == ({} if reason is None else {"reason": reason})
    assert "retryAfter" not in error
    if close is None:
        # Whoever has no token yet may still bring one.
        client.send("session:auth", {"token": server.token(user())})
        client.expect("session:ready")
        client.ping()
    else:
        assert client.close_code() == close
    client.close()


def test_no_error_repeats_what_was_sent(scene):
    marked = "marked-content-5f1c"
    for data in (
        {"content": {"x": marked}},
        {"content": "x", "type": marked},
        {"content": "x", "attachments": [{"url": marked}]},
    ):
        error = scene.alice.refused("message:send", data, scene.group, code="INVALID_PAYLOAD")
        assert marked not in json.dumps(error)


def test_what_was_sent_stands_in_no_log(scene, server):
    marked = "marked-content-77aa"
    scene.alice.say(scene.group, marked)
    scene.alice.request("message:send", {"content": {"x": marked}}, scene.group)
    scene.alice.send_text('{"' + marked)
    scene.alice.expect("error")
    Client(server.ws_url, marked).close_code()
    assert marked not in server.log.read_text(errors="replace")
