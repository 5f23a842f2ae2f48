"""Engine.IO by hand: sessions that poll, WebSockets that carry or take over a session, and the bytes of both."""

import base64
import json
import os
import re
from contextlib import ExitStack

import pytest
from closing import Closing
from peer import BINARY, CLOSE, SOCKET, TEXT, Peer
from process import wait_until

PATH = "/socket.io/"
SEPARATOR = "\x1e"
ERRORS = {
    0: "Transport unknown",
    1: "Session ID unknown",
    2: "Bad handshake method",
    3: "Bad request",
    5: "Unsupported protocol version",
}


class Answer:
    """One HTTP answer."""

    def __init__(self, version, status, fields, body):
        self.version, self.status, self.fields, self.body = version, status, fields, body

    def __getitem__(self, name):
        """A field by its name in lower case; None where there is none."""
        return self.fields.get(name)

    @property
    def text(self):
        return self.body.decode()

    @property
    def packets(self):
        assert self.status == 200, (self.status, self.body)
        assert self["content-type"] == "text/plain; charset=UTF-8"
        assert self["cache-control"] == "no-store"
        return self.text.split(SEPARATOR)

    def check_error(self, code, status=400):
        assert self.status == status, (self.status, self.body)
        assert self["content-type"] == "application/json"
        assert json.loads(self.body) == {"code": code, "message": ERRORS[code]}

    def check_ok(self):
        assert (self.status, self.text) == (200, "ok")
        assert self["content-type"].startswith("text/html")


class Line(Peer):
    """A connection that asks one request after the other, and reads whole answers."""

    def request(self, method, target, *fields, body=None, version="1.1"):
        """Sends a request and does not wait."""
        fields = list(fields)
        if body is not None:
            body = body if isinstance(body, bytes) else body.encode()
            fields.append(f"Content-Length: {len(body)}")
        head = self.head(f"{method} {target}", *fields).replace(b" HTTP/1.1\r\n", f" HTTP/{version}\r\n".encode(), 1)
        self.socket.sendall(head + (body or b""))
        return self

    def answer(self):
        """The next answer, whole."""
        head = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status = re.fullmatch(r"HTTP/(1\.[01]) (\d{3}) .*", head[0]).groups()
        fields = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            assert name.lower() not in fields or name.lower() == "vary", f"{name} stands twice"
            fields[name.lower()] = value.strip()
        size = int(fields.get("content-length", 0))
        while len(self.read) < size:
            part = self.socket.recv(65_536)
            assert part, f"ended within a body of {size} bytes"
            self.read += part
        body, self.read = self.read[:size], self.read[size:]
        return Answer(version, int(status), fields, body)

    def is_taken(self):
        """Waits until the server knows what was sent, such as a request that it holds.

        It has read it, and each of its event loops has answered something since; connections are dealt out to them in turn.
        """
        wait_until(lambda: self.in_kernel() == 0, "the server reads the request")
        for _ in range(2 * os.cpu_count()):
            with Line(self.server) as other:
                assert other.request("GET", "/livez").answer().status == 200
        return self

    def ends(self):
        """Whether the stream ends without another byte."""
        return self.to_end() == b""


class Polling:
    """One session that polls. Each request goes by the line given, else by the session's own one."""

    def __init__(self, server, query="", *fields, make=Line):
        self.server, self.make, self.stack = server, make, ExitStack()
        self.line = self.open_line()
        self.opening = self.line.request("GET", f"{PATH}?EIO=4&transport=polling{query}", *fields).answer()
        [packet] = self.opening.packets
        assert packet[0] == "0"
        self.handshake = json.loads(packet[1:])
        self.sid = self.handshake["sid"]
        self.target = f"{PATH}?EIO=4&transport=polling&sid={self.sid}"

    def open_line(self):
        return self.stack.enter_context(self.make(self.server))

    def get(self, line=None):
        """The packets of one GET."""
        return self.ask("GET", line).packets

    def ask(self, method="GET", line=None, *fields, body=None):
        return (line or self.line).request(method, self.target, *fields, body=body).answer()

    def post(self, *packets, line=None):
        """POSTs packets, which must be taken."""
        self.ask("POST", line, "Content-Type: text/plain;charset=UTF-8", body=SEPARATOR.join(packets)).check_ok()

    def hold(self):
        """A GET on a line of its own, which the server holds: the line, for its answer."""
        return self.open_line().request("GET", self.target).is_taken()

    def packet(self, start=""):
        """The next packet, of however many GETs; it must begin as said."""
        if not (waiting := self.__dict__.setdefault("waiting", [])):
            waiting += self.get()
        assert waiting[0].startswith(start), waiting
        return waiting.pop(0)

    def sign_in(self, user="user", tenant="a", **claims):
        """Joins the namespace `/`, up to session:ready."""
        self.post("40" + json.dumps({"token": self.server.token(user, tenant, **claims)}))
        self.packet('40{"sid":')
        self.packet('42["session:ready",')
        return self

    def is_gone(self):
        """Whether nobody knows the session any more; a POST asks, since a second GET would end it."""
        with self.make(self.server) as line:
            answer = line.request("POST", self.target, body="3").answer()
        if answer.status == 400:
            answer.check_error(1)
        return answer.status == 400

    def lives(self):
        """Shows that the session is there: it answers a CONNECT to a namespace that is none."""
        self.post("40/nobody,")
        assert self.packet() == '44/nobody,{"message":"Invalid namespace"}'
        return True

    def close(self):
        """Says goodbye, so that a server which ends does not wait for the next GET."""
        with self.make(self.server) as line:
            if line.send(line.head(f"POST {self.target}", "Content-Length: 1") + b"1"):
                line.answer()
        self.stack.close()


