"""Two who act in the same moment: one of them wins, and everybody is told the same. R39, R43, R45.

Of three rounds one has the first come first, one the second, and in one both act at once: each must win where it comes first.
"""

import os

import pytest
from calling import FIRST, TOGETHER, asks, befriend, calls, check_entries, device, end, ended, entries
from calling import in_order, name, orders, reason, ring, talk

ROUNDS = orders(int(os.environ.get("RACE_ROUNDS", "24")))
# Of the caller, and of the callee's two devices.
WIRES = {
    "plain": ("plain", "plain", "plain"),
    "websocket": ("websocket", "websocket", "websocket"),
    "polling": ("polling", "polling", "polling"),
    "mixed": ("websocket", "polling", "plain"),
}


@pytest.fixture(params=WIRES)
def wires(request):
    return WIRES[request.param]


@pytest.fixture
def scene(dial, user, wires):
    """Alice and Bob's two devices, and the conversation of the two."""
    people = user("alice"), *[user("bob")] * 2
    alice, phone, tablet = [dial(wire, person) for wire, person in zip(wires, people, strict=True)]
    return alice, phone, tablet, befriend(alice, phone)


def check(order, is_first):
    """Whoever has been answered before the other asked has won."""
    assert order == TOGETHER or is_first == (order == FIRST), order


def rounds(scene, begin=ring, ids=None):
    """What comes first, and a call of Alice's to Bob's two devices, in each round; at the end each call has one entry.

    `ids` takes the calls, for tests that make more of them.
    """
    alice, phone, tablet, conversation = scene
    ids = [] if ids is None else ids
    for order in ROUNDS:
        call = begin(alice, phone, tablet)
        ids.append(call)
        yield order, call
    check_entries(conversation, ids, alice, phone, tablet)


def test_two_devices_answer(scene, threads):
    alice, phone, tablet, _ = scene
    for order, call in rounds(scene):
        acks = in_order(order, threads, asks(phone, "call:answer", call), asks(tablet, "call:answer", call))
        assert sorted(map(reason, acks)) == ["ALREADY_EXISTS answered_elsewhere", "ok"]
        check(order, acks[0]["success"])
        winner, loser = (phone, tablet) if acks[0]["success"] else (tablet, phone)
        for side in (alice, winner):
            assert side.expect("call:answered", callId=call)["data"]["deviceId"] == device(winner)
        loser.expect("call:ended", callId=call, reason="answered_elsewhere")
        end(loser, call)
        ended([alice, phone, tablet], call, reason="hangup")


@pytest.mark.parametrize("who", ["the caller", "the other device"])
def test_one_answers_while_another_ends(scene, threads, who):
    alice, phone, tablet, _ = scene
    ender, word = (alice, "cancelled") if who == "the caller" else (tablet, "rejected")
    for order, call in rounds(scene):
        answer, ending = in_order(order, threads, asks(phone, "call:answer", call), asks(ender, "call:end", call))
        assert ending["success"] and ending["state"] == "ended" and "duplicate" not in ending
        check(order, answer["success"])
        if answer["success"]:
            assert ending["reason"] == "hangup"
            for side in (alice, phone):
                side.expect("call:answered", callId=call)
            tablet.expect("call:ended", callId=call, reason="answered_elsewhere")
        else:
            assert (reason(answer), ending["reason"]) == ("NOT_FOUND call_ended", word)
        told = ended([alice, phone, tablet], call, reason=ending["reason"])
        assert (told["duration"], told["endedBy"]) == (ending["duration"], name(ender))


def test_one_device_answers_while_the_other_rejects(scene, threads):
    alice, phone, tablet, _ = scene
    for order, call in rounds(scene):
        answer, reject = in_order(order, threads, asks(phone, "call:answer", call), asks(tablet, "call:reject", call))
        check(order, answer["success"])
        if answer["success"]:
            assert reason(reject) == "ALREADY_EXISTS answered_elsewhere"
            tablet.expect("call:ended", callId=call, reason="answered_elsewhere")
            end(alice, call)
            ended([alice, phone, tablet], call, reason="hangup")
        else:
            assert (reason(answer), reason(reject)) == ("NOT_FOUND call_ended", "ok")
            ended([alice, phone, tablet], call, reason="rejected", duration=0)


def test_two_devices_reject(scene, threads):
    alice, phone, tablet, _ = scene
    for order, call in rounds(scene):
        acks = in_order(order, threads, asks(phone, "call:reject", call), asks(tablet, "call:reject", call))
        assert all(ack["success"] and ack["reason"] == "rejected" for ack in acks), acks
        assert sorted(ack.get("duplicate", False) for ack in acks) == [False, True]
        check(order, not acks[0].get("duplicate"))
        ended([alice, phone, tablet], call, reason="rejected", duration=0, endedBy=name(phone))


