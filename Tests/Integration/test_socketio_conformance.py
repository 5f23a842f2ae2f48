"""What the official suites of Socket.IO and Engine.IO expect, at the paths that `--conformance` adds: wire §5 and §6."""

import base64
import json
from contextlib import ExitStack

import pytest
from peer import CLOSE, frame
from polling import ERRORS, PATH, Carrier, Line, Polling, b64
from process import wait_until
from service import Server, run_caas

SOCKET_IO, ENGINE_IO = "/v1/conformance/socket.io/", "/v1/conformance/engine.io/"
SETTINGS = {"pingInterval": 300, "pingTimeout": 200, "maxPayload": 1_000_000, "connectTimeout": 1_900}
NAMESPACES = ["", "/custom,"]
ARGUMENTS = '1,"2",{"3":[true]}'
PLACEHOLDERS = '{"_placeholder":true,"num":0},"é",{"deep":[{"_placeholder":true,"num":1}]}'
ATTACHMENTS = [bytes([1, 2, 3]), bytes([4, 5, 6])]


@pytest.fixture(scope="module")
def suite_server(tmp_path_factory):
    """A server that the suites could be run against."""
    server = Server(tmp_path_factory.mktemp("suites"), "--conformance", settings={"socketIO": SETTINGS}).start()
    yield server
    server.close()


class ElsewhereLine(Line):
    """A line to one of the paths for suites."""

    def __init__(self, server, path):
        super().__init__(server)
        self.path = path

    def head(self, line, *fields):
        return super().head(line.replace(f" {PATH}", f" {self.path}", 1), *fields)


class PatientPolling(Polling):
    """Polls at one of those paths, and answers pings."""

    def __init__(self, server, path, query=""):
        super().__init__(server, query, make=lambda server: ElsewhereLine(server, path))

    def packet(self, start=""):
        while (packet := super().packet()) == "2":
            self.post("3")
        assert packet.startswith(start), packet
        return packet

    def say(self, *packets):
        self.post(*(b64(packet) if isinstance(packet, bytes) else packet for packet in packets))

    def message(self):
        """The next packet; bytes as such."""
        packet = self.packet()
        return base64.b64decode(packet[1:], validate=True) if packet[0] == "b" else packet

    def ends(self):
        """Answers pings until nobody knows the session any more; how many there were."""
        pings = 0
        while (answer := self.ask()).status == 200:
            assert set(answer.packets) <= {"2", "1", "6"}, answer.packets
            if "2" in answer.packets:
                pings += 1
                self.ask("POST", body="3")
        answer.check_error(1)
        return pings


class PatientCarrier(ElsewhereLine, Carrier):
    """A WebSocket to one of those paths that answers pings."""

    def packet(self):
        while (packet := super().packet()) == "2":
            self.say("3")
        return packet

    message = packet

    def ends(self):
        """Answers pings until the server closes; how many there were."""
        pings = 0
        while (message := self.frame()) is not None:
            opcode, payload = message
            if opcode == CLOSE:
                assert payload == b"", "without a code"
                return pings
            assert payload == b"2", message
            pings += 1
            self.send(frame(b"3"))
        return pings


@pytest.fixture
def poll(suite_server):
    """Begins sessions that poll; with a path."""
    with ExitStack() as stack:

        def poll(path):
            session = PatientPolling(suite_server, path)
            stack.callback(session.close)
            return session

        yield poll


@pytest.fixture
def socket(suite_server):
    """Opens connections for WebSockets; with a path."""
    with ExitStack() as stack:
        yield lambda path: stack.enter_context(PatientCarrier(suite_server, path))


@pytest.fixture(params=["polling", "websocket"])
def session(request, poll, socket):
    """Begins sessions on either transport; with a path."""
    return poll if request.param == "polling" else lambda path: socket(path).open()


@pytest.fixture
def ask(suite_server):
    """One request on a line of its own."""

    def ask(method, target, *fields, body=None, server=suite_server):
        with Line(server) as line:
            return line.request(method, target, *fields, body=body).answer()

    return ask


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


def answer_pings(session, count):
    """Answers as many pings, between which nothing comes."""
    for _ in range(count):
        assert super(type(session), session).packet() == "2"
        session.say("3")


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


# Socket.IO


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
    answer_pings(client, 8)  # The server's clock tells the time: 8 × 300 ms are more than there is for joining.
    client.say(f'42["message",{ARGUMENTS}]')
    assert client.message() == f'42["message-back",{ARGUMENTS}]'


# Engine.IO


def test_the_handshake_over_polling_tells_the_settings(poll):
    handshake = poll(ENGINE_IO).handshake
    assert isinstance(handshake.pop("sid"), str)
    assert handshake == {
        "upgrades": ["websocket"],
        "pingInterval": 300,
        "pingTimeout": 200,
        "maxPayload": 1_000_000,
    }


def test_the_handshake_over_websocket_tells_the_settings(socket):
    handshake = socket(ENGINE_IO).open().handshake
    assert isinstance(handshake.pop("sid"), str)
    assert handshake == {"upgrades": [], "pingInterval": 300, "pingTimeout": 200, "maxPayload": 1_000_000}


