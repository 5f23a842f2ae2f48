"""The REST interface for backends and users: R60, R70. Its rules are the socket's, so what is tested here is the way in."""

import http.client
import json
import time
from urllib.parse import urlsplit

import pytest
from client import Client, check_error
from rest import Rest, make_key
from rest_fixtures import backend, keys, person  # noqa: F401
from service import run_caas, unique


# Tokens


def test_a_backend_makes_a_token_that_opens_a_session(server, backend, user):
    alice = user()
    made = backend().ok("POST", "/v1/tokens", {"userId": alice, "name": "Alice", "expiresIn": 600})
    client = Client(server.ws_url, made["token"])
    ready = client.receive()["data"]
    client.close()
    assert (ready["userId"], ready["tenantId"], ready["name"]) == (alice, "a", "Alice")
    assert ready["expiresAt"] == made["expiresAt"]
    assert abs(made["expiresAt"] / 1000 - time.time() - 600) < 60


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


# Who asks


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
    while caller.ask("GET", "/v1/conversations").status_code == 200:
        assert time.monotonic() < deadline
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


# Conversations


def test_a_conversation_is_made_once(backend, user):
    caller = backend(user())
    body = {"kind": "group", "memberIds": [user()], "name": "Order", "metadata": {"order": 7}}
    first = caller.ask("POST", "/v1/conversations", body, key=unique("k"))
    assert first.status_code == 201
    room = first.json()["conversationId"]
    assert first.headers["Location"] == f"/v1/conversations/{room}"
    again = caller.ask("POST", "/v1/conversations", body, key=first.request.headers["Idempotency-Key"])
    assert again.status_code == 200 and again.json() | {"timestamp": 0} == {
        "success": True,
        "timestamp": 0,
        "conversationId": room,
        "duplicate": True,
    }
    other = body | {"name": "Other"}
    caller.refused(
        "POST",
        "/v1/conversations",
        other,
        key=first.request.headers["Idempotency-Key"],
        status=409,
        code="ALREADY_EXISTS",
        field="Idempotency-Key",
        reason="id_reused",
    )


def test_a_conversation_may_have_an_id_of_the_backends_own(backend, user):
    room, caller = unique("order:1234"), backend(user())
    assert caller.create(conversationId=room) == room
    caller.refused(
        "POST",
        "/v1/conversations",
        {"kind": "group", "memberIds": [], "conversationId": room},
        status=409,
        code="ALREADY_EXISTS",
        field="conversationId",
        reason="conversation",
    )


def test_a_pair_has_one_direct_conversation(backend, user):
    alice, bob = user(), user()
    room = backend(alice).create("direct", [bob])
    again = backend(bob).ok("POST", "/v1/conversations", {"kind": "direct", "memberIds": [alice]})
    assert (again["conversationId"], again["existing"]) == (room, True)
    both = backend().ok("POST", "/v1/conversations", {"kind": "direct", "memberIds": [alice, bob]})
    assert both["conversationId"] == room


def test_a_list_of_conversations_is_read_page_by_page(backend, user):
    caller = backend(user())
    rooms = {caller.create() for _ in range(5)}
    seen, cursor = [], {}
    while True:
        page = caller.ok("GET", "/v1/conversations", limit=2, **cursor)
        seen += [item["conversationId"] for item in page["conversations"]]
        if "cursor" not in page:
            break
        cursor = {"cursor": page["cursor"]}
    assert len(seen) == 5 and set(seen) == rooms
    caller.refused("GET", "/v1/conversations", cursor="x y", status=400, code="INVALID_PAYLOAD", field="cursor")


# Members


def test_members_are_added_changed_and_removed(backend, user):
    alice, bob, carol = user(), user("bob|+@"), user()
    caller = backend(alice)
    room = caller.create(members=[bob])
    members = f"/v1/conversations/{room}/members"
    added = caller.ok("POST", members, {"userIds": [bob, carol], "role": "moderator"})
    assert added["added"] == [carol]
    encoded = bob.replace("|", "%7C")
    assert caller.ok("PATCH", f"{members}/{encoded}", {"role": "readonly"})["role"] == "readonly"
    roles = {item["userId"]: item["role"] for item in caller.ok("GET", members)["members"]}
    assert roles == {alice: "owner", bob: "readonly", carol: "moderator"}
    offset = caller.ok("DELETE", f"{members}/{encoded}", ban="true", reason="off topic")["offset"]
    assert offset == 3
    caller.refused("DELETE", f"{members}/{encoded}", status=404, code="NOT_FOUND", field="userId", reason="member")
    caller.refused("POST", members, {"userIds": [bob]}, status=403, code="FORBIDDEN", field="userIds", reason="banned")
    page = caller.ok("GET", members, limit=1)
    assert len(page["members"]) == 1 and "cursor" in page


