"""A call that waits for another one, over real sockets: R44."""

import os

import pytest
from calling import SECOND, TOGETHER, WIRES, asks, at_once, befriend, calls, check_entries, cut, device, end, ended
from calling import in_order, name, orders, reason, ring, talk

ROUNDS = orders(int(os.environ.get("RACE_ROUNDS", "24")))
WAITING = {"calls": {"waiting": True}}


@pytest.fixture(scope="module")
def server(serve):
    return serve("--no-rate-limits", settings=WAITING)


@pytest.fixture(params=WIRES)
def wire(request):
    return request.param


@pytest.fixture
def scene(dial, user, wire):
    """Bob's phone and tablet, whom Alice and Carol know, and the conversations with both."""
    people = [user("bob")] * 2 + [user("alice"), user("carol")]
    phone, tablet, alice, carol = [dial(wire, person) for person in people]
    return phone, tablet, alice, carol, befriend(alice, phone), befriend(carol, phone)


def signals(sender, call, *readers):
    """What one says in a call reaches the connection that is in it."""
    sender.ok("call:signal", {"callId": call, "kind": "app", "payload": call})
    for reader in readers:
        assert reader.expect("call:signal", callId=call)["data"]["from"] == name(sender)


def test_who_talks_rings_and_is_in_both_calls(scene, dial, user):
    phone, tablet, alice, carol, with_alice, with_carol = scene
    first = talk(alice, phone, tablet)
    second = ring(carol, phone, tablet, type="video")
    # A third one is busy, and whoever is in a call makes none.
    dave = dial("plain", user("dave"))
    befriend(dave, phone)
    assert calls(dave, phone)()["reason"] == "busy"
    error = phone.refused(
        "call:initiate", {"targetUserId": name(alice), "type": "audio"}, code="ALREADY_EXISTS", reason="in_call"
    )
    assert error["details"]["callId"] == first
    phone.ok("call:answer", {"callId": second})
    for side in (phone, carol):
        assert side.expect("call:answered", callId=second)["data"]["deviceId"] == device(phone)
    tablet.expect("call:ended", callId=second, reason="answered_elsewhere")
    for other, call in ((alice, first), (carol, second)):
        signals(other, call, phone)
        signals(phone, call, other)
    end(phone, first)
    ended([phone, tablet, alice], first, reason="hangup")
    signals(carol, second, phone)
    end(carol, second)
    ended([phone, tablet, carol], second, reason="hangup")
    check_entries(with_alice, [first], alice, phone, tablet)
    check_entries(with_carol, [second], carol, phone, tablet)


@pytest.mark.parametrize("how", ["rejected", "cancelled"])
def test_the_end_of_the_one_that_waits_is_nothing_to_the_first(scene, how):
    phone, tablet, alice, carol, *_ = scene
    first = talk(alice, phone, tablet)
    second = ring(carol, phone, tablet)
    if how == "rejected":
        tablet.ok("call:reject", {"callId": second})
    else:
        end(carol, second)
    ended([phone, tablet, carol], second, reason=how, duration=0)
    signals(alice, first, phone)
    end(alice, first)
    ended([phone, tablet, alice], first, reason="hangup")


def test_a_connection_that_is_lost_is_lost_to_both_and_comes_back_to_both(dial, user, wire):
    bob = user("bob")
    phone, tablet = dial("plain", bob, claims={"dev": "phone"}), dial(wire, bob)
    alice, carol = dial(wire, user("alice")), dial("plain", user("carol"))
    for caller in (alice, carol):
        befriend(caller, phone)
    first, second = talk(alice, phone, tablet), talk(carol, phone, tablet)
    cut(phone)
    for other, call in ((alice, first), (carol, second)):
        other.expect("call:update", callId=call, state="reconnecting")
    back = dial(wire, bob, claims={"dev": "phone"})
    for other, call in ((alice, first), (carol, second)):
        back.expect("call:update", callId=call, state="answered")
        other.expect("call:update", callId=call, state="answered")
        signals(other, call, back)
    back.close()
    for other, call in ((alice, first), (carol, second)):
        ended([other, tablet], call, reason="hangup")


