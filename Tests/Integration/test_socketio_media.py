"""The `binary` event: media packets are checked and relayed to those who joined, on every wire: design §5, R50–R52."""

import json

import pytest
from client import check_error
from media import header, pack, unpack
from socketio_client import ASYNC_WAYS, POLLING, UPGRADE, WAYS, WEBSOCKET, socketio_connect  # noqa: F401

sending = pytest.mark.parametrize(("library", "transports"), WAYS)
# The library's other half reads the two messages of a packet in two threads, and may lose one.
receiving = pytest.mark.parametrize(("library", "transports"), ASYNC_WAYS)


def id_of(client):
    return client.ready["data"]["userId"]


def next_media(client):
    """What a plain client gets next that is binary; frames that come before wait."""
    while isinstance(message := client.socket.recv(timeout=30), str):
        client.events.append(json.loads(message))
    return message


@pytest.fixture
def party(socketio_connect, connect, user):
    """A sender by Socket.IO and, joined beside it, a reader of every kind."""

    def party(transports, library="async"):
        names = {kind: user(kind) for kind in ("polling", "websocket", "upgrade", "plain")}
        sender = socketio_connect(user("sender"), transports=transports, library=library)
        readers = {
            "polling": socketio_connect(names["polling"], transports=POLLING),
            "websocket": socketio_connect(names["websocket"], transports=WEBSOCKET),
            "upgrade": socketio_connect(names["upgrade"], transports=UPGRADE),
            "plain": connect(names["plain"]),
        }
        conversation = sender.create(members=list(names.values()))
        for each in (sender, *readers.values()):
            each.join(conversation)
        return sender, readers, conversation

    return party


def media_of(reader):
    return reader.media() if hasattr(reader, "media") else next_media(reader)


@sending
def test_a_packet_reaches_everybody_who_joined_with_its_senders_name_added(party, library, transports):
    sender, readers, conversation = party(transports, library)
    payload = bytes(range(256)) * 4
    fields = header(conversation, streamId="s-1", timestamp=1705654321000, unknown={"kept": ["as", 1]})
    sent = pack(fields, payload, sequence=0xFFFF_FFFF)
    sender.emit("binary", sent)
    arrived = [media_of(reader) for reader in readers.values()]
    assert len(set(arrived)) == 1, "a broadcast is the same on every wire"
    assert unpack(arrived[0]) == (0xFFFF_FFFF, fields | {"senderId": id_of(sender)}, payload)


@receiving
def test_a_plain_clients_packet_reaches_socketio_clients(party, library, transports):
    sender, readers, conversation = party(transports, library)
    plain = readers.pop("plain")
    plain.socket.send(pack(header(conversation), b"\x00\xff\x1e", sequence=7))
    for reader in (sender, *readers.values()):
        assert unpack(reader.media()) == (7, header(conversation, senderId=id_of(plain)), b"\x00\xff\x1e")


@sending
def test_the_sender_gets_nothing_and_neither_do_those_who_did_not_join(
    party, socketio_connect, connect, library, transports
):
    sender, readers, conversation = party(transports, library)
    member = id_of(readers["plain"])
    absent = [socketio_connect(member, transports=transports), connect(member)]
    sender.emit("binary", pack(header(conversation)))
    media_of(readers["polling"])
    readers["polling"].say(conversation, "end")
    for each in (sender, absent[0]):
        seen, _ = each.until("message:new", content="end")
        assert not [frame for frame in seen if frame["type"] == "binary"]
    # A binary message would be no JSON.
    absent[1].until("message:new", content="end")


def test_a_sender_that_names_another_is_named_itself(party):
    sender, readers, conversation = party(WEBSOCKET)
    sender.emit("binary", pack(header(conversation, senderId="somebody-else")))
    assert unpack(media_of(readers["plain"]))[1]["senderId"] == id_of(sender)


@sending
def test_an_acknowledgement_says_which_packet_was_taken(party, library, transports):
    sender, _, conversation = party(transports, library)
    ack = sender.call("binary", pack(header(conversation), sequence=41))
    assert (ack["success"], ack["sequence"]) == (True, 41)
    sender.emit("binary", pack(header(conversation, id="m-42", ack=True), sequence=42))
    ack = sender.answer("m-42")["data"]
    assert (ack["success"], ack["sequence"]) == (True, 42)


@sending
def test_who_is_no_member_is_told_which_packet_was_not_taken(socketio_connect, user, library, transports):
    owner = socketio_connect(user("owner"))
    conversation = owner.create()
    stranger = socketio_connect(user("stranger"), transports=transports, library=library)
    error = stranger.call("binary", pack(header(conversation), sequence=9))["error"]
    check_error(error, "NOT_MEMBER")
    assert error["details"]["sequence"] == 9
    stranger.emit("binary", pack(header(conversation), sequence=10))
    error = stranger.expect("error")["data"]
    check_error(error, "NOT_MEMBER")
    assert error["details"]["sequence"] == 10
    stranger.ping()


