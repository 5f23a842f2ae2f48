"""What was acknowledged outlives kill -9 and SIGTERM, and a resend after either makes nothing twice: R2, R11."""

import os
import random
import threading

import pytest
from client import Client, check_error, error_of
from service import unique
from websockets.exceptions import ConnectionClosed

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "20"))
WRITERS = 4
IN_FLIGHT = 16


class Writer(threading.Thread):
    """Sends numbered messages, a few in flight at a time, until the connection ends; remembers every ack."""

    def __init__(self, client, conversation, acknowledged):
        super().__init__(daemon=True)
        self.client = client
        self.conversation = conversation
        self.acknowledged = acknowledged
        self.sent = {}
        self.acked = {}
        self.failed = []

    def run(self):
        try:
            while True:
                while len(self.sent) - len(self.acked) - len(self.failed) < IN_FLIGHT:
                    content = unique("text")
                    self.sent[self.client.send("message:send", {"content": content}, self.conversation)] = content
                frame = self.client.receive(timeout=30)
                if frame.get("replyTo") not in self.sent:
                    continue
                if frame["type"] == "ack" and frame["data"]["success"]:
                    self.acked[frame["replyTo"]] = frame["data"]
                    self.acknowledged.release()
                else:
                    # A server that ends cleanly may refuse the last frames: they count as not acked.
                    self.failed.append(frame)
        except (ConnectionClosed, OSError):
            pass


def whole_history(client, conversation):
    """Every message by its frame id, walked forward."""
    found, after = {}, 0
    while True:
        page = client.history(conversation, afterSeq=after, limit=100)
        for message in page["messages"]:
            assert message["seq"] == after + 1, "a hole in the history"
            assert message["clientId"] not in found, "one frame, two messages"
            found[message["clientId"]], after = message, message["seq"]
        if not page["hasMore"]:
            return found


def write_until(server, conversation, users, acks, end):
    """Lets the users write until there are so many acks, ends the server, and returns the writers."""
    acknowledged = threading.Semaphore(0)
    writers = [Writer(Client.connect(server, user), conversation, acknowledged) for user in users]
    for writer in writers:
        writer.start()
    for _ in range(acks):
        assert acknowledged.acquire(timeout=30), server.log_tail()
    end()
    for writer in writers:
        writer.join(timeout=60)
        assert not writer.is_alive()
    return writers


def check_kept(server, conversation, writers):
    """Checks that every acked message is there as acked, and that a resend of all the others makes each once."""
    client = Client.connect(server, writers[0].client.ready["data"]["userId"])
    kept = whole_history(client, conversation)
    for writer in writers:
        for id, ack in writer.acked.items():
            assert id in kept, f"acknowledged and lost: {id}"
            message = kept[id]
            assert (message["messageId"], message["seq"], message["offset"]) == (
                ack["messageId"],
                ack["seq"],
                ack["offset"],
            )
            assert message["content"] == writer.sent[id]
    for writer in writers:
        again = Client.connect(server, writer.client.ready["data"]["userId"])
        for id, content in writer.sent.items():
            again.send("message:send", {"content": content}, conversation, id=id)
        for id in writer.sent:
            ack = again.answer(id)["data"]
            assert ack["success"] is True, ack
            assert ack.get("duplicate", False) == (id in kept)
        again.close()
    assert {id for writer in writers for id in writer.sent} <= whole_history(client, conversation).keys()
    client.close()


@pytest.fixture
def shared(make_server, user):
    """A server of the test's own, its users, and a conversation of all of them."""
    server = make_server("--no-rate-limits").start()
    users = [user("writer") for _ in range(WRITERS)]
    client = Client.connect(server, users[0])
    conversation = client.create(members=users[1:])
    client.close()
    return server, users, conversation


@pytest.mark.timeout(60 + 15 * ROUNDS)
def test_every_acked_message_outlives_a_kill(shared):
    server, users, _ = shared
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for round in range(ROUNDS):
        opener = Client.connect(server, users[0])
        conversation = opener.create(members=users[1:])
        opener.close()
        writers = write_until(server, conversation, users, chance.randint(1, 300), server.kill)
        server.start()
        print(f"round {round}: {sum(len(writer.acked) for writer in writers)} acked")
        check_kept(server, conversation, writers)


def test_a_clean_end_loses_nothing_that_was_acked_and_exits_with_zero(shared):
    server, users, conversation = shared
    writers = write_until(server, conversation, users, 200, server.stop)
    server.start()
    check_kept(server, conversation, writers)


def test_a_clean_end_is_told_apart_from_a_fault_by_its_close_code(shared):
    server, users, _ = shared
    client = Client.connect(server, users[0])
    waiting = Client(server.ws_url)
    waiting.send("ping")
    check_error(error_of(waiting.receive()), "AUTH_REQUIRED")
    server.stop()
    assert client.receive()["type"] == "server:drain"
    assert client.close_code() == 4100
    # Without a session there is no event before session:ready (R10).
    with pytest.raises(ConnectionClosed):
        waiting.receive()
    assert waiting.close_code() == 4100


def test_edits_and_deletes_outlive_a_kill(shared):
    server, users, conversation = shared
    client = Client.connect(server, users[0])
    edited, deleted = client.say(conversation, "one"), client.say(conversation, "two")
    client.ok("message:edit", {"messageId": edited["messageId"], "content": "edited"})
    client.ok("message:delete", {"messageId": deleted["messageId"]})
    client.ok("conversation:remove", {"userId": users[1], "ban": True}, conversation)
    server.kill()
    server.start()
    client = Client.connect(server, users[0])
    first, second = client.history(conversation)["messages"]
    assert (first["content"], first["editVersion"], second["deleted"]) == ("edited", 2, True)
    banned = Client.connect(server, users[1])
    banned.refused("message:send", {"content": "x"}, conversation, code="FORBIDDEN", reason="banned")
