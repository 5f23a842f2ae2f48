"""What the official suite of Socket.IO expects, at the paths that `--conformance` adds: wire §6."""

import json

import pytest
from service import run_caas
from suites import (  # noqa: F401
    ENGINE_IO,
    SOCKET_IO,
    PatientCarrier,
    answer_pings,
    ask,
    poll,
    session,
    socket,
    suite_server,
)

NAMESPACES = ["", "/custom,"]
ARGUMENTS = '1,"2",{"3":[true]}'
PLACEHOLDERS = '{"_placeholder":true,"num":0},"é",{"deep":[{"_placeholder":true,"num":1}]}'
ATTACHMENTS = [bytes([1, 2, 3]), bytes([4, 5, 6])]


def join(session, namespace="", auth=None):
    """Joins a namespace, which tells what it was told."""
    session.say(f"40{namespace}" + (json.dumps(auth) if auth is not None else ""))
    reply = session.message()
    assert reply.startswith(f"40{namespace}"), reply
    content = json.loads(reply.removeprefix(f"40{namespace}"))
    assert list(content) == ["sid"] and content["sid"]
    event = session.message()
    assert event.startswith(f"42{namespace}"), event
    assert json.loads(event.removeprefix(f"42{namespace}")) == ["auth", auth or {}]
    return content["sid"]


# Whether they are there


@pytest.mark.parametrize("path", [SOCKET_IO, ENGINE_IO])
def test_without_the_flag_the_paths_are_not_there(ask, server, path):
    for method in ("GET", "POST", "OPTIONS"):
        assert ask(method, f"{path}?EIO=4&transport=polling", body="", server=server).status == 404
    with PatientCarrier(server, path) as socket:
        assert socket.ask_for_socket("?EIO=4&transport=websocket") == 404


def test_production_has_no_such_paths(tmp_path):
    flags = ("--environment", "production", "--data", tmp_path / "data", "--conformance", "--check-config")
    result = run_caas("serve", *flags)
    assert result.returncode != 0 and "conformance" in result.stderr


# What they say


@pytest.mark.parametrize("auth", [None, {"token": "123"}, {"deep": [{"é": None}]}], ids=["none", "token", "deep"])
@pytest.mark.parametrize("namespace", NAMESPACES)
def test_a_namespace_tells_what_it_was_connected_with(session, namespace, auth):
    join(session(SOCKET_IO), namespace, auth)


def test_a_namespace_may_be_joined_without_its_comma(session):
    client = session(SOCKET_IO)
    client.say("40/custom")
    assert client.message().startswith('40/custom,{"sid":"')
    assert client.message() == '42/custom,["auth",{}]'


def test_both_namespaces_stand_on_one_connection_with_names_of_their_own(session):
    client = session(SOCKET_IO)
    names = [join(client), join(client, "/custom,", {"token": "x"}), client.handshake["sid"]]
    assert len(set(names)) == 3
    client.say(f'42["message",{ARGUMENTS}]')
    assert client.message() == f'42["message-back",{ARGUMENTS}]'
    client.say(f'42/custom,["message",{ARGUMENTS}]')
    assert client.message() == f'42/custom,["message-back",{ARGUMENTS}]'


@pytest.mark.parametrize("packet", ["40/random", "40/random,", '40/random,{"token":"x"}'])
def test_another_namespace_is_refused_and_the_connection_lives(session, packet):
    client = session(SOCKET_IO)
    client.say(packet)
    assert client.message() == '44/random,{"message":"Invalid namespace"}'
    join(client)


@pytest.mark.parametrize("arguments", ["", ARGUMENTS, '{"a":1.0,"b":12345678901234567890,"c":"\\u00e9"}'])
@pytest.mark.parametrize("namespace", NAMESPACES)
def test_a_message_comes_back_as_it_was(session, namespace, arguments):
    client = session(SOCKET_IO)
    join(client, namespace)
    comma = "," if arguments else ""
    client.say(f'42{namespace}["message"{comma}{arguments}]')
    assert client.message() == f'42{namespace}["message-back"{comma}{arguments}]'


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_a_message_with_attachments_comes_back_with_them(session, namespace):
    client = session(SOCKET_IO)
    join(client, namespace)
    client.say(f'452-{namespace}["message",{PLACEHOLDERS}]', *ATTACHMENTS)
    assert client.message() == f'452-{namespace}["message-back",{PLACEHOLDERS}]'
    assert [client.message(), client.message()] == ATTACHMENTS


