"""Many connections at once, and those that never say who they are: limits by address and user: R55, R59, R61, R68."""

import json
from contextlib import ExitStack

import pytest
from attack import unharmed
from client import Client, check_error
from peer import Peer, statuses
from polling import PATH, Carrier, Line
from process import wait_until

OFFICE, OTHER = "127.0.0.2", "127.0.0.3"


@pytest.fixture(scope="module")
def strict(serve):
    """A server with its counts, made small."""
    settings = {"waitingSockets": 5, "failedConnects": 5, "userConnections": 3, "authenticationTimeout": 1}
    return serve(settings=settings)


@pytest.fixture
def raw():
    """Opens raw connections and closes them at the end."""
    opened = []

    def raw(server, source="127.0.0.1"):
        opened.append(Peer(server, source))
        return opened[-1]

    yield raw
    for each in opened:
        each.socket.close()


def sign_in(raw, server, user, tenant="a"):
    raw.send_frame(json.dumps({"id": "auth", "type": "session:auth", "data": {"token": server.token(user)}}).encode())
    assert raw.event()["type"] == "session:ready"


# Sockets that wait for a token


def test_an_address_has_so_many_sockets_without_a_token_and_its_neighbours_come_in_with_one(strict, raw, user):
    crowd = [raw(strict, OFFICE) for _ in range(5)]
    assert [each.open_socket() for each in crowd] == [101] * 5
    refused = raw(strict, OFFICE)
    assert refused.open_socket() == 503
    assert "\r\nretry-after: 1" in refused.answer.lower()
    assert raw(strict, OTHER).open_socket() == 101
    assert raw(strict, OFFICE).open_socket(token=strict.token(user())) == 101
    # Who has said who it is counts no more, and who is gone neither.
    sign_in(crowd[0], strict, user())
    crowd[1].socket.close()
    for _ in range(2):
        wait_until(lambda: raw(strict, OFFICE).open_socket() == 101, "a place is free")
    assert raw(strict, OFFICE).open_socket() == 503


def test_sockets_without_a_token_are_closed_in_time_and_their_places_are_free(strict, raw):
    source = "127.0.0.4"
    with unharmed(strict):
        crowd = [raw(strict, source) for _ in range(5)]
        assert [each.open_socket() for each in crowd] == [101] * 5
        for each in crowd:
            check_error(each.event()["data"], "AUTH_REQUIRED", reason="timeout")
            assert each.close_frame() == (4401, '{"c":4401}')
            each.send_frame((4401).to_bytes(2, "big"), opcode=8)
        wait_until(lambda: raw(strict, source).open_socket() == 101, "the places are free")


# Sockets that failed


def fail(raw, strict, source, **options):
    """Connects with a bad token: the error and the close frame."""
    each = raw(strict, source)
    assert each.open_socket(token="no.token.this", **options) == 101
    return each.event()["data"], each.close_frame()


def test_beyond_its_failures_an_address_is_told_to_wait_and_good_tokens_still_come_in(strict, raw, user):
    source = "127.0.0.5"
    for _ in range(5):
        error, close = fail(raw, strict, source)
        check_error(error, "AUTH_INVALID")
        assert close[0] == 4402
    error, close = fail(raw, strict, source)
    check_error(error, "RATE_LIMITED", reason="bucket")
    details = {name: error["details"][name] for name in ("scope", "bucket", "limit", "perMs", "burst")}
    assert details == {"scope": "ip", "bucket": "connect", "limit": 5, "perMs": 60_000, "burst": 5}
    assert 1 <= error["retryAfter"] <= 12_000
    assert close == (4229, json.dumps({"c": 4229, "ra": error["retryAfter"]}, separators=(",", ":")))
    for _ in range(3):
        neighbour = raw(strict, source)
        assert neighbour.open_socket(token=strict.token(user())) == 101
        assert neighbour.event()["type"] == "session:ready"
    late = raw(strict, source)
    assert late.open_socket() == 101
    sign_in(late, strict, user())
    check_error(fail(raw, strict, OTHER)[0], "AUTH_INVALID")


def test_sockets_that_come_and_go_without_a_token_are_failures_too(strict, raw):
    source = "127.0.0.6"
    for _ in range(5):
        each = raw(strict, source)
        assert each.open_socket() == 101
        each.socket.close()
    wait_until(lambda: fail(raw, strict, source)[1][0] == 4229, "they are counted")


def test_sessions_that_end_are_no_failures(strict, raw, user):
    source = "127.0.0.7"
    for _ in range(8):
        each = raw(strict, source)
        assert each.open_socket(token=strict.token(user())) == 101
        assert each.event()["type"] == "session:ready"
        each.socket.close()
    check_error(fail(raw, strict, source)[0], "AUTH_INVALID")


# Who is behind a proxy


@pytest.fixture(scope="module")
def proxied(serve):
    """A server behind a proxy at 127.0.0.8."""
    settings = {"waitingSockets": 2, "trustedProxies": ["127.0.0.8", "fd00::/8"]}
    return serve(settings=settings)


def forwarded(*fields):
    return [f"X-Forwarded-For: {field}" for field in fields]


def test_the_address_is_the_one_that_a_trusted_proxy_names(proxied, raw):
    via = "127.0.0.8"
    for client in ("198.51.100.1", "2001:db8::1", "2001:db8:0:1::1"):
        for _ in range(2):
            assert raw(proxied, via).open_socket(*forwarded(client)) == 101
        assert raw(proxied, via).open_socket(*forwarded(client)) == 503
    # What the client has written itself changes nothing, nor does another address of its network.
    assert raw(proxied, via).open_socket(*forwarded("1.1.1.1, 198.51.100.1")) == 503
    assert raw(proxied, via).open_socket(*forwarded("1.1.1.1", "198.51.100.1")) == 503
    assert raw(proxied, via).open_socket(*forwarded("2001:db8::ffff")) == 503
    assert raw(proxied, via).open_socket(*forwarded("198.51.100.2, fd00::7")) == 101


