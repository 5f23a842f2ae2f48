"""Files by chunks on both wires: announced, cut off, taken up again, checked, attached, and gone without a trace: R53."""

import random

import pytest
from client import Client, check_error, error_of
from files import CHUNK, WINDOW, Lined, Lost, Upload, content_of, nothing_left, sha256, stored
from media import header, pack, unpack
from socketio_client import WEBSOCKET, SocketIOClient, socketio_connect  # noqa: F401

WIRES = pytest.mark.parametrize("wire", ["plain", "socketio"])
MEGABYTE = 1024 * 1024


@pytest.fixture
def enter(connect, socketio_connect):
    """Connects a user by one of the wires."""

    def enter(wire, user, **options):
        if wire == "plain":
            return connect(user, **options)
        return socketio_connect(user, transports=WEBSOCKET, **options)

    return enter


def on_disk(server, upload):
    return (server.data / "files" / upload.id).read_bytes()


def refused_chunk(client, upload, index, **fields):
    """Sends a chunk that must be refused, and returns the error."""
    upload.put(client, index, **fields)
    error = error_of(client.next(lambda frame: frame["type"] in ("error", "ack"), "an error"))
    assert error["details"]["sequence"] == index
    client.ping()
    return error


@WIRES
def test_a_file_arrives_and_a_message_carries_it_to_others(enter, server, user, wire):
    alice, bob = enter(wire, user("alice")), enter("plain", user("bob"))
    conversation = alice.create(members=[bob.ready["data"]["userId"]])
    content = content_of(3 * MEGABYTE + 17)
    upload = Upload(content, conversation, name="Größe 1.png", mime="image/png").begin(alice, sha256=sha256(content))
    whole = upload.send(alice)
    assert whole["sha256"] == sha256(content)
    assert whole["conversationId"] == conversation
    assert on_disk(server, upload) == content
    attachment = {"attachmentId": whole["attachmentId"]}
    alice.ok("message:send", {"content": "", "type": "image", "attachments": [attachment]}, conversation)
    [told] = bob.expect("message:new")["data"]["attachments"]
    assert told == attachment | {"name": "Größe 1.png", "mimeType": "image/png", "size": len(content)}
    assert alice.history(conversation)["messages"][0]["attachments"] == [told]
    # A year later the sender asks again where to go on.
    assert upload.resume(alice)


@WIRES
def test_progress_names_the_chunk_that_is_wanted_and_comes_for_a_lonely_chunk_too(enter, user, wire):
    alice = enter(wire, user("alice"))
    upload = Upload(content_of(40 * CHUNK), alice.create()).begin(alice)
    told = 0
    for sent in (16, 17):
        upload.send(alice, until=sent)
        while told < sent:
            # It may come for the first of them by themselves, where the others are late.
            before, told = told, alice.expect("file:progress", fileId=upload.id)["data"]["nextIndex"]
            assert before < told <= sent


@WIRES
def test_20_MiB_over_a_line_that_is_cut_ten_times_arrive_bit_by_bit(server, user, wire):
    seed = random.SystemRandom().randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    lined, name = Lined(server), user("alice")

    def enter():
        if wire == "plain":
            return Client.connect(lined, name)
        return SocketIOClient.connect(lined, name, transports=WEBSOCKET)

    content = content_of(20 * MEGABYTE, seed)
    client = enter()
    upload = Upload(content, client.create()).begin(client, sha256=sha256(content))
    cuts, whole = sorted(chance.sample(range(1, upload.chunks), 10)), None
    for cut in [*cuts, None]:
        # What was lost at the last cut is sent again first, so that each cut comes.
        while cut is None or upload.sent < cut:
            try:
                whole = upload.send(client, until=cut)
                break
            except Lost:
                raise AssertionError("the line was lost without a cut") from None
        if cut is None:
            break
        lined.cut()
        client.close()
        client = enter()
        upload.resume(client)
    assert whole["sha256"] == sha256(content)
    assert on_disk(server, upload) == content
    client.close()
    lined.line.cut()


@WIRES
def test_bytes_of_another_hash_are_refused_and_nothing_is_left(enter, server, user, wire):
    alice = enter(wire, user("alice"))
    content = content_of(3 * CHUNK)
    upload = Upload(content, alice.create()).begin(alice, sha256=sha256(b"another"))
    upload.send(alice, until=2)
    error = refused_chunk(alice, upload, 2)
    check_error(error, "INVALID_PAYLOAD", reason="hash_mismatch")
    assert error["details"]["fileId"] == upload.id
    nothing_left(server, upload.id)
    alice.refused("file:resume", {"fileId": upload.id}, code="NOT_FOUND", field="data.fileId", reason="file")


