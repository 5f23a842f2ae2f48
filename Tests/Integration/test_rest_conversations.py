"""Conversations by REST: R70. Their rules are the socket's, so what is tested here is the way in."""

from rest_fixtures import backend, keys  # noqa: F401
from service import unique


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
