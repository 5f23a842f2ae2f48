"""Every way in which a media packet can be wrong gets its error, and the connection lives: design §5, R50, R51."""

import json
import struct

import pytest
from client import check_error
from media import header, pack, unpack
from socketio_client import POLLING, WEBSOCKET
from test_socketio_media import next_media

HEADER = ("INVALID_PAYLOAD", None, "binary_header")
TYPE = ("INVALID_PAYLOAD", "header.type", "binary_type")
SOUND = b"sound"


def wrong(field, value, reason=None, **others):
    """A packet one field of which is not what it must be."""
    return pack(header("c", **{field: value} | others), sequence=7), ("INVALID_PAYLOAD", f"header.{field}", reason)


def without(field):
    fields = header("c")
    del fields[field]
    return pack(fields, sequence=7, kind=1), ("MISSING_FIELD", f"header.{field}", None)


TEXT = pack(header("c"), SOUND, sequence=7)
LENGTH = struct.unpack(">I", TEXT[4:8])[0]
LITTLE = struct.pack("<4I", *struct.unpack(">4I", TEXT[:16])) + TEXT[16:]

# Written by hand, with one member more.
RAW = b'{"type":"audio","conversationId":"c","chunkIndex":0,"totalChunks":0,"mimeType":"audio/opus",%s}'

# What is no packet at all.
OPENINGS = {
    "nothing": b"",
    "one-byte-too-few-for-the-numbers": TEXT[:15],
    "nothing-but-zeros": bytes(16),
    "total-one-too-many": pack(header("c"), SOUND, 7, total=len(TEXT) + 1),
    "total-one-too-few": pack(header("c"), SOUND, 7, total=len(TEXT) - 1),
    "total-of-nothing": pack(header("c"), SOUND, 7, total=0),
    "total-without-the-numbers": pack(header("c"), SOUND, 7, total=len(TEXT) - 16),
    "total-of-4-GiB": pack(header("c"), SOUND, 7, total=0xFFFF_FFFF),
    "cut-behind-the-total": TEXT[:-1],
    "more-behind-the-total": TEXT + b"!",
    "header-one-byte-into-the-payload": pack(header("c"), SOUND, 7, length=LENGTH + 1),
    "header-one-byte-too-short": pack(header("c"), SOUND, 7, length=LENGTH - 1),
    "header-of-nothing": pack(header("c"), SOUND, 7, length=0),
    "header-up-to-the-end": pack(header("c"), SOUND, 7, length=LENGTH + len(SOUND)),
    "header-beyond-the-end": pack(header("c"), SOUND, 7, length=LENGTH + len(SOUND) + 1),
    "header-of-4-GiB": pack(header("c"), SOUND, 7, length=0xFFFF_FFFF),
    "header-above-4-KiB": pack(header("c", unknown="x" * 4_096), SOUND, 7),
    "little-endian": LITTLE,
    "little-endian-total": TEXT[:4][::-1] + TEXT[4:],
    "little-endian-header-length": TEXT[:4] + TEXT[4:8][::-1] + TEXT[8:],
    "no-json": pack(b"{no json}", SOUND, 7),
    "no-utf8": pack(b'{"type":"\xff"}', SOUND, 7),
    "a-list": pack(b"[]", SOUND, 7),
    "a-text": pack(b'"audio"', SOUND, 7),
    "two-objects": pack(b"{}{}", SOUND, 7),
}

