"""Readers that fall behind, or do not read at all: R7, R54; and prompt ones, which must not be taken for them."""

import json
import random
import select
import struct
import threading
import time

import pytest
from attack import BASE, KIB, MEMBER, STRANGER, unharmed
from metrics_page import scrape
from peer import CLOSE, RESERVED, Peer
from polling import Polling
from process import DEADLINE, wait_until
from service import unique
from socketio_client import POLLING, socketio_connect  # noqa: F401

KB = 1_000


@pytest.fixture
def own(make_server):
    """A server whose process can be measured, for nobody else uses it."""
    return make_server("--no-rate-limits").start()


@pytest.fixture
def peer():
    """Opens raw connections and closes them at the end."""
    opened = []

    def peer(server, narrow=False):
        opened.append(Peer(server, narrow=narrow))
        return opened[-1]

    yield peer
    for each in opened:
        each.socket.close()


def cut_readers(server):
    """How many readers the server has cut so far."""
    return scrape(server.port).value("caas_slow_consumers_total")


def waiting_bytes(server):
    """What waits for slow readers, as of the last half second."""
    return scrape(server.port).value("caas_outbound_queue_bytes")


def room_with_pages(connect, server, *names):
    """A conversation of which a page of eight messages has 120 KB."""
    talker = connect(unique("talker"), server=server)
    room = talker.create(members=names)
    for _ in range(8):
        talker.say(room, "z" * 15_000)
    return talker, room


def ask_for_a_page(peer, room):
    data = {"id": unique("h"), "type": "message:history", "conversationId": room, "ack": True, "data": {"limit": 8}}
    peer.send_frame(json.dumps(data).encode())


# Prompt


def test_prompt_readers_are_not_cut_by_one_large_burst(own, connect, socketio_connect, user):  # noqa: F811
    names, polls = [user() for _ in range(4)], user("polls")
    clients = [connect(name, server=own) for name in names]
    actor, senders = clients[0], clients[1:]
    room, elsewhere = actor.create(members=[*names[1:], polls]), actor.create()
    poller = socketio_connect(polls, server=own, transports=POLLING)
    # The service is busy with this for a moment, so that what comes meanwhile is one batch.
    actor.send("conversation:invite", {"userIds": [f"guest-{n}" for n in range(500)]}, elsewhere)
    frame = {"type": "message:send", "conversationId": room, "data": {"content": "z" * 16_000}, "ack": True}
    burst = [json.dumps(frame | {"id": f"b{number}"}) for number in range(40)]
    threads = [threading.Thread(target=lambda s=s: [s.send_text(text) for text in burst]) for s in senders]
    for thread in threads:
        thread.start()
    own_sends = [actor.send("message:send", {"content": "small"}, room) for _ in range(10)]
    for thread in threads:
        thread.join()
    for client in clients:
        others = len(senders) * len(burst) if client is actor else (len(senders) - 1) * len(burst) + len(own_sends)
        for _ in range(others):
            client.expect("message:new")
        client.ping()
    for _ in range(len(senders) * len(burst) + len(own_sends)):
        poller.expect("message:new")
    poller.ping()
    assert not cut_readers(own)


# By what waits for them


def test_a_client_that_never_reads_is_cut_and_nobody_else_notices(own, connect, peer, user):
    deaf, reads = user(), user()
    reader = connect(reads, server=own)
    talker, room = room_with_pages(connect, own, deaf, reads)
    with unharmed(own, MEMBER + BASE) as process:
        stuck = peer(own, narrow=True).upgrade(deaf)
        descriptor = stuck.descriptor()
        for _ in range(300):
            ask_for_a_page(stuck, room)

        def is_cut():
            talker.say(room, "the talk goes on")
            reader.expect("message:new", content="the talk goes on")
            return not process.holds([descriptor])

        wait_until(is_cut, "the client that reads nothing is cut")
        talker.say(room)
        reader.expect("message:new", content="hello")


@pytest.mark.parametrize("ending", [CLOSE, RESERVED], ids=["says-goodbye", "breaks-the-protocol"])
def test_a_client_that_reads_nothing_and_ends_is_gone(own, connect, peer, user, ending):
    deaf = user()
    talker = connect(user(), server=own)
    room = talker.create(members=[deaf])
    with unharmed(own, MEMBER + BASE) as process:
        stuck = peer(own, narrow=True).upgrade(deaf)
        descriptor, waiting = stuck.descriptor(), 0
        # Beyond what the kernel and the channel take, and below the limit at which it is cut anyway.
        for _ in range(1_000):
            talker.say(room, "z" * 16_000)
            waiting += 16_000
            if waiting - stuck.in_kernel() > 500 * KB:
                break
        assert process.holds([descriptor]), "cut before it said anything"
        stuck.send_frame(struct.pack(">H", 1_000), ending)
        wait_until(lambda: not process.holds([descriptor]), "the connection is gone")
        talker.say(room)


def test_a_reader_that_fell_behind_finds_4102_in_its_close_frame(own, connect, peer, user):
    deaf = user()
    _, room = room_with_pages(connect, own, deaf)
    with unharmed(own, MEMBER + BASE):
        stuck = peer(own).upgrade(deaf)

        def is_cut():
            for _ in range(20):
                ask_for_a_page(stuck, room)
            return cut_readers(own)

        wait_until(is_cut, "the reader is cut")
        # It reads at last: what was on its way, and behind that why it ends.
        assert stuck.close_frame() == (4102, '{"c":4102}')
        assert stuck.frame() is None


