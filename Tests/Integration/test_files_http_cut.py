"""Files by HTTP whose bodies break off, in either direction: R53."""

import socket

import pytest
from client import check_error
from files import content_of, sha256
from files_http import MEGABYTE, PATIENCE, Body, backend, begin, keys, person, place, put, sent  # noqa: F401
from peer import Peer
from process import Process, wait_until
from rest import Rest


def size_on_disk(server, file):
    return (server.data / "files" / file).stat().st_size


def whole(answer, content):
    assert answer[0] == 200, answer
    assert answer[1]["complete"] and answer[1]["sha256"] == sha256(content)


def test_a_body_that_broke_off_goes_on_where_the_service_says(person, connect, user, server):
    name = user("alice")
    conversation, caller = connect(name).create(), person(name)
    content = content_of(5 * MEGABYTE)
    file = begin(caller, conversation, content, sha256=sha256(content))
    with Body(server, server.token(name), file, len(content)) as body:
        body.send(content[: 3 * MEGABYTE])
    there = place(caller, file, len(content))
    assert 0 <= there <= 3 * MEGABYTE
    gap = put(caller, file, content[there + 1 :], there + 1, len(content))
    assert gap.status_code == 400
    check_error(gap.json()["error"], "INVALID_PAYLOAD", "Content-Range", "chunk_gap")
    assert gap.json()["error"]["details"]["offset"] == there
    half = there + 1_000_000
    assert put(caller, file, content[there:half], there, len(content)).json()["offset"] == half
    assert put(caller, file, content[half:], half).json()["sha256"] == sha256(content)


def test_a_body_in_many_pieces_over_many_connections_arrives(person, connect, user, server):
    """Each connection ends in the middle of what the service has of it."""
    name = user("alice")
    conversation, caller = connect(name).create(), person(name)
    content = content_of(20 * MEGABYTE)
    file = begin(caller, conversation, content, sha256=sha256(content))
    there = 0
    for cut in range(1, 10):
        with Body(server, server.token(name), file, len(content), there) as body:
            body.send(content[there : cut * 2_000_003])
        there = place(caller, file, len(content))
    with Body(server, server.token(name), file, len(content), there) as body:
        body.send(content[there:])
        whole(body.answer(), content)
    assert caller.ask("GET", f"/v1/files/{file}").content == content


def test_what_was_told_outlives_kill_9(make_server, user):
    server, name = make_server("--no-rate-limits").start(), user("alice")
    caller = Rest(server, server.token(name))
    content = content_of(9 * MEGABYTE)
    file = begin(caller, caller.create(), content, sha256=sha256(content))
    there = 0
    for number in range(3):
        with Body(server, server.token(name), file, len(content), there) as body:
            body.send(content[there : there + 2 * MEGABYTE])
            # In the middle of the body: as much of it as the disk has by then.
            wait_until(lambda: size_on_disk(server, file) > there, "something is written", PATIENCE)
            server.kill()
        caller.close()
        server.start()
        caller = Rest(server, server.token(name))
        there = place(caller, file, len(content))
        assert 0 <= there <= len(content)
    assert put(caller, file, content[there:], there, len(content)).json()["sha256"] == sha256(content)
    assert (server.data / "files" / file).read_bytes() == content
    caller.close()


def test_a_place_that_was_told_is_kept_through_kill_9(make_server, user):
    server, name = make_server("--no-rate-limits").start(), user("alice")
    caller = Rest(server, server.token(name))
    content = content_of(4 * MEGABYTE)
    file = begin(caller, caller.create(), content, sha256=sha256(content))
    half = 1_234_567
    assert put(caller, file, content[:half], 0, len(content)).json()["offset"] == half
    server.kill()
    caller.close()
    server.start()
    caller = Rest(server, server.token(name))
    assert place(caller, file, len(content)) == half
    assert put(caller, file, content[half:], half).json()["sha256"] == sha256(content)
    caller.close()