# What is a packet and says something that cannot be.
FIELDS = {
    "little-endian-kind": (TEXT[:8] + TEXT[8:12][::-1] + TEXT[12:], TYPE),
    "kind-0": (pack(header("c"), SOUND, 7, kind=0), TYPE),
    "kind-4": (pack(header("c"), SOUND, 7, kind=4), TYPE),
    "kind-255": (pack(header("c"), SOUND, 7, kind=255), TYPE),
    "video-that-is-audio": (pack(header("c", "video"), SOUND, 7, kind=1), TYPE),
    "audio-that-is-video": (pack(header("c"), SOUND, 7, kind=2), TYPE),
    "audio-that-is-a-file": (pack(header("c"), SOUND, 7, kind=3), TYPE),
    "unknown-type": wrong("type", "music", "binary_type"),
    **{f"no-{field}": without(field) for field in header("c")},
    **{
        f"{field}-{value!r}"[:40]: wrong(field, value)
        for field, value in [
            ("type", 1),
            ("conversationId", 5),
            ("conversationId", "with space"),
            ("chunkIndex", "0"),
            ("chunkIndex", -1),
            ("chunkIndex", 0.5),
            ("totalChunks", "0"),
            ("totalChunks", -1),
            ("totalChunks", 65_537),
            ("mimeType", 5),
            ("streamId", 5),
            ("timestamp", "now"),
            ("key", "yes"),
            ("fileId", 5),
            ("id", 5),
            ("id", ""),
            ("id", "i" * 65),
            ("id", {}),
            ("ack", "true"),
            ("ack", 1),
            ("ack", []),
        ]
    },
    "chunk-beyond-the-last": wrong("chunkIndex", 3, totalChunks=3),
    "file-chunk-of-another-sequence": wrong("chunkIndex", 6, "sequence", type="file_chunk", totalChunks=9),
    "twice-the-same-field": (
        pack(b'{"type":"audio","type":"audio"}', SOUND, 7),
        ("INVALID_PAYLOAD", None, "duplicate_key"),
    ),
    "unknown-conversation": (
        pack(header("nowhere"), SOUND, 7),
        ("NOT_FOUND", "header.conversationId", "conversation"),
    ),
    "an-ack-for-nothing-that-has-a-name": (
        pack(header("c", ack=True), SOUND, 7),
        ("MISSING_FIELD", "header.id", None),
    ),
    "an-ack-for-an-id-that-is-null": (
        pack(header("c", ack=True, id=None), SOUND, 7),
        ("MISSING_FIELD", "header.id", None),
    ),
    "an-ack-for-an-id-that-is-none": wrong("id", "with space", ack=True),
    "senderId-twice-in-two-spellings": (
        pack(RAW % rb'"senderId":"a","sender\u0049d":"b"', SOUND, 7),
        ("INVALID_PAYLOAD", None, "duplicate_key"),
    ),
}

WIRES = ["plain", "polling", "socketio"]


def send(client, packet):
    client.emit("binary", packet) if hasattr(client, "media") else client.socket.send(packet)


def lives(client):
    """The connection answers, and takes a packet that is good."""
    client.ping()
    id, conversation = "good", client.create()
    send(client, pack(header(conversation, id=id, ack=True), sequence=1))
    assert client.answer(id)["data"] | {"timestamp": 0} == {"success": True, "timestamp": 0, "sequence": 1}


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("name", OPENINGS)
def test_what_is_no_packet_is_refused_and_the_connection_lives(dial, user, wire, name):
    client, packet = dial(wire, user()), OPENINGS[name]
    send(client, packet)
    error = client.expect("error")["data"]
    check_error(error, *HEADER)
    sequence = struct.unpack(">I", packet[12:16])[0] if len(packet) >= 16 else None
    assert error["details"].get("sequence") == sequence
    lives(client)


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("name", FIELDS)
def test_a_packet_that_cannot_be_is_refused_and_the_connection_lives(dial, user, wire, name):
    client, (packet, (code, field, reason)) = dial(wire, user()), FIELDS[name]
    send(client, packet)
    error = client.expect("error")["data"]
    check_error(error, code, field, reason)
    assert error["details"]["sequence"] == 7
    lives(client)


