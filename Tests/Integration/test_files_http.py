"""Files by HTTP are sent as a whole or from where they broke off, and what is none leaves nothing: R53."""

import socket
from contextlib import closing

import httpx
import pytest
from client import check_error
from files import CHUNK, Upload, content_of, nothing_left, sha256
from files_http import MEGABYTE, backend, begin, keys, person, put  # noqa: F401
from rest import Rest
from socketio_client import WEBSOCKET, socketio_connect  # noqa: F401


def test_a_file_is_sent_as_one_body(person, connect, user, server):
    name = user("alice")
    alice, content = connect(name), content_of(20 * MEGABYTE)
    conversation, caller = alice.create(), person(name)
    file = begin(caller, conversation, content, sha256=sha256(content))
    answer = put(caller, file, content)
    assert answer.status_code == 200, answer.text
    assert answer.json()["complete"] and answer.json()["sha256"] == sha256(content)
    assert alice.expect("file:complete", fileId=file)["data"]["attachmentId"] == file
    assert caller.ask("GET", f"/v1/files/{file}").content == content
    again = put(caller, file, content)
    assert again.json()["complete"]


def test_a_backend_sends_a_file_for_a_user(backend, connect, user):
    name = user("alice")
    conversation = connect(name).create()
    caller = backend(as_user=name)
    file = begin(caller, conversation, b"bytes")
    assert put(caller, file, b"bytes").json()["complete"]
    backend().refused(
        "POST",
        "/v1/files",
        {"conversationId": conversation, "name": "a", "mimeType": "a/b", "size": 1},
        status=400,
        code="MISSING_FIELD",
        field="asUser",
    )


def test_both_ways_go_on_with_each_other(person, connect, user):
    name = user("alice")
    alice, caller = connect(name), person(name)
    content = content_of(10 * CHUNK)
    upload = Upload(content, alice.create()).begin(alice, sha256=sha256(content))
    upload.send(alice, until=3)
    assert upload.resume(alice) is False
    put(caller, upload.id, content[3 * CHUNK : 5 * CHUNK + 9], 3 * CHUNK)
    assert upload.resume(alice) is False
    assert upload.sent == 5
    assert upload.send(alice)["sha256"] == sha256(content)


def test_wrong_bodies_are_refused_and_leave_nothing(person, connect, user, server):
    name, stranger = user("alice"), user("mallory")
    alice, caller = connect(name), person(name)
    conversation = alice.create(members=[stranger])
    content = content_of(100_000)
    file = begin(caller, conversation, content, sha256=sha256(b"other"))
    too_long = put(caller, file, content + b"x")
    assert too_long.status_code == 413
    other_size = put(caller, file, content[:10], 0, 99_999)
    check_error(other_size.json()["error"], "INVALID_PAYLOAD", "Content-Range", "range")
    theirs = put(person(stranger), file, content)
    check_error(theirs.json()["error"], "NOT_FOUND", reason="file")
    wrong = put(caller, file, content)
    assert wrong.status_code == 400
    check_error(wrong.json()["error"], "INVALID_PAYLOAD", reason="hash_mismatch")
    nothing_left(server, file)
    assert put(caller, file, content).status_code == 404


def test_a_body_without_a_good_token_is_not_read(server):
    with socket.create_connection(("127.0.0.1", server.port)) as peer:
        peer.settimeout(10)
        peer.sendall(
            f"PUT /v1/files/file_{'0' * 32} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"Content-Length: 100000000\r\nExpect: 100-continue\r\n\r\n".encode()
        )
        answer = peer.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 401 "), answer


def test_pages_of_listed_origins_send_and_read(make_server, connect, user):
    server = make_server("--no-rate-limits", settings={"allowedOrigins": ["https://app.example"]}).start()
    name = user("alice")
    alice = connect(name, server=server)
    upload = Upload(b"x" * 10, alice.create()).begin(alice)
    origin = {"Origin": "https://app.example"}
    asked = origin | {
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization, content-range",
    }
    url = f"{server.url}/v1/files/{upload.id}"
    preflight = httpx.options(url, headers=asked, trust_env=False)
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert "PUT" in preflight.headers["Access-Control-Allow-Methods"]
    for field in ("Range", "Content-Range", "Authorization"):
        assert field in preflight.headers["Access-Control-Allow-Headers"]
    own = origin | {"Authorization": f"Bearer {server.token(name)}"}
    assert httpx.put(url, content=b"x" * 10, headers=own, trust_env=False).json()["complete"]
    answer = httpx.get(url, headers=own | {"Range": "bytes=0-1"}, trust_env=False)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (206, "https://app.example")
    assert "Content-Range" in answer.headers["Access-Control-Expose-Headers"]
    link = httpx.get(url + "/url", headers=own, trust_env=False).json()["url"]
    foreign = httpx.get(server.url + link, headers={"Origin": "https://evil.example"}, trust_env=False)
    assert foreign.status_code == 403


