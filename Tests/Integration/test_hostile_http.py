"""HTTP requests that mean harm: too long, too slow, unread; without a token all of them."""

import select

import pytest
from attack import BASE, KIB, MB, MIB, unharmed
from hostile_fixtures import innocents, own, raw, watch  # noqa: F401
from peer import SOCKET, Peer, statuses
from process import wait_until

# Three seconds where others have ten.
SETTINGS = {"headTimeout": 3, "requestTimeout": 3, "bodyBytes": 64 * KIB}
# Every test here is an attack that must not harm them.
pytestmark = pytest.mark.usefixtures("innocents")

POST, CHUNKED = "POST /v1/dev/token", "Transfer-Encoding: chunked"


# Sizes


@pytest.mark.parametrize("length, status", [(8 * KIB - 1, 404), (8 * KIB, 404), (8 * KIB + 1, 414), (100 * KIB, 414)])
def test_a_target_has_8_kib(raw, length, status):
    assert statuses(raw.ask(raw.head("GET /" + "a" * (length - 1), "Connection: close"))) == [status]


def padded(raw, size):
    """A head whose target, names and values have `size` bytes."""
    fields = [f"Pad-{number}: " for number in range(4)]
    bare = raw.head("GET /livez", "Connection: close", *fields)
    lines = bare.split(b"\r\n")[1:-2]
    used = len("/livez") + sum(len(line.replace(b": ", b"")) for line in lines)
    each, rest = divmod(size - used, 4)
    fields = [field + "p" * (each + (rest if number == 0 else 0)) for number, field in enumerate(fields)]
    return raw.head("GET /livez", "Connection: close", *fields)


@pytest.mark.parametrize("size, status", [(16 * KIB - 1, 200), (16 * KIB, 200), (16 * KIB + 1, 431), (1 * MB, 431)])
def test_a_header_block_has_16_kib(raw, size, status):
    """CVE-2024-37890, CVE-2026-28980."""
    assert statuses(raw.ask(padded(raw, size))) == [status]


@pytest.mark.parametrize("count, status", [(99, 200), (100, 200), (101, 431), (2_000, 431)])
def test_a_request_has_100_fields(raw, count, status):
    """CVE-2024-37890, CVE-2026-28980."""
    fields = [f"F{number}: v" for number in range(count - 2)]
    assert statuses(raw.ask(raw.head("GET /livez", "Connection: close", *fields))) == [status]


@pytest.mark.parametrize("length, status", [(64 * KIB - 1, 400), (64 * KIB, 400), (64 * KIB + 1, 413)])
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
def test_a_body_above_its_limit_is_refused_and_the_connection_ends(raw, length, status, chunked):
    framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {length}"
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (length, b"b" * length) if chunked else b"b" * length
    json = "Content-Type: application/json"
    close = [] if status == 413 else ["Connection: close"]
    assert statuses(raw.ask(raw.head("POST /v1/dev/token", framing, json, *close) + body)) == [status]


@pytest.mark.parametrize("size, count, status", [(1, 1_000, 200), (1, 1_015, 200), (1, 1_016, 400), (64, 1_020, 200)])
def test_a_body_may_come_in_many_chunks_but_not_in_crumbs(raw, size, count, status):
    json = b'{"userId":"crumb"}'.ljust(size * count)
    chunks = b"".join(b"%x\r\n%s\r\n" % (size, json[at : at + size]) for at in range(0, len(json), size))
    head = raw.head("POST /v1/dev/token", CHUNKED, "Content-Type: application/json", "Connection: close")
    answer = raw.ask(head + chunks + b"0\r\n\r\n")
    assert statuses(answer) == [status]
    assert (b"too many chunks" in answer) == (status == 400)


def test_a_body_that_is_announced_too_large_costs_nothing(raw):
    """CVE-2026-5740."""
    head = raw.head("POST /v1/dev/token", f"Content-Length: {2**62}")
    assert statuses(raw.ask(head, b"b" * 70 * KIB)) == [413]


def test_bodies_that_are_not_finished_are_held_up_to_a_bound_for_an_address(make_server):
    server = make_server("--no-rate-limits").start()
    # The documented bound for an address, and half of it again for buffers that have room.
    with unharmed(server, 24 * MIB + BASE):
        crowd = []
        for _ in range(40):
            each = Peer(server)
            crowd.append(each)
            each.send(each.head(POST, f"Content-Length: {MB}") + b"b" * (MB - 1))
        wait_until(lambda: sum(map(is_answered, crowd)) >= 40 - 17, "those beyond the bound are refused")
        held = [each for each in crowd if not is_answered(each)]
        assert len(held) >= 14
        for each in crowd:
            if each not in held:
                answer = each.to_end()
                assert statuses(answer) in ([503], []), answer
            each.socket.close()
        wait_until(lambda: is_served(server), "there is room again")


def is_answered(raw):
    return bool(select.select([raw.socket], [], [], 0)[0])


def is_served(server):
    with Peer(server) as raw:
        body = b'{"userId":"late"}'
        fields = ["Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: close"]
        return statuses(raw.ask(raw.head(POST, *fields) + body)) == [200]


# What nobody asked for, and what nobody reads


def test_connect_is_refused_and_what_follows_it_is_not_kept(raw, own):
    answer = raw.ask(raw.head("CONNECT example.org:80"))
    assert statuses(answer) == [405] and b"connection: close" in answer.lower()
    with Peer(own) as flood:
        assert not flood.send(flood.head("CONNECT example.org:80") + bytes(100 * MB)), "all of it was read"


# Time


@pytest.mark.parametrize(
    "opening, answer",
    [
        (b"", []),
        (b"GET /livez HT", [408]),
        (b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX:", [408]),
        (b"POST /v1/dev/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\nab", [408]),
        (b"POST /v1/dev/token HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", [408]),
        (("GET /v1/socket HTTP/1.1\r\nHost: 127.0.0.1\r\n" + "\r\n".join(SOCKET)).encode(), [408]),
    ],
    ids=["nothing", "line", "head", "body", "chunk", "upgrade"],
)
def test_a_request_that_stops_is_ended(raw, opening, answer):
    assert statuses(raw.ask(opening)) == answer