# Messages


def test_a_message_is_sent_read_edited_and_deleted(backend, user):
    caller = backend(user())
    room = caller.create()
    messages = f"/v1/conversations/{room}/messages"
    response = caller.ask("POST", messages, {"content": "hello", "metadata": {"a": 1}}, key="first")
    sent = response.json()
    assert response.status_code == 201 and (sent["seq"], sent["offset"]) == (1, 1)
    assert response.headers["Location"] == f"{messages}/{sent['messageId']}"
    reply = caller.say(room, "again", replyTo=sent["messageId"])
    assert caller.ok("PATCH", f"{messages}/{sent['messageId']}", {"content": "hi"})["editVersion"] == 2
    caller.refused(
        "PATCH",
        f"{messages}/{sent['messageId']}",
        {"content": "x", "ifVersion": 1},
        status=409,
        code="ALREADY_EXISTS",
        field="ifVersion",
        reason="version_conflict",
    )
    first, second = caller.history(room)["messages"]
    assert (first["content"], first["clientId"], first["metadata"]) == ("hi", "first", {"a": 1})
    assert second["replyTo"] == sent["messageId"]
    assert caller.history(room, afterSeq=1)["messages"] == [second]
    assert caller.history(room, beforeSeq=2, limit=1) | {"timestamp": 0} == {
        "success": True,
        "timestamp": 0,
        "messages": [first],
        "hasMore": False,
    }
    gone = f"{messages}/{reply['messageId']}"
    assert caller.ok("DELETE", gone, reason="a mistake")["offset"] == 4
    assert caller.ok("DELETE", gone)["duplicate"] is True
    assert caller.history(room)["messages"][1]["reason"] == "a mistake"
    caller.refused("PATCH", gone, {"content": "x"}, status=404, code="NOT_FOUND", field="messageId", reason="deleted")


def test_a_message_with_the_same_key_is_sent_once(backend, user):
    caller = backend(user())
    room = caller.create()
    first = caller.say(room, key="once")
    again = caller.say(room, key="once", status=200)
    assert again == first | {"duplicate": True}
    caller.refused(
        "POST",
        f"/v1/conversations/{room}/messages",
        {"content": "other"},
        key="once",
        status=409,
        code="ALREADY_EXISTS",
        field="Idempotency-Key",
        reason="id_reused",
    )
    assert len(caller.history(room)["messages"]) == 1


def test_membership_and_role_are_asked_for_as_at_the_socket(person, user):
    owner, stranger, reader = user(), user(), user()
    room = person(owner).create()
    path = f"/v1/conversations/{room}/messages"
    person(stranger).refused("GET", path, status=403, code="NOT_MEMBER")
    person(stranger).refused("POST", path, {"content": "x"}, status=403, code="NOT_MEMBER")
    person(owner).ok("POST", f"/v1/conversations/{room}/members", {"userIds": [reader], "role": "readonly"})
    person(reader).refused("POST", path, {"content": "x"}, status=403, code="FORBIDDEN", reason="role")
    sent = person(owner).say(room)
    person(reader).refused(
        "PATCH", f"{path}/{sent['messageId']}", {"content": "x"}, status=403, code="FORBIDDEN", reason="not_author"
    )


def test_rates_are_the_users_own(make_server, user):
    server = make_server().start()
    caller = Rest(server, server.token(user()))
    room = caller.create()
    path = f"/v1/conversations/{room}/messages"
    answers = [caller.ask("POST", path, {"content": "x"} if turn % 2 else {}) for turn in range(40)]
    late = next(response for response in answers if response.status_code == 429)
    error = late.json()["error"]
    assert error["code"] == "RATE_LIMITED" and error["details"]["bucket"] == "message:send"
    assert late.headers["Retry-After"] == str(-(-error["retryAfter"] // 1000))
    assert {response.status_code for response in answers} == {201, 400, 429}
    caller.close()


# The way in


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
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
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
