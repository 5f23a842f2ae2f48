"""What a node runs out of: connections, descriptors, places for strangers: R55, R61."""

import select
import socket
import threading
import time

import pytest
from attack import unharmed
from peer import Peer, statuses
from process import DEADLINE, Process, wait_until


@pytest.fixture
def raw():
    """Opens raw connections and closes them at the end."""
    opened = []

    def raw(server, source=None):
        opened.append(Peer(server, source))
        return opened[-1]

    yield raw
    for each in opened:
        each.socket.close()


def test_without_descriptors_the_process_waits_and_then_recovers(make_server, connect, raw, user):
    server = make_server("--no-rate-limits", prefix=["prlimit", "--nofile=100:100"]).start()
    talker = connect(user(), server=server)
    room = talker.create()
    talker.history(room)
    with unharmed(server) as process:
        guest = connect(user(), server=server, claims={"exp": time.time() + 6})
        crowd = [raw(server) for _ in range(160)]
        wait_until(lambda: process.descriptors() > 95, "the descriptors are used up")
        used, began = process.processor(), time.monotonic()
        assert guest.close_code() == 4202
        used, took = process.processor() - used, time.monotonic() - began
        # The innocent clients are all that there is to do; who asks for descriptors again and again has no end of it.
        assert used < 0.5 * took, f"{used} s of work in {took} s without any"
        for _ in range(200):
            talker.history(room)
        talker.say(room)
        for each in crowd:
            each.socket.close()
        connect(user(), server=server).ping()


def test_a_user_at_the_limit_of_connections_comes_back_with_all_of_them_at_once(make_server, connect, raw, user):
    server = make_server().start()
    alice, owner = user(), connect(user(), server=server)
    rooms = [owner.create() for _ in range(3)]
    process = Process(server)
    old = [raw(server).upgrade(alice) for _ in range(20)]
    for each in old:
        each.until(b"session:ready")
    descriptors = [each.descriptor() for each in old]
    # The service is busy with these while all of alice's connections end and begin.
    for room in rooms:
        owner.send("conversation:invite", {"userIds": [f"{room}-{n}" for n in range(500)]}, room)
    for each in old:
        each.reset()
    wait_until(lambda: not process.holds(descriptors), "the server has seen the resets")
    new = [raw(server).upgrade(alice) for _ in range(20)]
    for each in new:
        each.until(b"session:ready")


@pytest.fixture
def small(make_server):
    """A server that may open 200 files: 150 connections or so, a fifth of them for strangers."""
    return make_server(prefix=["prlimit", "--nofile=200:200"]).start()


def test_strangers_have_a_fifth_of_the_node_and_members_the_rest(small, raw, user):
    with unharmed(small):
        members = []
        for number in range(60):
            each = raw(small, f"127.0.1.{number}")
            members.append(each.sign_in(user()))
        strangers = [raw(small, f"127.0.2.{number}") for number in range(60)]
        kept = [each for each in strangers if each.send(each.head("GET /livez")) and answers(each)]
        assert 10 <= len(kept) < 60
        # Their places are for who goes on to sign in; and a place that is given back is taken.
        kept[0].socket.close()
        wait_until(lambda: answers(raw(small, "127.0.3.1"), ask=True), "a place is free")
        for each in members[:3]:
            each.send_frame(b'{"id":"p","type":"ping","ack":true}')
            assert each.event()["type"] == "ack"


def answers(raw, ask=False):
    """Whether a request on the connection is answered with 200."""
    try:
        if ask:
            raw.send(raw.head("GET /livez"))
        return b" 200 " in raw.until(b"\r\n\r\n")
    except (AssertionError, ConnectionError):
        return False


def test_a_refused_connection_is_told_so(small, raw):
    crowd = [raw(small, f"127.0.4.{number}") for number in range(60)]
    # Who was taken is not spoken to before it has asked for something.
    ready, _, _ = select.select([each.socket for each in crowd], [], [], DEADLINE)
    told = [each.to_end() for each in crowd if each.socket in ready]
    refusals = [answer for answer in told if answer]
    assert refusals
    for answer in refusals:
        assert statuses(answer) == [503]
        assert b"retry-after: 1" in answer.lower()


def test_an_accept_storm_leaves_nothing_behind(small, raw, user):
    with unharmed(small) as process:
        before = process.descriptors()
        ended = time.monotonic() + 1

        def storm(source):
            while time.monotonic() < ended:
                try:
                    with socket.create_connection(("127.0.0.1", small.port), 1, source_address=(source, 0)) as each:
                        each.sendall(b"GET")
                except OSError:
                    pass

        threads = [threading.Thread(target=storm, args=(f"127.0.5.{number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wait_until(lambda: process.descriptors() <= before + 2, "all of it is gone", timeout=30)


def test_a_crowd_of_keep_alive_connections_is_given_back_after_its_answers(small, raw):
    crowd = [raw(small, "127.0.6.1") for _ in range(30)]
    closed = 0
    for each in crowd:
        each.send(each.head("GET /livez"))
        try:
            closed += b"connection: close" in each.until(b"\r\n\r\n").lower()
        except (AssertionError, ConnectionError):
            closed += 1
    assert 0 < closed < 30
    assert Process(small).descriptors() < 200
