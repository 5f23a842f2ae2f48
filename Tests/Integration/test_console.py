"""The page at `/`, in a real browser: two users chat, edit, delete and see each other type.

Screenshots go to `.artifacts/`, in light and dark, for desktop and phone.
"""

import re

import pytest
import pytest
from console_fixtures import browser, chromium_is_there, server, windows  # noqa: F401
from playwright.sync_api import expect
from windows import fill_conversation, look, message, say


def test_anybody_signs_in_and_finds_the_next_step(windows):
    page = windows.blank()
    page.goto(windows.url)
    page.get_by_test_id("signin-user").fill("ida")
    page.get_by_test_id("signin-name").fill("Ida Example")
    page.get_by_test_id("signin-user").press("Enter")
    expect(page.get_by_test_id("me-name")).to_have_text("Ida Example")
    expect(page).to_have_url(re.compile(r"\?user=ida$"))

    start = page.get_by_test_id("no-conversation")
    expect(start).to_contain_text("You are in no conversation yet.")
    expect(page.get_by_test_id("join-general")).to_be_hidden()  # said once
    page.get_by_test_id("start-new").click()
    expect(page.get_by_test_id("new-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_test_id("start-general").click()
    expect(page.get_by_test_id("thread-title")).to_have_text("general")
    expect(page.get_by_test_id("composer")).to_be_focused()

    page.reload()
    expect(page.get_by_test_id("me-name")).to_have_text("Ida Example")
    expect(page.get_by_test_id("thread-title")).to_have_text("general")

    with page.context.expect_page() as opened:
        page.get_by_test_id("open-as").first.click()
    other = opened.value
    windows.watch(other)
    expect(other.get_by_test_id("me-name")).to_have_text("alice")
    expect(other.get_by_test_id("thread-title")).to_have_text("general")

    page.get_by_test_id("me").click()
    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("signin-user")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/$"))


def test_two_users_chat_edit_and_delete(windows):
    alice = windows.open("alice", "two-users")
    bob = windows.open("bob", "two-users")

    say(alice, "Hello, Bob!")
    expect(message(alice, "Hello, Bob!").get_by_test_id("delivery")).to_have_text("✓ Sent")
    expect(message(bob, "Hello, Bob!")).to_be_visible()

    bob.get_by_test_id("composer").fill("two")
    bob.get_by_test_id("composer").press("Shift+Enter")
    bob.get_by_test_id("composer").press_sequentially("lines")
    bob.get_by_test_id("composer").press("Enter")
    expect(message(alice, "two\nlines")).to_be_visible()
    expect(message(alice, "two\nlines").get_by_test_id("edit")).to_have_count(0)

    # By keyboard alone: arrow up opens the editor of the last own message, Escape leaves it as it was.
    alice.get_by_test_id("composer").press("ArrowUp")
    expect(alice.get_by_test_id("edit-input")).to_be_focused()
    alice.get_by_test_id("edit-input").fill("never mind")
    alice.get_by_test_id("edit-input").press("Escape")
    expect(message(alice, "Hello, Bob!")).to_be_visible()
    expect(message(alice, "Hello, Bob!").get_by_test_id("edit")).to_be_focused()
    alice.get_by_test_id("edit").press("Enter")
    alice.get_by_test_id("edit-input").fill("Hello, Robert!")
    alice.get_by_test_id("edit-input").press("Enter")
    expect(message(bob, "Hello, Robert!").get_by_test_id("edited")).to_be_visible()
    expect(message(alice, "Hello, Robert!").get_by_test_id("edited")).to_be_visible()

    alice.get_by_test_id("delete").press("Enter")
    alice.get_by_test_id("delete-confirm").press("Enter")
    for page in (alice, bob):
        expect(page.locator('[data-testid="message"][data-state="deleted"]')).to_have_count(1)
        expect(page.get_by_text("Hello, Robert!")).to_have_count(0)


def test_text_of_users_is_never_markup(windows):
    alice = windows.open("alice", "markup")
    bob = windows.open("bob", "markup")
    text = '<img src=x onerror="document.title=\'owned\'"><b>bold</b> &amp; 😀'
    say(alice, text)
    expect(message(bob, text)).to_be_visible()
    assert bob.locator(".text img, .text b").count() == 0
    assert bob.title() != "owned"


def test_typing_is_shown_while_it_lasts(windows):
    alice = windows.open("alice", "typing")
    bob = windows.open("bob", "typing")
    expect(bob.get_by_test_id("composer")).to_be_focused()
    expect(alice.get_by_test_id("thread-subtitle")).to_contain_text("2 members")
    expect(bob.get_by_test_id("thread-subtitle")).to_contain_text("2 members")

    bob.get_by_test_id("composer").press_sequentially("let me th")
    expect(alice.get_by_test_id("typing")).to_have_text("bob is typing…")
    bob.get_by_test_id("composer").fill("")
    expect(alice.get_by_test_id("typing")).to_have_text("")
    expect(bob.get_by_test_id("typing")).to_have_text("")


def test_groups_and_direct_conversations_show_themselves_to_their_members(windows):
    alice = windows.open("gina")
    bob = windows.open("hugo")
    expect(bob.get_by_test_id("conversations-empty")).to_be_visible()

    alice.get_by_test_id("new-conversation").click()
    alice.get_by_test_id("new-partner").fill("hugo")
    alice.get_by_test_id("new-partner").press("Enter")
    expect(alice.get_by_test_id("thread-title")).to_have_text("hugo")
    say(alice, "a word with you")
    row = bob.get_by_test_id("conversation").filter(has_text="gina")
    expect(row).to_contain_text("a word with you")
    expect(row.get_by_test_id("new-dot")).to_be_visible()
    row.click()
    expect(message(bob, "a word with you")).to_be_visible()
    expect(row.get_by_test_id("new-dot")).to_have_count(0)

    alice.get_by_test_id("new-conversation").click()
    alice.get_by_test_id("kind-group").check(force=True)
    alice.get_by_test_id("new-name").fill("Weekend plans")
    alice.get_by_test_id("new-submit").click()
    expect(alice.get_by_test_id("thread-title")).to_have_text("Weekend plans")
    alice.get_by_test_id("members-open").click()
    expect(alice.get_by_test_id("member")).to_have_count(1)
    alice.get_by_test_id("invite-user").fill("hugo")
    alice.get_by_test_id("invite-user").press("Enter")
    expect(alice.get_by_test_id("member")).to_have_count(2)
    expect(bob.get_by_test_id("conversation").filter(has_text="Weekend plans")).to_be_visible()

    stranger = windows.open("stranger", alice.url.rsplit("#")[1])
    expect(stranger.get_by_test_id("thread-empty")).to_contain_text("You are not a member")
    expect(stranger.get_by_test_id("composer")).to_be_hidden()


def test_a_refused_sign_in_says_why_and_can_be_tried_again(windows):
    page = windows.blank()
    page.route("**/v1/dev/token", lambda route: route.fulfill(json={"token": "no.real.token"}))
    page.goto(f"{windows.url}/?user=alice")
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "refused")
    expect(page.get_by_test_id("notice")).to_contain_text("The server did not accept the sign-in.")
    page.unroute("**/v1/dev/token")
    page.get_by_test_id("retry-now").click()
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")
    expect(page.get_by_test_id("notice")).to_be_hidden()


def test_who_signs_in_at_the_form_is_not_replaced_by_a_slower_address(windows):
    page, held = windows.blank(), []
    page.route(
        "**/v1/dev/token",
        lambda route: held.append(route) if '"alice"' in route.request.post_data else route.continue_(),
    )
    page.goto(f"{windows.url}/?user=alice")
    page.get_by_test_id("signin-user").fill("bob")
    page.get_by_test_id("signin-submit").click()
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")
    with page.expect_response("**/v1/dev/token"):
        held.pop().continue_()
    # What the page does with the answer comes before what is asked of it now.
    page.get_by_test_id("new-conversation").click()
    expect(page.get_by_test_id("me-id")).to_have_text("bob")
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")
    assert held == []


def test_an_address_that_names_no_conversation_opens_none(windows):
    page = windows.open("alice", "%")
    expect(page.get_by_test_id("me-id")).to_have_text("alice")
    page.evaluate("location.hash = 'readable'")
    expect(page.get_by_test_id("thread-title")).to_have_text("readable")
    page.evaluate("location.hash = '%E0%A4%A'")
    expect(page.get_by_test_id("thread-title")).to_be_hidden()


def test_nothing_jumps_while_the_page_loads_and_messages_come(windows):
    """The browser's own measure of layout shifts; 0.1 is what it calls good."""
    alice = windows.open("alice", "calm")
    fill_conversation(alice, "calm", 60)
    bob = windows.blank(viewport={"width": 1280, "height": 800})
    bob.add_init_script(
        """window.shifts = [];
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifts.push(entry.value);
        }).observe({ type: "layout-shift", buffered: true });"""
    )
    bob.goto(f"{windows.url}/?user=bob#calm")
    expect(message(bob, "line 60")).to_be_visible()
    expect(bob.get_by_test_id("thread-subtitle")).to_contain_text("3 members")
    say(alice, "one more")
    expect(message(bob, "one more")).to_be_visible()
    assert sum(bob.evaluate("shifts")) < 0.1


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize(
    "size", [pytest.param((1280, 800), id="desktop"), pytest.param((390, 844), id="phone")]
)
def test_the_page_is_readable_for_everybody(windows, colours, size):
    """Screenshots, and axe's rules (WCAG AA contrast among them) on every part of the page."""
    name = f"console-{'phone' if size[0] < 700 else 'desktop'}-{colours}"
    viewport = {"width": size[0], "height": size[1]}
    options = {"viewport": viewport, "color_scheme": colours, "reduced_motion": "reduce"}
    signing_in = windows.blank(**options)
    signing_in.goto(windows.url)
    expect(signing_in.get_by_test_id("signin-user")).to_be_focused()
    look(signing_in, f"{name}-signin")

    bob = windows.open("bob", name)
    alice = windows.open("alice", name, **options)
    expect(bob.get_by_test_id("thread-subtitle")).to_contain_text("2 members")
    look(alice, f"{name}-empty")
    say(bob, "Morning! Did the deploy go through?")
    say(bob, "The graphs look calm from here.")
    expect(message(alice, "The graphs look calm from here.")).to_be_visible()
    say(alice, "It did, twenty minutes ago. Nobody noticed, which is the point 🙂")
    say(alice, "I deleted the wrong line")
    say(alice, "Notes are in the usual place.")
    expect(message(bob, "Notes are in the usual place.")).to_be_visible()
    message(alice, "I deleted the wrong line").hover()
    message(alice, "I deleted the wrong line").get_by_test_id("delete").click()
    look(alice, f"{name}-deleting")
    alice.get_by_test_id("delete-confirm").click()
    message(alice, "Notes are in the usual place.").hover()
    message(alice, "Notes are in the usual place.").get_by_test_id("edit").click()
    look(alice, f"{name}-editing")
    alice.get_by_test_id("edit-input").fill("Notes are in the usual place, with the graphs.")
    alice.get_by_test_id("edit-input").press("Enter")
    expect(alice.get_by_test_id("edited")).to_be_visible()
    bob.get_by_test_id("composer").press_sequentially("Lovely")
    expect(alice.get_by_test_id("typing")).to_have_text("bob is typing…")
    look(alice, name)

    alice.get_by_test_id("members-open").click()
    look(alice, f"{name}-members")
    alice.keyboard.press("Escape")
    if size[0] < 700:
        alice.get_by_test_id("back").click()
        expect(alice.get_by_test_id("conversation-list")).to_be_visible()
        look(alice, f"{name}-list")
    alice.get_by_test_id("new-conversation").click()
    alice.get_by_test_id("kind-group").check(force=True)
    look(alice, f"{name}-new")
