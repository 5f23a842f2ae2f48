"""The page's inspector: every frame, as it crossed the wire, as JSON and as code; and a box that sends one."""

import json
import re

import pytest
from console_fixtures import WIRES, browser, chromium_is_there, line, port_of, server, windows  # noqa: F401
from inspecting import SIZE, code, frames, inspect, listed, write_frame
from playwright.sync_api import expect
from process import wait_until
from windows import fill_conversation, look, message, say


def test_frames_show_their_direction_type_size_and_round_trip(windows):
    alice = windows.open("alice", "seen")
    bob = windows.open("bob", "seen")
    inspect(alice)
    say(alice, "Hello, Bob!")
    say(bob, "Hello, Alice!")
    expect(message(alice, "Hello, Alice!")).to_be_visible()

    sent = frames(alice, "message:send").first
    expect(sent.get_by_text("sent")).to_have_count(1)
    expect(sent).to_have_text(re.compile(rf"sent message:send{SIZE}\d+(\.\d)? ms$"))
    ack = frames(alice, "ack message:send")
    expect(ack).to_have_text(re.compile(r"received ack message:send\d+ B\d+(\.\d)? ms$"))
    expect(frames(alice, "message:new")).to_have_text(re.compile(r"received message:new\d+ B$"))

    sent.click()
    expect(alice.get_by_test_id("frame-title")).to_have_text("Sent message:send")
    expect(alice.get_by_test_id("frame-facts")).to_contain_text(re.compile(r"\d+ B( as ≈ \d+ B)? \+ [68] B header · answered after"))
    frame = json.loads(code(alice, "JSON"))
    assert frame["type"] == "message:send" and frame["data"]["content"] == "Hello, Bob!"
    alice.get_by_test_id("frame-other").click()
    answer = json.loads(code(alice, "JSON"))
    assert answer["type"] == "ack" and answer["replyTo"] == frame["id"] and answer["data"]["success"] is True
    expect(ack).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize("wire", WIRES)
def test_sizes_are_the_bytes_on_the_wire(windows, line, wire):
    """The sum of the list is what a tap on the line counts, to the byte: headers, masks and UTF-8."""
    event, ack = ("", "ack ") if wire == "websocket" else ("42 event ", "43 ack ")
    page = windows.blank()
    page.add_init_script("sessionStorage.setItem('panel-health', 'closed')")  # it asks over the same line
    page.goto(f"{line.url}/?user=tapped&wire={wire}&compression=off")
    inspect(page)
    expect(frames(page, f"{ack}conversation:list")).to_have_count(1)
    expect(frames(page, f"{ack}ping")).to_have_count(1)
    expect(frames(page, f"{ack}presence:subscribe")).to_have_count(1)

    page.get_by_test_id("frames-clear").click()
    before = [counted - shown for counted, shown in zip(line.counted(), listed(page))]
    contents = ["x", "žluťoučký kůň 😀", "x" * 100, "x" * 3_000]
    for number, content in enumerate(contents, 1):
        data = {"content": content}
        write_frame(page, {"id": f"t{number}", "type": "message:history", "data": data, "ack": True})
        expect(frames(page, f"{ack}message:history")).to_have_count(number)
    expect(frames(page, f"{event}message:history")).to_have_count(len(contents))
    page.get_by_test_id("sender-close").click()  # all of the list is in sight
    # A ping may have crossed too, and then is in the list.
    wait_until(lambda: listed(page) == [now - then for now, then in zip(line.counted(), before)], "both say the same")
    assert listed(page)[0] > len(contents[-1])


def test_refusals_are_red_with_code_and_reason(windows):
    page = windows.open("alice", "refusals")
    inspect(page)
    write_frame(page, {"id": "r1", "type": "message:send", "conversationId": "refusals", "data": {}, "ack": True})
    refusal = re.compile(r"^Refused after .* MISSING_FIELD · data\.content$")
    expect(page.get_by_test_id("sender-status")).to_have_text(refusal)
    row = frames(page, "ack message:send")
    expect(row.locator(".why")).to_have_text("MISSING_FIELD · data.content")
    bad = page.evaluate(
        """() => { const probe = document.createElement("i"); probe.style.color = "var(--bad)";
                   document.body.append(probe); return getComputedStyle(probe).color; }"""
    )
    expect(row.locator(".why")).to_have_css("color", bad)

    page.get_by_test_id("frame-errors").check()
    expect(frames(page)).to_have_count(2)
    row.click()
    expect(page.get_by_test_id("frame-problem")).to_contain_text("MISSING_FIELD · data.content")


