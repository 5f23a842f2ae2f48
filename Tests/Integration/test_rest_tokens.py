"""Tokens that backends make for their users: R56, R70."""

import json
import time

import pytest
from client import Client
from rest import Rest, make_key
from rest_fixtures import backend, keys, person  # noqa: F401


def test_a_backend_makes_a_token_that_opens_a_session(server, backend, user):
    alice = user()
    made = backend().ok("POST", "/v1/tokens", {"userId": alice, "name": "Alice", "expiresIn": 600})
    client = Client(server.ws_url, made["token"])
    ready = client.receive()["data"]
    client.close()
    assert (ready["userId"], ready["tenantId"], ready["name"]) == (alice, "a", "Alice")
    assert ready["expiresAt"] == made["expiresAt"]
    assert abs(made["expiresAt"] / 1000 - time.time() - 600) < 60


def test_a_token_names_the_device_that_it_is_for(server, backend, user):
    made = backend().ok("POST", "/v1/tokens", {"userId": user(), "deviceId": "phone-1"})
    client = Client(server.ws_url, made["token"])
    assert client.receive()["data"]["deviceId"] == "phone-1"
    client.close()


def test_a_token_opens_what_it_says(backend, user):
    made = backend().ok("POST", "/v1/tokens", {"userId": user(), "scope": "chat:read"})
    reader = backend(credential=made["token"])
    reader.ok("GET", "/v1/conversations")
    new = {"kind": "group", "memberIds": []}
    reader.refused("POST", "/v1/conversations", new, status=403, code="FORBIDDEN", reason="scope")


@pytest.mark.parametrize(
    "body, field, reason",
    [
        ({}, "userId", None),
        ({"userId": "a b"}, "userId", None),
        ({"userId": "a", "expiresIn": 0}, "expiresIn", None),
        ({"userId": "a", "expiresIn": 86_401}, "expiresIn", "lifetime"),
        ({"userId": "a", "scope": "chat:read everything"}, "scope", "unknown_scope"),
        ({"userId": "a", "name": 7}, "name", None),
        ({"userId": "a", "deviceId": ""}, "deviceId", None),
        ({"userId": "a", "deviceId": "d" * 129}, "deviceId", None),
    ],
)
def test_a_token_of_no_use_is_not_made(backend, body, field, reason):
    code = "MISSING_FIELD" if not body else "INVALID_PAYLOAD"
    backend().refused("POST", "/v1/tokens", body, status=400, code=code, field=field, reason=reason)


def test_only_a_key_with_the_scope_admin_makes_tokens(server, backend, person, user):
    plain = backend(credential=make_key(server, scope="chat:read chat:write"))
    plain.refused("POST", "/v1/tokens", {"userId": "x"}, status=403, code="FORBIDDEN", reason="scope")
    admin = person(user(), scope="admin")
    admin.refused("POST", "/v1/tokens", {"userId": "x"}, status=403, code="FORBIDDEN", reason="key")


def test_a_tenant_with_an_issuer_of_its_own_gets_no_tokens_here(make_server, tmp_path, user):
    # The public key of RFC 8037, appendix A.2.
    key = {"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [key]}))
    server = make_server(tenants=(), settings={"tenants": [{"id": "c", "jwksFile": str(file)}]}).start()
    caller = Rest(server, make_key(server, tenant="c"), user())
    caller.refused("POST", "/v1/tokens", {"userId": "x"}, status=403, code="FORBIDDEN", reason="issuer")
    assert caller.say(caller.create())["seq"] == 1
    caller.close()
