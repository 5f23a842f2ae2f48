"""Own events, on every wire and by the REST interface: R76."""

import pytest
from client import check_error
from rest_fixtures import backend, keys, person  # noqa: F401
from socketio_client import ASYNC_WAYS

WIRES = ["plain", "polling", "socketio"]


def id_of(client):
    return client.ready["data"]["userId"]


def events_until(client, conversation, content):
    """The own events before the message that is named."""
    seen, _ = client.until("message:new", content=content)
    return [frame["data"] for frame in seen if frame["type"] == "event:new"]


@pytest.mark.parametrize("wire", WIRES)
def test_an_event_reaches_those_who_joined_on_every_wire(dial, user, wire):
    names = {each: user(each) for each in WIRES}
    sender = dial(wire, user("sender"))
    readers = {each: dial(each, name) for each, name in names.items()}
    member = dial("plain", names["plain"])
    conversation = sender.create(members=list(names.values()))
    for each in (sender, *readers.values()):
        each.join(conversation)
    payload = {"x": 1.0, "list": [None, "é"]}
    ack = sender.ok("event:send", {"name": "cursor.moved", "payload": payload}, conversation)
    assert "duplicate" not in ack
    sender.say(conversation, "end")
    expected = {
        "name": "cursor.moved",
        "conversationId": conversation,
        "payload": payload,
        "senderId": id_of(sender),
    }
    for reader in readers.values():
        assert events_until(reader, conversation, "end") == [expected]
    # Who has not joined gets messages alone, and the sender its answers.
    assert events_until(member, conversation, "end") == []
    readers["plain"].say(conversation, "over")
    assert events_until(sender, conversation, "over") == []


@pytest.mark.parametrize("payload", [None, 7, "text", [], {"deep": {"er": True}}])
def test_any_json_is_a_payload(dial, user, payload):
    bob = user()
    sender, reader = dial("plain", user()), dial("socketio", bob)
    conversation = sender.create(members=[bob])
    reader.join(conversation)
    sender.ok("event:send", {"name": "n", "payload": payload}, conversation)
    assert reader.expect("event:new")["data"]["payload"] == payload


@pytest.mark.parametrize("wire", WIRES)
def test_what_is_wrong_with_an_event_is_named(dial, user, wire):
    client = dial(wire, user())
    conversation = client.create()
    for data, code, field in [
        ({"payload": 1}, "MISSING_FIELD", "data.name"),
        ({"name": "n"}, "MISSING_FIELD", "data.payload"),
        ({"name": "a b", "payload": 1}, "INVALID_PAYLOAD", "data.name"),
        ({"name": "n" * 65, "payload": 1}, "INVALID_PAYLOAD", "data.name"),
        ({"name": "n", "payload": "x" * 8_191}, "INVALID_PAYLOAD", "data.payload"),
    ]:
        client.refused("event:send", data, conversation, code=code, field=field)
    client.refused("event:send", {"name": "n", "payload": 1}, "nowhere", code="NOT_FOUND")
    stranger = dial(wire, user())
    stranger.refused("event:send", {"name": "n", "payload": 1}, conversation, code="NOT_MEMBER")
    client.ok("event:send", {"name": "n", "payload": "x" * 8_190}, conversation)


def test_a_token_that_may_only_read_sends_no_events(dial, user):
    client = dial("plain", user(), claims={"scope": "chat:read"})
    client.refused("event:send", {"name": "n", "payload": 1}, "c", code="FORBIDDEN", reason="scope")


# By the REST interface


def test_a_backends_event_reaches_those_who_joined(dial, backend, user):
    alice, bob = user("alice"), user("bob")
    readers = [dial("plain", alice), dial("socketio", bob)]
    conversation = readers[0].create(members=[bob])
    for reader in readers:
        reader.join(conversation)
    path = f"/v1/conversations/{conversation}/events"
    assert backend(alice).ok("POST", path, {"name": "paid", "payload": [1]})["success"] is True
    for reader in readers:
        data = reader.expect("event:new")["data"]
        assert data == {"name": "paid", "conversationId": conversation, "payload": [1], "senderId": alice}
    backend().ok("POST", path, {"name": "shipped", "payload": None})
    for reader in readers:
        assert reader.expect("event:new")["data"]["senderId"].startswith("key:")


def test_a_users_own_token_sends_to_a_conversation_but_to_no_user(dial, person, user):
    alice, bob = user(), user()
    reader = dial("plain", bob)
    conversation = reader.create(members=[alice])
    reader.join(conversation)
    event = {"name": "n", "payload": {}}
    person(alice).ok("POST", f"/v1/conversations/{conversation}/events", event)
    assert reader.expect("event:new")["data"]["senderId"] == alice
    path = f"/v1/users/{bob}/events"
    person(alice).refused("POST", path, event, status=403, code="FORBIDDEN", reason="key")


def test_a_backends_event_to_a_user_reaches_every_connection_and_nobody_else(dial, backend, user):
    alice, bob = user(), user()
    devices = [dial(wire, alice) for wire in WIRES]
    other = dial("plain", bob)
    event = {"name": "order.paid", "payload": {"order": 1234}}
    backend().ok("POST", f"/v1/users/{alice}/events", event)
    for device in devices:
        frame = device.expect("event:new")
        assert "conversationId" not in frame and "conversationId" not in frame["data"]
        sender = frame["data"].pop("senderId")
        assert sender.startswith("key:") and frame["data"] == event
    backend(bob).ok("POST", f"/v1/users/{alice}/events", event)
    assert devices[0].expect("event:new")["data"]["senderId"] == bob
    conversation = devices[0].create(members=[bob])
    devices[0].say(conversation, "end")
    assert events_until(other, conversation, "end") == []


def test_an_event_to_a_user_who_is_not_here_is_taken_and_lost(backend, user):
    backend().ok("POST", f"/v1/users/{user()}/events", {"name": "n", "payload": 1})


def test_what_is_wrong_with_a_backends_event_is_named(backend, user):
    caller, path = backend(), f"/v1/users/{user()}/events"
    for body, status, code, field in [
        ({"payload": 1}, 400, "MISSING_FIELD", "name"),
        ({"name": "n"}, 400, "MISSING_FIELD", "payload"),
        ({"name": "a b", "payload": 1}, 400, "INVALID_PAYLOAD", "name"),
        ({"name": "n", "payload": "x" * 8_191}, 413, "INVALID_PAYLOAD", "payload"),
    ]:
        caller.refused("POST", path, body, status=status, code=code, field=field)


def test_another_tenants_user_hears_nothing(dial, backend, user):
    alice = user()
    device = dial("plain", alice)
    event = {"name": "n", "payload": 1}
    backend(tenant="b").ok("POST", f"/v1/users/{alice}/events", event)
    backend().ok("POST", f"/v1/users/{alice}/events", event | {"name": "last"})
    assert device.expect("event:new")["data"]["name"] == "last"


def test_above_the_burst_an_event_is_refused(make_server, connect, user):
    client = connect(user(), server=make_server().start())
    conversation = client.create()
    ids = [client.send("event:send", {"name": "n", "payload": 1}, conversation) for _ in range(80)]
    answers = [client.answer(id)["data"] for id in ids]
    assert all(answer["success"] for answer in answers[:40]), "the burst is 40"
    # More than the burst may pass where the answers took longer than a token's 50 ms; never all.
    refused = [answer["error"] for answer in answers if not answer["success"]]
    check_error(refused[-1], "RATE_LIMITED", reason="bucket")
    assert (refused[-1]["details"]["bucket"], refused[-1]["details"]["limit"]) == ("event:send", 20)
