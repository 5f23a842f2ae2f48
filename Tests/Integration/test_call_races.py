"""Two who act in the same moment: one of them wins, and everybody is told the same. R39, R43, R45."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from calling import at_once, befriend, device, end, ended, entries, initiate, name, ring, talk

ROUNDS = int(os.environ.get("RACE_ROUNDS", "40"))


@pytest.fixture
def threads():
    with ThreadPoolExecutor(4) as threads:
        yield threads


@pytest.fixture
def scene(connect, user):
    """Alice and Bob's two devices, and the conversation of the two."""
    bob = user("bob")
    alice, phone, tablet = connect(user("alice")), connect(bob), connect(bob)
    return alice, phone, tablet, befriend(alice, phone)


def asks(client, type, call):
    return lambda: client.request(type, {"callId": call})


def reason(ack):
    return "ok" if ack["success"] else f"{ack['error']['code']} {ack['error']['details']['reason']}"


def check_entries(scene, calls):
    """Each call, and no other, has one entry, in the order in which they ended."""
    alice, *_, conversation = scene
    assert [entry["callId"] for entry in entries(alice, conversation)] == calls


def test_two_devices_answer(scene, threads):
    alice, phone, tablet, _ = scene
    calls, winners = [], set()
    for _ in range(ROUNDS):
        call = ring(alice, phone, tablet)
        calls.append(call)
        acks = at_once(threads, asks(phone, "call:answer", call), asks(tablet, "call:answer", call))
        assert sorted(map(reason, acks)) == ["ALREADY_EXISTS answered_elsewhere", "ok"]
        winner, loser = (phone, tablet) if acks[0]["success"] else (tablet, phone)
        winners.add(device(winner))
        for side in (alice, winner):
            assert side.expect("call:answered", callId=call)["data"]["deviceId"] == device(winner)
        loser.expect("call:ended", callId=call, reason="answered_elsewhere")
        end(loser, call)
        ended([alice, phone, tablet], call, reason="hangup")
    check_entries(scene, calls)


def test_one_answers_while_the_other_cancels(scene, threads):
    alice, phone, tablet, _ = scene
    calls = []
    for _ in range(ROUNDS):
        call = ring(alice, phone, tablet)
        calls.append(call)
        answer, cancel = at_once(threads, asks(phone, "call:answer", call), asks(alice, "call:end", call))
        assert cancel["success"] and cancel["state"] == "ended"
        if answer["success"]:
            assert cancel["reason"] == "hangup"
            alice.expect("call:answered", callId=call)
            tablet.expect("call:ended", callId=call, reason="answered_elsewhere")
        else:
            assert (reason(answer), cancel["reason"]) == ("NOT_FOUND call_ended", "cancelled")
        told = ended([alice, phone, tablet], call, reason=cancel["reason"])
        assert (told["duration"], told["endedBy"]) == (cancel["duration"], name(alice))
    check_entries(scene, calls)


def test_one_device_answers_while_the_other_rejects(scene, threads):
    alice, phone, tablet, _ = scene
    calls = []
    for _ in range(ROUNDS):
        call = ring(alice, phone, tablet)
        calls.append(call)
        answer, reject = at_once(threads, asks(phone, "call:answer", call), asks(tablet, "call:reject", call))
        if answer["success"]:
            assert reason(reject) == "ALREADY_EXISTS answered_elsewhere"
            tablet.expect("call:ended", callId=call, reason="answered_elsewhere")
            end(alice, call)
            ended([alice, phone, tablet], call, reason="hangup")
        else:
            assert (reason(answer), reason(reject)) == ("NOT_FOUND call_ended", "ok")
            ended([alice, phone, tablet], call, reason="rejected", duration=0)
    check_entries(scene, calls)


def test_both_hang_up(scene, threads):
    alice, phone, tablet, _ = scene
    calls = []
    for _ in range(ROUNDS):
        call = talk(alice, phone, tablet)
        calls.append(call)
        acks = at_once(threads, asks(alice, "call:end", call), asks(phone, "call:end", call))
        assert all(ack["success"] for ack in acks), acks
        assert sorted(ack.get("duplicate", False) for ack in acks) == [False, True]
        assert acks[0]["duration"] == acks[1]["duration"]
        first = alice if not acks[0].get("duplicate") else phone
        assert ended([alice, phone, tablet], call, reason="hangup")["endedBy"] == name(first)
    check_entries(scene, calls)


def test_both_call_each_other(scene, threads):
    alice, phone, tablet, _ = scene
    calls = []
    for _ in range(ROUNDS):
        acks = at_once(
            threads,
            lambda: alice.answer(initiate(alice, phone, "audio"))["data"],
            lambda: phone.answer(initiate(phone, alice, "video"))["data"],
        )
        assert all(ack["success"] for ack in acks), acks
        first, second = sorted(acks, key=lambda ack: ack.get("glare", False))
        assert (first["state"], second["state"], second["glare"]) == ("ringing", "answered", True)
        call = first["callId"]
        assert second["callId"] == call
        calls.append(call)
        caller, callee, type = (alice, phone, "audio") if first is acks[0] else (phone, alice, "video")
        assert callee.expect("call:incoming", callId=call)["data"]["type"] == type
        for side in (caller, callee):
            answered = side.expect("call:answered", callId=call)["data"]
            assert (answered["answeredBy"], answered["deviceId"]) == (name(callee), device(callee))
        caller.ok("call:signal", {"callId": call, "kind": "app", "payload": 1})
        callee.expect("call:signal", callId=call)
        end(caller, call)
        ended([alice, phone, tablet], call, reason="hangup")
    check_entries(scene, calls)


def test_two_call_the_same_third(scene, connect, user, threads):
    alice, phone, tablet, _ = scene
    carol = connect(user("carol"))
    befriend(carol, phone)
    for _ in range(ROUNDS):
        acks = at_once(
            threads,
            lambda: alice.answer(initiate(alice, phone))["data"],
            lambda: carol.answer(initiate(carol, phone))["data"],
        )
        assert sorted(ack["state"] for ack in acks) == ["ended", "ringing"]
        caller, busy = (alice, carol) if acks[0]["state"] == "ringing" else (carol, alice)
        call = next(ack["callId"] for ack in acks if ack["state"] == "ringing")
        for callee in (phone, tablet):
            assert callee.expect("call:incoming")["data"]["callId"] == call
        busy.expect("call:ended", reason="busy")
        end(caller, call)
        ended([caller, phone, tablet], call, reason="cancelled")
