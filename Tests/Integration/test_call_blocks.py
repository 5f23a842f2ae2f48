"""Calls and blocks that meet, over real sockets: who blocks while a phone rings, and a crash meanwhile. R41, R48, R77."""

import os

import pytest
from blocking import block
from calling import FIRST, TOGETHER, WIRES, asks, befriend, calls, check_entries, end, ended, entries, in_order, name
from calling import orders, reason, ring

ROUNDS = orders(int(os.environ.get("RACE_ROUNDS", "12")))


@pytest.fixture(params=WIRES)
def scene(request, dial, user):
    """Alice, Bob's two devices, and the conversation of the two."""
    alice, bob = user("alice"), user("bob")
    alice, phone, tablet = [dial(request.param, person) for person in (alice, bob, bob)]
    return alice, phone, tablet, befriend(alice, phone)


def blocks(blocker, user):
    return lambda: blocker.request("user:block", {"userId": user, "on": True})


def silent(clients):
    """Nothing of calls is left to read for them, behind an answer that they have got."""
    for client in clients:
        client.ok("conversation:list")
        assert not [frame for frame in client.events if frame["type"].startswith("call:")], client.events


def test_one_device_answers_while_the_other_blocks_the_caller(scene, threads):
    alice, phone, tablet, conversation = scene
    ids = []
    for order in ROUNDS:
        call = ring(alice, phone, tablet)
        ids.append(call)
        answer, blocked = in_order(order, threads, asks(phone, "call:answer", call), blocks(tablet, name(alice)))
        assert blocked["success"]
        assert order == TOGETHER or answer["success"] == (order == FIRST)
        if answer["success"]:
            # They talk, and a block ends no talk.
            for side in (alice, phone):
                side.expect("call:answered", callId=call)
            tablet.expect("call:ended", callId=call, reason="answered_elsewhere")
            end(alice, call)
            ended([alice, phone, tablet], call, reason="hangup", endedBy=name(alice))
        else:
            # It rings on for her alone; for his devices it is rejected.
            assert reason(answer) == "NOT_FOUND call"
            ended([phone, tablet], call, reason="rejected", duration=0, endedBy=name(phone))
            silent([alice])
            assert end(alice, call)["reason"] == "cancelled"
            ended([alice], call, reason="cancelled", duration=0)
            silent([phone, tablet])
        block(phone, name(alice), on=False)
    check_entries(conversation, ids, alice, phone, tablet)
    assert entries(phone, conversation) == entries(alice, conversation)


def test_one_blocks_another_who_calls_in_that_moment(scene, threads):
    alice, phone, tablet, conversation = scene
    ids = []
    for order in ROUNDS:
        ringing, blocked = in_order(order, threads, calls(alice, phone), blocks(tablet, name(alice)))
        assert blocked["success"] and ringing["state"] == "ringing", ringing
        ids.append(ringing["callId"])
        phone.ok("conversation:list")
        rang = [frame for frame in phone.events if frame["type"] == "call:incoming"]
        assert order == TOGETHER or bool(rang) == (order == FIRST)
        if rang:
            for device in (phone, tablet):
                device.expect("call:incoming", callId=ringing["callId"])
            ended([phone, tablet], ringing["callId"], reason="rejected", duration=0, endedBy=name(phone))
            alice.expect("call:ringing", callId=ringing["callId"])
        phone.refused("call:answer", {"callId": ringing["callId"]}, code="NOT_FOUND", reason="call")
        end(alice, ringing["callId"])
        ended([alice], ringing["callId"], reason="cancelled", duration=0)
        silent([alice, phone, tablet])
        block(phone, name(alice), on=False)
    check_entries(conversation, ids, alice, phone, tablet)


@pytest.mark.parametrize("wire", WIRES)
def test_a_silent_call_outlives_a_crash_in_silence(make_server, dial, user, wire):
    server = make_server("--no-rate-limits").start()
    names = user("alice"), user("bob")

    def come(name):
        return dial(wire, name, server=server, claims={"dev": f"{name}-1"})

    alice, bob = [come(name) for name in names]
    conversation = befriend(alice, bob)
    rung = ring(alice, bob)
    block(bob, names[0])
    ended([bob], rung, reason="rejected", duration=0, endedBy=names[1])
    server.kill()
    server.start()
    bob, alice = come(names[1]), come(names[0])
    alice.expect("call:update", callId=rung, state="ringing")
    bob.refused("call:answer", {"callId": rung}, code="NOT_FOUND", reason="call")
    end(alice, rung)
    ended([alice], rung, reason="cancelled", duration=0)
    silent([bob])
    block(bob, names[0], on=False)
    assert [entry["callId"] for entry in entries(bob, conversation)] == [rung]
