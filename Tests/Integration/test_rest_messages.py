"""Messages by REST: R2, R61, R70. Their rules are the socket's, so what is tested here is the way in."""

from rest import Rest
from rest_fixtures import backend, keys, person  # noqa: F401


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
