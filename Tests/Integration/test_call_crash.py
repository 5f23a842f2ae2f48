"""kill -9 while phones ring and people talk: after the restart calls go on, or both sides learn how they ended. R48."""

import pytest
from calling import WIRES, befriend, cut, end, ended, entries, name, ring, talk


@pytest.fixture
def settings():
    return {}


@pytest.fixture
def server(make_server, settings):
    return make_server("--no-rate-limits", settings=settings).start()


@pytest.fixture
def wire():
    return "plain"


@pytest.fixture
def couple(dial, user, wire):
    """Makes two who know each other, each with a device that may come back."""

    def couple():
        names = user("alice"), user("bob")
        pair = [dial(wire, name, claims={"dev": f"{name}-1"}) for name in names]
        return *pair, befriend(*pair)

    return couple


@pytest.fixture
def back(dial, wire):
    """The same user again, on the same device or another one."""

    def back(client, device=1):
        return dial(wire, name(client), claims={"dev": f"{name(client)}-{device}"})

    return back


def crash(server):
    server.kill()
    server.start()


@pytest.mark.parametrize("wire", WIRES)
def test_calls_outlive_a_crash_where_both_come_back(server, couple, back):
    rings, talks = couple(), couple()
    ringing, talking = ring(*rings[:2]), talk(*talks[:2])
    crash(server)
    alice, bob, zoe, yan = (back(client) for client in (*rings[:2], *talks[:2]))
    alice.expect("call:update", callId=ringing, state="ringing")
    bob.expect("call:incoming", callId=ringing)
    bob.ok("call:answer", {"callId": ringing})
    alice.expect("call:answered", callId=ringing)
    zoe.expect("call:update", callId=talking, state="reconnecting")
    for side in (yan, zoe):
        side.expect("call:update", callId=talking, state="answered")
    zoe.ok("call:signal", {"callId": talking, "kind": "renegotiate", "payload": None})
    yan.expect("call:signal", callId=talking)
    for call, pair, conversation in ((ringing, (alice, bob), rings[2]), (talking, (zoe, yan), talks[2])):
        duration = end(pair[1], call)["duration"]
        assert ended(pair, call, reason="hangup")["duration"] == duration
        assert [entry["callId"] for entry in entries(pair[0], conversation)] == [call]


@pytest.mark.parametrize("settings", [{"calls": {"callerGrace": 2, "grace": 2}}], ids=["short-graces"])
@pytest.mark.parametrize("wire", WIRES)
def test_both_sides_learn_of_the_end_where_one_does_not_come_back(server, couple, back):
    rings, talks = couple(), couple()
    ringing, talking = ring(*rings[:2]), talk(*talks[:2])
    crash(server)
    # The callee's phone rings on, the caller's device does not come; of the talkers one comes.
    bob, zoe = back(rings[1]), back(talks[0])
    failed = bob.expect("call:ended", callId=ringing)["data"]
    assert (failed["reason"], failed["duration"]) == ("failed", 0)
    lost = zoe.expect("call:ended", callId=talking)["data"]
    assert lost["reason"] == "server_error"
    # The others learn it when they come, on whatever device.
    for client, told in ((rings[0], failed), (talks[1], lost)):
        late = back(client, device=2)
        assert late.expect("call:ended", callId=told["callId"])["data"] == told
    for client, conversation, told in ((bob, rings[2], failed), (zoe, talks[2], lost)):
        [entry] = entries(client, conversation)
        assert (entry["callId"], entry["reason"], entry["duration"]) == (
            told["callId"],
            told["reason"],
            told["duration"],
        )


def test_an_end_is_told_after_a_crash_to_who_was_away(server, couple, back):
    alice, bob, conversation = couple()
    call = talk(alice, bob)
    cut(bob)
    alice.expect("call:update", callId=call, state="reconnecting")
    duration = end(alice, call)["duration"]
    crash(server)
    told = ended([back(bob), back(alice)], call, reason="hangup", endedBy=name(alice))
    assert told["duration"] == duration
    assert len(entries(back(alice), conversation)) == 1


@pytest.mark.parametrize("wire", WIRES)
def test_a_clean_restart_keeps_a_call_too(server, couple, back):
    alice, bob, _ = couple()
    call = talk(alice, bob)
    server.restart()
    zoe, yan = back(alice), back(bob)
    yan.expect("call:update", callId=call, state="answered")
    end(zoe, call)
    ended([zoe, yan], call, reason="hangup")
