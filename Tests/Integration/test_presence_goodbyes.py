"""Which ends of a connection are goodbyes, after which nobody is waited for, on every wire: R36."""

import pytest
from cuttable_line import CuttableLine
from peer import CLOSE
from polling import carrier, polling  # noqa: F401
from presence import hasty, patient, status, statuses  # noqa: F401
from process import wait_until
from rest import Rest, make_key
from socketio_client import SocketIOClient


class ByLine:
    """A server as it is reached by a line that can be cut."""

    def __init__(self, server):
        self.line, self.token = CuttableLine(server.port), server.token
        self.url = self.line.url
        self.ws_url = self.url.replace("http://", "ws://") + "/v1/socket"


@pytest.fixture
def by_line():
    lines = []

    def by_line(server):
        lines.append(ByLine(server))
        return lines[-1]

    yield by_line
    for line in lines:
        line.line.cut()


@pytest.mark.parametrize("wire", ["plain", "websocket"])
def test_a_line_that_breaks_is_no_goodbye(patient, hasty, connect, by_line, user, wire):
    """Where the grace is long nobody hears of it, and where it is short it is told."""
    for server in (patient, hasty):
        alice, bob = user("alice"), user("bob")
        reader = connect(bob, server=server)
        conversation = reader.create(members=[alice])
        line = by_line(server)

        def make(user=alice, line=line):
            return connect(user, server=line) if wire == "plain" else SocketIOClient.connect(line, user)

        make()
        assert status(reader, alice) == "online"
        line.line.cut()
        if server is hasty:
            reader.expect("presence:update", userId=alice, status="offline")
        line.line.mend()
        make().say(conversation, "back")
        seen, _ = reader.until("message:new", content="back")
        assert "offline" not in statuses(seen, alice)
        assert status(reader, alice) == "online"


@pytest.mark.parametrize("device", [None, "phone"], ids=["nameless", "named"])
@pytest.mark.parametrize("wire", ["plain", "websocket"])
def test_however_often_a_line_breaks_nothing_is_told_until_a_goodbye_which_is(
    patient, connect, by_line, user, wire, device
):
    alice, bob = user("alice"), user("bob")
    reader = connect(bob, server=patient)
    conversation = reader.create("direct", members=[alice])
    line, backend = by_line(patient), Rest(patient, make_key(patient))
    claims = {"dev": device} if device else None

    def come():
        if wire == "plain":
            return connect(alice, server=line, claims=claims)
        return SocketIOClient.connect(line, alice, claims=claims)

    come()
    reader.expect("presence:update", userId=alice, status="online")
    for number in range(3):
        line.line.cut()
        if device is None:
            # What has no name comes in place of what is known to be lost; a device is known whenever its old line is missed.
            path = f"/v1/users/{alice}/connections"
            wait_until(lambda: not backend.ok("GET", path)["connections"], "the loss was noticed")
        line.line.mend()
        last = come()
        last.say(conversation, f"back {number}")
    seen, _ = reader.until("message:new", content="back 2")
    assert statuses(seen, alice) == []
    last.leave() if isinstance(last, SocketIOClient) else last.close()
    reader.expect("presence:update", userId=alice, status="offline")
    backend.close()


@pytest.mark.parametrize("goodbye", ["1", "41"])
def test_goodbyes_of_polling(patient, connect, polling, user, goodbye):  # noqa: F811
    alice, bob = user("alice"), user("bob")
    reader = connect(bob, server=patient)
    reader.create("direct", members=[alice])
    session = polling(server=patient).sign_in(alice)
    reader.expect("presence:update", userId=alice, status="online")
    session.post(goodbye)
    reader.expect("presence:update", userId=alice, status="offline")


@pytest.mark.parametrize("goodbye", ["1", "41", None], ids=["1", "41", "close"])
def test_goodbyes_of_a_websocket(patient, connect, carrier, user, goodbye):  # noqa: F811
    alice, bob = user("alice"), user("bob")
    reader = connect(bob, server=patient)
    reader.create("direct", members=[alice])
    socket = carrier(patient).open().sign_in(alice)
    reader.expect("presence:update", userId=alice, status="online")
    socket.say(goodbye) if goodbye else socket.send_frame(b"", CLOSE)
    reader.expect("presence:update", userId=alice, status="offline")


def test_a_poll_that_is_cut_is_no_goodbye(patient, hasty, connect, polling, user):  # noqa: F811
    for server in (patient, hasty):
        alice, bob = user("alice"), user("bob")
        reader = connect(bob, server=server)
        conversation = reader.create(members=[alice])
        session = polling(server=server).sign_in(alice)
        assert status(reader, alice) == "online"
        session.hold().reset()
        if server is hasty:
            reader.expect("presence:update", userId=alice, status="offline")
        connect(alice, server=server).say(conversation, "back")
        seen, _ = reader.until("message:new", content="back")
        assert "offline" not in statuses(seen, alice)


def test_who_is_put_out_has_a_grace_too(patient, connect, user):
    alice, bob = user("alice"), user("bob")
    reader = connect(bob, server=patient)
    conversation = reader.create("direct", members=[alice])
    device = connect(alice, server=patient)
    reader.expect("presence:update", userId=alice, status="online")
    backend = Rest(patient, make_key(patient))
    backend.ok("DELETE", f"/v1/users/{alice}/connections")
    backend.close()
    assert device.close_code() == 4403
    connect(alice, server=patient).say(conversation, "back")
    seen, _ = reader.until("message:new", content="back")
    assert "offline" not in statuses(seen, alice)
