"""Calls of the page beside clients that are no pages: another device of the same user, and an app that sends anything."""

import json
import re

import pytest
from calling import befriend, ended, talk
from client import Client
from closing import Closing
from console_calls import LASTED, connected, end, moving, pair, ring, server, state, user_of, windows  # noqa: F401
from console_fixtures import WIRES, chromium_is_there, media_browser  # noqa: F401
from inspecting import code, frames, told, write_frame
from playwright.sync_api import expect
from service import run_caas, unique

KINDS = ["offer", "answer", "candidates", "renegotiate", "end_of_candidates", "app"]
# None of them is what a kind is for.
PAYLOADS = [
    None,
    True,
    5,
    "text",
    [],
    {"sdp": None},
    {"sdp": "text"},
    {"candidates": 5},
    {"candidates": [None, 5, "text", [], {}, {"candidate": "text", "sdpMid": "0"}]},
    {"microphone": None, "camera": "text"},
]


@pytest.fixture
def client(server):  # noqa: F811
    """Connects users by clients that are no pages, each a device of its own."""

    def client(user):
        made = run_caas("token", "--user", user, "--data", server.data)
        client = Client(server.ws_url, made.stdout.strip())
        client.ready = client.expect("session:ready")
        return client

    with Closing(client) as client:
        yield client


@pytest.mark.parametrize("goes_on", [True, False], ids=["that-goes-on", "that-has-ended-since"])
def test_a_call_on_another_device_is_ended_for_one_here_when_the_user_says_so(windows, client, goes_on):  # noqa: F811
    alice, bob = pair(windows)
    device, carol = client(user_of(alice)), client(unique("carol"))
    befriend(device, carol)
    other = talk(device, carol)
    alice.get_by_test_id("call-video").click()
    expect(alice.get_by_test_id("call-problem")).to_contain_text("You are in another call, which may be on another device")
    expect(state(alice)).to_have_text("The call did not begin.")
    expect(alice.get_by_test_id("call-again")).to_be_hidden()
    # Nothing has been ended.
    device.ok("call:ice", {"callId": other})
    if not goes_on:
        carol.ok("call:end", {"callId": other})
        ended([device, carol], other, reason="hangup")
    alice.get_by_test_id("call-instead").click()
    if goes_on:
        ended([device, carol], other, reason="hangup", endedBy=user_of(alice))
    expect(bob.get_by_test_id("incoming")).to_be_visible()
    expect(alice.get_by_test_id("call-instead")).to_be_hidden()
    bob.get_by_test_id("accept").click()
    connected(alice, bob)
    end(bob).click()
    expect(state(alice)).to_have_text(re.compile(rf"hung up{LASTED}$"))
    expect(alice.get_by_test_id("call-instead")).to_be_hidden()


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("calls", ["page", "client"])
def test_an_app_may_send_the_page_anything(windows, client, calls, wire):  # noqa: F811
    alice = windows.open(unique("alice"), wire=wire)
    bob = client(unique("bob"))
    bob.create(kind="direct", members=[user_of(alice)])
    if calls == "page":
        alice.get_by_test_id("conversation").filter(has_text=bob.ready["data"]["userId"]).click()
        alice.get_by_test_id("call-video").click()
        call = bob.expect("call:incoming")["data"]["callId"]
        bob.ok("call:answer", {"callId": call})
        bob.expect("call:signal", callId=call, kind="offer")
    else:
        call = bob.ok("call:initiate", {"targetUserId": user_of(alice), "type": "video"})["callId"]
        alice.get_by_test_id("accept").click()
        bob.expect("call:answered", callId=call)
    for kind in KINDS:
        for payload in PAYLOADS:
            bob.ok("call:signal", {"callId": call, "kind": kind, "payload": payload})
    theirs = alice.get_by_test_id("call-theirs")
    for microphone, told in ((False, "Their microphone is off."), (True, "")):
        # What says nothing of it changes nothing.
        for payload in ({"microphone": microphone}, {"camera": False}, "text", None):
            bob.ok("call:signal", {"callId": call, "kind": "app", "payload": payload})
        expect(theirs).to_have_text(told)
    bob.ok("call:end", {"callId": call})
    expect(state(alice)).to_have_text(re.compile(rf"hung up{LASTED}$"))


def test_pictures_move_on_whatever_is_sent_beside_them(windows):  # noqa: F811
    alice, bob = pair(windows)
    ring(alice, bob, "audio")
    bob.get_by_test_id("accept").click()
    connected(alice, bob)
    told(bob, "call:incoming")
    frames(bob, "call:incoming").click()
    call = json.loads(code(bob, "JSON"))["data"]["callId"]
    for kind in ("offer", "answer", "candidates", "app"):
        for payload in (None, "text", {"sdp": "text"}, {"candidates": [{}]}):
            data = {"callId": call, "kind": kind, "payload": payload}
            write_frame(bob, {"id": unique("anything"), "type": "call:signal", "data": data, "ack": True})
    bob.get_by_test_id("call-mute").click()
    expect(alice.get_by_test_id("call-theirs")).to_have_text("Their microphone is off.")
    connected(alice, bob)
    # They agree on pictures now, first by the offer of the callee.
    bob.get_by_test_id("call-camera").click()
    moving(alice)
    alice.get_by_test_id("call-camera").click()
    moving(bob)
    end(bob).click()
    expect(state(alice)).to_have_text(re.compile(rf"hung up{LASTED}$"))
