"""Socket.IO packets byte by byte: those that are right, and what they are answered: wire §6."""

import base64
import json

import pytest
from media import header, pack, unpack
from polling import call, carrier, joined  # noqa: F401
from service import unique


def test_a_connect_is_answered_with_a_sid_alone_before_any_event(carrier, server, user):
    socket = carrier().open()
    socket.say("40" + json.dumps({"token": server.token(user())}))
    reply = json.loads(socket.packet().removeprefix("40"))
    assert list(reply) == ["sid"] and reply["sid"] != socket.handshake["sid"]
    assert socket.packet().startswith('42["session:ready",{')


@pytest.mark.parametrize("connect", ["40{}", '40/,{"token":null}', "40"])
def test_a_connect_without_a_token_is_a_connect_error(carrier, connect):
    socket = carrier().open()
    socket.say(connect)
    packet = socket.packet()
    assert packet.startswith("44{")
    error = json.loads(packet[2:])
    assert error["message"] == error["data"]["code"] == "AUTH_REQUIRED"
    assert socket.lives()


@pytest.mark.parametrize(
    ("connect", "name"),
    [
        ("40/other", "/other"),
        ("40/other,", "/other"),
        ('40/other,{"token":"x"}', "/other"),
        ("40/?token=x,", "/?token=x"),
        ("40/%00,", "/%00"),
        ("40//,", "//"),
        ("40/" + "x" * 200, "/" + "x" * 200),
    ],
)
def test_another_namespace_is_invalid(joined, connect, name):
    socket = joined()
    socket.say(connect)
    assert socket.packet() == f'44{name},{{"message":"Invalid namespace"}}'
    assert call(socket)["success"]


def test_an_event_needs_no_acknowledgement_and_may_name_its_namespace(joined):
    socket = joined()
    socket.say('42/,["ping",{"id":"a"}]')
    assert socket.packet().startswith('42["pong",{')
    socket.say('42["ping"]', '42/,17["ping"]')
    assert socket.packet().startswith('42["pong",{')
    assert socket.packet().startswith('4317[{"success":true,')


def test_the_largest_id_of_an_acknowledgement_comes_back(joined):
    socket = joined()
    assert call(socket, 2**53 - 1)["success"]
    assert call(socket, 0)["success"]


def test_white_space_and_escapes_are_json(joined):
    socket = joined()
    socket.say('427[ "\\u0070ing" ,\t{ "id" : "a" } ]')
    assert socket.packet().startswith('437[{"success":true,')


def test_a_numeric_name_is_one_that_nobody_has(joined):
    socket = joined()
    socket.say("427[1,{}]")
    assert '"reason":"unknown_type"' in socket.packet()
    assert call(socket)["success"]


@pytest.mark.parametrize(("levels", "reason"), [(31, None), (40, "depth"), (5_000, "depth")])
def test_how_deep_a_frame_may_be_is_the_services_to_say(joined, levels, reason):
    socket = joined()
    socket.say('427["ping",{"data":' + "[" * levels + "]" * levels + "}]")
    answer = socket.packet()
    assert answer.startswith("437[") and (reason is None or f'"reason":"{reason}"' in answer)
    assert call(socket)["success"]


def test_an_acknowledgement_that_nobody_waits_for_is_ignored(joined):
    socket = joined()
    socket.say("430[]", '4399[{"success":true}]', '461-3[{"_placeholder":true,"num":0}]', b"x")
    assert call(socket)["success"]


def test_who_leaves_the_namespace_keeps_the_connection(joined, server, user):
    socket = joined()
    socket.say("41")
    assert socket.lives(), "there is no answer"
    socket.sign_in(user())
    assert call(socket)["success"]


def test_events_that_were_sent_before_leaving_are_done(joined, connect, user):
    bob = user("bob")
    socket, reader = joined(), connect(bob)
    room = call(socket, 1, "conversation:create", {"id": "c", "data": {"kind": "group", "memberIds": [bob]}})
    frame = {"id": "m", "conversationId": room["conversationId"], "data": {"content": "last"}}
    socket.say("42" + json.dumps(["message:send", frame]), "41")
    reader.expect("message:new", content="last")
    assert socket.lives()


@pytest.mark.parametrize("count", range(1, 11))
def test_up_to_ten_attachments_may_come(joined, count):
    """CVE-2026-33151."""
    socket = joined()
    places = ",".join(f'{{"_placeholder":true,"num":{number}}}' for number in range(count))
    socket.say(f'45{count}-7["ping",{{}},{places}]', *[bytes([number]) for number in range(count)])
    assert socket.packet().startswith('437[{"success":true,')


def test_placeholders_may_stand_at_any_depth_and_in_any_order(joined):
    socket = joined()
    deep = '{"a":[[{"_placeholder":true,"num":1}]],"b":{"c":{"num":0,"_placeholder":true}}}'
    socket.say(f'452-7["ping",{{}},{deep}]', b"one", b"two")
    assert socket.packet().startswith('437[{"success":true,')


def test_who_takes_no_binary_messages_gets_texts(carrier, joined, user):
    """`b64=1` on a WebSocket."""
    room = unique("room")
    sender, reader = joined(), carrier().open("&b64=1").sign_in(user())
    for socket in (sender, reader):
        assert call(socket, 1, "conversation:join", {"data": {"conversationId": room}})["success"]
    sender.say('451-["binary",{"_placeholder":true,"num":0}]', pack(header(room), b"sound", sequence=2))
    packet = reader.packet()
    while not packet.startswith("451-"):
        packet = reader.packet()
    attachment = reader.packet()
    assert isinstance(attachment, str) and attachment[0] == "b"
    sequence, _, payload = unpack(base64.b64decode(attachment[1:], validate=True))
    assert (sequence, payload) == (2, b"sound")
