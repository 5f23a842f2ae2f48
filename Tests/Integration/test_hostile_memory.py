"""What many connections may cost together, each doing its worst: so much for each, and a small base."""

import json
import select

import pytest
from attack import BASE, KIB, MEMBER, STRANGER, crowd, unharmed
from hostile_fixtures import own, watch  # noqa: F401
from metrics_page import scrape
from peer import BINARY, CONTINUATION, PING, SOCKET, frame
from process import unread, wait_until
from service import unique

STRANGERS, PIPELINERS, MEMBERS = 200, 60, 40

UPGRADE = ("GET /v1/socket HTTP/1.1\r\nHost: 127.0.0.1\r\n" + "\r\n".join(SOCKET) + "\r\n\r\n").encode()
HEAD = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n"
# As much as a stranger may send without an end of it in sight, or without reading what it is told.
WORST = {
    "half-of-a-head": HEAD + b"X: " + b"x" * (15 * KIB),
    "half-of-many-fields": HEAD + b"".join(b"F%d: %s\r\n" % (number, b"v" * 140) for number in range(98)),
    "half-of-a-target": b"GET /" + b"t" * (8 * KIB - 10),
    "spaces": HEAD + b"X:" + b" " * (30 * KIB),
    "half-of-a-frame": UPGRADE + frame(b"f" * 16 * KIB)[:-1],
    "half-of-a-message": UPGRADE + frame(b"m" * 16 * KIB, final=False),
    "fragments": UPGRADE + frame(b"f" * 16, final=False) + frame(b"f" * 16, CONTINUATION, final=False) * 300,
    "half-of-a-binary-message": UPGRADE + frame(b"b" * 16 * KIB, BINARY, final=False),
    "half-of-an-oversize-frame": UPGRADE + frame(b"o" * 300_000)[:-1],
    "half-of-an-oversize-message": UPGRADE
    + frame(b"o" * 150_000, final=False)
    + frame(b"o" * 150_000, CONTINUATION, final=False),
    "unread-pongs": UPGRADE + frame(b"p" * 125, PING) * 100,
    "unread-answers": UPGRADE + frame(b'{"id":"a","type":"ping"}') * 2,
    "a-token-that-is-none": UPGRADE
    + frame(b'{"id":"a","type":"session:auth","data":{"token":"%s"}}' % (b"t" * 15_000)),
}


@pytest.mark.parametrize("name", WORST)
def test_two_hundred_strangers_cost_64_kib_each(own, watch, name):
    with watch.unharmed(STRANGERS * STRANGER + BASE), crowd(own, STRANGERS) as peers:
        for each in peers:
            assert each.send(WORST[name]), "not all was taken"
        wait_until(lambda: unread(own) == 0, "all of it is read", timeout=60)


# Answers of every size, some made at once and some after a look at the store.
PIPELINED = ["/livez", "/readyz", "/nowhere", "/console/caas.js", "/openapi.json"]


@pytest.mark.parametrize("path", PIPELINED)
def test_sixty_strangers_that_pipeline_and_read_nothing_cost_64_kib_each(make_server, path):
    server = make_server("--no-rate-limits").start()
    requests = HEAD.replace(b"/livez", path.encode()) + b"\r\n"
    with unharmed(server, PIPELINERS * STRANGER + BASE), crowd(server, PIPELINERS, narrow=True) as peers:
        sent, sockets = 0, [each.socket for each in peers]
        for each in sockets:
            each.setblocking(False)
        # Until the server takes no more of any of them.
        while ready := select.select([], sockets, [], 1)[1]:
            for each in ready:
                sent += each.send(requests * 500)
        assert sent > PIPELINERS * 200 * KIB, "they were not held up in the middle"


def test_forty_members_with_half_a_message_cost_2_25_mib_each(own, watch):
    half = frame(b"b" * 250 * KIB, BINARY, final=False) + frame(b"b" * 6 * KIB, CONTINUATION)[:-1]
    with watch.unharmed(MEMBERS * MEMBER + BASE), crowd(own, MEMBERS) as peers:
        for each in peers:
            assert each.sign_in(unique("half")).send(half), "not all was taken"
        wait_until(lambda: unread(own) == 0, "all of it is read", timeout=60)


def test_forty_members_that_read_nothing_cost_2_25_mib_each(own, watch, connect):
    names = [unique("deaf") for _ in range(MEMBERS)]
    talker = connect(unique("talker"), server=own)
    room = talker.create(members=names)
    for _ in range(8):
        talker.say(room, "z" * 15_000)
    question = {"id": "h", "type": "message:history", "conversationId": room, "ack": True, "data": {"limit": 8}}
    questions = frame(json.dumps(question).encode()) * 4
    with watch.unharmed(MEMBERS * MEMBER + BASE) as process, crowd(own, MEMBERS, narrow=True) as peers:
        descriptors = [each.upgrade(name).descriptor() for each, name in zip(peers, names)]
        most = 0

        def are_cut():
            nonlocal most
            for each in peers:
                each.send(questions)
            most = max(most, scrape(own.port).value("caas_outbound_queue_bytes"))
            return not process.holds(descriptors)

        wait_until(are_cut, "all are cut", timeout=60)
        assert most > MEMBERS * 100 * KIB, "they did not fall behind together"
