"""How a silent connection is told from a dead one: R67, with the waits shortened by settings."""

import socket
from urllib.parse import urlsplit

import pytest
from process import DEADLINE
from service import unique
from websockets.client import ClientProtocol
from websockets.frames import Close, Opcode
from websockets.uri import parse_uri


class Wire:
    """A client that answers pings only if it is told to."""

    def __init__(self, server, answering):
        address = urlsplit(server.url)
        self.answering = answering
        self.socket = socket.create_connection((address.hostname, address.port), timeout=DEADLINE)
        self.protocol = ClientProtocol(parse_uri(server.ws_url))
        request = self.protocol.connect()
        request.headers["Authorization"] = f"Bearer {server.token(unique('silent'))}"
        self.protocol.send_request(request)
        self.flush()

    def flush(self):
        for data in self.protocol.data_to_send():
            if data:
                self.socket.sendall(data)

    def frames(self):
        """The frames from the server, until it ends the connection."""
        while data := self.socket.recv(65_536):
            self.protocol.receive_data(data)
            if self.answering:
                self.flush()
            yield from (frame for frame in self.protocol.events_received() if hasattr(frame, "opcode"))


@pytest.fixture(scope="module")
def impatient(serve):
    """A server that pings after one second, and again only behind an answer, for which it waits."""
    settings = {"pingInterval": 1, "pongTimeout": 5}
    return serve(settings=settings)


def test_a_client_that_answers_no_ping_is_closed(impatient):
    opcodes, close = [], None
    for frame in Wire(impatient, answering=False).frames():
        opcodes.append(frame.opcode)
        if frame.opcode is Opcode.CLOSE:
            close = Close.parse(frame.data)
    assert opcodes == [Opcode.TEXT, Opcode.PING, Opcode.CLOSE]
    assert close.code == 4103


def test_a_silent_client_that_answers_lives_on(impatient):
    wire, pings = Wire(impatient, answering=True), 0
    for frame in wire.frames():
        assert frame.opcode in (Opcode.TEXT, Opcode.PING)
        pings += frame.opcode is Opcode.PING
        if pings == 4:
            break
    assert pings == 4
    wire.socket.close()


def test_the_heartbeat_is_told_in_milliseconds(impatient, connect, user):
    client = connect(user(), server=impatient)
    assert client.ready["data"]["heartbeat"] == {"interval": 1_000, "timeout": 5_000}
