"""Calls over real sockets, on both wires: R39–R49."""

import base64
import hashlib
import hmac
import time

import pytest
from calling import befriend, device, end, ended, entries, name, ring, talk
from media import header, pack
from service import unique, write_secret

SDP = {"type": "offer", "sdp": "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n", "zero": 1.0}


@pytest.fixture
def people(connect, user):
    """Alice, and Bob with a phone and a tablet."""
    bob = user("bob")
    alice, phone, tablet = connect(user("alice")), connect(bob), connect(bob)
    return alice, phone, tablet


def test_a_call_from_the_first_ring_to_its_entry(people):
    alice, phone, tablet = people
    conversation = befriend(alice, phone)
    before = time.time() * 1_000
    call = ring(alice, phone, tablet, type="video")
    ack = phone.ok("call:answer", {"callId": call})
    assert (ack["callId"], ack["state"], ack["conversationId"]) == (call, "answered", conversation)
    assert alice.expect("call:answered", callId=call)["data"]["deviceId"] == device(phone)
    tablet.expect("call:ended", callId=call, reason="answered_elsewhere")
    phone.expect("call:answered", callId=call)
    for number in range(3):
        alice.ok("call:signal", {"callId": call, "kind": "candidates", "payload": [number]})
        phone.ok("call:signal", {"callId": call, "kind": "candidates", "payload": [number]})
    for side, peer in ((alice, phone), (phone, alice)):
        for number in range(3):
            signal = side.expect("call:signal", callId=call)["data"]
            assert (signal["from"], signal["payload"]) == (name(peer), [number])
    ack = end(alice, call)
    told = ended(people, call, reason="hangup")
    assert told["duration"] == ack["duration"] <= time.time() * 1_000 - before
    assert told["endedBy"] == name(alice) and told["conversationId"] == conversation
    for side in people:
        message = side.expect("message:new", conversationId=conversation)["data"]
        assert (message["type"], message["content"], message["senderId"]) == ("call", "", name(alice))
    [entry] = entries(alice, conversation)
    assert entry == {
        "callId": call,
        "callType": "video",
        "callerId": name(alice),
        "reason": "hangup",
        "duration": ack["duration"],
        "endedBy": name(alice),
    }
    assert end(phone, call)["duplicate"] is True
    for type in ("call:answer", "call:ice"):
        phone.refused(type, {"callId": call}, code="NOT_FOUND", reason="call_ended")


@pytest.mark.parametrize("wire", ["polling", "websocket", "upgrade"])
@pytest.mark.parametrize("caller", ["plain", "socketio"])
def test_a_call_between_the_two_wires(dial, user, wire, caller):
    plain, stock = dial("plain", user()), dial(wire, user())
    befriend(plain, stock)
    one, other = (plain, stock) if caller == "plain" else (stock, plain)
    call = talk(one, other)
    for side, peer in ((one, other), (other, one)):
        side.ok("call:signal", {"callId": call, "kind": "offer", "payload": SDP})
        signal = peer.expect("call:signal", callId=call, kind="offer")["data"]
        assert signal["payload"] == SDP and signal["from"] == name(side)
    duration = end(other, call)["duration"]
    assert ended([one, other], call, reason="hangup")["duration"] == duration


@pytest.mark.parametrize("wire", ["plain", "polling", "websocket"])
def test_a_signal_that_is_sent_again_is_told_once(dial, user, wire):
    alice, bob = dial(wire, user("alice")), dial("plain", user("bob"))
    befriend(alice, bob)
    signal = {"callId": talk(alice, bob), "kind": "app", "payload": {"n": 1}}
    assert "duplicate" not in alice.ok("call:signal", signal, id="s-1")
    assert alice.ok("call:signal", signal, id="s-1")["duplicate"] is True
    alice.refused("call:signal", signal | {"payload": {"n": 2}}, id="s-1", code="ALREADY_EXISTS", field="id", reason="id_reused")
    alice.ok("call:signal", signal | {"payload": {"n": 3}})
    told = [bob.expect("call:signal")["data"]["payload"]["n"] for _ in range(2)]
    assert told == [1, 3]


def test_a_signal_may_be_32_kib_and_no_larger(people):
    alice, phone, tablet = people
    befriend(alice, phone)
    call = talk(alice, phone, tablet)
    largest = "x" * (32_768 - 2)
    alice.ok("call:signal", {"callId": call, "kind": "app", "payload": largest})
    assert phone.expect("call:signal", callId=call)["data"]["payload"] == largest
    alice.refused(
        "call:signal",
        {"callId": call, "kind": "app", "payload": largest + "x"},
        code="INVALID_PAYLOAD",
        reason="too_large",
    )
    alice.refused(
        "call:signal", {"callId": call, "kind": "hello", "payload": 1}, code="INVALID_PAYLOAD", field="data.kind"
    )
    tablet.refused(
        "call:signal", {"callId": call, "kind": "app", "payload": 1}, code="FORBIDDEN", reason="other_device"
    )
    end(alice, call)


def test_a_busy_callee_has_an_entry_and_hears_nothing(people, connect, user):
    alice, phone, tablet = people
    carol = connect(user("carol"))
    befriend(alice, phone)
    conversation = befriend(carol, phone)
    call = talk(alice, phone, tablet)
    ack = carol.ok("call:initiate", {"targetUserId": name(phone), "type": "audio"})
    assert (ack["state"], ack["reason"]) == ("ended", "busy")
    carol.expect("call:ended", callId=ack["callId"], reason="busy")
    seen, _ = phone.until("message:new", conversationId=conversation)
    assert not [frame for frame in seen if frame["type"].startswith("call:")]
    assert [entry["callId"] for entry in entries(carol, conversation)] == [ack["callId"]]
    error = alice.refused(
        "call:initiate", {"targetUserId": name(carol), "type": "audio"}, code="ALREADY_EXISTS", reason="in_call"
    )
    assert error["details"]["callId"] == call
    end(alice, call)


