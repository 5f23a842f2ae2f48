"""DELETE takes a file back: whatever sends it is told, nothing of it is left, and what a message has stays: R53."""

import threading
from contextlib import closing

import httpx
import pytest
from client import check_error, error_of
from files import CHUNK, MEGABYTE, WIRES, Upload, content_of, enter, nothing_left, refused_chunk  # noqa: F401
from files_http import Body, backend, begin, keys, person, put, sent  # noqa: F401
from rest import Rest
from socketio_client import socketio_connect  # noqa: F401


def take_back(caller, file, **options):
    answer = caller.ask("DELETE", f"/v1/files/{file}", **options)
    assert (answer.status_code, answer.content) == (204, b""), answer.text


def gone(caller, file):
    caller.refused("DELETE", f"/v1/files/{file}", status=404, code="NOT_FOUND", field="fileId", reason="file")


@WIRES
def test_chunks_of_it_are_refused_and_their_sender_is_told(enter, person, server, user, wire):
    name = user("alice")
    alice, caller = enter(wire, name), person(name)
    room, content = alice.create(), content_of(20 * CHUNK)
    uploads = [Upload(content, room).begin(alice) for _ in range(2)]
    for upload in uploads:
        upload.send(alice, until=17)
        # Nothing of it is under way any more.
        alice.expect("file:progress", fileId=upload.id, nextIndex=17)
    take_back(caller, uploads[0].id)
    told = error_of(alice.next(lambda frame: frame["type"] == "error", "that the file is gone"))
    assert told["details"]["fileId"] == uploads[0].id
    check_error(told, "NOT_FOUND", reason="file")
    late = refused_chunk(alice, uploads[0], 17)
    check_error(late, "NOT_FOUND", "header.fileId", "file")
    alice.refused("file:resume", {"fileId": uploads[0].id}, code="NOT_FOUND", reason="file")
    nothing_left(server, uploads[0].id)
    # Its place is another one's, and the second file has noticed nothing.
    third = Upload(content, room).begin(alice)
    third.send(alice)
    uploads[1].send(alice)
    gone(caller, uploads[0].id)


def test_a_body_under_way_ends_as_that_of_an_unknown_file(person, connect, server, user):
    name = user("alice")
    caller, room = person(name), connect(name).create()
    content = content_of(3 * MEGABYTE)
    file = begin(caller, room, content)
    with Body(server, server.token(name), file, len(content)) as body:
        body.send(content[:MEGABYTE])
        take_back(caller, file)
        body.send(content[MEGABYTE:])
        status, answer = body.answer()
        assert status == 404
    check_error(answer["error"], "NOT_FOUND", reason="file")
    nothing_left(server, file)


def test_everything_at_once_leaves_nothing(person, connect, server, user):
    name = user("alice")
    alice, caller = connect(name), person(name)
    room, content = alice.create(), content_of(8 * CHUNK)
    for _ in range(5):
        upload = Upload(content, room).begin(alice)
        bodies = [threading.Thread(target=lambda: put(person(name), upload.id, content)) for _ in range(2)]
        for body in bodies:
            body.start()
        for index in range(upload.chunks):
            upload.put(alice, index)
        answer = caller.ask("DELETE", f"/v1/files/{upload.id}")
        assert answer.status_code == 204, answer.text
        for body in bodies:
            body.join()
        nothing_left(server, upload.id)
        gone(caller, upload.id)
        alice.ping()


def test_what_a_message_has_stays(sent, connect, person, server):
    upload, alice, bob = sent()
    sender, caller = connect(alice), person(alice)
    for stranger in (person(bob), person("mallory")):
        gone(stranger, upload.id)
    message = sender.ok("message:send", {"content": "", "attachments": [{"attachmentId": upload.id}]}, upload.conversation)
    caller.refused("DELETE", f"/v1/files/{upload.id}", status=409, code="ALREADY_EXISTS", reason="complete")
    assert person(bob).ask("GET", f"/v1/files/{upload.id}").content == upload.content
    sender.ok("message:delete", {"messageId": message["messageId"]})
    gone(caller, upload.id)
    nothing_left(server, upload.id)


def test_what_has_arrived_is_taken_back_before_a_message_has_it(sent, person, server):
    upload, alice, _ = sent()
    caller = person(alice)
    take_back(caller, upload.id)
    nothing_left(server, upload.id)
    caller.refused("GET", f"/v1/files/{upload.id}", status=404, code="NOT_FOUND", reason="file")


def test_a_backend_takes_back_what_its_user_sends_and_with_admin_anything(backend, connect, user):
    name = user("alice")
    room = connect(name).create()
    for caller in (backend(as_user=name), backend()):
        file = begin(backend(as_user=name), room, b"bytes")
        # The same request again has the same answer.
        for _ in range(2):
            take_back(caller, file, key=f"back-{file}")
        gone(caller, file)


def test_its_bytes_are_free_again(make_server, user):
    server, name = make_server("--no-rate-limits", settings={"files": {"userBytes": 1_000}}).start(), user("alice")
    with closing(Rest(server, server.token(name))) as alice:
        room = alice.create()
        for _ in range(3):
            take_back(alice, begin(alice, room, b"x" * 1_000))


def test_pages_of_listed_origins_may(make_server, user):
    server = make_server(settings={"allowedOrigins": ["https://app.example"]}).start()
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "DELETE"}
    preflight = httpx.options(f"{server.url}/v1/files/file_{'0' * 32}", headers=asked, trust_env=False)
    assert "DELETE" in preflight.headers["Access-Control-Allow-Methods"].split(", ")


@pytest.mark.parametrize("file", ["%20", "a%2Fb"])
def test_what_is_no_id_is_refused(person, user, file):
    person(user("alice")).refused("DELETE", f"/v1/files/{file}", status=400, code="INVALID_PAYLOAD", field="fileId")