def test_a_hand_written_frame_is_checked_sent_and_answered(windows):
    alice = windows.open("alice", "by-hand")
    bob = windows.open("bob", "by-hand")
    inspect(alice)
    write_frame(alice, '{"type": "ping", }')
    expect(alice.get_by_test_id("sender-problem")).to_have_text(re.compile("^This is no JSON: .*position 17"))
    assert alice.get_by_test_id("sender-text").evaluate("box => box.selectionStart") == 17
    expect(alice.get_by_test_id("sender-text")).to_have_attribute("aria-invalid", "true")
    write_frame(alice, "[1]")
    expect(alice.get_by_test_id("sender-problem")).to_have_text("A frame is a JSON object: { … }.")
    expect(frames(alice, "no type")).to_have_count(0)

    hello = {"id": "h1", "type": "message:send", "conversationId": "by-hand", "data": {"content": "by hand"}}
    hello |= {"ack": True}
    write_frame(alice, hello)
    expect(alice.get_by_test_id("sender-status")).to_contain_text("Answered after")
    answer = json.loads(alice.get_by_test_id("sender-answer").text_content())
    assert answer["data"]["success"] is True and answer["replyTo"] == "h1"
    expect(message(bob, "by hand")).to_be_visible()

    write_frame(alice, '{"type":"ping"}')
    expect(alice.get_by_test_id("sender-status")).to_have_text("Refused: MISSING_FIELD · id")
    write_frame(alice, {"id": "h2", "type": "typing:start", "conversationId": "by-hand"})
    expect(alice.get_by_test_id("sender-status")).to_have_text("Sent. It asks for no ack, so a success is silent.")
    alice.get_by_test_id("sender-template").select_option("conversation:members")
    alice.get_by_test_id("sender-send").click()
    expect(alice.get_by_test_id("sender-answer")).to_contain_text('"userId": "bob"')

    alice.get_by_test_id("sender-close").click()
    frames(alice, "message:send").click()
    alice.get_by_test_id("frame-again").click()
    again = json.loads(alice.get_by_test_id("sender-text").input_value())
    assert again == hello | {"id": again["id"]} and again["id"] != "h1"
    alice.get_by_test_id("sender-send").click()
    expect(message(bob, "by hand")).to_have_count(2)


def test_the_list_filters_pauses_and_clears(windows):
    page = windows.open("alice", "filters")
    inspect(page)
    expect(frames(page, "ack conversation:members")).to_have_count(1)
    page.get_by_test_id("frame-filter").fill("conversation -ack")
    expect(frames(page).filter(has_not_text=re.compile("sent conversation:"))).to_have_count(0)
    expect(frames(page).first).to_be_visible()
    page.get_by_test_id("frame-filter").fill("")
    page.get_by_test_id("frame-direction").select_option("in")
    expect(frames(page).filter(has_not_text=re.compile("^received"))).to_have_count(0)
    expect(frames(page).first).to_be_visible()
    page.get_by_test_id("frame-filter").fill("no such type")
    expect(page.get_by_test_id("frames-empty")).to_have_text("No frame passes the filter.")
    page.get_by_test_id("frame-filter").fill("")
    page.get_by_test_id("frame-direction").select_option("all")

    page.get_by_test_id("frames-pause").click()
    shown = frames(page).count()
    say(page, "meanwhile")
    expect(page.get_by_test_id("frames-count")).to_have_text(re.compile(r"paused, [2-9] new"))
    assert frames(page).count() == shown
    page.get_by_test_id("frames-pause").click()
    expect(frames(page, "ack message:send")).to_have_count(1)

    page.get_by_test_id("frames-clear").click()
    expect(frames(page)).to_have_count(0)
    expect(page.get_by_test_id("frames-count")).to_have_text("0 frames")