def test_one_rejects_while_the_other_cancels(scene, threads):
    alice, phone, tablet, _ = scene
    for order, call in rounds(scene):
        reject, cancel = in_order(order, threads, asks(phone, "call:reject", call), asks(alice, "call:end", call))
        check(order, reject["success"])
        if reject["success"]:
            assert (cancel["reason"], cancel["duplicate"]) == ("rejected", True)
        else:
            assert (reason(reject), cancel["reason"]) == ("NOT_FOUND call_ended", "cancelled")
            assert "duplicate" not in cancel
        by = name(phone if reject["success"] else alice)
        ended([alice, phone, tablet], call, reason=cancel["reason"], duration=0, endedBy=by)


def test_both_hang_up(scene, threads):
    alice, phone, tablet, _ = scene
    for order, call in rounds(scene, talk):
        acks = in_order(order, threads, asks(alice, "call:end", call), asks(phone, "call:end", call))
        assert all(ack["success"] for ack in acks), acks
        assert sorted(ack.get("duplicate", False) for ack in acks) == [False, True]
        assert acks[0]["duration"] == acks[1]["duration"]
        check(order, not acks[0].get("duplicate"))
        first = alice if not acks[0].get("duplicate") else phone
        assert ended([alice, phone, tablet], call, reason="hangup")["endedBy"] == name(first)


def test_both_call_each_other(scene, threads):
    alice, phone, tablet, conversation = scene
    ids = []
    for order in ROUNDS:
        acks = in_order(order, threads, calls(alice, phone, "audio"), calls(phone, alice, "video"))
        assert all(ack["success"] for ack in acks), acks
        first, second = sorted(acks, key=lambda ack: ack.get("glare", False))
        assert (first["state"], second["state"], second["glare"]) == ("ringing", "answered", True)
        check(order, first is acks[0])
        call = first["callId"]
        assert second["callId"] == call
        ids.append(call)
        caller, callee, type = (alice, phone, "audio") if first is acks[0] else (phone, alice, "video")
        assert callee.expect("call:incoming", callId=call)["data"]["type"] == type
        for side in (caller, callee):
            answered = side.expect("call:answered", callId=call)["data"]
            assert (answered["answeredBy"], answered["deviceId"]) == (name(callee), device(callee))
        if callee is phone:
            tablet.expect("call:ended", callId=call, reason="answered_elsewhere")
        caller.ok("call:signal", {"callId": call, "kind": "app", "payload": 1})
        callee.expect("call:signal", callId=call)
        end(caller, call)
        ended([alice, phone, tablet], call, reason="hangup")
    check_entries(conversation, ids, alice, phone, tablet)


def test_one_calls_back_while_the_other_cancels(scene, threads):
    alice, phone, tablet, _ = scene
    ids = []
    for order, call in rounds(scene, ids=ids):
        back, cancel = in_order(order, threads, calls(phone, alice), asks(alice, "call:end", call))
        assert back["success"] and cancel["success"] and "duplicate" not in cancel
        is_glare = back.get("glare", False)
        check(order, is_glare)
        if is_glare:
            # Her call was answered by his, and then she hung up.
            assert (back["callId"], back["state"], cancel["reason"]) == (call, "answered", "hangup")
            tablet.expect("call:ended", callId=call, reason="answered_elsewhere")
            ended([alice, phone, tablet], call, reason="hangup", endedBy=name(alice))
            continue
        # Hers was over, and his rings.
        assert (back["state"], cancel["reason"]) == ("ringing", "cancelled") and back["callId"] != call
        ended([alice, phone, tablet], call, reason="cancelled", endedBy=name(alice))
        ids.append(back["callId"])
        assert alice.expect("call:incoming", callId=back["callId"])["data"]["callerId"] == name(phone)
        end(phone, back["callId"])
        ended([alice, phone, tablet], back["callId"], reason="cancelled", endedBy=name(phone))


def test_two_call_the_same_third(scene, dial, user, threads, wires):
    alice, phone, tablet, conversation = scene
    carol = dial(wires[2], user("carol"))
    other = befriend(carol, phone)
    ids, busies = [], []
    for order in ROUNDS:
        acks = in_order(order, threads, calls(alice, phone), calls(carol, phone))
        assert sorted(ack["state"] for ack in acks) == ["ended", "ringing"]
        is_first = acks[0]["state"] == "ringing"
        check(order, is_first)
        caller, busy = (alice, carol) if is_first else (carol, alice)
        call, refused = [ack["callId"] for ack in (acks if is_first else reversed(acks))]
        for callee in (phone, tablet):
            assert callee.expect("call:incoming")["data"]["callId"] == call
        busy.expect("call:ended", callId=refused, reason="busy")
        end(caller, call)
        ended([caller, phone, tablet], call, reason="cancelled")
        (ids if is_first else busies).append(call)
        (busies if is_first else ids).append(refused)
    check_entries(conversation, ids, alice, phone, tablet, carol)
    assert [entry["callId"] for entry in entries(carol, other)] == busies
