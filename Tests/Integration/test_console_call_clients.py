"""Calls of the page with clients that are no pages, and may send anything."""

import json
import re

import pytest
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