def test_signing_out_leaves_no_frames_behind(windows):
    page = windows.open("alice", "left-behind")
    inspect(page)
    write_frame(page, {"id": "s1", "type": "ping", "ack": True})
    expect(page.get_by_test_id("sender-status")).to_contain_text("Answered after")
    page.get_by_test_id("sender-show").click()
    page.get_by_test_id("frames-pause").click()
    page.get_by_test_id("me").click()
    page.get_by_test_id("sign-out").click()
    page.get_by_test_id("signin-user").fill("next")
    page.get_by_test_id("signin-user").press("Enter")
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")
    expect(frames(page, "session:auth")).to_have_count(1)
    expect(page.get_by_test_id("frame-detail")).to_be_hidden()
    expect(frames(page, "message:history")).to_have_count(0)


def test_the_list_is_walked_by_keyboard(windows):
    page = windows.open("alice", "keys")
    inspect(page)
    expect(frames(page, "ack conversation:members")).to_have_count(1)
    page.get_by_test_id("frames").focus()
    page.keyboard.press("Home")
    expect(frames(page).first).to_have_attribute("aria-selected", "true")
    expect(frames(page).first).to_have_text("Connecting · WebSocket")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("frame-title")).to_have_text("Sent session:auth")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("frame-title")).to_have_text("Received session:ready")
    active = page.get_by_test_id("frames").get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_contain_text("session:ready")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("tab", name="JSON")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="JavaScript")).to_be_focused()
    expect(page.get_by_test_id("frame-code")).to_contain_text("caas.on(")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("frame-detail")).to_be_hidden()
    expect(page.get_by_test_id("frames")).to_be_focused()


@pytest.mark.parametrize("hidden", [False, True], ids=["open", "closed"])
def test_a_flood_stays_bounded_and_keeps_the_newest(windows, hidden):
    """Hundreds of frames: the log keeps its bound, the document a screenful, and the end stays in sight."""
    page = windows.open("alice", "flood")
    inspect(page)
    if hidden:
        page.get_by_test_id("inspector-close").click()
    fill_conversation(page, "flood", 620)
    expect(message(page, "line 620").first).to_be_visible(timeout=60_000)
    inspect(page)
    expect(frames(page, "message:new").last).to_be_visible()
    assert frames(page).count() < 80
    assert frames(page).last.get_attribute("aria-setsize") == "500"
    assert int(re.sub(r"\D", "", page.get_by_test_id("frames-count").text_content())) >= 620
    frames(page, "message:new").last.click()  # behind it there may be who came: the filler is a new member
    assert '"line 620"' in code(page, "JSON")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("size", [pytest.param((1280, 800), id="desktop"), pytest.param((390, 844), id="phone")])
def test_the_inspector_is_readable_for_everybody(windows, colours, size):
    name = f"inspector-{'phone' if size[0] < 700 else 'desktop'}-{colours}"
    viewport = {"width": size[0], "height": size[1]}
    page = windows.open(
        "alice", "inspected", viewport=viewport, color_scheme=colours, reduced_motion="reduce"
    )
    bob = windows.open("bob", "inspected")
    say(bob, "Have you seen what goes over the wire?")
    say(page, "I am looking at it.")
    inspect(page)
    look(page, f"{name}-list")
    write_frame(page, '{"id": "r1", "type": "message:send", }')
    expect(page.get_by_test_id("sender-problem")).to_be_visible()
    look(page, f"{name}-mistake")
    write_frame(page, {"id": "r1", "type": "message:send", "conversationId": "nowhere", "data": {}, "ack": True})
    expect(page.get_by_test_id("sender-status")).to_contain_text("Refused")
    look(page, f"{name}-refused")
    page.get_by_test_id("sender-show").click()
    look(page, f"{name}-json")
    for tab in ("JavaScript", "curl", "Swift"):
        page.get_by_role("tab", name=tab).click()
        look(page, f"{name}-{tab.lower()}")
    page.get_by_test_id("frame-filter").fill("nothing like it")
    look(page, f"{name}-nothing")
