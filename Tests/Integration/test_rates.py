"""What happens above the rates, and that sizes and deadlines stay without them: R61, R62."""

from collections import Counter

import pytest
from client import check_error
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect as open_socket


@pytest.fixture(scope="module")
def limited(serve):
    """A server with its rate limits on."""
    return serve()


def test_above_the_burst_a_send_is_refused_without_effect(limited, connect, user):
    client = connect(user(), server=limited)
    room = client.create()
    ids = [client.send("message:send", {"content": str(number)}, room) for number in range(60)]
    answers = [client.answer(id)["data"] for id in ids]
    taken = [answer["success"] for answer in answers]
    assert taken[:20] == [True] * 20, "the burst is 20"
    refusals = [answer["error"] for answer in answers if not answer["success"]]
    # More than the burst may pass where the answers took longer than a token's 200 ms; never all.
    assert refusals
    for error in refusals:
        check_error(error, "RATE_LIMITED")
        assert error["details"] == {
            "reason": "bucket",
            "scope": "user",
            "bucket": "message:send",
            "limit": 5,
            "perMs": 1_000,
            "burst": 20,
            "retryable": True,
        }
        assert isinstance(error["retryAfter"], int) and 1 <= error["retryAfter"] <= 200
    page = client.history(room, limit=100)["messages"]
    assert [message["content"] for message in page] == [str(number) for number, yes in enumerate(taken) if yes]


def test_a_refused_frame_is_taken_after_its_wait(limited, connect, user):
    client = connect(user(), server=limited)
    room = client.create()
    ids = [client.send("message:send", {"content": "x"}, room) for _ in range(40)]
    refused = {id: answer["error"] for id in ids if not (answer := client.answer(id)["data"])["success"]}
    id, error = refused.popitem()
    # Nothing is to come meanwhile: this is the wait that the error asks for.
    with pytest.raises(TimeoutError):
        client.receive(timeout=error["retryAfter"] / 1_000)
    assert "duplicate" not in client.ok("message:send", {"content": "x"}, room, id=id)


def test_a_known_id_is_answered_again_at_no_cost(limited, connect, user):
    client = connect(user(), server=limited)
    room = client.create()
    first = client.ok("message:send", {"content": "x"}, room, id="known")
    for _ in range(40):
        again = client.ok("message:send", {"content": "x"}, room, id="known")
        assert again["duplicate"] is True and again["messageId"] == first["messageId"]


def test_the_bucket_is_the_users_not_the_connections(limited, connect, user):
    alice = user()
    one, two = connect(alice, server=limited), connect(alice, server=limited)
    room = one.create()
    sent = [(client, client.send("message:send", {"content": "x"}, room)) for _ in range(30) for client in (one, two)]
    answers = [client.answer(id)["data"] for client, id in sent]
    assert Counter(answer["success"] for answer in answers)[False] > 0


def test_one_users_flood_does_not_touch_another(limited, connect, user):
    flood, other = connect(user(), server=limited), connect(user(), server=limited)
    room, calm = flood.create(), other.create()
    for _ in range(60):
        flood.send("message:send", {"content": "x"}, room)
    other.say(calm)


def test_too_much_typing_is_dropped_silently(limited, connect, user):
    client = connect(user(), server=limited)
    room = client.create()
    client.join(room)
    for _ in range(30):
        client.ok("typing:start", {"conversationId": room})


def test_all_events_together_have_a_rate_of_the_connection(limited, connect, user):
    client = connect(user(), server=limited)
    ids = [client.send("ping") for _ in range(180)]
    refusals = [answer["error"] for answer in (client.answer(id)["data"] for id in ids) if not answer["success"]]
    assert refusals
    for error in refusals:
        check_error(error, "RATE_LIMITED", reason="bucket")
        assert "field" not in error["details"]
        assert (error["details"]["scope"], error["details"]["limit"], error["details"]["burst"]) == (
            "connection",
            50,
            100,
        )


def test_a_hundred_refusals_within_a_minute_close(limited, connect, user):
    client = connect(user(), server=limited)
    try:
        for _ in range(2_000):
            client.send("ping")
    except ConnectionClosed:
        pass
    assert client.close_code() == 4229


def test_without_rates_the_sizes_stay(connect, user):
    client = connect(user())
    room = client.create()
    ids = [client.send("message:send", {"content": "x"}, room) for _ in range(200)]
    assert all(client.answer(id)["data"]["success"] for id in ids)
    client.refused("message:send", {"content": "c" * 20_000}, room, code="INVALID_PAYLOAD", field="data.content")


def test_without_rates_a_user_has_as_many_connections_as_it_likes(connect, user):
    alice = user()
    clients = [connect(alice) for _ in range(21)]
    room = clients[0].create()
    clients[0].say(room)
    for client in clients[1:]:
        client.expect("message:new", content="hello")


def test_without_rates_the_node_takes_sockets_as_they_come(make_server, connect, user):
    server = make_server("--no-rate-limits", settings={"connectRate": 1}).start()
    # The burst is 2, and ten more are not there in less time than the rate would need for one.
    for client in [connect(user(), server=server) for _ in range(12)]:
        client.ping()


# The echo endpoint, which has limits of its own


def test_the_echo_endpoint_exists_only_for_conformance(make_server, server):
    url = make_server("--conformance").start().ws_url.replace("/v1/socket", "/v1/echo")
    with open_socket(url, proxy=None, compression=None, max_size=None) as socket:
        for message in ("text é", "", b"\x00\xff", "x" * 100_000, b"y" * 2_000_000):
            socket.send(message)
            assert socket.recv(timeout=30) == message
        socket.send(["in ", "three ", "fragments"])
        assert socket.recv(timeout=30) == "in three fragments"
    with pytest.raises(Exception, match="404"):
        open_socket(server.ws_url.replace("/v1/socket", "/v1/echo"), proxy=None)