class Carrier(Peer):
    """A WebSocket of Engine.IO: a session of its own, or one that takes over the session `sid`."""

    def ask_for_socket(self, query, *fields):
        """Sends the request; the head of the answer is kept in `answer`."""
        self.socket.sendall(self.head(f"GET {PATH}{query}", *SOCKET, *fields))
        self.answer = self.until(b"\r\n\r\n").decode("latin-1")
        return int(self.answer.split()[1])

    def begin(self, sid=None, query="", *fields):
        sid = f"&sid={sid}" if sid else ""
        assert self.ask_for_socket(f"?EIO=4&transport=websocket{sid}{query}", *fields) == 101, self.answer
        return self

    def open(self, query="", *fields):
        """Begins a session, and reads its handshake."""
        self.begin(None, query, *fields)
        packet = self.packet()
        assert packet[0] == "0"
        self.handshake = json.loads(packet[1:])
        return self

    def sign_in(self, user="user", tenant="a", **claims):
        self.say("40" + json.dumps({"token": self.server.token(user, tenant, **claims)}))
        assert self.packet().startswith('40{"sid":')
        assert self.packet().startswith('42["session:ready",')
        return self

    def probe(self):
        """The first half of an upgrade."""
        self.say("2probe")
        assert self.packet() == "3probe"
        return self

    def try_probe(self):
        """Whether the session takes this WebSocket: one that it does not take is closed at once."""
        self.say("2probe")
        message = self.frame()
        return message == (TEXT, b"3probe")

    def say(self, *packets):
        """Texts, and bytes as binary messages, each a message of its own."""
        for packet in packets:
            if isinstance(packet, bytes):
                self.send_frame(packet, BINARY)
            else:
                self.send_frame(packet.encode())

    def packet(self):
        """The next message, text or bytes."""
        message = self.frame()
        assert message is not None, "the stream ended"
        opcode, payload = message
        assert opcode in (TEXT, BINARY), f"closed by {payload}"
        return payload.decode() if opcode == TEXT else payload

    def lives(self):
        """Shows that the session is there."""
        self.say("40/nobody,")
        assert self.packet() == '44/nobody,{"message":"Invalid namespace"}'
        return True

    def end(self):
        """What comes before the end, and the code of the close frame: 1005 where it has none."""
        packets = []
        while (message := self.frame()) is not None:
            opcode, payload = message
            if opcode == CLOSE:
                return packets, int.from_bytes(payload[:2], "big") if payload else 1005
            packets.append(payload.decode() if opcode == TEXT else payload)
        return packets, None

    def is_closed(self):
        """Whether the server closes, without another message and without a code."""
        return self.end() == ([], 1005)


def b64(data):
    """Bytes as a packet of polling."""
    return "b" + base64.b64encode(data).decode()


def call(socket, packet_id=1, name="ping", frame=None):
    """An event by hand, and what its acknowledgement brings."""
    socket.say(f"42{packet_id}" + json.dumps([name, frame or {}]))
    packet = socket.packet()
    while not packet.startswith("43"):
        packet = socket.packet()
    assert packet.startswith(f"43{packet_id}["), packet
    [body] = json.loads(packet.removeprefix(f"43{packet_id}"))
    return body


@pytest.fixture
def polling(server):
    """Begins sessions that poll."""
    with Closing(lambda query="", *fields, server=server: Polling(server, query, *fields)) as polling:
        yield polling


@pytest.fixture
def carrier(server):
    """Opens connections for WebSockets."""
    with Closing(lambda server=server: Carrier(server)) as carrier:
        yield carrier


@pytest.fixture
def joined(carrier, user):
    """Opens WebSockets whose sessions are in the namespace `/`."""
    return lambda: carrier().open().sign_in(user())


@pytest.fixture
def line(server):
    """Opens connections for requests."""
    with Closing(lambda server=server: Line(server)) as line:
        yield line
