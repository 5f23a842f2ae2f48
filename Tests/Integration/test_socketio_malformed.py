"""Socket.IO packets that are not right: each ends its connection, and nothing else: wire §6."""

import json

import pytest
from polling import call, carrier, joined, polling  # noqa: F401


MALFORMED = [
    "4",
    "4x",
    "47",
    "42",
    "42{}",
    "42[]",
    "42[{}]",
    "42[null]",
    "42[true]",
    '42[["ping"]]',
    '42["ping"',
    '42["ping",]',
    '42["ping"]x',
    '42["ping",{"a":1,}]',
    '42["ping",NaN]',
    '42["ping",01]',
    '42["pi\nng"]',
    '42["\\x"]',
    '42["connect"]',
    '42["connect_error"]',
    '42["disconnect"]',
    '42["disconnecting"]',
    '42["newListener"]',
    '42["removeListener"]',
    '4201["ping"]',
    '429007199254740992["ping"]',
    '42' + "9" * 400 + '["ping"]',
    '42-1["ping"]',
    '42/other,["ping"]',
    '42/other["ping"]',
    "42/" + "n" * 300 + ',["ping"]',
    "41/other,",
    '41{"a":1}',
    "417",
    "40",
    "40[]",
    '40"text"',
    "407{}",
    '40/other,["token"]',
    '43["ack"]',
    "437{}",
    "437",
    "43/other,7[]",
    '44{"message":"mine"}',
    "45",
    '45["binary"]',
    '450-["binary"]',
    '4511-["binary"]',
    '45-1-["binary"]',
    '451.5-["binary"]',
    '4501-["binary",{"_placeholder":true,"num":0}]',
    '451["binary",{"_placeholder":true,"num":0}]',
    '45999999999999999999-["binary"]',
]


@pytest.mark.parametrize("packet", MALFORMED, ids=lambda packet: packet[:40].replace("\n", "\\n"))
def test_a_malformed_packet_ends_the_connection(joined, packet):
    """CVE-2026-33151, CVE-2023-32695."""
    socket = joined()
    socket.say(packet)
    assert socket.is_closed()


@pytest.mark.parametrize("packet", [MALFORMED[index] for index in (1, 6, 19, 29, 48)])
def test_a_malformed_packet_ends_a_session_that_polls(polling, user, packet):
    session = polling().sign_in(user())
    session.post(packet)
    assert session.packet() == "1"
    assert session.is_gone()


@pytest.mark.parametrize("num", ["1", "-1", "0.5", "10", '"splice"', "null", "[]", "{}", "1e400", "4294967296"])
def test_a_placeholder_of_an_attachment_that_is_none_ends_the_connection(joined, num):
    """CVE-2022-2421."""
    socket = joined()
    socket.say(f'451-7["ping",{{"_placeholder":true,"num":{num}}}]', b"bytes")
    assert socket.is_closed()


def test_a_placeholder_without_a_number_ends_the_connection(joined):
    socket = joined()
    socket.say('451-7["ping",{"_placeholder":true}]', b"bytes")
    assert socket.is_closed()


@pytest.mark.parametrize("text", ['42["ping"]', "41", "40", '451-["x",{"_placeholder":true,"num":0}]'])
def test_a_text_before_an_attachment_ends_the_connection(joined, text):
    socket = joined()
    socket.say('451-7["ping",{"_placeholder":true,"num":0}]', text)
    assert socket.is_closed()


def test_signs_of_life_may_stand_before_an_attachment(joined):
    """They are Engine.IO's, and no part of what the packet's reader sees."""
    socket = joined()
    socket.say('451-7["ping",{},{"_placeholder":true,"num":0}]', "3", "6", b"bytes")
    assert socket.packet().startswith('437[{"success":true,')


def test_bytes_that_no_packet_announced_end_the_connection(joined):
    socket = joined()
    socket.say(b"bytes")
    assert socket.is_closed()
    socket = joined()
    socket.say('451-7["ping",{},{"_placeholder":true,"num":0}]', b"one", b"two")
    assert socket.packet().startswith("437[")
    assert socket.is_closed()


@pytest.mark.parametrize("first", ['42["ping"]', "41", "430[]", '42/other,["x"]', '451-["x",{"_placeholder":true,"num":0}]'])
def test_a_first_packet_that_is_no_connect_ends_the_connection(carrier, first):
    socket = carrier().open()
    socket.say(first)
    assert socket.is_closed()


def test_two_connects_at_once_end_the_connection(carrier, server, user):
    socket = carrier().open()
    connect = "40" + json.dumps({"token": server.token(user())})
    socket.say(connect, connect)
    packets, code = socket.end()
    assert code == 1005 and [packet[:2] for packet in packets] in ([], ["40", "42"])


def test_the_server_outlives_them_all(server, joined):
    """CVE-2022-21676, CVE-2022-41940, CVE-2023-31125, CVE-2024-38355."""
    sockets = [joined() for _ in range(20)]
    for socket, packet in zip(sockets, MALFORMED):
        socket.say(packet)
    assert all(socket.is_closed() for socket in sockets)
    assert call(joined())["success"]
    assert server.process.poll() is None
