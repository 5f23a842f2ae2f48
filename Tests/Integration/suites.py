"""The paths that `--conformance` adds for the official suites of Socket.IO and Engine.IO, and who talks to them as those do."""

import base64

import pytest
from closing import Closing
from peer import CLOSE, frame
from polling import PATH, Carrier, Line, Polling, b64

SOCKET_IO, ENGINE_IO = "/v1/conformance/socket.io/", "/v1/conformance/engine.io/"
# Those of the suites, but with more patience: a test that is late is not to lose its session.
SETTINGS = {"pingInterval": 300, "pingTimeout": 3_000, "maxPayload": 1_000_000, "connectTimeout": 4_000}


@pytest.fixture(scope="module")
def suite_server(serve):
    """A server that the suites could be run against."""
    return serve("--conformance", settings={"socketIO": SETTINGS})


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
    with Closing(lambda path: PatientPolling(suite_server, path)) as poll:
        yield poll


@pytest.fixture
def socket(suite_server):
    """Opens connections for WebSockets; with a path."""
    with Closing(lambda path: PatientCarrier(suite_server, path)) as socket:
        yield socket


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


def answer_pings(session, count):
    """Answers as many pings, between which nothing comes."""
    for _ in range(count):
        assert super(type(session), session).packet() == "2"
        session.say("3")
