"""HTTP requests that mean harm: too long, too slow, read differently by others; without a token all of them."""

import select
import threading
import time

import pytest
from attack import MB, SOCKET, Raw, statuses, unharmed
from peer import wait_until

KIB = 1024
# Sent behind each request that must be the last of its connection: an answer to it would be a smuggled one.
SMUGGLED = b"GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    """A server that waits a second where others wait ten."""
    from service import Server

    settings = {"headTimeout": 1, "requestTimeout": 1, "bodyBytes": 64 * KIB}
    server = Server(tmp_path_factory.mktemp("hasty"), "--no-rate-limits", settings=settings).start()
    yield server
    server.close()


@pytest.fixture
def raw(hasty):
    with Raw(hasty) as raw:
        yield raw


# Sizes


@pytest.mark.parametrize("length, status", [(8 * KIB - 1, 404), (8 * KIB, 404), (8 * KIB + 1, 414), (100 * KIB, 414)])
def test_a_target_has_8_kib(raw, length, status):
    assert statuses(raw.ask(raw.head("GET /" + "a" * (length - 1), "Connection: close"))) == [status]


def padded(raw, size):
    """A head whose target, names and values have `size` bytes."""
    fields = [f"Pad-{number}: " for number in range(4)]
    bare = raw.head("GET /livez", "Connection: close", *fields)
    lines = bare.split(b"\r\n")[1:-2]
    used = len("/livez") + sum(len(line.replace(b": ", b"")) for line in lines)
    each, rest = divmod(size - used, 4)
    fields = [field + "p" * (each + (rest if number == 0 else 0)) for number, field in enumerate(fields)]
    return raw.head("GET /livez", "Connection: close", *fields)


@pytest.mark.parametrize("size, status", [(16 * KIB - 1, 200), (16 * KIB, 200), (16 * KIB + 1, 431), (1 * MB, 431)])
def test_a_header_block_has_16_kib(raw, size, status):
    assert statuses(raw.ask(padded(raw, size))) == [status]


@pytest.mark.parametrize("count, status", [(99, 200), (100, 200), (101, 431), (2_000, 431)])
def test_a_request_has_100_fields(raw, count, status):
    fields = [f"F{number}: v" for number in range(count - 2)]
    assert statuses(raw.ask(raw.head("GET /livez", "Connection: close", *fields))) == [status]


@pytest.mark.parametrize("length, status", [(64 * KIB - 1, 400), (64 * KIB, 400), (64 * KIB + 1, 413)])
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
def test_a_body_above_its_limit_is_refused_and_the_connection_ends(raw, length, status, chunked):
    framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {length}"
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (length, b"b" * length) if chunked else b"b" * length
    json = "Content-Type: application/json"
    close = [] if status == 413 else ["Connection: close"]
    assert statuses(raw.ask(raw.head("POST /v1/dev/token", framing, json, *close) + body)) == [status]


@pytest.mark.parametrize("size, count, status", [(1, 1_000, 200), (1, 1_015, 200), (1, 1_016, 400), (64, 1_020, 200)])
def test_a_body_may_come_in_many_chunks_but_not_in_crumbs(raw, size, count, status):
    json = b'{"userId":"crumb"}'.ljust(size * count)
    chunks = b"".join(b"%x\r\n%s\r\n" % (size, json[at : at + size]) for at in range(0, len(json), size))
    head = raw.head("POST /v1/dev/token", CHUNKED, "Content-Type: application/json", "Connection: close")
    answer = raw.ask(head + chunks + b"0\r\n\r\n")
    assert statuses(answer) == [status]
    assert (b"too many chunks" in answer) == (status == 400)


def test_a_body_that_is_announced_too_large_costs_nothing(hasty):
    with unharmed(hasty, memory=8 * MB), Raw(hasty) as raw:
        head = raw.head("POST /v1/dev/token", f"Content-Length: {2**62}")
        assert statuses(raw.ask(head, b"b" * 70 * KIB)) == [413]


def test_bodies_that_are_not_finished_are_held_up_to_a_bound_for_an_address(make_server):
    server = make_server("--no-rate-limits").start()
    with unharmed(server, memory=48 * MB):
        crowd = []
        for _ in range(40):
            each = Raw(server)
            crowd.append(each)
            each.send(each.head(POST, f"Content-Length: {MB}") + b"b" * (MB - 1))
        wait_until(lambda: sum(map(is_answered, crowd)) >= 40 - 17, "those beyond the bound are refused")
        held = [each for each in crowd if not is_answered(each)]
        assert len(held) >= 14
        for each in crowd:
            if each not in held:
                answer = each.to_end()
                assert statuses(answer) in ([503], []), answer
            each.socket.close()
        wait_until(lambda: is_served(server), "there is room again")


def is_answered(raw):
    return bool(select.select([raw.socket], [], [], 0)[0])


def is_served(server):
    with Raw(server) as raw:
        body = b'{"userId":"late"}'
        fields = ["Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: close"]
        return statuses(raw.ask(raw.head(POST, *fields) + body)) == [200]


# Time


@pytest.mark.parametrize(
    "opening, answer",
    [
        (b"", []),
        (b"GET /livez HT", [408]),
        (b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX:", [408]),
        (b"POST /v1/dev/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\nab", [408]),
        (b"POST /v1/dev/token HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", [408]),
        (("GET /v1/socket HTTP/1.1\r\nHost: 127.0.0.1\r\n" + "\r\n".join(SOCKET)).encode(), [408]),
    ],
    ids=["nothing", "line", "head", "body", "chunk", "upgrade"],
)
def test_a_request_that_stops_is_ended(raw, opening, answer):
    assert statuses(raw.ask(opening)) == answer


def test_heads_and_bodies_that_drip_are_ended_and_two_hundred_of_them_hinder_nobody(hasty):
    head = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 200
    body = b"POST /v1/dev/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 200\r\n\r\n"
    with unharmed(hasty) as process:
        before = process.descriptors()
        crowd = [Raw(hasty) for _ in range(200)]
        for number, each in enumerate(crowd):
            each.drops = iter((head if number % 2 else body + b"b" * 100)[20:])
            each.send((head if number % 2 else body)[:20])
        ended = threading.Event()

        def drip():
            while not ended.wait(0.05):
                for each in crowd:
                    each.send(bytes([next(each.drops)]))

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            wait_until(lambda: process.descriptors() <= before, "all that drip are ended")
        finally:
            ended.set()
            dripping.join()
        for each in crowd:
            assert statuses(each.to_end()) in ([408], []), each.read


# What two readers could read differently

POST = "POST /v1/dev/token"
CHUNKED = "Transfer-Encoding: chunked"
SHAPES = {
    "length-and-chunks": (POST, ["Content-Length: 5", CHUNKED], b"0\r\n\r\n", 400),
    "chunks-and-length": (POST, [CHUNKED, "Content-Length: 5"], b"0\r\n\r\n", 400),
    "two-lengths": (POST, ["Content-Length: 2", "Content-Length: 50"], b"{}", 400),
    "the-same-length-twice": (POST, ["Content-Length: 2", "Content-Length: 2"], b"{}", 400),
    "a-list-of-lengths": (POST, ["Content-Length: 2, 2"], b"{}", 400),
    "length-with-sign": (POST, ["Content-Length: +2"], b"{}", 400),
    "negative-length": (POST, ["Content-Length: -2"], b"{}", 400),
    "length-in-hex": (POST, ["Content-Length: 0x2"], b"{}", 400),
    "length-beyond-64-bits": (POST, ["Content-Length: 18446744073709551618"], b"{}", 400),
    "empty-length": (POST, ["Content-Length: "], b"{}", 400),
    "unknown-coding": (POST, ["Transfer-Encoding: xchunked"], b"0\r\n\r\n", 501),
    "coding-behind-a-control": (POST, ["Transfer-Encoding: \x0bchunked"], b"0\r\n\r\n", 400),
    "chunks-not-last": (POST, ["Transfer-Encoding: chunked, identity"], b"0\r\n\r\n", 400),
    "identity": (POST, ["Transfer-Encoding: identity"], b"{}", 501),
    "two-codings": (POST, ["Transfer-Encoding: gzip, chunked"], b"0\r\n\r\n", 501),
    "chunks-twice": (POST, [CHUNKED, CHUNKED], b"0\r\n\r\n", 400),
    "space-before-colon": (POST, ["Content-Length : 2"], b"{}", 400),
    "tab-before-colon": (POST, ["Transfer-Encoding\t: chunked"], b"0\r\n\r\n", 400),
    "folded-field": (POST, ["X: y\r\n Content-Length: 2"], b"{}", 400),
    "folded-coding": (POST, ["Transfer-Encoding:\r\n chunked"], b"0\r\n\r\n", 400),
    "bare-lf": (POST, ["X: y\nContent-Length: 2"], b"{}", 400),
    "bare-cr": (POST, ["X: y\rContent-Length: 2"], b"{}", 400),
    "nul-in-value": (POST, ["X: a\0b"], b"", 400),
    "nul-in-name": (POST, ["X\0: b"], b"", 400),
    "no-colon": (POST, ["Xy"], b"", 400),
    "no-name": (POST, [": y"], b"", 400),
    "chunk-size-in-0x": (POST, [CHUNKED], b"0x2\r\n{}\r\n0\r\n\r\n", 400),
    "chunk-size-with-space": (POST, [CHUNKED], b"2 \r\n{}\r\n0\r\n\r\n", 400),
    "chunk-size-behind-space": (POST, [CHUNKED], b" 2\r\n{}\r\n0\r\n\r\n", 400),
    "negative-chunk": (POST, [CHUNKED], b"-2\r\n{}\r\n0\r\n\r\n", 400),
    "chunk-beyond-64-bits": (POST, [CHUNKED], b"fffffffffffffffff\r\n{}\r\n0\r\n\r\n", 400),
    "chunks-by-bare-lf": (POST, [CHUNKED], b"2\n{}\n0\n\n", 400),
    "chunk-extension-by-bare-lf": (POST, [CHUNKED], b"2;\n{}\r\n0\r\n\r\n", 400),
    "chunk-longer-than-said": (POST, [CHUNKED], b"2\r\n{}{}\r\n0\r\n\r\n", 400),
    "length-in-the-trailer": (POST, [CHUNKED], b"0\r\nContent-Length: 50\r\n\r\n", 400),
    "two-hosts": ("GET /livez", ["Host: 127.0.0.1"], b"", 400),
    "another-host-in-the-target": ("GET http://evil.example/livez", [], b"", 400),
    "a-user-in-the-target": ("GET http://127.0.0.1@evil.example/livez", [], b"", 400),
    "a-host-as-target": ("GET 127.0.0.1:80", [], b"", 400),
    "a-star-as-target": ("GET *", [], b"", 400),
    "connect": ("CONNECT 127.0.0.1:80", [], b"", 405),
    "upgrade-with-a-body": ("GET /v1/socket", [*SOCKET, f"Content-Length: {len(SMUGGLED)}"], b"", 400),
    "upgrade-with-chunks": ("GET /v1/socket", [*SOCKET, CHUNKED], b"0\r\n\r\n", 400),
    "upgrade-to-something-else": ("GET /livez", ["Connection: Upgrade", "Upgrade: h2c"], b"", 200),
    "another-version": ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [], b"", 400),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_of_smuggling_is_answered_once_and_ends_the_connection(raw, name):
    line, fields, body, status = SHAPES[name]
    answer = raw.ask(raw.head(line, *fields) + body + SMUGGLED * 3)
    # What the decoder cannot read it may find before or behind the head's own answer; nothing smuggled is answered.
    assert statuses(answer) == [status], answer
    assert b"connection: close" in answer.lower()


@pytest.mark.parametrize("target", ["http://127.0.0.1:{port}/livez", "HTTP://127.0.0.1:{port}/livez?x=/"])
def test_a_target_that_names_our_host_is_its_path(hasty, raw, target):
    head = raw.head("GET " + target.format(port=hasty.port), "Connection: close")
    assert statuses(raw.ask(head)) == [200]


def test_a_request_behind_one_with_a_body_is_read_where_the_body_ends(raw):
    first = raw.head("GET /livez", "Content-Length: 41") + SMUGGLED[:41]
    second = raw.head("GET /nowhere", "Transfer-Encoding: chunked") + b"3;a=b\r\nabc\r\n0\r\nTrailer: t\r\n\r\n"
    assert statuses(raw.ask(first + second + raw.head("GET /livez", "Connection: close"))) == [200, 404, 200]


# Floods: as much as the server takes within its deadlines, with a small bound on what it keeps

GET = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n"
CHUNKS = b"POST /v1/dev/token HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
FLOODS = {
    "empty-lines": (b"", b"\r\n" * 32_768),
    "method": (b"", b"A" * 65_536),
    "target": (b"GET /", b"a" * 65_536),
    "name": (GET, b"N" * 65_536),
    "value": (GET + b"X: ", b"v" * 65_536),
    "spaces-before-a-value": (GET + b"X:", b" " * 65_536),
    "fields": (GET, b"A: b\r\n" * 10_000),
    "tiny-chunks": (CHUNKS, b"1\r\na\r\n" * 10_000),
    "chunk-extension": (CHUNKS + b"1;", b"e" * 65_536),
    "chunk-extensions": (CHUNKS, (b"1;" + b"e" * 1_000 + b"\r\na\r\n") * 60),
    "zeros-before-a-chunk-size": (CHUNKS, b"0" * 65_536),
    "spaces-in-a-trailer": (CHUNKS + b"0\r\nT:", b" " * 65_536),
    "tabs-before-a-coding": (GET + b"Transfer-Encoding:", b"\t" * 65_536),
    "spaces-before-a-length": (GET + b"Content-Length:", b" " * 65_536),
    "spaces-behind-a-length": (GET + b"Content-Length: 1", b" " * 65_536),
    "spaces-before-a-target": (b"GET ", b" " * 65_536),
    "spaces-behind-a-value": (GET + b"X: y", b" " * 65_536),
    "trailers": (CHUNKS + b"0\r\n", b"T: t\r\n" * 10_000),
    "tls": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", bytes(65_536)),
    "requests": (b"", (GET + b"\r\n") * 1_000),
    "checks-of-the-store": (b"", (GET.replace(b"livez", b"readyz") + b"\r\n") * 1_000),
    "requests-behind-an-upgrade": (GET + b"Connection: upgrade\r\nUpgrade: x\r\n\r\n", b"\x00" * 65_536),
    "bytes-behind-an-upgrade-that-waits": (
        b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        b"\x00" * 65_536,
    ),
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_of_bytes_is_not_kept(hasty, name):
    opening, flood = FLOODS[name]
    with unharmed(hasty, memory=32 * MB):
        crowd = [Raw(hasty) for _ in range(2)]
        deadline = time.monotonic() + 1.5

        def pour(raw):
            raw.socket.settimeout(0.5)
            goes_on = raw.send(opening)
            while goes_on and time.monotonic() < deadline:
                goes_on = raw.send(flood)
            raw.socket.close()

        threads = [threading.Thread(target=pour, args=(each,)) for each in crowd]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