def test_the_end_of_the_service_ends_bodies_and_keeps_what_came(make_server, user):
    server, name = make_server("--no-rate-limits", settings={"drainTimeout": 1}).start(), user("alice")
    caller = Rest(server, server.token(name))
    room, content = caller.create(), content_of(30 * MEGABYTE)
    there = begin(caller, room, content)
    assert put(caller, there, content).json()["complete"]
    coming = begin(caller, room, content, sha256=sha256(content))
    link = caller.ok("GET", f"/v1/files/{there}/url")["url"]
    with (
        Body(server, server.token(name), coming, len(content)) as body,
        socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as slow,
    ):
        body.send(content[: 2 * MEGABYTE])
        wait_until(lambda: size_on_disk(server, coming) > 0, "something is written", PATIENCE)
        slow.sendall(f"GET {link} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        assert slow.recv(1_000)
        server.stop()
        body.ended()
    caller.close()
    server.start()
    caller = Rest(server, server.token(name))
    offset = place(caller, coming, len(content))
    assert put(caller, coming, content[offset:], offset).json()["sha256"] == sha256(content)
    caller.close()


def test_a_body_that_stops_is_given_up_and_keeps_what_came(make_server, user):
    server, name = make_server("--no-rate-limits", settings={"requestTimeout": 5}).start(), user("alice")
    caller = Rest(server, server.token(name))
    content = content_of(MEGABYTE)
    file = begin(caller, caller.create(), content, sha256=sha256(content))
    with Body(server, server.token(name), file, len(content)) as body:
        body.send(content[:100_000])
        assert body.head() == 408
        body.ended()
    # Less than a piece too. Whoever asked before it is there would have taken the file from the body.
    wait_until(lambda: size_on_disk(server, file) == 100_000, "what came is there", PATIENCE)
    assert place(caller, file, len(content)) == 100_000
    assert put(caller, file, content[100_000:], 100_000).json()["sha256"] == sha256(content)
    caller.close()


def test_whoever_asks_has_the_file_and_the_body_before_is_refused(person, connect, user, server):
    name = user("alice")
    conversation, caller = connect(name).create(), person(name)
    content = content_of(5 * MEGABYTE)
    file = begin(caller, conversation, content, sha256=sha256(content))
    with Body(server, server.token(name), file, len(content)) as old:
        offset = place(caller, file, len(content))
        with Body(server, server.token(name), file, len(content), offset) as new:
            old.send(content[:MEGABYTE])
            status, answer = old.answer()
            assert status == 409
            check_error(answer["error"], "ALREADY_EXISTS", reason="resumed_elsewhere")
            new.send(content[offset:])
            whole(new.answer(), content)


def test_a_body_whose_sender_says_no_more_is_answered(person, connect, user, server):
    """Half of the connection is closed while much of the body waits to be read."""
    name = user("alice")
    conversation, caller = connect(name).create(), person(name)
    content = content_of(3 * MEGABYTE)
    file = begin(caller, conversation, content, sha256=sha256(content))
    with Body(server, server.token(name), file, len(content)) as body:
        body.send(content)
        body.socket.shutdown(socket.SHUT_WR)
        whole(body.answer(), content)


def test_a_body_in_chunks_of_http_has_no_length_before(person, connect, user, server):
    name = user("alice")
    conversation, caller = connect(name).create(), person(name)
    content = content_of(MEGABYTE)
    chunked = "Transfer-Encoding: chunked\r\n"
    file = begin(caller, conversation, content, sha256=sha256(content))
    with Body(server, server.token(name), file, len(content), fields=chunked) as body:
        for start in range(0, len(content), 100_000):
            part = content[start : start + 100_000]
            body.send(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        body.send(b"0\r\n\r\n")
        whole(body.answer(), content)
    # Chunks of one byte are not worth their price, and one byte too many is too many.
    file = begin(caller, conversation, content)
    with Body(server, server.token(name), file, len(content), fields=chunked) as body:
        body.send(b"1\r\nx\r\n" * 2_000)
        status, answer = body.answer()
        assert status == 400
        check_error(answer["error"], "INVALID_PAYLOAD", reason="body")
    file = begin(caller, conversation, b"four")
    with Body(server, server.token(name), file, 4, fields=chunked) as body:
        body.send(b"5\r\nfive!\r\n0\r\n\r\n")
        status, answer = body.answer()
        assert status == 413
        check_error(answer["error"], "INVALID_PAYLOAD", reason="too_large")


@pytest.mark.parametrize("credential, status", [("good", 400), ("bad", 401)])
def test_who_sends_too_much_reads_why(person, connect, user, server, credential, status):
    """However much of it is under way when the answer is given."""
    name = user("alice")
    conversation, caller = connect(name).create(), person(name)
    file, content = begin(caller, conversation, b"four"), content_of(20 * MEGABYTE)
    token = server.token(name) if credential == "good" else "bad"
    with Body(server, token, file, len(content), expects=False) as body:
        body.send(content)
        assert body.answer()[0] == status
        body.ended()


def test_a_user_sends_eight_files_by_http_at_once(make_server, user):
    server, name = make_server("--no-rate-limits", settings={"requestTimeout": 60}).start(), user("alice")
    caller = Rest(server, server.token(name))
    conversation = caller.create()
    files = [begin(caller, conversation, b"content") for _ in range(9)]
    bodies = [Body(server, server.token(name), file, 7) for file in files[:8]]
    refused = put(caller, files[8], b"content")
    assert refused.status_code == 429
    check_error(refused.json()["error"], "RATE_LIMITED", reason="uploads")
    for body in bodies:
        body.send(b"content")
        whole(body.answer(), b"content")
        body.socket.close()
    wait_until(lambda: put(caller, files[8], b"content").status_code == 200, "there is room again", PATIENCE)
    caller.close()


def test_a_reader_that_stops_holds_up_nobody_else(make_server, user):
    """The answer waits for its reader piece by piece, and so does the memory."""
    server, name = make_server("--no-rate-limits").start(), user("alice")
    caller = Rest(server, server.token(name))
    content = content_of(30 * MEGABYTE)
    file = begin(caller, caller.create(), content)
    assert put(caller, file, content).json()["complete"]
    link = caller.ok("GET", f"/v1/files/{file}/url")["url"]
    before = Process(server).memory()
    readers = []
    for _ in range(20):
        reader = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
        reader.sendall(f"GET {link} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        assert reader.recv(1_000)
        readers.append(reader)
    assert caller.ask("GET", f"/v1/files/{file}").content == content
    grown = Process(server).memory() - before
    assert grown < 100 * MEGABYTE, f"{grown} bytes for what would be 600 MiB"
    # Whoever reads on gets the rest.
    got = 0
    while got < len(content) - 1_000:
        part = readers[0].recv(MEGABYTE)
        assert part
        got += len(part)
    for reader in readers:
        reader.close()
    caller.close()


def test_a_reader_that_reads_no_more_is_cut(sent, person, server):
    """After the 30 s that a piece has to be taken."""
    upload, alice, _ = sent(content_of(30 * MEGABYTE))
    link = person(alice).ok("GET", f"/v1/files/{upload.id}/url")["url"]
    with Peer(server) as reader:
        reader.socket.sendall(f"GET {link} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        assert reader.socket.recv(1_000)
        descriptor, process = reader.descriptor(), Process(server)
        wait_until(lambda: not process.holds([descriptor]), "the connection is gone", timeout=2 * PATIENCE)


def test_bodies_take_no_memory(make_server, user):
    server, name = make_server("--no-rate-limits").start(), user("alice")
    caller = Rest(server, server.token(name))
    content = content_of(50 * MEGABYTE)
    file = begin(caller, caller.create(), content, sha256=sha256(content))
    process = Process(server)
    process.forget_peak()
    before = process.memory()
    assert put(caller, file, content).json()["complete"]
    answer = caller.ask("GET", f"/v1/files/{file}")
    assert answer.content == content
    assert process.peak() - before < 35 * MEGABYTE
    caller.close()
