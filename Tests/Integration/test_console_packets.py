"""Engine.IO's and Socket.IO's packets in the page's inspector."""

import json
import re

from console_fixtures import browser, chromium_is_there, server, windows  # noqa: F401
from inspecting import code, frames, inspect, write_frame
from playwright.sync_api import expect
from windows import message, say


def test_the_inspector_shows_packets_as_they_are(windows):
    alice = windows.open("alice", "packets", wire="socketio", compression="off")
    inspect(alice)
    say(alice, "Hello!")
    expect(frames(alice, "0 open")).to_have_text(re.compile(r"^received 0 open\d+ B$"))
    rows = frames(alice, "40 connect")
    expect(rows).to_have_text([re.compile(rf"^{way} 40 connect\d+ B[\d.]+ ms$") for way in ("sent", "received")])
    expect(frames(alice, "42 event session:ready")).to_have_text(re.compile(r"^received 42 event session:ready\d+ B$"))
    sent = frames(alice, "42 event message:send")
    expect(sent).to_have_text(re.compile(r"^sent 42 event message:send\d+ B[\d.]+ ms$"))
    ack = frames(alice, "43 ack message:send")
    expect(ack).to_have_text(re.compile(r"^received 43 ack message:send\d+ B[\d.]+ ms$"))

    sent.click()
    expect(alice.get_by_test_id("frame-title")).to_have_text("Sent 42 event message:send")
    frame = json.loads(code(alice, "JSON"))
    assert frame["type"] == "message:send" and frame["data"]["content"] == "Hello!"
    number = re.fullmatch(r'42(\d+)\["message:send",(\{.*\})\]', code(alice, "Packet"))
    assert json.loads(number[2]) == frame
    size = len(number[0].encode())
    expect(alice.get_by_test_id("frame-facts")).to_contain_text(f"{size} B + 8 B header · answered after")
    alice.get_by_test_id("frame-other").click()
    expect(alice.get_by_test_id("frame-title")).to_have_text("Received 43 ack")
    assert code(alice, "Packet").startswith(f'43{number[1]}[{{"success":true,')
    assert json.loads(code(alice, "JSON"))["success"] is True

    # A packet without JSON, and no packet of Socket.IO at all: the tab is not offered there.
    alice.get_by_test_id("frame-filter").fill("-conversation -presence -message -typing -ping")  # the list stays short
    alice.get_by_test_id("wire").select_option("websocket")
    expect(frames(alice, "ack session:auth")).to_have_count(1)
    frames(alice, "41 disconnect").click()
    assert code(alice, "JSON") == "This packet has nothing in it."
    assert code(alice, "Packet") == "41"
    expect(alice.get_by_test_id("frame-again")).to_be_hidden()
    frames(alice, "session:ready").click()
    expect(alice.get_by_role("tab", name="Packet")).to_be_hidden()
    expect(alice.get_by_role("tab", name="JSON")).to_have_attribute("aria-selected", "true")
    alice.get_by_role("tab", name="JSON").press("ArrowRight")
    expect(alice.get_by_role("tab", name="JavaScript")).to_be_focused()


def test_packets_show_no_secret(windows):
    """Neither the token nor the Engine.IO session id, with which the session could be taken."""
    page = windows.open("alice", "secrets", wire="socketio")
    inspect(page)
    for row in (frames(page, "0 open"), frames(page, "40 connect").first):
        row.click()
        for tab in ("JSON", "Packet", "JavaScript", "curl", "Swift"):
            shown = code(page, tab)
            assert not re.search(r"eyJ[\w-]{20}", shown)
            assert not re.search(r'"sid": ?"[^"…]+"', shown)


def test_packets_filter_and_pause(windows):
    page = windows.open("alice", "sieve", wire="socketio")
    inspect(page)
    expect(frames(page, "43 ack conversation:members")).to_have_count(1)
    page.get_by_test_id("frame-filter").fill("43 conversation")
    expect(frames(page).filter(has_not_text=re.compile("received 43 ack conversation:"))).to_have_count(0)
    expect(frames(page).first).to_be_visible()
    page.get_by_test_id("frame-filter").fill("-42 -43 -ping -pong")
    left = ("Connecting", "received 0 open", "sent 40 connect", "received 40 connect", "Connected")
    expect(frames(page)).to_have_text([re.compile(f"^{text}") for text in left])
    offered = page.get_by_test_id("frame-types").locator("option").evaluate_all("all => all.map(({ value }) => value)")
    assert {"0 open", "40 connect", "42 event", "43 ack", "session:ready"} <= set(offered)
    page.get_by_test_id("frame-filter").fill("")
    page.get_by_test_id("frames-pause").click()
    say(page, "meanwhile")
    expect(page.get_by_test_id("frames-count")).to_have_text(re.compile(r"paused, [2-9] new"))
    page.get_by_test_id("frames-pause").click()
    expect(frames(page, "43 ack message:send")).to_have_count(1)


def test_a_hand_written_frame_goes_out_as_an_event(windows):
    alice = windows.open("alice", "written", wire="socketio")
    bob = windows.open("bob", "written")
    inspect(alice)
    hello = {"id": "h1", "type": "message:send", "conversationId": "written", "data": {"content": "by hand"}}
    write_frame(alice, json.dumps(hello | {"ack": True}, indent=4))
    expect(alice.get_by_test_id("sender-status")).to_contain_text("Answered after")
    assert json.loads(alice.get_by_test_id("sender-answer").text_content())["success"] is True
    expect(message(bob, "by hand")).to_be_visible()
    write_frame(alice, {"id": "h2", "type": "message:send", "conversationId": "written", "data": {}})
    expect(alice.get_by_test_id("sender-status")).to_have_text(re.compile("^Refused after .* MISSING_FIELD · data"))
    expect(frames(alice, "42 event error message:send")).to_have_count(1)
    write_frame(alice, {"type": "message:send", "data": {}, "ack": True})
    expect(alice.get_by_test_id("sender-status")).to_have_text(re.compile("^Refused after .* MISSING_FIELD · id"))
    write_frame(alice, {"id": "h3", "ack": True})
    expect(alice.get_by_test_id("sender-status")).to_contain_text("INVALID_PAYLOAD")
    write_frame(alice, {"id": "h4", "type": "typing:start", "conversationId": "written"})
    expect(alice.get_by_test_id("sender-status")).to_have_text("Sent. It asks for no ack, so a success is silent.")
    expect(bob.get_by_test_id("typing")).to_have_text("alice is typing…")