@pytest.mark.parametrize("wire", ["plain", "socketio"])
def test_files_of_one_way_are_read_by_the_other(backend, connect, person, server, socketio_connect, user, wire):
    name = user("alice")
    alice = connect(name) if wire == "plain" else socketio_connect(name, transports=WEBSOCKET)
    room, caller = alice.create(), person(name)
    # By chunks in, by HTTP out, with a token and with a key.
    content = content_of(3 * MEGABYTE + 1)
    upload = Upload(content, room).begin(alice, sha256=sha256(content))
    upload.send(alice)
    for reader in (caller, backend(), backend(as_user=name)):
        assert reader.ask("GET", f"/v1/files/{upload.id}").content == content
    # By HTTP in: told on the wire, known there, and attached.
    other = Upload(content_of(2 * MEGABYTE + 7, 2), room)
    other.id = begin(caller, room, other.content, sha256=sha256(other.content))
    assert put(caller, other.id, other.content).json()["complete"]
    assert alice.expect("file:complete", fileId=other.id)["data"]["sha256"] == sha256(other.content)
    assert other.resume(alice)
    assert (server.data / "files" / other.id).read_bytes() == other.content
    alice.ok("message:send", {"content": "", "attachments": [{"attachmentId": other.id}]}, room)
    [attached] = caller.history(room)["messages"][0]["attachments"]
    assert (attached["attachmentId"], attached["size"]) == (other.id, len(other.content))
    assert caller.ask("GET", f"/v1/files/{attached['attachmentId']}").content == other.content


def test_over_the_quota_no_file_begins(make_server, user):
    server, name = make_server(settings={"files": {"userBytes": 1_000}}).start(), user("alice")
    with closing(Rest(server, server.token(name))) as caller:
        room = caller.create()
        about = {"conversationId": room, "name": "a", "mimeType": "a/b", "size": 1_001}
        caller.refused("POST", "/v1/files", about, status=429, code="RATE_LIMITED", reason="quota")
        begin(caller, room, b"x" * 1_000)


def test_what_is_unfinished_in_time_is_gone(make_server, user):
    server = make_server("--no-rate-limits", settings={"files": {"unfinishedLife": 2}}).start()
    with closing(Rest(server, server.token(user("alice")))) as caller:
        file = begin(caller, caller.create(), b"x" * 100)
        # On a slow machine it is gone by now, which is what the rest expects too.
        assert put(caller, file, b"x" * 50, 0, 100).status_code in (200, 404)
        nothing_left(server, file)
        late = put(caller, file, b"x" * 50, 50, 100)
        assert late.status_code == 404
        check_error(late.json()["error"], "NOT_FOUND", "fileId", "file")
        caller.refused("GET", f"/v1/files/{file}", status=404, code="NOT_FOUND", reason="file")


def test_what_has_not_arrived_is_not_opened(person, connect, user):
    name = user("alice")
    conversation, caller = connect(name).create(), person(name)
    file = begin(caller, conversation, b"ten bytes!")
    assert put(caller, file, b"ten ", 0, 10).json()["offset"] == 4
    for path in (f"/v1/files/{file}", f"/v1/files/{file}/url"):
        caller.refused("GET", path, status=404, code="NOT_FOUND", reason="file")


def test_who_was_removed_meanwhile_adds_nothing(person, connect, user):
    names = [user("alice"), user("bob")]
    alice, caller = connect(names[0]), person(names[1])
    room = alice.create(members=names[1:])
    file = begin(caller, room, b"ten bytes!")
    assert put(caller, file, b"ten ", 0, 10).json()["offset"] == 4
    alice.ok("conversation:remove", {"userId": names[1]}, room)
    refused = put(caller, file, b"bytes!", 4, 10)
    assert refused.status_code == 403
    check_error(refused.json()["error"], "NOT_MEMBER")
    person(names[0]).refused("GET", f"/v1/files/{file}", status=404, code="NOT_FOUND", reason="file")