@WIRES
def test_a_chunk_in_a_wrong_place_says_which_is_wanted(enter, user, wire):
    alice = enter(wire, user("alice"))
    upload = Upload(content_of(5 * CHUNK), alice.create()).begin(alice)
    upload.send(alice, until=3)
    error = refused_chunk(alice, upload, 1)
    check_error(error, "ALREADY_EXISTS", reason="chunk_old")
    assert error["details"]["nextIndex"] == 3
    error = refused_chunk(alice, upload, 4)
    check_error(error, "INVALID_PAYLOAD", reason="chunk_gap")
    assert error["details"]["nextIndex"] == 3
    short = Upload(upload.content[: 3 * CHUNK + 5], upload.conversation)
    short.id = upload.id
    check_error(refused_chunk(alice, short, 3), "INVALID_PAYLOAD", reason="chunk_size")
    upload.sent = upload.wanted = 3
    assert upload.send(alice)["sha256"] == sha256(upload.content)
    check_error(refused_chunk(alice, upload, 0), "ALREADY_EXISTS", reason="complete")


@WIRES
def test_an_acknowledged_chunk_names_itself(enter, user, wire):
    alice = enter(wire, user("alice"))
    upload = Upload(content_of(2 * CHUNK), alice.create()).begin(alice)
    for index in range(2):
        upload.put(alice, index, id=f"c-{index}", ack=True)
        assert alice.answer(f"c-{index}")["data"]["sequence"] == index
    alice.expect("file:complete", fileId=upload.id)


def test_what_is_too_large_or_no_file_is_refused(connect, user):
    alice = connect(user("alice"))
    room, good = alice.create(), {"name": "a", "mimeType": "a/b", "size": 1}
    for field, value, reason in [
        ("size", 100 * MEGABYTE + 1, "too_large"),
        ("size", 0, None),
        ("name", "", None),
        ("name", "n" * 256, "too_large"),
        ("mimeType", "text/html\r\nX: y", None),
        ("chunkSize", 1_023, None),
        ("chunkSize", 258_033, None),
        ("sha256", "00", None),
    ]:
        error = alice.refused("file:begin", good | {field: value}, room, code="INVALID_PAYLOAD", reason=reason)
        assert error["details"]["field"] == f"data.{field}"


def test_a_connection_sends_two_files_at_once(connect, user):
    name = user("alice")
    alice, phone = connect(name), connect(name)
    room = alice.create()
    uploads = [Upload(content_of(2 * CHUNK), room).begin(alice) for _ in range(2)]
    third = {"name": "a", "mimeType": "a/b", "size": 1}
    alice.refused("file:begin", third, room, code="RATE_LIMITED", reason="uploads")
    Upload(b"x", room).begin(phone)
    uploads[0].send(alice)
    assert uploads[1].resume(phone) is False
    alice.ok("file:begin", third, room)
    assert uploads[1].send(phone)["sha256"] == sha256(uploads[1].content)


def test_quotas_count_what_is_announced(make_server, connect, user):
    server = make_server(settings={"files": {"userBytes": 300_000, "tenantBytes": 500_000}}).start()
    alice, bob = (connect(user(name), server=server) for name in ("alice", "bob"))
    rooms = [alice.create(), bob.create()]
    Upload(content_of(200_000), rooms[0]).begin(alice).send(alice)
    size = {"name": "a", "mimeType": "a/b", "size": 100_001}
    error = alice.refused("file:begin", size, rooms[0], code="RATE_LIMITED", reason="quota")
    assert (error["details"]["scope"], error["details"]["limit"]) == ("user", 300_000)
    bob.ok("file:begin", size | {"size": 299_000}, rooms[1])
    error = alice.refused("file:begin", size | {"size": 1_001}, rooms[0], code="RATE_LIMITED", reason="quota")
    assert error["details"]["scope"] == "tenant"
    # What still fits is taken.
    alice.ok("file:begin", size | {"size": 900}, rooms[0])


@WIRES
def test_anothers_file_is_unknown(enter, server, user, wire):
    alice, mallory = enter(wire, user("alice")), enter(wire, user("mallory"))
    room = alice.create(members=[mallory.ready["data"]["userId"]])
    upload = Upload(content_of(2 * CHUNK), room).begin(alice)
    upload.send(alice, until=1)
    check_error(refused_chunk(mallory, upload, 1), "NOT_FOUND", "header.fileId", "file")
    mallory.refused("file:resume", {"fileId": upload.id}, code="NOT_FOUND", reason="file")
    stranger = enter("plain", user("alice"), tenant="b")
    stranger.refused("file:resume", {"fileId": upload.id}, code="NOT_FOUND", reason="file")
    elsewhere = Upload(upload.content, alice.create())
    elsewhere.id = upload.id
    check_error(refused_chunk(alice, elsewhere, 1), "NOT_FOUND", "header.fileId", "file")
    alice.refused(
        "file:resume", {"fileId": upload.id}, elsewhere.conversation, code="NOT_FOUND", reason="file"
    )
    assert upload.send(alice)["sha256"] == sha256(upload.content)


