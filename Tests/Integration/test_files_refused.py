"""Files that are refused, and those that are not finished in time, on both wires: R53."""

from client import check_error
from files import (  # noqa: F401
    CHUNK,
    MEGABYTE,
    WIRES,
    Upload,
    content_of,
    enter,
    nothing_left,
    refused_chunk,
    sha256,
    stored,
)
from socketio_client import socketio_connect  # noqa: F401


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
    error = refused_chunk(alice, short, 3, totalChunks=upload.chunks)
    check_error(error, "INVALID_PAYLOAD", reason="chunk_size")
    for field, value in (("totalChunks", 6), ("totalChunks", 0), ("mimeType", "image/png")):
        check_error(refused_chunk(alice, upload, 3, **{field: value}), "INVALID_PAYLOAD", f"header.{field}")
    upload.sent = upload.wanted = 3
    assert upload.send(alice)["sha256"] == sha256(upload.content)
    check_error(refused_chunk(alice, upload, 0), "ALREADY_EXISTS", reason="complete")


@WIRES
def test_what_is_too_large_or_no_file_is_refused(enter, server, user, wire):
    alice = enter(wire, user("alice"))
    before = stored(server)
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
    assert stored(server) <= before


@WIRES
def test_a_connection_sends_two_files_at_once(enter, user, wire):
    name = user("alice")
    alice, phone = enter(wire, name), enter(wire, name)
    room = alice.create()
    uploads = [Upload(content_of(2 * CHUNK), room).begin(alice) for _ in range(2)]
    third = {"name": "a", "mimeType": "a/b", "size": 1}
    alice.refused("file:begin", third, room, code="RATE_LIMITED", reason="uploads")
    Upload(b"x", room).begin(phone)
    uploads[0].send(alice)
    assert uploads[1].resume(phone) is False
    alice.ok("file:begin", third, room)
    assert uploads[1].send(phone)["sha256"] == sha256(uploads[1].content)


@WIRES
def test_a_refused_resume_takes_the_file_from_nobody(enter, user, wire):
    name = user("alice")
    alice, phone = enter(wire, name), enter(wire, name)
    room = alice.create()
    upload = Upload(content_of(3 * CHUNK), room).begin(alice)
    upload.send(alice, until=1)
    for _ in range(2):
        Upload(b"x", room).begin(phone)
    phone.refused("file:resume", {"fileId": upload.id}, code="RATE_LIMITED", reason="uploads")
    # Without it the phone has no say in the file either, so it sends two at most.
    check_error(refused_chunk(phone, upload, 1), "ALREADY_EXISTS", reason="resumed_elsewhere")
    assert upload.send(alice)["sha256"] == sha256(upload.content)


@WIRES
def test_of_a_file_whose_sender_is_removed_nothing_is_kept(enter, server, user, wire):
    alice, bob = enter(wire, user("alice")), enter(wire, user("bob"))
    room = alice.create(members=[bob.ready["data"]["userId"]])
    upload = Upload(content_of(10 * CHUNK), room).begin(bob)
    upload.send(bob, until=1)
    bob.expect("file:progress", nextIndex=1)
    alice.ok("conversation:remove", {"userId": bob.ready["data"]["userId"]}, room)
    upload.put(bob, 1)
    error = bob.expect("error")["data"]
    check_error(error, "NOT_MEMBER")
    assert error["details"]["fileId"] == upload.id
    nothing_left(server, upload.id)
    check_error(refused_chunk(bob, upload, 2), "NOT_FOUND", "header.fileId", "file")


@WIRES
def test_quotas_count_what_is_announced(make_server, enter, user, wire):
    server = make_server(settings={"files": {"userBytes": 300_000, "tenantBytes": 500_000}}).start()
    alice, bob = (enter(wire, user(name), server=server) for name in ("alice", "bob"))
    rooms = [alice.create(), bob.create()]
    whole = Upload(content_of(200_000), rooms[0]).begin(alice)
    whole.send(alice)
    size = {"name": "a", "mimeType": "a/b", "size": 100_001}
    error = alice.refused("file:begin", size, rooms[0], code="RATE_LIMITED", reason="quota")
    assert (error["details"]["scope"], error["details"]["limit"]) == ("user", 300_000)
    bob.ok("file:begin", size | {"size": 299_000}, rooms[1])
    error = alice.refused("file:begin", size | {"size": 1_001}, rooms[0], code="RATE_LIMITED", reason="quota")
    assert error["details"]["scope"] == "tenant"
    assert stored(server) == {whole.id}
    # What still fits is taken.
    alice.ok("file:begin", size | {"size": 900}, rooms[0])


@WIRES
def test_anothers_file_is_unknown(enter, server, user, wire):
    alice, mallory = enter(wire, user("alice")), enter(wire, user("mallory"))
    room = alice.create(members=[mallory.ready["data"]["userId"]])
    before = stored(server)
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
    assert stored(server) - before == {upload.id}


@WIRES
def test_files_that_did_not_arrive_cannot_be_attached(enter, user, wire):
    alice = enter(wire, user("alice"))
    room = alice.create()
    upload = Upload(content_of(2 * CHUNK), room).begin(alice)
    elsewhere = Upload(b"x" * 10, alice.create()).begin(alice)
    elsewhere.send(alice)
    for id in (upload.id, elsewhere.id, "file_" + "0" * 32, "anything"):
        data = {"content": "x", "attachments": [{"attachmentId": id}]}
        alice.refused(
            "message:send", data, room, code="NOT_FOUND", field="data.attachments[0].attachmentId", reason="file"
        )


@WIRES
def test_what_is_unfinished_in_time_is_gone(make_server, enter, user, wire):
    server = make_server("--no-rate-limits", settings={"files": {"unfinishedLife": 5}}).start()
    alice = enter(wire, user("alice"), server=server)
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


def test_a_token_without_the_scope_begins_nothing(connect, user):
    alice = connect(user("alice"), claims={"scope": "chat:read chat:write"})
    data = {"name": "a", "mimeType": "a/b", "size": 1}
    alice.refused("file:begin", data, alice.create(), code="FORBIDDEN", reason="scope")