@pytest.mark.parametrize("wire", WIRES)
def test_a_packet_names_itself_by_its_id_also_where_it_is_wrong(dial, user, wire):
    client = dial(wire, user())
    send(client, pack(header("nowhere", id="p-1"), sequence=7))
    assert client.expect("error")["replyTo"] == "p-1"
    send(client, pack(header("nowhere", id="p-2", ack=True), sequence=8))
    ack = client.answer("p-2")
    assert ack["type"] == "ack" and ack["data"]["error"]["details"]["sequence"] == 8
    client.ping()


@pytest.mark.parametrize("sender", WIRES)
def test_packets_of_all_kinds_and_shapes_are_the_same_bytes_on_every_wire(dial, user, sender):
    names = {wire: user(wire) for wire in WIRES}
    source = dial(sender, user("source"))
    readers = {wire: dial(wire, name) for wire, name in names.items()}
    conversation = source.create(members=list(names.values()))
    for each in (source, *readers.values()):
        each.join(conversation)
    shapes = [
        (header(conversation), b""),
        (header(conversation, "video", key=True, streamId="é ", timestamp=1), bytes(range(256)) * 100),
        (header(conversation, "file_chunk", chunkIndex=2, totalChunks=3, fileId="f"), b"\x1e\x00" * 7),
        (header(conversation, mimeType="audio/x", unknown=[1.0, {"a": None}]), b"451-[]"),
    ]
    for number, (fields, payload) in enumerate(shapes):
        send(source, pack(fields, payload, sequence=2))
        arrived = {wire: r.media() if hasattr(r, "media") else next_media(r) for wire, r in readers.items()}
        assert len(set(arrived.values())) == 1, number
        sequence, got, rest = unpack(arrived["plain"])
        assert (sequence, rest) == (2, payload)
        assert got == fields | {"senderId": source.ready["data"]["userId"]}


@pytest.mark.parametrize("transports", [POLLING, WEBSOCKET], ids=["polling", "websocket"])
def test_a_callback_needs_no_id(socketio_connect, user, transports):
    client = socketio_connect(user(), transports=transports)
    conversation = client.create()
    for fields in ({}, {"ack": True}, {"ack": False}, {"id": None, "ack": None}):
        ack = client.call("binary", pack(header(conversation, **fields), sequence=9))
        assert (ack["success"], ack["sequence"]) == (True, 9)
    ack = client.call("binary", pack(header(conversation, id="a b", ack=True), sequence=10))
    check_error(ack["error"], "INVALID_PAYLOAD", "header.id")
    assert ack["error"]["details"]["sequence"] == 10


# What a client may write where the server writes the sender's name: whatever it is, it does not arrive.
SENDERS = {
    "object": rb'"senderId":{"a":[1,"}"]}',
    "list": rb'"senderId":["somebody"]',
    "null": rb'"senderId":null',
    "number": rb'"senderId":1.0',
    "empty": rb'"senderId":""',
    "text": rb'"senderId":"some\u0062ody \"else\""',
    "escaped-name": rb'"sender\u0049d":"somebody"',
    "all-escaped-name": b'"' + b"".join(rb"\u%04x" % letter for letter in b"senderId") + b'":"somebody"',
    "spaces": b' "senderId" \t:\r\n "somebody" ',
}


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("name", SENDERS)
def test_whatever_stands_for_the_sender_is_replaced(dial, user, wire, name):
    sender, reader = dial(wire, user("sender")), dial("plain", bob := user("reader"))
    conversation = sender.create(members=[bob])
    reader.join(conversation)
    raw = RAW.replace(b'"c"', json.dumps(conversation).encode()) % SENDERS[name]
    send(sender, pack(raw, SOUND, 7))
    sequence, fields, payload = unpack(next_media(reader))
    assert (sequence, payload) == (7, SOUND)
    assert fields == header(conversation, senderId=sender.ready["data"]["userId"])


def test_a_packet_as_a_text_is_none(connect, user):
    client = connect(user())
    data = header("c")
    client.refused("binary", data, code="INVALID_PAYLOAD", field="type", reason="binary_header")
    client.ok("conversation:list")
