"""What every request has: its route, address, body and origin: R55, R70."""

import http.client
import json
from urllib.parse import urlsplit

import pytest
from client import check_error
from rest_fixtures import backend, keys, person  # noqa: F401


def test_what_is_no_route_says_so(backend, user):
    caller = backend(user())
    for path in ("/v1", "/v1/nothing", "/v1/conversations/x/nothing", "/v1/conversations//messages", "/v2/conversations"):
        caller.refused("GET", path, status=404, code="NOT_FOUND", reason="route")
    for method, path, allowed in [
        ("PUT", "/v1/conversations", "GET, HEAD, OPTIONS, POST"),
        ("GET", "/v1/tokens", "OPTIONS, POST"),
        ("POST", "/v1/users/x", "DELETE, GET, HEAD, OPTIONS, PUT"),
    ]:
        caller.refused(method, path, status=405, code="INVALID_PAYLOAD", reason="method")
        assert caller.ask(method, path).headers["Allow"] == allowed


@pytest.mark.parametrize(
    "path, field, reason",
    [
        ("/v1/conversations/a%20b/messages", "conversationId", None),
        ("/v1/conversations/a%2/messages", "conversationId", "percent"),
        ("/v1/conversations/%2e%2e/messages", "conversationId", None),
        ("/v1/conversations/x/messages/%00", "messageId", "percent"),
        ("/v1/users/a%2Fb", "userId", None),
        ("/v1/conversations?limit=%zz", "limit", "percent"),
        ("/v1/conversations?limit=0", "limit", None),
        ("/v1/conversations?limit=1&limit=2", "limit", "duplicate_key"),
        ("/v1/conversations?cursor=%ff", "cursor", "percent"),
    ],
)
def test_what_is_wrong_in_an_address_is_named(server, keys, path, field, reason):
    # As it stands here: a client would mend it.
    address = urlsplit(server.url)
    separator = "&" if "?" in path else "?"
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    connection.request("GET", f"{path}{separator}asUser=x", headers={"Authorization": f"Bearer {keys['a']}"})
    response = connection.getresponse()
    error = json.loads(response.read())["error"]
    connection.close()
    assert response.status == 400
    check_error(error, "INVALID_PAYLOAD", field, reason)


def test_a_body_has_its_limits(backend, user):
    caller = backend(user())
    path = f"/v1/conversations/{caller.create()}/messages"
    full = '{"content":"x"}'.ljust(65_536)
    assert caller.ask("POST", path, full).status_code == 201
    error = caller.refused("POST", path, full + " ", status=413, code="INVALID_PAYLOAD", reason="too_large")
    assert (error["details"]["limit"], error["details"]["size"]) == (65_536, 65_537)
    huge = caller.refused("POST", path, full.ljust(1_048_577), status=413, code="INVALID_PAYLOAD", reason="too_large")
    assert huge["details"]["limit"] == 1_048_576
    caller.refused("POST", path, "[]", status=400, code="INVALID_PAYLOAD", reason="object")
    caller.refused("POST", path, '{"content":"a","content":"b"}', status=400, code="INVALID_PAYLOAD", reason="duplicate_key")
    other = {"Content-Type": "text/plain"}
    caller.refused("POST", path, full, headers=other, status=400, code="INVALID_PAYLOAD", reason="content_type")


def test_pages_on_allowed_origins_ask_with_tokens_and_never_with_keys(backend, person, user):
    origin = {"Origin": "http://localhost:3000"}
    alice = user()
    answer = person(alice).ask("GET", "/v1/conversations", headers=origin)
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"
    preflight = person(alice).ask(
        "OPTIONS", "/v1/conversations", headers=origin | {"Access-Control-Request-Method": "POST"}
    )
    assert preflight.status_code == 204 and "Content-Length" not in preflight.headers
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    with_key = backend(alice).ask("GET", "/v1/conversations", headers=origin)
    assert not [name for name in with_key.headers if name.startswith("access-control-")]
    foreign = person(alice).ask("GET", "/v1/conversations", headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403 and "Access-Control-Allow-Origin" not in foreign.headers
