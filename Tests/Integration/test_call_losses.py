"""Calls whose participants are lost, say goodbye or are removed, over real sockets: R26, R31, R48."""

import time

import pytest
from calling import WIRES, befriend, cut, end, ended, name, ring, talk
from rest import Rest, make_key


@pytest.mark.parametrize("wire", WIRES)
def test_a_goodbye_ends_the_call_at_once(connect, dial, user, wire):
    alice, bob = connect(user()), dial(wire, user("bob"))
    befriend(alice, bob)
    call = talk(alice, bob)
    bob.close()
    seen, told = alice.until("call:ended", callId=call)
    assert told["data"]["reason"] == "hangup" and told["data"]["endedBy"] == name(bob)
    assert not [frame for frame in seen if frame["type"] == "call:update"]


def test_who_is_cut_off_comes_back_with_the_same_device_and_gets_what_waited(connect, user):
    bob = user("bob")
    alice, phone = connect(user("alice")), connect(bob, claims={"dev": "phone"})
    befriend(alice, phone)
    call = talk(alice, phone)
    cut(phone)
    alice.expect("call:update", callId=call, state="reconnecting")
    for number in range(5):
        alice.ok("call:signal", {"callId": call, "kind": "candidates", "payload": number})
    other = connect(bob, claims={"dev": "tablet"})
    back = connect(bob, claims={"dev": "phone"})
    back.expect("call:update", callId=call, state="answered")
    alice.expect("call:update", callId=call, state="answered")
    assert [back.expect("call:signal", callId=call)["data"]["payload"] for _ in range(5)] == list(range(5))
    end(back, call)
    ended([alice, back, other], call, reason="hangup")
    assert not [frame for frame in other.events if frame["type"] == "call:signal"]


def test_a_token_that_expires_in_a_call_is_followed_by_one_for_the_same_device(connect, user):
    bob = user("bob")
    alice, phone = connect(user("alice")), connect(bob, claims={"dev": "phone"})
    befriend(alice, phone)
    call = talk(alice, phone)
    # It takes over when the first has gone, and its session ends with its token.
    brief = connect(bob, claims={"dev": "phone", "exp": int(time.time()) + 3})
    cut(phone)
    assert brief.close_code() == 4202
    alice.expect("call:update", callId=call, state="reconnecting")
    back = connect(bob, claims={"dev": "phone"})
    back.expect("call:update", callId=call, state="answered")
    alice.expect("call:update", callId=call, state="answered")
    back.ok("call:ice", {"callId": call})
    connect(bob, claims={"dev": "tablet"}).refused(
        "call:ice", {"callId": call}, code="FORBIDDEN", reason="other_device"
    )
    end(back, call)
    ended([alice, back], call, reason="hangup")


@pytest.mark.parametrize("wire", WIRES)
def test_a_late_goodbye_hands_the_call_on_to_the_connection_that_came_since(connect, dial, user, wire):
    bob = user("bob")
    alice, phone = connect(user("alice")), dial(wire, bob, claims={"dev": "phone"})
    befriend(alice, phone)
    call = talk(alice, phone)
    since = dial(wire, bob, claims={"dev": "phone"})
    phone.close()
    since.expect("call:update", callId=call, state="answered")
    alice.ok("call:signal", {"callId": call, "kind": "app", "payload": 1})
    since.expect("call:signal", callId=call)
    assert not [frame for frame in alice.events if frame["type"] in ("call:update", "call:ended")]
    # The latest connection means it.
    since.close()
    alice.expect("call:ended", callId=call, reason="hangup")


@pytest.mark.parametrize("state", ["talking", "ringing"])
@pytest.mark.parametrize("removed", ["caller", "callee"])
def test_a_call_ends_with_a_user_who_is_removed(server, connect, dial, user, removed, state):
    alice, bob = connect(user("alice")), dial("socketio", user("bob"))
    befriend(alice, bob)
    call = talk(alice, bob) if state == "talking" else ring(alice, bob)
    gone, peer = (alice, bob) if removed == "caller" else (bob, alice)
    backend = Rest(server, make_key(server))
    backend.ok("DELETE", f"/v1/users/{name(gone)}")
    # The answer comes behind what it ends.
    seen, told = peer.until("call:ended", callId=call)
    reason = "connection_lost" if state == "talking" else "cancelled" if removed == "caller" else "failed"
    assert told["data"]["reason"] == reason
    assert not [frame for frame in seen if frame["type"] == "call:update"]
    peer.refused("call:ice", {"callId": call}, code="NOT_FOUND", reason="call_ended")
    backend.close()


@pytest.mark.parametrize("state", ["talking", "ringing"])
def test_a_call_ends_with_its_conversation(server, connect, dial, user, state):
    alice, bob = connect(user("alice")), dial("socketio", user("bob"))
    conversation = befriend(alice, bob)
    call = talk(alice, bob) if state == "talking" else ring(alice, bob)
    backend = Rest(server, make_key(server))
    backend.ok("DELETE", f"/v1/conversations/{conversation}")
    backend.close()
    for side in (alice, bob):
        seen, _ = side.until("conversation:removed", conversationId=conversation, reason="deleted")
        [told] = [frame["data"] for frame in seen if frame["type"] == "call:ended"]
        assert (told["callId"], told["reason"]) == (call, "connection_lost" if state == "talking" else "failed")
        side.refused("call:ice", {"callId": call}, code="NOT_FOUND", reason="call_ended")
    assert befriend(alice, bob) != conversation
    end(alice, talk(alice, bob))
