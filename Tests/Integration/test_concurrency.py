"""Many writers at once: everyone sees every change of a conversation once, in one order, without holes: R3, R16."""

import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest

WRITERS = 50
CONVERSATIONS = 20
MESSAGES = 8


def positions(client, plan, due):
    """Sends the planned messages without waiting; returns the offsets as they arrived, own acks included."""
    own = {
        client.send("message:send", {"content": content}, conversation): conversation for conversation, content in plan
    }
    arrived, left = defaultdict(list), due
    while left:
        frame = client.receive(timeout=60)
        if frame["type"] == "ack" and frame["replyTo"] in own:
            assert frame["data"]["success"] is True, frame
            arrived[own[frame["replyTo"]]].append(("ack", frame["data"]["offset"], frame["data"]["seq"]))
        elif frame["type"] == "message:new":
            arrived[frame["conversationId"]].append(("event", frame["data"]["offset"], frame["data"]["seq"]))
        else:
            continue
        left -= 1
    return arrived


@pytest.mark.parametrize("seed", [1, 2])
def test_fifty_writers_in_twenty_conversations(connect, user, seed):
    chance = random.Random(seed)
    users = [user(f"writer{number}") for number in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as threads:
        clients = list(threads.map(connect, users))
        rooms = [clients[0].create(members=users[1:]) for _ in range(CONVERSATIONS)]
        start = {room: clients[0].join(room)["latestOffset"] for room in rooms}
        plans = [[(chance.choice(rooms), f"{user} {number}") for number in range(MESSAGES)] for user in users]
        count = {room: sum(target == room for plan in plans for target, _ in plan) for room in rooms}
        due = WRITERS * MESSAGES
        results = list(threads.map(lambda pair: positions(*pair, due), zip(clients, plans, strict=True)))
    for plan, arrived in zip(plans, results, strict=True):
        for room in rooms:
            offsets = [offset for _, offset, _ in arrived[room]]
            assert offsets == list(range(start[room] + 1, start[room] + count[room] + 1)), f"seed {seed}, {room}"
            assert [seq for _, _, seq in arrived[room]] == list(range(1, count[room] + 1)), f"seed {seed}, {room}"
            assert sum(kind == "ack" for kind, _, _ in arrived[room]) == sum(target == room for target, _ in plan)
    # Nothing came twice: what comes after is this answer alone.
    for client in clients:
        client.ping()
        assert not [frame for frame in client.events if frame["type"] == "message:new"], f"seed {seed}"
    for room in rooms:
        contents = [message["content"] for message in clients[1].history(room, limit=100)["messages"]]
        sent = [content for plan in plans for target, content in plan if target == room]
        assert sorted(contents) == sorted(sent)
        for writer in users:
            assert [c for c in contents if c.startswith(writer + " ")] == [
                c for c in sent if c.startswith(writer + " ")
            ]


def test_changes_of_every_kind_share_one_order(connect, user):
    bob, carol = user(), user()
    alice, reader = connect(user()), connect(bob)
    room = alice.create(members=[bob])
    start = alice.join(room)["latestOffset"]
    sent = [alice.say(room, str(number))["messageId"] for number in range(4)]
    alice.ok("message:edit", {"messageId": sent[0], "content": "edited"})
    alice.ok("conversation:invite", {"userIds": [carol]}, room)
    alice.ok("message:delete", {"messageId": sent[1]})
    alice.ok("conversation:role", {"userId": carol, "role": "readonly"}, room)
    alice.ok("conversation:remove", {"userId": carol}, room)
    last = alice.say(room, "last")
    seen, event = reader.until("message:new", content="last")
    changes = [
        frame
        for frame in [*seen, event]
        if frame.get("conversationId") == room and frame["type"] != "conversation:updated"
    ]
    assert [frame["data"]["offset"] for frame in changes] == list(range(start + 1, last["offset"] + 1))
    kinds = ["message:new"] * 4 + [
        "message:updated",
        "member:updated",
        "message:deleted",
        "member:updated",
        "member:updated",
        "message:new",
    ]
    assert [frame["type"] for frame in changes] == kinds


def test_frames_of_one_connection_are_handled_in_order(connect, user):
    alice = connect(user())
    room = alice.create()
    ids = [alice.send("message:send", {"content": str(number)}, room) for number in range(100)]
    acks = [alice.answer(id)["data"] for id in ids]
    assert [ack["seq"] for ack in acks] == list(range(1, 101))
    assert [message["content"] for message in alice.history(room, limit=100)["messages"]] == [
        str(n) for n in range(100)
    ]
