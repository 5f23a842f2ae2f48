"""A reader that falls behind loses pictures and no message, and slows nobody: R54. What arrives is counted, not timed."""

import base64
import json

import pytest
from media import header, pack, unpack
from metrics_page import scrape
from peer import BINARY, TEXT, Peer
from polling import Carrier, Polling, call
from socketio_client import socketio_connect  # noqa: F401
from test_socketio_media import next_media

# Bytes of one picture, every tenth of which is a key frame.
PICTURE = 20_000


@pytest.fixture
def own(make_server):
    """A server whose counters nobody else moves."""
    return make_server("--no-rate-limits").start()


@pytest.fixture
def party(own, connect, user, socketio_connect):
    """A sender, readers that keep up on both wires, and the name of one that will not."""
    slow, plain, socketio = user("slow"), user("plain"), user("socketio")
    sender = connect(user("sender"), server=own)
    healthy = [connect(plain, server=own), socketio_connect(socketio, server=own)]
    room = sender.create(members=[slow, plain, socketio])
    for each in (sender, *healthy):
        each.join(room)
    return sender, healthy, slow, room


def dropped(server):
    """Pictures that readers were spared so far."""
    return int(scrape(server.port).value("caas_dropped_frames_total", kind="video"))


def show(sender, healthy, room, number):
    """One picture and one message, which everybody who keeps up gets before anything else is sent."""
    fields = header(room, "video", streamId="camera", key=number % 10 == 0, mimeType="video/webm")
    sender.socket.send(pack(fields, bytes(PICTURE), sequence=number))
    sender.say(room, f"{number}")
    for reader in healthy:
        packet = reader.media() if hasattr(reader, "media") else next_media(reader)
        assert unpack(packet)[0] == number
        reader.expect("message:new", content=f"{number}")


def check(seen, sent):
    """Messages are all there and in order; pictures are in order, and after a gap comes a key frame."""
    assert [content for kind, content in seen if kind == "message"] == [f"{number}" for number in range(sent)] + ["end"]
    pictures = [number for kind, number in seen if kind == "picture"]
    assert pictures == sorted(set(pictures))
    for before, after in zip([-1, *pictures], pictures, strict=False):
        assert after == before + 1 or after % 10 == 0, (before, after)
    return sent - len(pictures)


def told(sender, room, count):
    """The sender hears of each picture that was not delivered."""
    heard = 0
    while heard < count:
        data = sender.expect("media:congestion", streamId="camera")["data"]
        assert data["conversationId"] == room
        heard += data["dropped"]
    assert heard == count


def seen_by(frames):
    """What the messages of a plain or a Socket.IO WebSocket hold, up to the message `end`; packets are whole."""
    seen, announced = [], False
    for opcode, payload in frames:
        if opcode == BINARY:
            seen.append(("picture", unpack(payload)[0]))
            announced = False
            continue
        assert opcode == TEXT, payload
        assert not announced, "the attachment follows its event"
        text = payload.decode()
        announced = text.startswith("451-")
        if announced or not text.startswith(("{", "42")):
            continue
        frame = json.loads(text) if text[0] == "{" else json.loads(text[2:])[1]
        if frame["type"] == "message:new":
            seen.append(("message", frame["data"]["content"]))
            if seen[-1][1] == "end":
                return seen
    raise AssertionError("the stream ended")


def join(wire, server, user, room, narrow=True):
    """A reader with small buffers that has joined, and reads on only when asked to."""
    if wire == "socketio":
        reader = Carrier(server, narrow=narrow).open().sign_in(user)
        assert call(reader, name="conversation:join", frame={"conversationId": room})["success"]
        return reader
    reader = Peer(server, narrow=narrow).sign_in(user)
    frame = {"id": "j", "type": "conversation:join", "conversationId": room, "ack": True, "data": {}}
    reader.send_frame(json.dumps(frame).encode())
    assert reader.event()["data"]["success"]
    return reader


@pytest.mark.parametrize("wire", ["plain", "socketio"])
def test_a_slow_reader_loses_pictures_and_no_message_and_others_lose_nothing(own, party, wire):
    sender, healthy, name, room = party
    with join(wire, own, name, room) as slow:
        sent = 0
        while dropped(own) < 30:
            assert sent < 2_000, "nothing is dropped"
            for _ in range(10):
                show(sender, healthy, room, sent)
                sent += 1
                # A tenth of what comes.
                slow.read += slow.socket.recv(PICTURE // 10)
        sender.say(room, "end")
        missing = check(seen_by(iter(slow.frame, None)), sent)
    assert missing == dropped(own) >= 30
    assert scrape(own.port).value("caas_slow_consumers_total") == 0
    told(sender, room, missing)


@pytest.mark.parametrize("wire", ["plain", "socketio"])
def test_with_usual_buffers_the_system_holds_little_of_what_could_be_dropped(own, party, wire):
    sender, healthy, name, room = party
    with join(wire, own, name, room, narrow=False) as stopped:
        sent = 0
        while not dropped(own):
            # Four times what both ends of the line and the service hold; the system by itself would take 4 MB.
            assert sent * PICTURE < 2_500_000, f"nothing is dropped while {stopped.in_kernel()} bytes are in the kernel"
            show(sender, healthy, room, sent)
            sent += 1
        sender.say(room, "end")
        missing = check(seen_by(iter(stopped.frame, None)), sent)
    assert missing == dropped(own) > 0


def test_a_reader_that_polls_too_rarely_loses_pictures_and_no_message(own, party):
    sender, healthy, name, room = party
    session = Polling(own).sign_in(name)
    try:
        session.post("421" + json.dumps(["conversation:join", {"conversationId": room}]))
        session.packet("431")
        # It asks for nothing while 800 KB come, which is below what ends a connection.
        for number in range(40):
            show(sender, healthy, room, number)
        sender.say(room, "end")
        seen = []
        while not seen or seen[-1] != ("message", "end"):
            packet = session.packet()
            if packet.startswith("451-"):
                # Whole packets alone: the attachment comes in the same answer.
                assert session.waiting
                seen.append(("picture", unpack(base64.b64decode(session.packet("b")[1:]))[0]))
            elif packet.startswith('42["message:new",'):
                seen.append(("message", json.loads(packet[2:])[1]["data"]["content"]))
        missing = check(seen, 40)
        assert missing == dropped(own) > 0
        told(sender, room, missing)
    finally:
        session.close()


def test_who_sends_no_pictures_hears_of_no_congestion(own, party):
    sender, healthy, _, room = party
    for number in range(5):
        show(sender, healthy, room, number)
    for each in (sender, healthy[0]):
        each.ping()
        assert not [frame for frame in each.events if frame["type"] == "media:congestion"]
    assert dropped(own) == 0
