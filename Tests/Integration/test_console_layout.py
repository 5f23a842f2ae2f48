"""Whether the page has room for what it shows: on small screens, beside its panels, and in its first seconds."""

import re

import pytest
from console_fixtures import browser, chromium_is_there, line, port_of, server, windows  # noqa: F401
from inspecting import code, frames, inspect, write_frame
from playwright.sync_api import expect
from windows import come_back, look, message, say

WHOLE = """part => {
  const box = part.getBoundingClientRect();
  const panel = part.closest("form").getBoundingClientRect();
  return box.height > 16 && box.top >= panel.top && box.bottom <= Math.min(panel.bottom, innerHeight) + 0.5;
}"""
# More lines on the screen than in the text are lines that were wrapped.
WRAPPED = """part => {
  const range = document.createRange();
  range.selectNodeContents(part);
  const lines = range.getBoundingClientRect().height / parseFloat(getComputedStyle(part).lineHeight);
  return Math.round(lines) - part.textContent.trimEnd().split("\\n").length;
}"""
CUT = "part => part.scrollWidth > part.clientWidth"


def open_at(windows, width, height, user, conversation="", **options):
    return windows.open(user, conversation, viewport={"width": width, "height": height}, **options)


@pytest.mark.parametrize(
    "size", [pytest.param((1280, 800), id="desktop"), pytest.param((700, 800), id="tablet"), (1280, 600), (390, 844)]
)
def test_what_a_sent_frame_brings_is_in_sight(windows, size):
    """With the health strip below: the answer and the way to the list need no scrolling."""
    page = open_at(windows, *size, "alice", "composed")
    if page.get_by_test_id("health").is_hidden() and size[0] >= 700:
        page.get_by_test_id("health-toggle").click()
    inspect(page)
    page.get_by_test_id("sender-open").click()
    text = page.get_by_test_id("sender-text")
    expect(text).to_have_value(re.compile('"type": "message:send"'))
    assert text.evaluate("box => box.scrollHeight <= box.clientHeight"), "the template is cut"
    expect(page.get_by_test_id("sender-hint")).to_be_visible(visible=size[0] >= 700)
    page.get_by_test_id("sender-send").click()
    expect(page.get_by_test_id("sender-status")).to_contain_text("Answered after")
    for part in ("sender-status", "sender-show", "sender-answer"):
        assert page.get_by_test_id(part).evaluate(WHOLE), f"{part} is out of sight"
    assert page.get_by_test_id("sender-answer").bounding_box()["height"] > 100
    look(page, f"composed-{size[0]}x{size[1]}")
    page.get_by_test_id("sender-show").click()
    expect(page.get_by_test_id("frame-title")).to_have_text("Received ack")


@pytest.mark.parametrize("width", [699, 700, 900, 1099, 1100])
def test_beside_the_inspector_there_is_a_way_back_to_the_list(windows, width):
    page = open_at(windows, width, 800, "alice", f"crowded-{width}")
    say(page, "hello")
    inspect(page)
    chat, side, back = (page.get_by_test_id(name) for name in ("thread", "conversation-list", "back"))
    for part in ("frames-count", "frame-filter"):
        assert not page.get_by_test_id(part).evaluate(CUT), f"{part} is cut"
    if width < 700:  # one thing at a time: the inspector has the screen, and its toggle gives it back
        expect(chat).to_be_hidden()
        page.get_by_test_id("inspector-toggle").click()
    look(page, f"beside-the-inspector-{width}")
    expect(chat).to_be_visible()
    if width >= 1100:
        expect(back).to_be_hidden()
        expect(side).to_be_visible()
        return
    expect(side).to_be_hidden()
    back.click()
    expect(side).to_be_visible()
    expect(chat).to_be_hidden()
    expect(page.get_by_test_id("inspector")).to_be_visible(visible=width >= 700)
    look(page, f"beside-the-inspector-{width}-list")
    page.get_by_test_id("conversation").filter(has_text=f"crowded-{width}").click()
    expect(message(page, "hello")).to_be_visible()
    expect(side).to_be_hidden()
    page.keyboard.press("Alt+l")
    expect(page.get_by_test_id("conversation").first).to_be_focused()


@pytest.mark.parametrize("inspector", [False, True], ids=["", "inspector"])
@pytest.mark.parametrize("width", [390, 800, 1280])
def test_a_newcomer_is_told_once_how_to_begin(windows, width, inspector):
    page = open_at(windows, width, 800, f"newcomer{width}{inspector}")
    if page.get_by_test_id("inspector").is_visible() != inspector:
        page.get_by_test_id("inspector-toggle").click()
    if inspector and width < 700:
        page.get_by_test_id("inspector-close").click()
    words = page.get_by_text("Join the public one everybody starts in").locator("visible=true")
    expect(words).to_have_count(1)
    joins = page.get_by_role("button", name="Join “general”")
    expect(joins).to_have_count(1)
    expect(page.get_by_text("Choose one from the list")).to_be_hidden()
    look(page, f"newcomer-{width}{'-inspector' if inspector else ''}")
    joins.click()
    expect(page.get_by_test_id("thread-title")).to_have_text("general")
    page.evaluate("location.hash = ''")
    expect(page.get_by_test_id("thread")).to_be_hidden()
    expect(page.get_by_test_id("no-conversation")).to_contain_text("Choose one from the list")


def test_code_to_copy_keeps_its_lines(windows):
    page = open_at(windows, 390, 844, "alice", "a-conversation-with-a-rather-long-name")
    say(page, "A line of some length, which as code is longer than the panel is wide.")
    inspect(page)
    asking = {"id": "w1", "type": "message:history", "data": {"limit": 10}, "ack": True}
    write_frame(page, asking | {"conversationId": "a-conversation-with-a-rather-long-name"})
    page.get_by_test_id("sender-show").click()
    page.get_by_test_id("frame-other").click()
    shown = page.get_by_test_id("frame-code")
    for tab in ("JavaScript", "curl", "Swift"):
        code(page, tab)
        assert shown.evaluate(WRAPPED) == 0, tab
        look(page, f"code-phone-{tab.lower()}")
    code(page, "curl")
    assert shown.evaluate(CUT), "nothing was long enough to be wrapped"
    # What is read is wrapped, and goes on to the side nowhere.
    page.get_by_test_id("frame-close").click()
    frames(page, "message:send").last.click()
    code(page, "JSON")
    assert not shown.evaluate(CUT)


def test_offline_nothing_is_offered_that_needs_the_service(windows, line):
    page = windows.open("alice", "offline-offers", url=line.url)
    say(page, "mine")
    expect(message(page, "mine").get_by_test_id("edit")).to_have_count(1)
    line.cut()
    expect(page.get_by_test_id("notice")).to_be_visible()
    for name in ("edit", "delete"):
        expect(message(page, "mine").get_by_test_id(name)).to_have_count(0)
    page.get_by_test_id("composer").press("ArrowUp")
    expect(page.get_by_test_id("edit-input")).to_have_count(0)
    line.mend()
    come_back(page)
    expect(message(page, "mine").get_by_test_id("edit")).to_have_count(1)
    expect(message(page, "mine").get_by_test_id("delete")).to_have_count(1)
    windows.forgive_refused_attempts()
