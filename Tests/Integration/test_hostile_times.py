"""How long a peer may take to say what it wants and who it is: in half of the time it is served, beyond it is ended."""

import json
import time

import pytest
from attack import unharmed
from peer import Peer, statuses
from service import unique

LIMIT = 5
# How much later than its time an end may come, on a busy machine: well before the ten seconds that are usual.
GRACE = 4


@pytest.fixture(scope="module")
def brief(serve):
    """A server that gives five seconds for everything."""
    settings = {"headTimeout": LIMIT, "requestTimeout": LIMIT, "authenticationTimeout": LIMIT}
    return serve("--no-rate-limits", settings=settings)


def wait_to_half(began):
    time.sleep(max(0, began + LIMIT / 2 - time.monotonic()))


def check_time(began):
    took = time.monotonic() - began
    assert LIMIT <= took < LIMIT + GRACE, f"ended after {took} s"


BODY = b'{"userId":"slow"}'
HEADS = {
    "headTimeout": (b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX:", b" y\r\n\r\n"),
    "requestTimeout": (
        b"POST /v1/dev/token HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY[:5]),
        BODY[5:],
    ),
}


@pytest.mark.parametrize("setting", HEADS)
def test_a_request_has_its_time(brief, setting):
    """CVE-2026-59725."""
    first, rest = HEADS[setting]
    with unharmed(brief):
        began = time.monotonic()
        with Peer(brief) as late, Peer(brief) as timely:
            late.send(first)
            timely.send(first)
            wait_to_half(began)
            assert statuses(timely.ask(rest)) == [200]
            assert statuses(late.to_end()) == [408]
            check_time(began)


@pytest.mark.parametrize("setting", HEADS)
def test_a_later_request_of_a_connection_has_its_time_too(brief, setting):
    with unharmed(brief), Peer(brief) as late:
        late.send(late.head("GET /livez"))
        assert b" 200 " in late.until(b"\r\n\r\n")
        # Beyond the time of the first one, whose timer now waits for the end of idling.
        time.sleep(LIMIT + 1)
        late.read, began = b"", time.monotonic()
        late.send(HEADS[setting][0])
        assert statuses(late.to_end()) == [408]
        check_time(began)


def test_a_connection_that_says_nothing_has_the_time_of_a_head(brief):
    with unharmed(brief):
        began = time.monotonic()
        with Peer(brief) as late, Peer(brief) as timely:
            wait_to_half(began)
            assert statuses(timely.ask(timely.head("GET /livez", "Connection: close"))) == [200]
            assert late.to_end() == b""
            check_time(began)


def test_a_socket_has_its_time_for_a_token(brief):
    with unharmed(brief):
        began = time.monotonic()
        with Peer(brief) as late, Peer(brief) as timely:
            assert late.open_socket() == timely.open_socket() == 101
            wait_to_half(began)
            token = brief.token(unique("timely"))
            timely.send_frame(json.dumps({"id": "a", "type": "session:auth", "data": {"token": token}}).encode())
            assert timely.event()["type"] == "session:ready"
            assert late.event()["data"]["details"]["reason"] == "timeout"
            assert late.close_frame() == (4401, '{"c":4401}')
            check_time(began)
            # Who has signed in is not ended with those who have not.
            timely.send_frame(b'{"id":"p","type":"ping","ack":true}')
            while timely.event().get("replyTo") != "p":
                pass
