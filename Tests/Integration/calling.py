"""Words for tests of calls: who rings whom, and what both are told."""

from socket import SHUT_RDWR
from threading import Barrier

WIRES = ["plain", "websocket", "polling"]


def befriend(one, other):
    """Makes the direct conversation of two connections' users, and returns its id."""
    return one.create(kind="direct", members=[name(other)])


def name(client):
    return client.ready["data"]["userId"]


def device(client):
    return client.ready["data"]["deviceId"]


def initiate(caller, callee, type="audio"):
    """Sends `call:initiate` and returns the frame's id."""
    return caller.send("call:initiate", {"targetUserId": name(callee), "type": type})


def ring(caller, *devices, type="audio"):
    """Calls the user of these devices, which all ring; returns the call's id."""
    ack = caller.ok("call:initiate", {"targetUserId": name(devices[0]), "type": type})
    assert ack["state"] == "ringing", ack
    for callee in devices:
        incoming = callee.expect("call:incoming", callId=ack["callId"])["data"]
        assert (incoming["callerId"], incoming["type"]) == (name(caller), type), incoming
    caller.expect("call:ringing", callId=ack["callId"])
    return ack["callId"]


def talk(caller, callee, *others, type="audio"):
    """Calls somebody who answers; returns the call's id."""
    call = ring(caller, callee, *others, type=type)
    callee.ok("call:answer", {"callId": call})
    for side in (caller, callee):
        answered = side.expect("call:answered", callId=call)["data"]
        assert (answered["answeredBy"], answered["deviceId"]) == (name(callee), device(callee)), answered
    for other in others:
        other.expect("call:ended", callId=call, reason="answered_elsewhere")
    return call


def end(client, call):
    return client.ok("call:end", {"callId": call})


def ended(clients, call, **data):
    """The end that all of them are told of, which is the same for all."""
    ends = [client.expect("call:ended", callId=call, **data)["data"] for client in clients]
    assert all(end == ends[0] for end in ends), ends
    return ends[0]


def entries(client, conversation):
    """The calls that the history of a conversation knows, from the latest page."""
    messages = client.history(conversation, limit=100)["messages"]
    return [message["metadata"] for message in messages if message["type"] == "call"]


def check_entries(conversation, ids, *clients):
    """Each call, and no other, has one entry, in the order in which they ended; nobody was told of an end twice."""
    assert [entry["callId"] for entry in entries(clients[0], conversation)] == ids
    for client in clients:
        client.ok("conversation:list")
        assert not [frame for frame in client.events if frame["type"] == "call:ended"]


def cut(client):
    """The network is gone: no goodbye."""
    client.socket.socket.shutdown(SHUT_RDWR)


def asks(client, type, call):
    return lambda: client.request(type, {"callId": call})


def calls(caller, callee, type="audio"):
    return lambda: caller.answer(initiate(caller, callee, type))["data"]


def reason(ack):
    return "ok" if ack["success"] else f"{ack['error']['code']} {ack['error']['details']['reason']}"


def at_once(threads, *requests):
    """Carries out requests at the same moment, each on a thread of its own; returns their answers."""
    barrier = Barrier(len(requests))

    def run(request):
        barrier.wait(timeout=30)
        return request()

    return list(threads.map(run, requests))


FIRST, SECOND, TOGETHER = "first", "second", "together"


def orders(rounds):
    """Who comes first in each round: one, the other, or both at the same moment, so that each of them wins sometimes."""
    return [(FIRST, SECOND, TOGETHER)[number % 3] for number in range(rounds)]


def in_order(order, threads, one, other):
    """Carries out two requests, the later one when the earlier was answered; returns the answers of the two."""
    if order == TOGETHER:
        return at_once(threads, one, other)
    if order == FIRST:
        ack = one()
        return [ack, other()]
    ack = other()
    return [one(), ack]