@pytest.mark.parametrize("number", [0, 456, 9_007_199_254_740_991])
@pytest.mark.parametrize("namespace", NAMESPACES)
def test_a_message_is_acknowledged_with_its_arguments(session, namespace, number):
    client = session(SOCKET_IO)
    join(client, namespace)
    client.say(f'42{namespace}{number}["message-with-ack",{ARGUMENTS}]')
    assert client.message() == f"43{namespace}{number}[{ARGUMENTS}]"


def test_an_acknowledgement_may_be_empty_and_needs_a_number(session):
    client = session(SOCKET_IO)
    join(client)
    client.say('42["message-with-ack",1]', '427["message-with-ack"]')
    assert client.message() == "437[]"


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_an_acknowledgement_brings_attachments_back(session, namespace):
    client = session(SOCKET_IO)
    join(client, namespace)
    one = '{"_placeholder":true,"num":0}'
    client.say(f'451-{namespace}789["message-with-ack",{one}]', ATTACHMENTS[0])
    assert client.message() == f"461-{namespace}789[{one}]"
    assert client.message() == ATTACHMENTS[0]
    client.say(f'452-{namespace}790["message-with-ack",{PLACEHOLDERS}]', *ATTACHMENTS)
    assert client.message() == f"462-{namespace}790[{PLACEHOLDERS}]"
    assert [client.message(), client.message()] == ATTACHMENTS


def test_events_of_other_names_are_passed_over(session):
    client = session(SOCKET_IO)
    join(client)
    client.say('42["other",1]', '421["message-again"]', f'42["message",{ARGUMENTS}]')
    assert client.message() == f'42["message-back",{ARGUMENTS}]'


@pytest.mark.parametrize(("left", "other"), [NAMESPACES, NAMESPACES[::-1]], ids=["main", "custom"])
def test_leaving_a_namespace_leaves_the_other(session, left, other):
    client = session(SOCKET_IO)
    join(client, left)
    join(client, other)
    client.say(f"41{left}", f'42{other}["message",{ARGUMENTS}]')
    assert client.message() == f'42{other}["message-back",{ARGUMENTS}]'
    client.say(f"40{left}")
    assert client.message().startswith(f'40{left}{{"sid":')


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_a_message_for_a_namespace_that_was_left_closes(socket, namespace):
    client = socket(SOCKET_IO).open()
    join(client, namespace)
    client.say(f"41{namespace}", f'42{namespace}["message",1]')
    assert client.ends() <= 1


FIRST = [f'42["message",{ARGUMENTS}]', "41", "430[]", '42/custom,["message"]', "4abc", "44{}", '40["array"]', '40"text"']


@pytest.mark.parametrize("packet", FIRST)
def test_a_first_packet_that_is_no_connect_closes_a_websocket(socket, packet):
    client = socket(SOCKET_IO).open()
    client.say(packet)
    assert client.ends() <= 1


@pytest.mark.parametrize("packet", FIRST)
def test_a_first_packet_that_is_no_connect_ends_a_session_that_polls(poll, packet):
    client = poll(SOCKET_IO)
    assert client.ask("POST", body=packet).status in (200, 400)
    assert client.ends() <= 1


@pytest.mark.parametrize(
    "packet",
    [
        '42["message"',
        "42[]",
        "42{}",
        "42[{}]",
        "4",
        "49[]",
        "40",
        '42/other,["message"]',
        '451-["message",{"_placeholder":true,"num":5}]',
        '4511-["message"]',
        '45["message"]',
    ],
)
def test_a_packet_that_is_malformed_closes(socket, packet):
    client = socket(SOCKET_IO).open()
    join(client)
    client.say(packet, b"x")
    assert client.ends() <= 1


def test_who_joins_no_namespace_in_time_is_closed(session):
    """Pings are answered meanwhile, so that they are not why."""
    assert session(SOCKET_IO).ends() >= 3


def test_who_joined_a_namespace_is_not(session):
    client = session(SOCKET_IO)
    join(client)
    answer_pings(client, 14)  # The server's clock tells the time: 14 × 300 ms are more than there is for joining.
    client.say(f'42["message",{ARGUMENTS}]')
    assert client.message() == f'42["message-back",{ARGUMENTS}]'