def test_both_calls_outlive_a_crash(make_server, connect, user):
    server = make_server("--no-rate-limits", settings=WAITING).start()
    people = [user("bob"), user("alice"), user("carol")]

    def arrive():
        return [connect(person, server=server, claims={"dev": "one"}) for person in people]

    phone, alice, carol = arrive()
    conversations = [befriend(caller, phone) for caller in (alice, carol)]
    first, second = talk(alice, phone), ring(carol, phone)
    server.kill()
    server.start()
    phone, alice, carol = arrive()
    phone.expect("call:update", callId=first)
    phone.expect("call:incoming", callId=second)
    alice.expect("call:update", callId=first, state="answered")
    carol.expect("call:update", callId=second, state="ringing")
    phone.ok("call:answer", {"callId": second})
    for caller, call, conversation in zip((alice, carol), (first, second), conversations, strict=True):
        signals(caller, call, phone)
        end(phone, call)
        ended([phone, caller], call, reason="hangup")
        check_entries(conversation, [call], caller, phone)


def test_of_three_who_call_at_once_two_ring(scene, dial, user, threads):
    phone, tablet, *callers, _, _ = scene
    callers.append(dial("plain", user("dave")))
    befriend(callers[2], phone)
    for _ in ROUNDS:
        acks = at_once(threads, *[calls(caller, phone) for caller in callers])
        assert sorted(ack["state"] for ack in acks) == ["ended", "ringing", "ringing"], acks
        for caller, ack in zip(callers, acks, strict=True):
            if ack["state"] == "ended":
                caller.expect("call:ended", callId=ack["callId"], reason="busy")
                continue
            for callee in (phone, tablet):
                callee.expect("call:incoming", callId=ack["callId"])
            end(caller, ack["callId"])
            ended([caller, phone, tablet], ack["callId"], reason="cancelled")


def test_one_is_answered_while_the_other_ends(scene, threads):
    phone, tablet, alice, carol, with_alice, with_carol = scene
    firsts, seconds = [], []
    for order in ROUNDS:
        first, second = talk(alice, phone, tablet), ring(carol, phone, tablet)
        acks = in_order(order, threads, asks(phone, "call:answer", second), asks(alice, "call:end", first))
        assert [reason(ack) for ack in acks] == ["ok", "ok"]
        ended([phone, tablet, alice], first, reason="hangup", endedBy=name(alice))
        for side in (phone, carol):
            side.expect("call:answered", callId=second)
        tablet.expect("call:ended", callId=second, reason="answered_elsewhere")
        signals(carol, second, phone)
        end(phone, second)
        ended([phone, tablet, carol], second, reason="hangup")
        firsts.append(first)
        seconds.append(second)
    check_entries(with_alice, firsts, alice, phone, tablet)
    check_entries(with_carol, seconds, carol, phone, tablet)


def test_who_is_called_by_whom_it_calls_answers(scene, threads):
    phone, tablet, alice, carol, *_ = scene
    first = talk(alice, phone, tablet)
    for order in ROUNDS:
        own, theirs = in_order(order, threads, calls(phone, carol), calls(carol, phone))
        assert theirs["state"] == "ringing", theirs
        second = theirs["callId"]
        if own["success"]:
            assert (own["state"], own["callId"], own["glare"]) == ("answered", second, True)
        else:
            # It asked first, when it was in a call and nobody else's rang.
            assert reason(own) == "ALREADY_EXISTS in_call" and own["error"]["details"]["callId"] == first
        assert order == TOGETHER or own["success"] == (order == SECOND), order
        for callee in (phone, tablet):
            callee.expect("call:incoming", callId=second)
        end(carol, second)
        if own["success"]:
            tablet.expect("call:ended", callId=second, reason="answered_elsewhere")
        ended([carol, phone, tablet], second, reason="hangup" if own["success"] else "cancelled")
    signals(alice, first, phone)
    end(alice, first)