@pytest.mark.parametrize(
    ("method", "query", "code"),
    [
        ("GET", "?transport=polling", 5),
        ("GET", "?EIO=abc&transport=polling", 5),
        ("GET", "?EIO=4", 0),
        ("GET", "?EIO=4&transport=abc", 0),
        ("POST", "?EIO=4&transport=polling", 2),
        ("PUT", "?EIO=4&transport=polling", 2),
        ("GET", "?EIO=4&transport=polling&sid=abc", 1),
    ],
)
@pytest.mark.parametrize("path", [SOCKET_IO, ENGINE_IO])
def test_what_is_no_handshake_is_refused(ask, path, method, query, code):
    ask(method, path + query, body=None if method == "GET" else "").check_error(code)


@pytest.mark.parametrize(("query", "code"), [("?transport=websocket", 5), ("?EIO=4", 0), ("?EIO=4&transport=abc", 0)])
def test_what_is_no_handshake_of_a_websocket_is_refused(socket, query, code):
    connection = socket(ENGINE_IO)
    assert connection.ask_for_socket(query) == 400
    assert connection.to_end().decode() == ERRORS[code]


def test_a_session_is_known_at_its_own_path_alone(poll, ask):
    session = poll(ENGINE_IO)
    for path in (PATH, SOCKET_IO):
        ask("GET", session.target.replace(PATH, path)).check_error(1)
    session.say("4here")
    assert session.packet() == "4here"


@pytest.mark.parametrize("text", ["hello", "", "é 😀", "40", '42["message"]', "x" * 100_000])
def test_a_text_comes_back(session, text):
    client = session(ENGINE_IO)
    client.say(f"4{text}")
    assert client.message() == f"4{text}"


def test_bytes_come_back_over_polling_in_base64(poll):
    client = poll(ENGINE_IO)
    client.post("bAQIDBA==")
    assert client.packet() == "bAQIDBA=="
    client.post("4a", "bAQIDBA==", "4b", "b")
    assert [client.packet() for _ in range(4)] == ["4a", "bAQIDBA==", "4b", "b"]


def test_bytes_come_back_over_websocket(socket):
    client = socket(ENGINE_IO).open()
    client.say(b"\x01\x02\x03\x04", "4a", bytes(range(256)) * 256)
    assert [client.packet() for _ in range(3)] == [b"\x01\x02\x03\x04", "4a", bytes(range(256)) * 256]


def test_bytes_come_back_over_websocket_in_base64_to_who_asks_for_that(socket):
    client = socket(ENGINE_IO).open("&b64=1")
    client.say("bAQIDBA==")
    assert client.packet() == "bAQIDBA=="


def test_a_payload_may_be_as_large_as_is_told(poll):
    client = poll(ENGINE_IO)
    whole = "4" + "x" * 999_999
    client.post(whole)
    assert client.packet() == whole
    assert client.ask("POST", body=whole + "x").status == 413


def test_pings_that_are_answered_keep_a_session(session):
    client = session(ENGINE_IO)
    answer_pings(client, 4)
    client.say("4here")
    assert client.message() == "4here"


def test_a_session_that_answers_no_ping_ends(poll, ask):
    client = poll(ENGINE_IO)
    assert client.get() == ["2"]
    target = client.target.replace(PATH, ENGINE_IO)
    # Each GET is held until the end or the next ping; once the session is gone it is told at once.
    wait_until(lambda: ask("GET", target).status == 400, "the session ends")
    ask("GET", target).check_error(1)


def test_a_websocket_that_answers_no_ping_ends(socket):
    assert socket(ENGINE_IO).open().end() == (["2"], 1005)


def test_a_session_is_upgraded(poll, socket, ask):
    client = poll(ENGINE_IO)
    held = client.hold()
    carrier = socket(ENGINE_IO).begin(client.sid).probe()
    assert held.answer().packets in (["6"], ["2"])
    client.say("4before")
    carrier.say("5", "4hello", b"\x01\x02")
    received = [carrier.packet() for _ in range(3)]
    assert received == ["4before", "4hello", b"\x01\x02"]
    target = client.target.replace(PATH, ENGINE_IO)
    ask("GET", target).check_error(3)
    ask("POST", target, body="4x").check_error(3)
    second = socket(ENGINE_IO).begin(client.sid)
    assert second.ends() == 0
    carrier.say("4still")
    assert carrier.packet() == "4still"


def test_an_upgrade_may_be_sent_without_waiting(poll, socket):
    client = poll(ENGINE_IO)
    carrier = socket(ENGINE_IO).begin(client.sid)
    carrier.say("2probe", "5", "4hello")
    assert [carrier.packet(), carrier.packet()] == ["3probe", "4hello"]


def test_a_session_that_polls_is_closed(poll):
    client = poll(ENGINE_IO)
    held = client.hold()
    client.post("1")
    assert held.answer().packets == ["6"]
    client.ask().check_error(1)


def test_a_websocket_is_closed(socket):
    client = socket(ENGINE_IO).open()
    client.say("1")
    assert client.ends() <= 1


@pytest.mark.parametrize("packet", ["abc", "", "0", "2", "7"])
def test_what_is_no_packet_ends_a_session(poll, socket, packet):
    client = socket(ENGINE_IO).open()
    client.say(packet)
    assert client.ends() <= 1
    client = poll(ENGINE_IO)
    assert client.ask("POST", body=packet).status in (200, 400)
    assert client.ends() <= 1