def test_who_may_not_send_media_is_told_so(socketio_connect, user):
    client = socketio_connect(user(), claims={"scope": "chat:read chat:write"})
    error = client.call("binary", pack(header(client.create()), sequence=3))["error"]
    check_error(error, "FORBIDDEN", reason="scope")
    assert error["details"]["sequence"] == 3


BAD = {
    "no-attachment": (None, "INVALID_PAYLOAD", None, "binary_header"),
    "a-text": ("sound", "INVALID_PAYLOAD", None, "binary_header"),
    "fifteen-bytes": (b"x" * 15, "INVALID_PAYLOAD", None, "binary_header"),
    "longer-than-it-is": (pack(header("c"), total=4_000), "INVALID_PAYLOAD", None, "binary_header"),
    "header-beyond-the-end": (pack(header("c"), length=4_000), "INVALID_PAYLOAD", None, "binary_header"),
    "header-of-more-than-4-KiB": (
        pack(header("c", unknown="x" * 4_096)),
        "INVALID_PAYLOAD",
        None,
        "binary_header",
    ),
    "no-json": (pack(b"{no json}"), "INVALID_PAYLOAD", None, "binary_header"),
    "another-type": (pack(header("c"), kind=2), "INVALID_PAYLOAD", "header.type", "binary_type"),
    "reserved-type": (pack(header("c"), kind=4), "INVALID_PAYLOAD", "header.type", "binary_type"),
    "no-conversation": (pack({"type": "audio"}), "MISSING_FIELD", "header.conversationId", None),
    "chunk-beyond-the-last": (
        pack(header("c", chunkIndex=3, totalChunks=3)),
        "INVALID_PAYLOAD",
        "header.chunkIndex",
        None,
    ),
    "unknown-conversation": (pack(header("nowhere")), "NOT_FOUND", None, None),
}


@pytest.mark.parametrize("transports", [POLLING, WEBSOCKET], ids=["polling", "websocket"])
@pytest.mark.parametrize(("packet", "code", "field", "reason"), BAD.values(), ids=BAD)
def test_a_packet_that_is_not_right_is_refused(socketio_connect, user, transports, packet, code, field, reason):
    client = socketio_connect(user(), transports=transports)
    answer = client.call("binary", packet)
    assert answer["success"] is False
    check_error(answer["error"], code, field, reason)
    client.ping()


@pytest.mark.parametrize("transports", [POLLING, WEBSOCKET], ids=["polling", "websocket"])
def test_a_packet_above_256_KiB_is_refused_and_the_connection_lives(socketio_connect, user, transports):
    client = socketio_connect(user(), transports=transports)
    conversation = client.create()
    fits = 256 * 1024 - len(pack(header(conversation), b""))
    assert client.call("binary", pack(header(conversation), bytes(fits)))["success"]
    error = client.call("binary", pack(header(conversation), bytes(fits + 1), sequence=5))["error"]
    check_error(error, "INVALID_PAYLOAD", reason="too_large")
    assert (error["details"]["limit"], error["details"]["size"]) == (256 * 1024, 256 * 1024 + 1)
    client.ping()


def test_the_fifth_packet_without_a_header_ends_the_connection(socketio_connect, user):
    client = socketio_connect(user())
    for _ in range(5):
        client.emit("binary", b"no packet")
    assert client.expect(":disconnect")["data"]["reason"] == "server disconnect"


def test_media_takes_its_place_among_the_frames_of_a_polling_client(party):
    """A packet is two messages of Engine.IO, and no answer to a GET has more than 16: none may be torn apart."""
    sender, readers, conversation = party(WEBSOCKET)
    for number in range(60):
        sender.emit("binary", pack(header(conversation), bytes([number]), sequence=number))
        sender.send("message:send", {"content": f"{number}"}, conversation)
    reader, order = readers["polling"], []
    while len(order) < 120:
        frame = reader.receive()
        if frame["type"] == "binary":
            order.append(("media", unpack(frame["bytes"][0])[0]))
        elif frame["type"] == "message:new":
            order.append(("message", int(frame["data"]["content"])))
    for kind in ("media", "message"):
        assert [number for what, number in order if what == kind] == list(range(60))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_the_librarys_other_half_gets_media_too(party, socketio_connect):
    """It reads the two messages of a packet in two threads, and loses one where they are late: media may be lost.

    What it makes of a message that it took for the other half of a packet is no media at all.
    """
    sender, readers, conversation = party(WEBSOCKET)
    other = socketio_connect(id_of(readers["plain"]), library="sync")
    other.join(conversation)
    for number in range(100):
        sender.emit("binary", pack(header(conversation), sequence=number))
    while not isinstance(packet := other.media(), bytes):
        pass
    sequence, fields, payload = unpack(packet)
    assert (fields["senderId"], payload) == (id_of(sender), b"sound")
