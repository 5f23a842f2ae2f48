"""Pages of history: their limits, cursors and size: R22."""

import json

import pytest


@pytest.fixture(scope="module")
def long_room(server):
    """A client and a conversation with 130 messages, whose contents are their numbers."""
    from client import Client
    from service import unique

    client = Client.connect(server, unique("user"))
    conversation = client.create()
    ids = [client.send("message:send", {"content": str(number)}, conversation) for number in range(1, 131)]
    assert all(client.answer(id)["data"]["success"] for id in ids)
    yield client, conversation
    client.close()


def seqs(page):
    return [message["seq"] for message in page["messages"]]


PAGES = {
    "the-latest-50": ({}, range(81, 131), True),
    "a-limit": ({"limit": 3}, range(128, 131), True),
    "never-more-than-100": ({"limit": 1_000}, range(31, 131), True),
    "the-largest-integer": ({"limit": 2**53 - 1}, range(31, 131), True),
    "before-is-exclusive": ({"beforeSeq": 11, "limit": 5}, range(6, 11), True),
    "before-near-the-start": ({"beforeSeq": 4}, range(1, 4), False),
    "before-the-first": ({"beforeSeq": 1}, range(0), False),
    "before-far-beyond-the-end": ({"beforeSeq": 2**53 - 1, "limit": 2}, range(129, 131), True),
    "after-is-exclusive": ({"afterSeq": 10, "limit": 5}, range(11, 16), True),
    "after-zero": ({"afterSeq": 0, "limit": 2}, range(1, 3), True),
    "after-near-the-end": ({"afterSeq": 127}, range(128, 131), False),
    "after-the-last": ({"afterSeq": 130}, range(0), False),
    "after-far-beyond-the-end": ({"afterSeq": 2**53 - 1}, range(0), False),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_holds_what_was_asked_for_in_ascending_order(long_room, name):
    client, conversation = long_room
    data, expected, more = PAGES[name]
    page = client.history(conversation, **data)
    assert seqs(page) == list(expected)
    assert page["hasMore"] is more
    assert [message["content"] for message in page["messages"]] == [str(seq) for seq in expected]


def test_a_page_stops_at_256_kib_and_the_walk_misses_nothing(connect, user):
    client = connect(user())
    conversation = client.create()
    for number in range(20):
        client.say(conversation, str(number % 10) * 16_384)
    found, cursor, pages = [], {}, 0
    while True:
        page = client.history(conversation, limit=100, **cursor)
        assert 1 <= len(page["messages"]) < 20
        assert len(json.dumps(page["messages"])) <= 256 * 1024
        found, pages = page["messages"] + found, pages + 1
        if not page["hasMore"]:
            break
        cursor = {"beforeSeq": page["messages"][0]["seq"]}
    assert seqs({"messages": found}) == list(range(1, 21))
    assert pages >= 2


def test_history_shows_what_the_event_showed(connect, user):
    bob = user()
    alice, reader = connect(user()), connect(bob)
    conversation = alice.create(members=[bob])
    alice.say(conversation, "x", metadata={"a": [1, {"b": None}]}, attachments=[{"url": "https://example.org/a"}])
    assert reader.history(conversation)["messages"] == [reader.expect("message:new")["data"]]


def test_an_empty_conversation_has_an_empty_history(connect, user):
    client = connect(user())
    page = client.history(client.create())
    assert (page["messages"], page["hasMore"]) == ([], False)


def test_history_is_for_members(connect, user):
    alice, stranger = connect(user()), connect(user())
    stranger.refused("message:history", {}, alice.create(), code="NOT_MEMBER")
    stranger.refused("message:history", {}, "no-such-conversation", code="NOT_FOUND")
