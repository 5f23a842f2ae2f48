"""Users and their connections, and conversations as a whole, by REST: R26, R30, R31, R70."""

import pytest
from process import wait_until
from rest_fixtures import backend, keys, person  # noqa: F401
from service import unique


# Conversations


def test_a_conversation_is_read_changed_and_deleted(connect, backend, user):
    alice, bob = user(), user()
    caller = backend(alice)
    room = caller.create(members=[bob], name="Order", metadata={"order": 7})
    path, reader = f"/v1/conversations/{room}", connect(bob)
    sent = caller.say(room, "hello")
    found = caller.ok("GET", path)
    assert (found["conversationId"], found["name"], found["metadata"]) == (room, "Order", {"order": 7})
    assert (found["role"], found["members"], found["latestSeq"]) == ("owner", 2, 1)
    assert found["lastMessage"]["messageId"] == sent["messageId"]
    assert caller.ok("PATCH", path, {"name": "Delivered", "metadata": None})["offset"] == 2
    assert "offset" not in caller.ok("PATCH", path, {"name": "Delivered"})
    change = reader.expect("conversation:updated")["data"]
    assert (change["name"], change["metadata"], change["offset"]) == ("Delivered", None, 2)
    assert "metadata" not in caller.ok("GET", path)
    caller.ok("DELETE", path)
    assert reader.expect("conversation:removed")["data"]["reason"] == "deleted"
    for method, body in [("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)]:
        caller.refused(method, path, body, status=404, code="NOT_FOUND", field="conversationId", reason="conversation")
    reader.refused("message:history", {}, room, code="NOT_FOUND")


def test_a_list_has_the_conversation_joined_last_first_whatever_happened_in_others(connect, backend, user):
    alice, bob = user(), user()
    owner, caller, client = backend(bob), backend(alice), connect(alice)
    first, second, third = (owner.create(members=[alice]) for _ in range(3))
    owner.say(first, "the latest change")

    def listed(**query):
        by_rest = [each["conversationId"] for each in caller.ok("GET", "/v1/conversations", **query)["conversations"]]
        by_frame = client.ok("conversation:list", query)["conversations"]
        assert [each["conversationId"] for each in by_frame] == by_rest
        return by_rest

    assert listed() == [third, second, first]
    assert listed(limit=2) == [third, second]
    owner.ok("DELETE", f"/v1/conversations/{second}/members/{alice}")
    owner.ok("POST", f"/v1/conversations/{second}/members", {"userIds": [alice]})
    assert listed() == [second, third, first]


def test_only_owners_change_and_delete_a_conversation(person, user):
    owner, member = user(), user()
    room = person(owner).create(members=[member])
    path = f"/v1/conversations/{room}"
    assert person(member).ok("GET", path)["role"] == "member"
    person(member).refused("PATCH", path, {"name": "x"}, status=403, code="FORBIDDEN", reason="role")
    person(member).refused("DELETE", path, status=403, code="FORBIDDEN", reason="role")
    person(user()).refused("GET", path, status=403, code="NOT_MEMBER")
    person(owner).ok("DELETE", path)


@pytest.mark.parametrize(
    "body, field, reason",
    [
        ({"name": 7}, "name", None),
        ({"name": "n" * 129}, "name", "too_large"),
        ({"visibility": "secret"}, "visibility", None),
        ({"frozen": True}, "frozen", "not_yet"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_by_name(backend, user, body, field, reason):
    caller = backend(user())
    status = 413 if reason == "too_large" else 400
    path = f"/v1/conversations/{caller.create()}"
    caller.refused("PATCH", path, body, status=status, code="INVALID_PAYLOAD", field=field, reason=reason)


# One message


def test_one_message_is_read(backend, user):
    caller = backend(user())
    room = caller.create()
    sent = caller.say(room, "hello")
    path = f"/v1/conversations/{room}/messages/{sent['messageId']}"
    assert caller.ok("GET", path)["message"] == caller.history(room)["messages"][0]
    caller.ok("DELETE", path, reason="why")
    gone = caller.ok("GET", path)["message"]
    assert (gone["deleted"], gone["reason"]) == (True, "why") and "content" not in gone
    other = f"/v1/conversations/{caller.create()}/messages/{sent['messageId']}"
    caller.refused("GET", other, status=404, code="NOT_FOUND", field="messageId", reason="message")


# Users


def test_a_user_is_made_named_and_ended(backend, user):
    name, caller = user(), backend()
    path = f"/v1/users/{name}"
    caller.refused("GET", path, status=404, code="NOT_FOUND", field="userId", reason="user")
    caller.ok("PUT", path, {"name": "Alice", "avatarUrl": "https://example.org/a.png"})
    found = caller.ok("GET", path)
    assert (found["userId"], found["name"], found["avatarUrl"]) == (name, "Alice", "https://example.org/a.png")
    caller.ok("PUT", path, {"name": "Alice B."})
    assert "avatarUrl" not in caller.ok("GET", path)
    room = backend(user()).create(members=[name])
    members = caller.ok("GET", f"/v1/conversations/{room}/members")["members"]
    assert {member["userId"]: member.get("name") for member in members}[name] == "Alice B."
    caller.ok("DELETE", path)
    caller.refused("GET", path, status=404, code="NOT_FOUND", field="userId", reason="user")
    assert len(caller.ok("GET", f"/v1/conversations/{room}/members")["members"]) == 1


@pytest.mark.parametrize(
    "body, field, reason",
    [
        ({"name": 7}, "name", None),
        ({"name": "n" * 129}, "name", "too_large"),
        ({"avatarUrl": "ftp://example.org"}, "avatarUrl", None),
        ("[]", None, "object"),
    ],
)
def test_a_name_that_makes_no_sense_is_refused(backend, user, body, field, reason):
    status = 413 if reason == "too_large" else 400
    path = f"/v1/users/{user()}"
    backend().refused("PUT", path, body, status=status, code="INVALID_PAYLOAD", field=field, reason=reason)
    backend().refused("GET", path, status=404, code="NOT_FOUND")


def test_users_see_and_change_themselves_alone(person, user):
    alice, bob = user(), user()
    person(alice).ok("PUT", f"/v1/users/{alice}", {"name": "Alice"})
    person(bob).ok("PUT", f"/v1/users/{bob}", {"name": "Bob"})
    assert person(alice).ok("GET", f"/v1/users/{alice}")["name"] == "Alice"
    for method, path, body in [
        ("GET", f"/v1/users/{bob}", None),
        ("PUT", f"/v1/users/{bob}", {"name": "x"}),
        ("DELETE", f"/v1/users/{bob}", None),
        ("DELETE", f"/v1/users/{alice}", None),
        ("GET", f"/v1/users/{bob}/connections", None),
        ("DELETE", f"/v1/users/{bob}/connections", None),
    ]:
        person(alice).refused(method, path, body, status=403, code="FORBIDDEN", reason="scope")
    assert person(bob).ok("GET", f"/v1/users/{bob}")["name"] == "Bob"


# Connections


def test_connections_are_listed_and_closed(connect, backend, user):
    """GHSA-4hv6."""
    name, caller = user(), backend()
    path = f"/v1/users/{name}/connections"
    assert caller.ok("GET", path)["connections"] == []
    first, second = connect(name), connect(name, claims={"dev": "phone"})
    listed = caller.ok("GET", path)["connections"]
    assert [item["id"] for item in listed] == [client.ready["data"]["sessionId"] for client in (first, second)]
    assert listed[1]["deviceId"] == "phone" and listed[1]["transport"] == "websocket"
    caller.refused(
        "DELETE", path, connectionId=unique("none"), status=404, code="NOT_FOUND", field="connectionId", reason="connection"
    )
    caller.ok("DELETE", path, connectionId=listed[0]["id"])
    assert first.close_code() is not None
    second.ping()
    # Its client hears of the end a moment before the list does.
    left = [listed[1]["id"]]
    wait_until(lambda: [item["id"] for item in caller.ok("GET", path)["connections"]] == left, "one is left")
    caller.ok("DELETE", path)
    assert second.close_code() is not None
    connect(name).ping()