def test_a_token_without_the_scope_makes_no_calls(connect, user):
    client = connect(user(), claims={"scope": "chat:read chat:write"})
    client.refused("call:initiate", {"targetUserId": "u", "type": "audio"}, code="FORBIDDEN", reason="scope")


def test_a_device_that_may_not_call_does_not_ring_and_gets_no_credentials(connect, dial, user):
    bob = user("bob")
    alice = connect(user("alice"))
    readers = [dial(wire, bob, claims={"scope": "chat:read chat:write"}) for wire in ("plain", "socketio")]
    befriend(alice, readers[0])
    ack = alice.ok("call:initiate", {"targetUserId": bob, "type": "audio"})
    call = ack["callId"]
    # Had anybody rung, the caller would have been told so before this is answered.
    alice.ok("conversation:list")
    assert not [frame for frame in alice.events if frame["type"] == "call:ringing"]
    phone = connect(bob, claims={"scope": "call"})
    phone.expect("call:incoming", callId=call)
    alice.expect("call:ringing", callId=call)
    end(alice, call)
    for reader in readers:
        seen, _ = reader.until("message:new", conversationId=ack["conversationId"])
        assert not [frame for frame in seen if frame["type"].startswith("call:")]


def test_guests_have_no_calls(connect, user):
    alice, guest = connect(user("alice")), connect(f"guest:{user()}")
    alice.create(kind="group", members=[name(guest)])
    call = {"type": "audio"}
    alice.refused("call:initiate", call | {"targetUserId": name(guest)}, code="FORBIDDEN", reason="guest")
    guest.refused("call:initiate", call | {"targetUserId": name(alice)}, code="FORBIDDEN", reason="scope")


@pytest.mark.parametrize("wire", ["plain", "socketio"])
def test_with_the_scope_of_calls_alone_media_are_sent_in_ones_own_call(connect, dial, user, wire):
    claims = {"scope": "chat:read chat:write call"}
    alice, bob = dial(wire, user("alice"), claims=claims), connect(user("bob"))
    conversation = befriend(alice, bob)

    def send(type="audio"):
        id = unique("packet")
        packet = pack(header(conversation, type, id=id, ack=True))
        alice.socket.send(packet) if wire == "plain" else alice.emit("binary", packet, id)
        return alice.answer(id)["data"]

    assert send()["error"]["details"]["reason"] == "scope"
    call = talk(alice, bob)
    assert send()["success"] and send("video")["success"]
    assert send("file_chunk")["error"]["details"]["reason"] == "scope"
    end(alice, call)
    assert send()["error"]["details"]["reason"] == "scope"


def test_a_device_that_comes_late_rings_behind_its_welcome(connect, user):
    bob = user("bob")
    alice, phone = connect(user("alice")), connect(bob)
    befriend(alice, phone)
    call = ring(alice, phone)
    late = connect(bob)
    incoming = late.receive()
    assert (incoming["type"], incoming["data"]["callId"]) == ("call:incoming", call)
    late.ok("call:reject", {"callId": call})
    ended([alice, phone, late], call, reason="rejected", duration=0)


def test_it_rings_as_long_as_the_setting_says(make_server, connect, user):
    server = make_server("--no-rate-limits", settings={"calls": {"ringTimeout": 5}}).start()
    alice, phone = (connect(user(), server=server) for _ in range(2))
    conversation = befriend(alice, phone)
    call = ring(alice, phone)
    ended([alice, phone], call, reason="missed", duration=0)
    assert [entry["reason"] for entry in entries(alice, conversation)] == ["missed"]


def test_credentials_are_what_coturn_computes(make_server, connect, user, tmp_path):
    secret = "a secret of the relay"
    relay = "turn:turn.example.org:3478?transport=udp"
    turn = {
        "urls": ["stun:turn.example.org:3478", relay],
        "secretFile": str(write_secret(tmp_path / "turn", secret)),
        "ttl": 600,
    }
    server = make_server("--no-rate-limits", settings={"turn": turn}).start()
    alice, phone = (connect(user(), server=server) for _ in range(2))
    befriend(alice, phone)
    before = int(time.time())
    ack = alice.ok("call:initiate", {"targetUserId": name(phone), "type": "audio"})
    incoming = phone.expect("call:incoming")["data"]
    renewed = alice.ok("call:ice", {"callId": ack["callId"]})
    after = int(time.time())
    for servers, who in ((ack, alice), (incoming, phone), (renewed, alice)):
        stun, turn = servers["iceServers"]
        assert stun == {"urls": ["stun:turn.example.org:3478"]} and turn["urls"] == [relay]
        expiry, tenant, named = turn["username"].split(":")
        assert before + 600 <= int(expiry) <= after + 600 and (tenant, named) == ("a", name(who))
        proof = hmac.new(secret.encode(), turn["username"].encode(), hashlib.sha1).digest()
        assert turn["credential"] == base64.b64encode(proof).decode()
    end(alice, ack["callId"])


def test_without_relays_the_list_is_empty(people):
    alice, phone, _ = people
    befriend(alice, phone)
    ack = alice.ok("call:initiate", {"targetUserId": name(phone), "type": "audio"})
    assert ack["iceServers"] == [] and phone.expect("call:incoming")["data"]["iceServers"] == []
    end(alice, ack["callId"])
