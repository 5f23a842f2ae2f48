"""What a peer that means harm, or reads nothing, costs the others and the process: R6, R7, R9, R54, R55."""

import json
import random
import re
import select
import struct
import threading
import time

import pytest
from client import Client, check_error, error_of
from peer import CLOSE, DEADLINE, RESERVED, TEXT, Peer, Process, wait_until
from service import unique

KB, MB = 1_000, 1_000_000


@pytest.fixture
def own(make_server):
    """A server whose process can be measured, for nobody else uses it."""
    return make_server("--no-rate-limits").start()


@pytest.fixture
def peer():
    """Opens raw sockets and closes them at the end."""
    opened = []

    def peer(server, narrow=False):
        opened.append(Peer(server, narrow))
        return opened[-1]

    yield peer
    for each in opened:
        each.socket.close()


# Readers, prompt and not


def test_prompt_readers_are_not_cut_by_one_large_burst(own, connect, user):
    names = [user() for _ in range(4)]
    clients = [connect(name, server=own) for name in names]
    actor, senders = clients[0], clients[1:]
    room, elsewhere = actor.create(members=names[1:]), actor.create()
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


def ask_for_a_page(peer, room):
    data = {"id": unique("h"), "type": "message:history", "conversationId": room, "ack": True, "data": {"limit": 8}}
    peer.send(TEXT, json.dumps(data).encode())


def test_a_client_that_never_reads_is_cut_and_nobody_else_notices(own, connect, peer, user):
    deaf, names = user(), [user(), user()]
    talker, reader = [connect(name, server=own) for name in names]
    room = talker.create(members=[deaf, names[1]])
    for _ in range(8):
        talker.say(room, "z" * 15_000)
    stuck = peer(own, narrow=True).upgrade(deaf)
    descriptor, process = stuck.descriptor(), Process(own)
    before = process.memory()
    for _ in range(300):
        ask_for_a_page(stuck, room)

    def is_cut():
        talker.say(room, "the talk goes on")
        reader.expect("message:new", content="the talk goes on")
        return not process.holds([descriptor])

    wait_until(is_cut, "the client that reads nothing is cut")
    assert process.memory() - before < 16 * MB
    talker.say(room)
    reader.expect("message:new", content="hello")
    stuck.read_to_end()


@pytest.mark.parametrize("ending", [CLOSE, RESERVED], ids=["says-goodbye", "breaks-the-protocol"])
def test_a_client_that_reads_nothing_and_ends_is_gone(own, connect, peer, user, ending):
    deaf = user()
    talker = connect(user(), server=own)
    room = talker.create(members=[deaf])
    stuck = peer(own, narrow=True).upgrade(deaf)
    descriptor, process = stuck.descriptor(), Process(own)
    waiting = 0
    # Beyond what the kernel and the channel take, and below the limit at which it is cut anyway.
    for _ in range(1_000):
        talker.say(room, "z" * 16_000)
        waiting += 16_000
        if waiting - stuck.in_kernel() > 500 * KB:
            break
    assert process.holds([descriptor]), "cut before it said anything"
    stuck.send(ending, struct.pack(">H", 1_000))
    wait_until(lambda: not process.holds([descriptor]), "the connection is gone")
    talker.say(room)


# Bytes that nobody asked for


def test_connect_is_refused_and_what_follows_it_is_not_kept(own, peer):
    tunnel = peer(own)
    tunnel.socket.sendall(tunnel.request("CONNECT example.org:80"))
    answer = tunnel.read_to_end()
    assert re.match(rb"HTTP/1\.1 4\d\d ", answer) and b"connection: close" in answer.lower()
    process, flood = Process(own), peer(own)
    before = process.memory()
    with pytest.raises(ConnectionError):
        flood.socket.sendall(flood.request("CONNECT example.org:80") + bytes(100 * MB))
    assert process.memory() - before < 32 * MB