def test_files_that_did_not_arrive_cannot_be_attached(connect, user):
    alice = connect(user("alice"))
    room = alice.create()
    upload = Upload(content_of(2 * CHUNK), room).begin(alice)
    elsewhere = Upload(b"x" * 10, alice.create()).begin(alice)
    elsewhere.send(alice)
    for id in (upload.id, elsewhere.id, "file_" + "0" * 32, "anything"):
        data = {"content": "x", "attachments": [{"attachmentId": id}]}
        alice.refused(
            "message:send", data, room, code="NOT_FOUND", field="data.attachments[0].attachmentId", reason="file"
        )


def test_what_is_unfinished_in_time_is_gone(make_server, connect, user):
    server = make_server("--no-rate-limits", settings={"files": {"unfinishedLife": 5}}).start()
    alice = connect(user("alice"), server=server)
    room = alice.create()
    whole = Upload(b"x", room).begin(alice)
    whole.send(alice)
    upload = Upload(content_of(3 * CHUNK), room).begin(alice)
    upload.send(alice, until=1)
    # Only what has come can go.
    alice.expect("file:progress", fileId=upload.id)
    nothing_left(server, upload.id)
    check_error(refused_chunk(alice, upload, 1), "NOT_FOUND", reason="file")
    alice.refused("file:resume", {"fileId": upload.id}, code="NOT_FOUND", reason="file")
    assert stored(server) == {whole.id}


def test_a_file_goes_with_its_message_and_with_its_conversation(make_server, connect, user):
    server = make_server("--no-rate-limits").start()
    alice = connect(user("alice"), server=server)
    rooms = [alice.create(), alice.create()]
    files = [Upload(content_of(100, number), rooms[number]).begin(alice) for number in range(2)]
    for file in files:
        file.send(alice)
    sent = alice.say(rooms[0], attachments=[{"attachmentId": files[0].id}])
    begun = Upload(content_of(2 * CHUNK), rooms[1]).begin(alice)
    begun.send(alice, until=1)
    alice.expect("file:progress", fileId=begun.id)
    assert stored(server) == {file.id for file in (*files, begun)}
    alice.ok("message:delete", {"messageId": sent["messageId"]})
    nothing_left(server, files[0].id)
    assert stored(server) == {files[1].id, begun.id}
    import httpx

    answer = httpx.delete(
        f"{server.url}/v1/conversations/{rooms[1]}",
        headers={"Authorization": f"Bearer {server.token(alice.ready['data']['userId'])}"},
        trust_env=False,
    )
    assert answer.status_code == 200, answer.text
    nothing_left(server, files[1].id, begun.id)


@WIRES
def test_what_was_told_outlives_kill_9(make_server, user, wire):
    server, name = make_server("--no-rate-limits").start(), user("alice")

    def enter():
        if wire == "plain":
            return Client.connect(server, name)
        return SocketIOClient.connect(server, name, transports=WEBSOCKET)

    client = enter()
    content = content_of(9 * MEGABYTE)
    upload = Upload(content, client.create()).begin(client, sha256=sha256(content))
    for number in range(3):
        upload.send(client, until=WINDOW * (number + 1))
        while upload.wanted < upload.sent - 15:
            upload.wanted = client.expect("file:progress", fileId=upload.id)["data"]["nextIndex"]
        told = upload.wanted
        server.kill()
        client.close()
        server.start()
        client = enter()
        assert upload.resume(client) is False
        assert told <= upload.sent <= upload.chunks
    assert upload.send(client)["sha256"] == sha256(content)
    assert on_disk(server, upload) == content
    client.close()


@WIRES
@pytest.mark.parametrize("named", [None, "my-file"], ids=["no-file", "a-file-of-the-clients-own"])
def test_a_chunk_without_a_beginning_is_relayed_and_not_stored(enter, server, user, wire, named):
    alice, bob = enter(wire, user("alice")), enter("socketio", user("bob"))
    room = alice.create(members=[bob.ready["data"]["userId"]])
    for client in (alice, bob):
        client.join(room)
    before = stored(server)
    fields = header(room, "file_chunk", totalChunks=1, **({"fileId": named} if named else {}))
    packet = pack(fields, b"bytes")
    alice.emit("binary", packet) if wire == "socketio" else alice.socket.send(packet)
    assert unpack(bob.media())[1:] == (fields | {"senderId": alice.ready["data"]["userId"]}, b"bytes")
    assert stored(server) == before


def test_a_token_without_the_scope_begins_nothing(connect, user):
    alice = connect(user("alice"), claims={"scope": "chat:read chat:write"})
    data = {"name": "a", "mimeType": "a/b", "size": 1}
    alice.refused("file:begin", data, alice.create(), code="FORBIDDEN", reason="scope")


def test_within_the_rates_a_file_goes_through_as_fast_as_it_may(make_server, connect, user):
    server = make_server().start()
    alice = connect(user("alice"), server=server)
    content = content_of(12 * MEGABYTE)
    upload = Upload(content, alice.create()).begin(alice)
    assert upload.send(alice)["sha256"] == sha256(content)
    alice.ping()
