"""What happens above the rates of media: sound and pictures are refused, files are read more slowly: R61, R62."""

import time

import pytest
from client import check_error
from files import Upload, content_of, sha256
from media import header, pack, unpack
from socketio_client import socketio_connect  # noqa: F401
from websockets.exceptions import ConnectionClosed

MEGABYTE = 1024 * 1024
WIRES = ["plain", "socketio"]
# type, bytes of each packet, sent at a time, the bucket, its limit and burst, packets that the burst is worth
RATES = {
    "audio": ("audio", 5, 90, "audio", 60, 120, 120),
    "video": ("video", 5, 90, "video", 120, 240, 240),
    "bytes-of-video": ("video", 190_000, 10, "media_bytes", 500_000, 1_000_000, 5),
    "bytes-of-audio": ("audio", 190_000, 10, "media_bytes", 500_000, 1_000_000, 5),
    "bytes-of-relayed-pieces": ("file_chunk", 190_000, 60, "file_bytes", 4 * MEGABYTE, 8 * MEGABYTE, 44),
}


@pytest.fixture(scope="module")
def limited(serve):
    """A server with its rate limits on."""
    return serve()


@pytest.fixture
def dial(connect, socketio_connect):  # noqa: F811
    """Connects by the wire that is named."""
    return lambda wire, *arguments, **options: (connect if wire == "plain" else socketio_connect)(*arguments, **options)


def send(client, packet):
    client.emit("binary", packet) if hasattr(client, "media") else client.socket.send(packet)


def flood(client, conversation, type, size, batch):
    """Sends packets until some of a batch are refused: the sequences that were taken, and the refusals.

    A batch is less than the hundred refusals that end a connection, and large enough for a slow machine to be above the rate.
    """
    taken, refusals, sequence = [], [], 0
    while not refusals:
        sent = range(sequence, sequence + batch)
        sequence += batch
        assert sequence < 20_000, "never above the rate"
        for number in sent:
            fields = {"chunkIndex": number, "totalChunks": 60_000} if type == "file_chunk" else {}
            fields |= {"id": f"p-{number}", "ack": True}
            send(client, pack(header(conversation, type, **fields), bytes(size), sequence=number))
        for number in sent:
            answer = client.answer(f"p-{number}")["data"]
            taken.append(number) if answer["success"] else refusals.append(answer["error"])
    return taken, refusals


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("name", RATES)
def test_above_its_rate_a_packet_is_refused(dial, limited, user, wire, name):
    type, size, batch, bucket, limit, burst, at_once = RATES[name]
    client = dial(wire, user(), server=limited)
    conversation = client.create()
    taken, refusals = flood(client, conversation, type, size, batch)
    assert taken[:at_once] == list(range(at_once)), "the burst"
    for error in refusals:
        check_error(error, "RATE_LIMITED", reason="bucket")
        details = error["details"]
        assert details["sequence"] not in taken
        assert {name: details[name] for name in ("scope", "bucket", "limit", "perMs", "burst", "retryable")} == {
            "scope": "connection",
            "bucket": bucket,
            "limit": limit,
            "perMs": 1_000,
            "burst": burst,
            "retryable": True,
        }
        assert isinstance(error["retryAfter"], int) and error["retryAfter"] >= 1
    # It is the packets that are too many: the connection goes on, and so do its messages.
    client.say(conversation, "still here")


@pytest.mark.parametrize("wire", WIRES)
def test_what_is_refused_reaches_nobody(dial, limited, user, wire):
    sender, reader = dial(wire, user(), server=limited), dial("plain", bob := user(), server=limited)
    conversation = sender.create(members=[bob])
    reader.join(conversation)
    taken, _ = flood(sender, conversation, "audio", 5, 90)
    sender.say(conversation, "end")
    heard = []
    while isinstance(message := reader.socket.recv(timeout=10), bytes) or '"end"' not in message:
        if isinstance(message, bytes):
            heard.append(unpack(message)[0])
    assert heard == taken


def test_one_connections_media_does_not_touch_anothers(dial, limited, user):
    name = user()
    flooding, other = dial("plain", name, server=limited), dial("plain", name, server=limited)
    conversation = flooding.create()
    flood(flooding, conversation, "audio", 5, 90)
    send(other, pack(header(conversation, id="one", ack=True), sequence=1))
    assert other.answer("one")["data"]["success"]


def test_a_hundred_refusals_within_a_minute_close(dial, limited, user):
    client = dial("plain", user(), server=limited)
    packet = pack(header(client.create()))
    try:
        for _ in range(5_000):
            client.socket.send(packet)
    except ConnectionClosed:
        pass
    assert client.close_code() == 4229


@pytest.mark.parametrize("wire", WIRES)
def test_a_file_is_held_back_and_not_refused(dial, limited, user, wire):
    client = dial(wire, user(), server=limited)
    content = content_of(16 * MEGABYTE)
    upload = Upload(content, client.create()).begin(client)
    start = time.monotonic()
    assert upload.send(client)["sha256"] == sha256(content)
    # The burst is 8 MiB, and 4 MiB follow each second: however fast the machine is, this takes two seconds, but for a window.
    assert time.monotonic() - start > (16 - 8 - 2.5) / 4
    client.ping()
