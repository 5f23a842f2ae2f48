"""What a backend's key may do by itself, and what it may not: R18, R19, R26, R60, R61."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from client import Client, error_of
from polling import Line
from rest import Rest, make_key
from rest_fixtures import backend, keys  # noqa: F401
from service import unique


def test_a_backend_edits_and_deletes_what_anybody_wrote(backend, user):
    owner = backend(user())
    room = owner.create()
    path = f"/v1/conversations/{room}/messages/{owner.say(room)['messageId']}"
    by_itself = backend()
    assert by_itself.ok("PATCH", path, {"content": "redacted"})["editVersion"] == 2
    by_itself.ok("DELETE", path, reason="spam")
    tombstone = owner.history(room)["messages"][0]
    assert tombstone["deleted"] is True and tombstone["deletedBy"].startswith("key:")


def test_a_key_that_moderates_edits_nobodys_and_deletes_no_owners(backend, server, user):
    owner = backend(user())
    room = owner.create()
    path = f"/v1/conversations/{room}/messages/{owner.say(room)['messageId']}"
    moderator = backend(credential=make_key(server, scope="chat:read chat:write moderate"))
    moderator.refused("PATCH", path, {"content": "x"}, status=403, code="FORBIDDEN", reason="not_author")
    moderator.refused("DELETE", path, status=403, code="FORBIDDEN", reason="role")


def test_a_key_is_no_member_even_where_its_name_was_made_one(backend, server, user):
    credential = make_key(server, scope="chat:read chat:write")
    name = "key:" + credential.split("_")[1]
    owner = backend(user())
    room = owner.create(visibility="private")
    owner.ok("POST", f"/v1/conversations/{room}/members", {"userIds": [name], "role": "owner"})
    key = backend(credential=credential)
    key.refused("GET", f"/v1/conversations/{room}", status=403, code="NOT_MEMBER")
    key.refused("PATCH", f"/v1/conversations/{room}", {"name": "mine"}, status=403, code="NOT_MEMBER")


def test_no_user_has_the_name_of_a_key(backend, server):
    backend().refused("POST", "/v1/tokens", {"userId": "key:abc"}, status=400, code="INVALID_PAYLOAD", field="userId")
    backend("key:abc").refused("GET", "/v1/conversations", status=400, code="INVALID_PAYLOAD", field="asUser")
    backend().refused("PUT", "/v1/users/key:abc", {}, status=400, code="INVALID_PAYLOAD", field="userId")
    backend().refused("GET", "/v1/users/key:abc", status=404, code="NOT_FOUND", reason="user")
    client = Client(server.ws_url, server.token("key:abc"))
    assert error_of(client.receive())["details"]["reason"] == "sub"
    assert client.close_code() == 4402


@pytest.mark.parametrize(
    ("claim", "value"),
    [("name", "n" * 129), ("picture", "javascript:alert(1)"), ("picture", "https://example.org/" + "p" * 2048)],
)
def test_what_others_see_of_a_user_is_as_the_api_takes_it(server, user, claim, value):
    client = Client(server.ws_url, server.token(user(), **{claim: value}))
    error = error_of(client.receive())
    assert (error["code"], error["details"]["reason"]) == ("AUTH_INVALID", claim)
    assert client.close_code() == 4402


def test_making_tokens_costs_the_key_what_all_requests_cost(make_server):
    server = make_server().start()
    fields = [f"Authorization: Bearer {make_key(server)}", "Content-Type: application/json"]
    # 400 at once and 200 a second: requests that do not wait for each other's answers use them up on a slow machine too.
    with Line(server) as line:
        refused = []
        while not refused:
            for _ in range(100):
                line.request("POST", "/v1/tokens", *fields, body='{"userId":"bob"}')
            refused = [answer for answer in [line.answer() for _ in range(100)] if answer.status != 200]
    assert {answer.status for answer in refused} == {429}
    details = json.loads(refused[0].text)["error"]["details"]
    assert (details["scope"], details["bucket"], details["limit"], details["burst"]) == ("key", "requests", 200, 400)
    assert int(refused[0]["retry-after"]) >= 1


def test_a_body_is_no_deeper_than_the_data_of_a_frame(backend, connect, user):
    def nested(depth):
        return {"a": nested(depth - 1)} if depth > 1 else {}

    caller, client = backend(user()), connect(user())
    room, other = caller.create(), client.create()
    deepest = next(depth for depth in range(40, 1, -1) if said(client, other, nested(depth)))
    path = f"/v1/conversations/{room}/messages"
    caller.ok("POST", path, {"content": "x", "metadata": nested(deepest)}, status=201)
    body = {"content": "x", "metadata": nested(deepest + 1)}
    caller.refused("POST", path, body, status=400, code="INVALID_PAYLOAD", reason="depth")


def said(client, room, metadata):
    return client.request("message:send", {"content": "x", "metadata": metadata}, room)["success"]


def test_one_key_many_times_at_once_makes_one_message(backend, user):
    caller = backend(user())
    room = caller.create()
    path, key = f"/v1/conversations/{room}/messages", unique("once")
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: caller.ask("POST", path, {"content": "x"}, key=key), range(16)))
    assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
    assert len({answer.json()["messageId"] for answer in answers}) == 1
    assert len(caller.history(room)["messages"]) == 1


def test_connections_over_which_a_good_key_came_are_no_strangers(make_server, user):
    server = make_server(settings={"waitingSockets": 3}).start()
    key, token = make_key(server), server.token(user())

    def answer(connection, credential=None):
        """The status, and whether the connection may be used again."""
        headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        connection.request("GET", "/v1/conversations?asUser=x", headers=headers)
        response = connection.getresponse()
        response.read()
        return response.status, response.getheader("Connection") == "keep-alive"

    with ExitStack() as stack:

        def connection():
            made = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            stack.callback(made.close)
            return made

        backends = [connection() for _ in range(10)]
        assert [answer(backend, key) for backend in backends] == [(200, True)] * 10
        # An address has three connections before its answers end them; those of the backend are none of them, and stay
        # what they are.
        assert [answer(backend) for backend in backends] == [(401, True)] * 10
        strangers = [connection() for _ in range(3)]
        assert [answer(stranger) for stranger in strangers] == [(401, True)] * 3
        for credential, status in ((None, 401), (key[:-4] + "AAAA", 401), (token, 403)):
            assert answer(connection(), credential) == (status, False)
        assert answer(connection(), key) == (200, True)
        assert answer(strangers[0], key) == (200, True)
        assert answer(connection()) == (401, True)
