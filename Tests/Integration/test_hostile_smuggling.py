"""Requests that two readers could read differently: each is answered once, and its connection ends."""

import pytest
from hostile_fixtures import innocents, own, raw, watch  # noqa: F401
from peer import SOCKET, statuses

# Every test here is an attack that must not harm them.
pytestmark = pytest.mark.usefixtures("innocents")

POST, CHUNKED = "POST /v1/dev/token", "Transfer-Encoding: chunked"
# Sent behind each request that must be the last of its connection: an answer to it would be a smuggled one.
SMUGGLED = b"GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
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
    """GHSA-7fj7, GHSA-cq87, CVE-2026-28898, GHSA-mgc4."""
    line, fields, body, status = SHAPES[name]
    answer = raw.ask(raw.head(line, *fields) + body + SMUGGLED * 3)
    # What the decoder cannot read it may find before or behind the head's own answer; nothing smuggled is answered.
    assert statuses(answer) == [status], answer
    assert b"connection: close" in answer.lower()


@pytest.mark.parametrize("target", ["http://127.0.0.1:{port}/livez", "HTTP://127.0.0.1:{port}/livez?x=/"])
def test_a_target_that_names_our_host_is_its_path(own, raw, target):
    head = raw.head("GET " + target.format(port=own.port), "Connection: close")
    assert statuses(raw.ask(head)) == [200]


def test_a_request_behind_one_with_a_body_is_read_where_the_body_ends(raw):
    first = raw.head("GET /livez", "Content-Length: 41") + SMUGGLED[:41]
    second = raw.head("GET /nowhere", "Transfer-Encoding: chunked") + b"3;a=b\r\nabc\r\n0\r\nTrailer: t\r\n\r\n"
    assert statuses(raw.ask(first + second + raw.head("GET /livez", "Connection: close"))) == [200, 404, 200]
