"""What is done by REST is seen live on the socket, and the other way round, in one order: R3, R16, R70."""

from concurrent.futures import ThreadPoolExecutor

from rest_fixtures import backend, keys, person  # noqa: F401


def test_a_backends_message_reaches_every_connection_of_its_author_too(connect, backend, user):
    alice, bob = user(), user()
    readers = [connect(alice), connect(bob)]
    room = backend(alice).create(members=[bob])
    sent = backend(alice).say(room, "from the shop")
    for reader in readers:
        assert reader.expect("conversation:updated")["conversationId"] == room
        data = reader.expect("message:new")["data"]
        assert (data["messageId"], data["seq"], data["senderId"]) == (sent["messageId"], sent["seq"], alice)


def test_changes_by_rest_are_told_as_changes_by_frames_are(connect, backend, user):
    alice, bob, carol = user(), user(), user()
    caller = backend(alice)
    room = caller.create(members=[bob])
    messages, members = f"/v1/conversations/{room}/messages", f"/v1/conversations/{room}/members"
    reader = connect(bob)
    sent = caller.say(room)
    caller.ok("PATCH", f"{messages}/{sent['messageId']}", {"content": "better"})
    caller.ok("DELETE", f"{messages}/{sent['messageId']}", reason="done")
    caller.ok("POST", members, {"userIds": [carol]})
    caller.ok("PATCH", f"{members}/{carol}", {"role": "moderator"})
    caller.ok("DELETE", f"{members}/{carol}")
    seen, last = reader.until("member:updated", change="removed")
    events = [frame for frame in [*seen, last] if "offset" in frame["data"]]
    assert [frame["type"] for frame in events] == [
        "message:new",
        "message:updated",
        "message:deleted",
        "member:updated",
        "member:updated",
        "member:updated",
    ]
    assert [frame["data"]["offset"] for frame in events] == [1, 2, 3, 4, 5, 6]
    caller.ok("DELETE", f"{members}/{bob}", ban="true")
    assert reader.expect("conversation:removed")["data"]["reason"] == "banned"


def test_both_ways_in_write_one_history_in_one_order(connect, backend, user):
    alice, bob = user(), user()
    caller, sender, reader = backend(alice), connect(alice), connect(bob)
    room = caller.create(members=[bob])
    with ThreadPoolExecutor(1) as thread:
        sent = thread.submit(lambda: [caller.say(room, f"rest {number}")["offset"] for number in range(30)])
        acks = [sender.say(room, f"socket {number}")["offset"] for number in range(30)]
        offsets = sent.result(timeout=30)
    assert sorted(acks + offsets) == list(range(1, 61))
    assert acks == sorted(acks) and offsets == sorted(offsets)
    told = [reader.expect("message:new")["data"]["offset"] for _ in range(60)]
    assert told == list(range(1, 61))
    # The acting connection has its acks and the others' events, in one order too.
    own = [frame["data"]["offset"] for frame in sender.events if frame["type"] == "message:new"]
    assert own == sorted(own) and set(own) <= set(offsets)
    assert [item["seq"] for item in caller.history(room, limit=100)["messages"]] == list(range(1, 61))


def test_what_the_socket_did_is_read_by_rest(connect, backend, person, user):
    alice, bob = user(), user()
    client = connect(alice, claims={"name": "Alice"})
    room = client.create(members=[bob], name="Plans")
    ack = client.say(room, "hello", metadata={"n": 1})
    page = person(bob).ok("GET", "/v1/conversations")["conversations"]
    assert [(item["conversationId"], item["name"], item["latestSeq"]) for item in page] == [(room, "Plans", 1)]
    (message,) = backend().history(room)["messages"]
    assert (message["messageId"], message["metadata"], message["senderId"]) == (ack["messageId"], {"n": 1}, alice)
    assert message == client.history(room)["messages"][0]
