"""Who may ask by REST, and as whom: R55, R60, R70."""

import time

import pytest
from rest import Rest, make_key
from rest_fixtures import backend, keys, person  # noqa: F401
from service import run_caas


@pytest.mark.parametrize(
    "credential, code, reason",
    [
        (None, "AUTH_REQUIRED", None),
        ("nonsense", "AUTH_INVALID", "malformed"),
        ("caas_nonsense", "AUTH_INVALID", "malformed"),
        ("caas_0123456789ab_" + "A" * 43, "AUTH_INVALID", "key"),
    ],
)
def test_without_a_good_credential_nothing_is_told(server, credential, code, reason):
    caller = Rest(server, credential)
    caller.refused("GET", "/v1/conversations", status=401, code=code, reason=reason)
    response = caller.ask("POST", "/v1/conversations/x/messages", "{")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="')
    caller.close()


def test_a_users_token_is_checked_as_at_the_socket(make_server, user):
    server = make_server("--no-rate-limits", audience="caas-socket").start()
    cases = {"aud": {"aud": "other"}, "exp": {"exp": None}, "lifetime": {"exp": int(time.time()) + 10**6}}
    for reason, claims in cases.items():
        caller = Rest(server, server.token(user(), **claims))
        caller.refused("GET", "/v1/conversations", status=401, code="AUTH_INVALID", reason=reason)
        caller.close()
    late = Rest(server, server.token(user(), exp=int(time.time()) - 60))
    late.refused("GET", "/v1/conversations", status=401, code="TOKEN_EXPIRED")
    late.close()


def test_a_revoked_key_is_refused_within_two_seconds(server):
    key = make_key(server)
    caller = Rest(server, key, as_user="x")
    caller.ok("GET", "/v1/conversations")
    assert run_caas("key", "revoke", key.split("_")[1], "--data", server.data).returncode == 0
    deadline = time.monotonic() + 2
    asked = time.monotonic()
    while caller.ask("GET", "/v1/conversations").status_code == 200:
        assert asked < deadline
        asked = time.monotonic()
    caller.refused("GET", "/v1/conversations", status=401, code="AUTH_INVALID", reason="revoked")
    caller.close()


def test_a_key_names_the_user_where_there_must_be_one(backend, user):
    room = backend(user()).create()
    alone = backend()
    for method, path, body in [
        ("GET", "/v1/conversations", None),
        ("POST", f"/v1/conversations/{room}/messages", {"content": "x"}),
    ]:
        alone.refused(method, path, body, status=400, code="MISSING_FIELD", field="asUser")
        alone.refused(method, path, body, asUser="a b", status=400, code="INVALID_PAYLOAD", field="asUser")


def test_a_users_token_acts_as_that_user_alone(person, user):
    alice = user()
    person(alice).ok("GET", "/v1/conversations", asUser=alice)
    person(alice).refused(
        "GET", "/v1/conversations", asUser=user(), status=403, code="FORBIDDEN", field="asUser", reason="as_user"
    )


def test_a_user_who_never_connected_can_do_all_by_rest(connect, person, user):
    alice, bob = user(), user()
    caller = person(alice, name="Alice")
    room = caller.create(members=[bob])
    caller.say(room, "hello")
    members = caller.ok("GET", f"/v1/conversations/{room}/members")["members"]
    assert {member["userId"]: member.get("name") for member in members} == {alice: "Alice", bob: None}
    assert connect(bob).history(room)["messages"][0]["content"] == "hello"
