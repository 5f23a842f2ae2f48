"""How a connection proves who it is, what it is told first, and how it ends: R10, R12, R55, R56."""

import time

import pytest
from client import Client, check_error, error_of
from websockets.exceptions import InvalidStatus

SECOND = 1000


def closed_with(client):
    """The error event that tells why, and the close code."""
    code = client.close_code()
    assert client.events and client.events[-1]["type"] == "error", f"closed with {code} without saying why"
    return client.events.pop()["data"], code


@pytest.fixture
def bare(server):
    """Opens connections that have not said who they are."""
    opened = []

    def bare(query="", **options):
        opened.append(Client(server.ws_url + query, **options))
        return opened[-1]

    yield bare
    for client in opened:
        client.close()


# Where the token stands


def test_a_token_in_the_subprotocol_is_taken_and_caas_v1_alone_is_selected(server, bare, user):
    alice = user()
    client = bare(subprotocols=["caas.v1", f"bearer.{server.token(alice)}"])
    assert client.socket.subprotocol == "caas.v1"
    assert client.receive()["data"]["userId"] == alice


def test_a_bearer_subprotocol_without_caas_v1_is_a_bad_request(server, bare, user):
    with pytest.raises(InvalidStatus) as refusal:
        bare(subprotocols=[f"bearer.{server.token(user())}"])
    assert refusal.value.response.status_code == 400


def test_an_unknown_subprotocol_alone_is_not_selected(server, bare, user):
    client = bare(token=server.token(user()), subprotocols=["chat.v9"])
    assert client.socket.subprotocol is None
    assert client.receive()["type"] == "session:ready"


def test_a_token_in_the_authorization_header_is_taken(connect, user):
    alice = user()
    assert connect(alice).ready["data"]["userId"] == alice


def test_a_token_in_session_auth_is_taken_and_ready_comes_before_the_ack(server, bare, user):
    client, alice = bare(), user()
    expires = int(time.time()) + 600
    id = client.send("session:auth", {"token": server.token(alice, exp=expires)})
    ready, ack = client.receive(), client.receive()
    assert ready["type"] == "session:ready" and ready["data"]["userId"] == alice
    assert (ack["type"], ack["replyTo"], ack["data"]["success"]) == ("ack", id, True)
    assert ack["data"]["expiresAt"] == ready["data"]["expiresAt"] == expires * SECOND


def test_frames_sent_while_the_token_is_checked_are_handled_in_order_after_it(server, bare, user):
    client = bare(token=server.token(user()))
    ids = [client.send("ping") for _ in range(5)]
    frames = [client.receive() for _ in range(6)]
    assert frames[0]["type"] == "session:ready"
    assert [frame["replyTo"] for frame in frames[1:]] == ids


# session:ready


def test_session_ready_tells_how_others_see_the_user(connect, user):
    alice, picture = user(), "https://example.org/a.png"
    data = connect(alice, claims={"name": "Alice", "picture": picture}).ready["data"]
    assert (data["name"], data["avatarUrl"]) == ("Alice", picture)
    # The next token says nothing of it: what the last one said counts.
    data = connect(alice).ready["data"]
    assert (data["name"], data["avatarUrl"]) == ("Alice", picture)
    data = connect(user()).ready["data"]
    assert "name" not in data and "avatarUrl" not in data


def test_session_ready_tells_who_what_and_the_limits(server, connect, user):
    alice, expires = user(), int(time.time()) + 900
    ready = connect(alice, claims={"exp": expires, "dev": "phone-1", "name": "Alice"}).ready
    data = ready["data"]
    assert ready["version"] == 1 and ready["id"] and "tenantId" not in ready
    assert (data["userId"], data["tenantId"], data["deviceId"], data["name"]) == (alice, "a", "phone-1", "Alice")
    assert data["resumed"] is False
    assert data["expiresAt"] == expires * SECOND
    assert abs(data["serverTime"] - time.time() * SECOND) < 60 * SECOND
    assert data["heartbeat"] == {"interval": 25_000, "timeout": 20_000}
    assert isinstance(data["limits"], dict) and data["limits"]


def test_each_connection_has_a_session_of_its_own_and_a_device_where_the_token_names_none(connect, user):
    alice = user()
    one, two = connect(alice).ready["data"], connect(alice).ready["data"]
    assert one["sessionId"] != two["sessionId"]
    assert one["deviceId"] and two["deviceId"]


# Refused tokens

HOUR = 3600
BAD_CLAIMS = {
    "no-sub": {"sub": None},
    "sub-no-text": {"sub": 7},
    "sub-with-a-space": {"sub": "a b"},
    "sub-too-long": {"sub": "u" * 129},
    "no-exp": {"exp": None},
    "exp-as-text": {"exp": "tomorrow"},
    "exp-in-milliseconds": lambda now: {"exp": (now + HOUR) * 1000},
    "iat-in-milliseconds": lambda now: {"iat": now * 1000},
    "iat-as-text": {"iat": "now"},
    "nbf-in-milliseconds": lambda now: {"nbf": now * 1000},
    "nbf-to-come": lambda now: {"nbf": now + 300},
    "lives-longer-than-a-day": lambda now: {"exp": now + 25 * HOUR},
    "lives-longer-than-a-day-without-iat": lambda now: {"exp": now + 25 * HOUR, "iat": None},
    "no-tenant-where-there-are-two": {"tid": None},
    "the-other-tenant-by-this-key": {"tid": "b"},
}


@pytest.mark.parametrize("name", BAD_CLAIMS)
def test_a_bad_claim_is_answered_with_auth_invalid_and_closes(server, bare, user, name):
    claims = BAD_CLAIMS[name]
    claims = claims(int(time.time())) if callable(claims) else claims
    error, code = closed_with(bare(token=server.token(user(), **claims)))
    check_error(error, "AUTH_INVALID")
    assert error["details"]["reason"]
    assert code == 4402