@pytest.mark.parametrize("garbage", ["", ",", "unknown", "198.51.100.9,", "x" * 8_000, "1," * 4_000, "127.0.0.8," * 800])
def test_a_broken_field_counts_for_who_sent_it(proxied, raw, garbage):
    assert raw(proxied, "127.0.0.8").open_socket(*forwarded(garbage)) in (101, 503)
    assert raw(proxied, "127.0.0.8").open_socket(*forwarded("198.51.100.10")) in (101, 503)


def test_who_is_no_proxy_of_ours_names_nobody(proxied, raw):
    for number in range(2):
        assert raw(proxied, "127.0.0.9").open_socket(*forwarded(f"198.51.100.2{number}")) == 101
    assert raw(proxied, "127.0.0.9").open_socket(*forwarded("198.51.100.29")) == 503


@pytest.mark.parametrize("client, status", [("198.51.100.3", 403), ("127.0.0.1", 200), (None, 200)])
def test_nobody_behind_a_proxy_is_signed_in_as_if_on_this_machine(proxied, raw, client, status):
    each = raw(proxied, "127.0.0.8")
    body = b'{"userId":"mallory"}'
    fields = ["Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: close"]
    head = each.head("POST /v1/dev/token", *fields, *(forwarded(client) if client else []))
    assert statuses(each.ask(head + body)) == [status]


# Sessions of Socket.IO, which have no token before their CONNECT


@pytest.fixture
def ask_for_session(proxied):
    """Asks for sessions through the proxy: the status, and the connection."""
    with ExitStack() as stack:

        def ask_for_session(transport, client):
            kind = Carrier if transport == "websocket" else Line
            line = stack.enter_context(kind(proxied, "127.0.0.8"))
            query = f"?EIO=4&transport={transport}"
            if transport == "websocket":
                return line.ask_for_socket(query, *forwarded(client)), line
            line.opening = line.request("GET", PATH + query, *forwarded(client)).answer()
            return line.opening.status, line

        yield ask_for_session


@pytest.mark.parametrize("transport, status", [("websocket", 101), ("polling", 200)])
def test_a_session_waits_for_its_token_as_a_socket_does(proxied, raw, ask_for_session, user, transport, status):
    client = {"websocket": "198.51.100.40", "polling": "198.51.100.41"}[transport]
    (first, line), (second, _) = (ask_for_session(transport, client) for _ in range(2))
    assert (first, second) == (status, status)
    for other in ("websocket", "polling"):
        assert ask_for_session(other, client)[0] == 503
    assert raw(proxied, "127.0.0.8").open_socket(*forwarded(client)) == 503
    assert ask_for_session(transport, "198.51.100.42")[0] == status
    token = proxied.token(user())
    if transport == "websocket":
        assert line.packet().startswith("0{")
        line.say("40" + json.dumps({"token": token}))
        assert line.packet().startswith('40{"sid":')
    else:
        target = f"{PATH}?EIO=4&transport=polling&sid={json.loads(line.opening.text[1:])['sid']}"
        line.request("POST", target, body="40" + json.dumps({"token": token})).answer().check_ok()
        assert line.request("GET", target).answer().text.startswith('40{"sid":')
    assert ask_for_session(transport, client)[0] == status, "who has said who it is counts no more"


# Connections of one user


def test_one_connection_too_many_of_a_user_is_told_when_to_come_back(strict, connect, raw, user):
    alice = user()
    old = [connect(alice, server=strict) for _ in range(3)]
    late = raw(strict)
    assert late.open_socket(token=strict.token(alice)) == 101
    error = late.event()["data"]
    check_error(error, "RATE_LIMITED", reason="connections")
    assert (error["retryAfter"], error["details"]["scope"], error["details"]["limit"]) == (30_000, "user", 3)
    assert late.close_frame() == (4229, '{"c":4229,"ra":30000}')
    for each in old:
        each.ping()
    old[0].close()
    wait_until(lambda: is_taken(strict, alice), "a place is free")


def is_taken(server, user):
    client = Client(server.ws_url, server.token(user))
    kind = client.receive()["type"]
    client.close()
    return kind == "session:ready"


def test_a_flood_of_frames_beyond_the_scope_ends_with_4229(strict, connect, user):
    client = connect(user(), server=strict, claims={"scope": "chat:read"})
    answers = []
    for number in range(400):
        try:
            client.send("message:send", {"content": "x"}, "room", id=f"n{number}")
        except Exception:
            break
    assert client.close_code() == 4229
    answers = [frame for frame in client.events if frame["type"] == "ack"]
    assert len(answers) >= 200
    for frame in answers:
        check_error(frame["data"]["error"], "FORBIDDEN", reason="scope")


# The node


def test_more_sockets_a_second_than_the_node_takes_are_told_when_to_come_back(make_server, raw, user):
    server = make_server(settings={"connectRate": 2}).start()
    tries = [raw(server) for _ in range(12)]
    tokens = [server.token(user()) for _ in tries]
    taken = [each.open_socket(token=token) for each, token in zip(tries, tokens)]
    assert taken[:4] == [101] * 4, "the burst is twice the rate"
    assert 503 in taken[4:]
    refused = tries[taken.index(503)]
    assert "\r\nretry-after: 1" in refused.answer.lower()
