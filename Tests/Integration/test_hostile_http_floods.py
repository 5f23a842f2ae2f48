"""Floods of HTTP: as much as the service takes within its deadlines, with a small bound on what it keeps."""

import os
import threading

import pytest
from attack import BASE, STRANGER, crowd, pour
from hostile_fixtures import own, watch  # noqa: F401
from peer import Peer, statuses
from process import wait_until

# A second where others have ten.
SETTINGS = {"headTimeout": 1, "requestTimeout": 1}

GET = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n"
CHUNKS = b"POST /v1/dev/token HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
# What comes first, what comes then for ever, and the status of the one answer, behind which the connection ends.
FLOODS = {
    "empty-lines": (b"", b"\r\n" * 32_768, 431),
    "method": (b"", b"A" * 65_536, 400),
    "target": (b"GET /", b"a" * 65_536, 414),
    "name": (GET, b"N" * 65_536, 431),
    "value": (GET + b"X: ", b"v" * 65_536, 431),
    "spaces-before-a-value": (GET + b"X:", b" " * 65_536, 431),
    "fields": (GET, b"A: b\r\n" * 10_000, 431),
    "tiny-chunks": (CHUNKS, b"1\r\na\r\n" * 10_000, 400),
    "chunk-extension": (CHUNKS + b"1;", b"e" * 65_536, 431),
    "chunk-extensions": (CHUNKS, (b"1;" + b"e" * 1_000 + b"\r\na\r\n") * 60, 400),
    "zeros-before-a-chunk-size": (CHUNKS, b"0" * 65_536, 431),
    "spaces-in-a-trailer": (CHUNKS + b"0\r\nT:", b" " * 65_536, 431),
    "tabs-before-a-coding": (GET + b"Transfer-Encoding:", b"\t" * 65_536, 431),
    "spaces-before-a-length": (GET + b"Content-Length:", b" " * 65_536, 431),
    "spaces-behind-a-length": (GET + b"Content-Length: 1", b" " * 65_536, 431),
    "spaces-before-a-target": (b"GET ", b" " * 65_536, 414),
    "spaces-behind-a-value": (GET + b"X: y", b" " * 65_536, 431),
    "trailers": (CHUNKS + b"0\r\n", b"T: t\r\n" * 10_000, 431),
    "tls": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", bytes(65_536), 400),
    "requests-behind-an-upgrade": (GET + b"Connection: upgrade\r\nUpgrade: x\r\n\r\n", b"\x00" * 65_536, 200),
    "bytes-behind-an-upgrade-that-waits": (
        b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        b"\x00" * 65_536,
        200,
    ),
}
# Requests that are answered, one by one.
REQUESTS = {"requests": b"/livez", "checks-of-the-store": b"/readyz"}


def poured(own, watch, opening, flood):
    # One for each event loop, for longer than anybody has patience.
    count = max(2, os.cpu_count())
    with watch.unharmed(count * STRANGER + BASE), crowd(own, count) as peers:
        floods = pour(peers, opening, flood, seconds=3)
    for each in floods:
        assert each.sent > len(opening) + 1_000, "nothing was poured"
        yield each, statuses(each.peer.read)


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_of_bytes_is_answered_once_and_not_kept(own, watch, name):
    opening, flood, status = FLOODS[name]
    for each, answers in poured(own, watch, opening, flood):
        assert each.is_ended
        # Who sends on may find the end of the stream before the answer.
        assert answers in ([status], [])


def test_heads_and_bodies_that_drip_are_ended_and_two_hundred_of_them_hinder_nobody(own, watch):
    """CVE-2026-48802."""
    head = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 200
    body = b"POST /v1/dev/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 200\r\n\r\n"
    with watch.unharmed(200 * STRANGER + BASE) as process:
        before = process.descriptors()
        crowd = [Peer(own) for _ in range(200)]
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


@pytest.mark.parametrize("name", REQUESTS)
def test_a_flood_of_requests_is_answered_as_it_goes(own, watch, name):
    flood = (GET.replace(b"/livez", REQUESTS[name]) + b"\r\n") * 1_000
    for each, answers in poured(own, watch, b"", flood):
        assert not each.is_ended
        assert len(answers) > 10 and set(answers) == {200}