def test_an_unknown_tenant_is_answered_with_auth_invalid_and_closes(server, bare, user):
    error, code = closed_with(bare(token=server.token(user(), tid="nowhere")))
    check_error(error, "AUTH_INVALID")
    assert code == 4402


BAD_TOKENS = {
    "garbage": lambda server, user: "garbage",
    "two-parts": lambda server, user: server.token(user).rpartition(".")[0],
    "another-key": lambda server, user: server.token(user, secret="another-secret-of-a-good-length-0123456789"),
    "algorithm-none": lambda server, user: server.token(user, algorithm="none"),
    "another-algorithm": lambda server, user: server.token(user, algorithm="HS512", secret=server.secrets["a"] * 2),
    "critical-header": lambda server, user: server.token(user, headers={"crit": ["b64"], "b64": True}),
    "signature-cut": lambda server, user: server.token(user)[:-4],
}


@pytest.mark.parametrize("name", BAD_TOKENS)
def test_a_bad_token_is_answered_with_auth_invalid_and_closes(server, bare, user, name):
    error, code = closed_with(bare(token=BAD_TOKENS[name](server, user())))
    check_error(error, "AUTH_INVALID")
    assert code == 4402


def test_a_bad_token_in_session_auth_fails_its_ack_and_closes(bare):
    client = bare()
    id = client.send("session:auth", {"token": "garbage"})
    check_error(error_of(client.answer(id)), "AUTH_INVALID")
    assert client.close_code() == 4402


def test_a_token_that_expired_is_answered_with_token_expired_and_closes(server, bare, user):
    now = int(time.time())
    error, code = closed_with(bare(token=server.token(user(), iat=now - 600, exp=now - 300)))
    check_error(error, "TOKEN_EXPIRED")
    assert code == 4202


def test_seconds_may_have_fractions_and_nbf_a_skew(connect, user):
    now = time.time()
    connect(user(), claims={"exp": now + 60.5, "iat": now - 0.25, "nbf": now + 10.5}).ping()


def test_the_audience_is_checked_where_one_is_configured(make_server, user):
    server = make_server("--no-rate-limits", audience="caas-socket").start()
    for good in ("caas-socket", ["other", "caas-socket"]):
        Client.connect(server, user(), claims={"aud": good}).close()
    for bad in (None, "other", ["other"], 7):
        client = Client(server.ws_url, server.token(user(), aud=bad))
        error, code = closed_with(client)
        check_error(error, "AUTH_INVALID")
        assert code == 4402


def test_the_issuer_is_checked_where_one_is_configured(make_server, user):
    server = make_server("--no-rate-limits", settings={"issuer": "https://id.example"}).start()
    Client.connect(server, user(), claims={"iss": "https://id.example"}).close()
    for bad in (None, "https://other.example", ["https://id.example"]):
        error, code = closed_with(Client(server.ws_url, server.token(user(), iss=bad)))
        check_error(error, "AUTH_INVALID")
        assert (error["details"]["reason"], code) == ("iss", 4402)


# Ends


def test_a_live_session_ends_at_exp_with_token_expired(connect, user):
    """GHSA-4hv6."""
    exp = int(time.time()) + 3
    client = connect(user(), claims={"exp": exp})
    # Nothing but this, and not earlier.
    event = client.receive()
    check_error(error_of(event), "TOKEN_EXPIRED")
    assert event["timestamp"] >= exp * 1000
    assert client.close_code() == 4202


def test_frames_before_authentication_are_refused_and_the_third_closes(bare):
    client = bare()
    for _ in range(2):
        check_error(error_of(client.answer(client.send("ping"))), "AUTH_REQUIRED")
    client.send("ping")
    assert client.close_code() == 4401


def test_a_refused_frame_before_authentication_does_not_hinder_session_auth(server, bare, user):
    client = bare()
    check_error(error_of(client.answer(client.send("typing:start", ack=False))), "AUTH_REQUIRED")
    client.ok("session:auth", {"token": server.token(user())})
    client.ping()


def test_a_token_of_another_tenant_than_its_frame_closes(server, bare, user):
    client = bare()
    id = client.send("session:auth", {"token": server.token(user())}, tenantId="b")
    check_error(error_of(client.answer(id)), "FORBIDDEN", reason="tenant_mismatch")
    assert client.close_code() == 4403


def test_a_connection_that_stays_silent_is_closed_after_ten_seconds(bare):
    assert bare().close_code(timeout=20) == 4401


def test_an_unknown_version_at_connect_is_refused_with_4412(server, bare, user):
    error, code = closed_with(bare("?v=2", token=server.token(user())))
    check_error(error, "INVALID_PAYLOAD", reason="version")
    assert code == 4412


def test_version_one_at_connect_is_taken(connect, user):
    connect(user(), query="?v=1").ping()


def test_the_reason_of_a_close_repeats_the_code_as_json(bare):
    """CVE-2026-45736."""
    client = bare(token="garbage")
    client.close_code()
    assert client.socket.protocol.close_rcvd.reason.startswith('{"c":4402')


def test_scopes_limit_what_a_session_may_do(connect, user):
    owner, reader = connect(user()), user()
    conversation = owner.create(members=[reader])
    client = connect(reader, claims={"scope": "chat:read"})
    client.join(conversation)
    client.history(conversation)
    client.refused("message:send", {"content": "x"}, conversation, code="FORBIDDEN", reason="scope")
    client.refused("typing:start", {"conversationId": conversation}, code="FORBIDDEN", reason="scope")
    connect(reader, claims={"scope": "chat:write"}).refused(
        "message:history", {}, conversation, code="FORBIDDEN", reason="scope"
    )
