"""What is refused before any route is seen by who runs the service: a counter by status, and a line a second."""

import json
from contextlib import ExitStack

import pytest
from attack import KIB, MIB
from metrics_page import scrape, scrape_until
from peer import Peer, statuses

CHUNKED = "POST /v1/tokens HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: "
# A request for each status; `{host}` is the right one.
REQUESTS = {
    400: "GET /livez HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n",
    403: "GET /livez HTTP/1.1\r\nHost: {host}\r\nOrigin: https://elsewhere.example\r\n\r\n",
    405: "CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    408: "GET /livez HTTP/1.1\r\nHost: {host}\r\n",
    413: f"POST /v1/tokens HTTP/1.1\r\nHost: {{host}}\r\nContent-Length: {MIB + 1}\r\n\r\n" + "b" * (MIB + 1),
    414: "GET /" + "a" * 8 * KIB + " HTTP/1.1\r\nHost: {host}\r\n\r\n",
    421: "GET /livez HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n",
    431: "GET /livez HTTP/1.1\r\nHost: {host}\r\nX: " + "x" * 17 * KIB + "\r\n\r\n",
    501: CHUNKED + "gzip, chunked\r\n\r\n",
}
# The same status on another way.
OTHERS = {
    "bytes": (400, "\x16\x03\x01\x02\r\n\r\n"),
    "small-chunks": (400, CHUNKED + "chunked\r\n\r\n" + "1\r\na\r\n" * 2_000),
    "endless-line": (414, "GET /" + "a" * 64 * KIB),
    "slow-body": (408, "POST /v1/tokens HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\n\r\nab"),
}
# Bytes of bodies that one address may have on their way, and of one body.
BODIES, BODY = 16 * MIB, MIB


@pytest.fixture
def own(make_server):
    settings = {"logFormat": "json", "headTimeout": 3, "requestTimeout": 3, "publicHosts": ["chat.example.com"]}
    return make_server("--no-rate-limits", settings=settings).start()


def ask(server, request):
    with Peer(server) as peer:
        return statuses(peer.ask(request.format(host=f"127.0.0.1:{server.port}").encode("latin-1")))


def counts(page):
    name = "caas_refused_requests_total"
    return {status: page.value(name, status=status) for status in page.values(name, "status")}


def lines(server):
    logged = [json.loads(line) for line in server.log.read_text().splitlines()]
    return [line for line in logged if line["event"] == "request_refused"]


@pytest.mark.parametrize("status", REQUESTS)
def test_a_refusal_counts_by_its_status_and_is_in_the_log(own, status):
    assert ask(own, REQUESTS[status]) == [status]
    page = scrape_until(own.port, lambda page: counts(page)[str(status)])
    assert {name: count for name, count in counts(page).items() if count} == {str(status): 1}
    (line,) = lines(own)
    assert (line["level"], line["status"]) == ("info", str(status))
    assert set(line) == {"time", "level", "event", "status"}


@pytest.mark.parametrize("name", OTHERS)
def test_a_status_counts_whatever_brought_it_about(own, name):
    status, request = OTHERS[name]
    assert ask(own, request) == [status]
    assert counts(scrape(own.port)) == dict.fromkeys(counts(scrape(own.port)), 0) | {str(status): 1}


def test_bodies_beyond_what_an_address_may_have_on_its_way_count_too(make_server):
    own = make_server("--no-rate-limits").start()
    head = f"POST /v1/tokens HTTP/1.1\r\nHost: 127.0.0.1:{own.port}\r\nContent-Length: {BODY}\r\n\r\n"
    with ExitStack() as stack:
        for _ in range(BODIES // BODY):
            assert stack.enter_context(Peer(own)).send(head.encode() + bytes(BODY - 1))
        # The last byte that fits may still be on its way.
        late = stack.enter_context(Peer(own))
        late.send(head.encode() + bytes(BODY - 1))
        page = scrape_until(own.port, lambda page: counts(page)["503"])
    assert {name for name, count in counts(page).items() if count} == {"503"}


def test_who_goes_away_in_the_middle_of_a_request_was_not_refused(own):
    for part in (b"GET /livez HT", b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX: y", b"\r\n"):
        with Peer(own) as peer:
            peer.send(part)
            peer.reset()
    assert not any(counts(scrape(own.port)).values())


def test_all_statuses_are_there_from_the_start_and_answers_of_routes_are_none(own):
    assert counts(scrape(own.port)) == dict.fromkeys(map(str, [*REQUESTS, 503]), 0)
    for request in (
        "GET /nowhere HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
        "GET /v1/users/x HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
        "GET /v1/socket HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
    ):
        (status,) = ask(own, request)
        assert status in (401, 404, 426)
    assert not any(counts(scrape(own.port)).values())


def test_a_flood_is_a_line_a_second_that_counts_the_rest(own):
    for _ in range(60):
        assert ask(own, REQUESTS[421]) == [421]
    assert counts(scrape(own.port))["421"] == 60
    written = lines(own)
    assert 1 <= len(written) < 60
    assert sum(1 + line.get("suppressed", 0) for line in written) <= 60