# Requests


def test_pipelined_requests_whose_answers_nobody_reads_wait_and_are_answered_in_order(own, peer):
    """CVE-2019-9512, CVE-2019-9514, CVE-2019-9515, CVE-2019-9518, CVE-2023-44487."""
    client = peer(own, narrow=True)
    seed = random.randrange(1 << 32)
    print("seed", seed)
    paths = random.Random(seed).choices(["/livez", "/nowhere", "/console/caas.js"], [1, 1, 6], k=8_000)
    stream = b"".join(client.head(f"GET {path}", "Pad: " + "p" * 600) for path in paths)
    with unharmed(own, STRANGER + BASE):
        client.socket.setblocking(False)
        sent = 0
        # Until all has left, or the server takes no more.
        while sent < len(stream) and select.select([], [client.socket], [], 1)[1]:
            sent += client.socket.send(stream[sent : sent + 65_536])
        client.socket.settimeout(DEADLINE)
        rest = threading.Thread(target=lambda: client.socket.sendall(stream[sent:]))
        rest.start()
        answers = client.socket.makefile("rb")
        kinds = {}
        for path in paths:
            status, size = answers.readline(), 0
            while (line := answers.readline().strip().lower()) != b"":
                if line.startswith(b"content-length:"):
                    size = int(line.split(b":")[1])
            body = answers.read(size)
            assert kinds.setdefault(path, (status, body)) == (status, body)
        rest.join()
        assert len(set(kinds.values())) == 3


# By the time in which they take nothing


@pytest.fixture(scope="module")
def stern(serve):
    """A server that cuts a reader which takes nothing for two seconds, however little waits for it."""
    return serve("--no-rate-limits", settings={"stalledTimeout": 2})


class Behind:
    """A reader that has asked for more than it reads: so much waits in the server, and less than it is cut for."""

    WAITING, PAGE = 400 * KIB, 120 * KB

    def __init__(self, peer, room, server):
        self.peer, self.room, self.asked, self.taken = peer, room, 0, 0
        before = cut_readers(server)
        # Whoever reads nothing may be cut by the time the page of metrics is read.
        is_behind = lambda: waiting_bytes(server) or cut_readers(server) > before
        wait_until(lambda: self.ask() or is_behind(), "something waits")

    def ask(self):
        """What neither the reader nor the kernel has, and is asked for, waits in the server as soon as it is made."""
        while self.asked * self.PAGE - self.taken - self.peer.in_kernel() < self.WAITING:
            ask_for_a_page(self.peer, self.room)
            self.asked += 1

    def read_up_to(self, total):
        """Reads what has come, until it has read so much altogether."""
        while self.taken < total:
            part = self.peer.socket.recv(total - self.taken)
            assert part, "cut"
            self.taken += len(part)


def test_a_reader_that_stops_is_cut_after_its_time(stern, connect, peer, user):
    deaf = user()
    _, room = room_with_pages(connect, stern, deaf)
    with unharmed(stern, MEMBER + BASE):
        stuck, began, before = peer(stern, narrow=True).upgrade(deaf), time.monotonic(), cut_readers(stern)
        Behind(stuck, room, stern)
        since = time.monotonic()
        wait_until(lambda: cut_readers(stern) > before, "the reader is cut")
        assert time.monotonic() - began > 2
        assert time.monotonic() - since < 2 + 15
        assert stuck.close_frame() == (4102, '{"c":4102}')


def test_one_that_polls_and_asks_for_nothing_is_cut_after_its_time_whatever_it_sends(stern, connect, user):
    name = user("sends")
    session = Polling(stern).sign_in(name)
    talker = connect(user("talker"), server=stern)
    before = cut_readers(stern)
    talker.create(members=[name])

    def is_cut():
        # Signs of life all the while: its heartbeat is well.
        if cut_readers(stern) == before:
            session.ask("POST", body="3")
        return cut_readers(stern) > before

    wait_until(is_cut, "the session is cut")
    session.ask().check_error(1)
    session.stack.close()


def test_a_reader_that_is_slow_but_steady_is_not_cut(stern, connect, peer, user):
    slow = user()
    _, room = room_with_pages(connect, stern, slow)
    with unharmed(stern, MEMBER + BASE):
        before = cut_readers(stern)
        reader = Behind(peer(stern).upgrade(slow), room, stern)
        # Its kernel opens the window for each 128 KB or so, twice a second. The server's channel hears of room when a
        # third of the buffer there is free, after 5 s: a server that goes by that alone cuts this reader.
        rate = 256 * KIB
        wait_until(lambda: reader.ask() or reader.peer.in_kernel() / 3 > 2 * 2 * rate, "the kernel holds so much")
        # By the clock, for the rate to be the same on a busy machine, and with so much at once that the window opens: it
        # has taken nothing for a while already.
        began = time.monotonic() - 0.6
        while (elapsed := time.monotonic() - began) < 4.6:
            reader.read_up_to(int(rate * elapsed))
            reader.ask()
            time.sleep(0.05)
        assert waiting_bytes(stern), "it was not slow"
        assert cut_readers(stern) == before