def test_pipelined_requests_whose_answers_nobody_reads_wait_and_are_answered_in_order(own, peer):
    client = peer(own, narrow=True)
    seed = random.randrange(1 << 32)
    print("seed", seed)
    paths = random.Random(seed).choices(["/livez", "/nowhere", "/console/caas.js"], [1, 1, 6], k=8_000)
    process = Process(own)
    before = process.memory()
    stream = b"".join(client.request(f"GET {path}", "Pad: " + "p" * 600) for path in paths)
    client.socket.setblocking(False)
    sent = 0
    # Until all has left, or the server takes no more.
    while sent < len(stream) and select.select([], [client.socket], [], 1)[1]:
        sent += client.socket.send(stream[sent : sent + 65_536])
    assert process.memory() - before < 32 * MB
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


def test_before_authentication_a_frame_above_16_kib_closes(server):
    client = Client(server.ws_url)
    id = client.send("session:auth", {"token": "t" * 16 * 1024})
    check_error(error_of(client.answer(id)), "INVALID_PAYLOAD", reason="too_large")
    assert client.close_code() == 4401


def test_before_authentication_the_third_frame_that_is_none_closes(server):
    client = Client(server.ws_url)
    for text in ("{", "[]", "nothing"):
        client.send_text(text)
        check_error(client.expect("error")["data"], "INVALID_PAYLOAD")
    assert client.close_code() == 4401


def test_another_version_is_refused_before_any_token(server):
    client = Client(server.ws_url + "?v=2")
    check_error(client.receive()["data"], "INVALID_PAYLOAD", reason="version")
    assert client.close_code() == 4412


def test_a_token_of_another_tenant_than_its_frame_closes(server, user):
    client = Client(server.ws_url)
    id = client.send("session:auth", {"token": server.token(user())}, tenantId="b")
    check_error(error_of(client.answer(id)), "FORBIDDEN", reason="tenant_mismatch")
    assert client.close_code() == 4403


def test_a_bad_frame_whose_id_comes_last_is_answered_by_name(connect, user):
    client = connect(user())
    client.send_text(r'{"ack":true,"conversationId":"r","data":{"content":"\ud800"},"id":"s1","type":"message:send"}')
    frame = client.answer("s1")
    assert frame["type"] == "ack"
    check_error(error_of(frame), "INVALID_PAYLOAD", reason="text")
    client.ping()


# What the process runs out of


def test_without_descriptors_the_process_waits_and_then_recovers(make_server, connect, peer, user):
    server = make_server("--no-rate-limits", prefix=["prlimit", "--nofile=100:100"]).start()
    talker = connect(user(), server=server)
    room = talker.create()
    talker.history(room)
    guest = connect(user(), server=server, claims={"exp": time.time() + 3})
    crowd = [peer(server) for _ in range(160)]
    process = Process(server)
    wait_until(lambda: process.descriptors() > 95, "the descriptors are used up")
    used, began = process.processor(), time.monotonic()
    assert guest.close_code() == 4202
    used, took = process.processor() - used, time.monotonic() - began
    assert used < 0.1 * took, f"{used} s of work in {took} s without any"
    for _ in range(200):
        talker.history(room)
    talker.say(room)
    for each in crowd:
        each.socket.close()
    connect(user(), server=server).ping()


def test_a_user_at_the_limit_of_connections_comes_back_with_all_of_them_at_once(make_server, connect, peer, user):
    server = make_server().start()
    alice, owner = user(), connect(user(), server=server)
    rooms = [owner.create() for _ in range(3)]
    process = Process(server)
    old = [peer(server).upgrade(alice) for _ in range(20)]
    for each in old:
        each.read_until(b"session:ready")
    descriptors = [each.descriptor() for each in old]
    # The service is busy with these while all of alice's connections end and begin.
    for room in rooms:
        owner.send("conversation:invite", {"userIds": [f"{room}-{n}" for n in range(500)]}, room)
    for each in old:
        each.reset()
    wait_until(lambda: not process.holds(descriptors), "the server has seen the resets")
    new = [peer(server).upgrade(alice) for _ in range(20)]
    for each in new:
        each.read_until(b"session:ready")
