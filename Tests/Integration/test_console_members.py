"""The page's dialogs: making conversations, members with their roles, inviting, removing, banning, leaving."""

import re

import pytest
from console_fixtures import browser, chromium_is_there, server, windows  # noqa: F401
from playwright.sync_api import expect
from windows import act, look, message, say


def member(page, user):
    return page.locator(f'[data-testid="member"][data-user="{user}"]')


def make(page, kind, name, members="", visibility="private", id=""):
    page.get_by_test_id("new-conversation").click()
    page.get_by_test_id(f"kind-{kind}").check(force=True)  # the round sign itself is not drawn
    page.get_by_test_id("new-name").fill(name)
    page.get_by_test_id("new-members").fill(members)
    page.get_by_test_id(f"new-{visibility}").check()
    page.get_by_test_id("new-own-id").fill(id)
    page.get_by_test_id("new-submit").click()


def open_members(page):
    page.get_by_test_id("members-open").click()
    expect(page.get_by_test_id("member").first).to_be_visible()


def test_a_group_is_made_with_members_and_a_chosen_id(windows):
    bob = windows.open("mbob")
    alice = windows.open("malice")
    make(alice, "group", "Picnic", "mbob, mcarol", id="picnic")
    expect(alice.get_by_test_id("thread-title")).to_have_text("Picnic")
    expect(alice).to_have_url(re.compile("#picnic$"))
    expect(alice.get_by_test_id("thread-subtitle")).to_have_text(
        re.compile(r"^private group · 3 members · (\d online · )?you: owner$")
    )
    expect(bob.get_by_test_id("conversation").filter(has_text="Picnic")).to_be_visible()

    make(alice, "group", "Picnic again", id="picnic")
    expect(alice.get_by_test_id("new-error")).to_contain_text("(ALREADY_EXISTS · conversation")
    alice.keyboard.press("Escape")
    make(alice, "group", "  ")
    expect(alice.get_by_test_id("new-error")).to_have_text("A group or channel needs a name.")
    expect(alice.get_by_test_id("new-name")).to_be_focused()


def test_in_a_channel_members_read_and_moderators_write(windows):
    bob = windows.open("cbob")
    alice = windows.open("calice")
    make(alice, "channel", "News", visibility="public", id="news")
    expect(alice.get_by_test_id("thread-subtitle")).to_have_text("public channel · 1 member · you: owner")
    bob.get_by_test_id("new-conversation").click()
    bob.get_by_test_id("kind-join").check(force=True)
    bob.get_by_test_id("join-id").fill("news")
    bob.get_by_test_id("join-id").press("Enter")
    expect(bob.get_by_test_id("thread-subtitle")).to_have_text("public channel · 2 members · you: member")
    say(alice, "Read all about it")
    expect(message(bob, "Read all about it")).to_be_visible()
    say(bob, "May I?")
    expect(message(bob, "May I?").get_by_role("alert")).to_contain_text("(FORBIDDEN · role")


def test_who_is_alone_is_shown_the_next_step(windows):
    alice = windows.open("alone")
    make(alice, "group", "Quiet")
    alice.get_by_test_id("invite-first").click()
    expect(alice.get_by_test_id("members-hint")).to_have_text("You are alone here: invite somebody.")
    alice.get_by_test_id("invite-user").fill("abob, acarol")
    alice.get_by_test_id("invite-role").select_option("moderator")
    alice.get_by_test_id("invite-submit").click()
    expect(alice.get_by_test_id("members-said")).to_have_text("abob and acarol are in.")
    expect(member(alice, "acarol").get_by_test_id("member-role")).to_have_value("moderator")
    alice.get_by_test_id("invite-user").fill("abob")
    alice.get_by_test_id("invite-submit").click()
    expect(alice.get_by_test_id("members-said")).to_have_text("They are members already.")
    alice.get_by_test_id("invite-user").fill("not allowed!")
    alice.get_by_test_id("invite-submit").click()
    expect(alice.get_by_test_id("members-error")).to_contain_text("(INVALID_PAYLOAD · data.userIds")


def test_roles_change_and_everybody_sees_what_they_may_do(windows):
    alice = windows.open("ralice")
    bob = windows.open("rbob")
    make(alice, "group", "Roles", "rbob rcarol")
    bob.get_by_test_id("conversation").filter(has_text="Roles").click()
    expect(bob.get_by_test_id("thread-subtitle")).to_contain_text("you: member")
    open_members(bob)
    expect(bob.get_by_test_id("invite-form")).to_be_hidden()
    expect(bob.get_by_test_id("member-role")).to_have_count(0)
    expect(bob.get_by_test_id("member-remove")).to_have_count(0)

    open_members(alice)
    member(alice, "rbob").get_by_test_id("member-role").select_option("moderator")
    expect(alice.get_by_test_id("members-said")).to_have_text("rbob is moderator now.")
    expect(member(bob, "rcarol").get_by_test_id("member-remove")).to_be_visible()
    expect(member(bob, "ralice").get_by_test_id("member-remove")).to_have_count(0)
    expect(bob.get_by_test_id("member-role")).to_have_count(0)
    options = bob.get_by_test_id("invite-role").locator("option")
    expect(options).to_have_text(["Read only", "Member", "Moderator"])

    member(alice, "rbob").get_by_test_id("member-role").select_option("readonly")
    expect(bob.get_by_test_id("composer")).to_be_disabled()
    expect(bob.get_by_test_id("thread-subtitle")).to_contain_text("you: read only")
    expect(bob.get_by_test_id("members-hint")).to_have_text("You may read here, not write.")
    expect(member(bob, "rbob").locator(".badge")).to_have_text("Read only")
    member(alice, "ralice").get_by_test_id("member-role").select_option("member")
    expect(alice.get_by_test_id("members-error")).to_contain_text("make somebody else an owner first. (FORBIDDEN")
    expect(member(alice, "ralice").get_by_test_id("member-role")).to_have_value("owner")


def test_members_are_removed_banned_and_brought_back(windows):
    alice = windows.open("xalice")
    bob = windows.open("xbob")
    make(alice, "group", "Doors", "xbob", visibility="public", id="doors")
    bob.get_by_test_id("conversation").filter(has_text="Doors").click()
    expect(bob.get_by_test_id("composer")).to_be_enabled()

    open_members(alice)
    member(alice, "xbob").get_by_test_id("member-remove").click()
    expect(alice.get_by_test_id("remove-confirm")).to_be_focused()
    alice.keyboard.press("Escape")
    expect(alice.get_by_test_id("members-dialog")).to_be_visible()
    expect(member(alice, "xbob").get_by_test_id("member-remove")).to_be_focused()
    alice.keyboard.press("Enter")
    expect(alice.get_by_test_id("remove-confirm")).to_be_focused()
    alice.keyboard.press("Enter")
    expect(alice.get_by_test_id("members-said")).to_have_text("xbob is removed.")
    expect(bob.get_by_test_id("thread-empty")).to_contain_text("xalice removed you")
    alice.get_by_test_id("members-undo").click()
    expect(alice.get_by_test_id("members-said")).to_have_text("xbob is a member again.")
    expect(bob.get_by_test_id("thread-subtitle")).to_contain_text("2 members")

    member(alice, "xbob").get_by_test_id("member-remove").click()
    alice.get_by_test_id("ban-lasting").select_option("For an hour")
    alice.get_by_test_id("ban-confirm").click()
    expect(alice.get_by_test_id("members-said")).to_have_text("xbob is banned.")
    expect(member(alice, "xbob")).to_have_count(0)
    bob.reload()
    expect(bob.get_by_test_id("thread-empty")).to_contain_text("(FORBIDDEN · banned")
    alice.get_by_test_id("members-undo").click()
    expect(member(alice, "xbob").get_by_test_id("member-role")).to_have_value("member")
    expect(bob.get_by_test_id("composer")).to_be_enabled()


def test_leaving_asks_first_and_the_last_owner_stays(windows):
    alice = windows.open("lalice")
    bob = windows.open("lbob")
    make(alice, "group", "Exit", "lbob")
    open_members(alice)
    alice.get_by_test_id("leave").click()
    expect(alice.get_by_test_id("leave-text")).to_contain_text("make somebody else an owner first")
    expect(alice.get_by_test_id("leave-confirm")).to_be_hidden()
    alice.keyboard.press("Escape")

    bob.get_by_test_id("conversation").filter(has_text="Exit").click()
    open_members(bob)
    bob.get_by_test_id("leave").click()
    expect(bob.get_by_test_id("leave-text")).to_have_text("You can come back only if somebody invites you.")
    bob.get_by_test_id("leave-confirm").click()
    expect(bob.get_by_test_id("no-conversation")).to_be_visible()
    expect(bob.get_by_test_id("conversation").filter(has_text="Exit")).to_have_count(0)
    expect(alice.get_by_test_id("members-count")).to_have_text("1")


def test_a_refusal_that_nobody_foresaw_is_shown(windows):
    """Two windows of one owner: what the first still offers, the second has made impossible."""
    alice = windows.open("talice")
    make(alice, "group", "Race", "tbob")
    open_members(alice)
    member(alice, "tbob").get_by_test_id("member-remove").click()
    conversation = alice.url.rsplit("#")[1]
    act(alice, "talice", "conversation:remove", conversation, {"userId": "tbob"})
    alice.get_by_test_id("remove-confirm").click()
    expect(alice.get_by_test_id("members-error")).to_contain_text("(NOT_FOUND · member")


def test_long_lists_of_members_are_paged(windows):
    alice = windows.open("palice")
    members = [f"p{number:03}" for number in range(230)]
    act(alice, "palice", "conversation:create", None,
        {"kind": "group", "name": "Crowd", "memberIds": members, "conversationId": "crowd"})
    alice.get_by_test_id("conversation").filter(has_text="Crowd").click()
    expect(alice.get_by_test_id("members-count")).to_have_text("100+")
    open_members(alice)
    expect(alice.get_by_test_id("member")).to_have_count(100)
    alice.get_by_test_id("members-more").click()
    expect(alice.get_by_test_id("member")).to_have_count(200)
    alice.get_by_test_id("members-more").click()
    expect(alice.get_by_test_id("member")).to_have_count(231)
    expect(alice.get_by_test_id("members-more")).to_be_hidden()
    users = alice.get_by_test_id("member").evaluate_all("rows => rows.map((row) => row.dataset.user)")
    assert users == sorted([*members, "palice"])


def test_the_page_is_used_by_keyboard_alone(windows):
    page = windows.open("kim")
    page.keyboard.press("Alt+n")
    expect(page.get_by_test_id("new-partner")).to_be_focused()
    page.keyboard.type("lou")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("thread-title")).to_have_text("lou")
    page.keyboard.press("Alt+n")
    page.get_by_test_id("kind-direct").press("ArrowRight")
    expect(page.get_by_test_id("kind-group")).to_be_checked()
    page.get_by_test_id("new-name").press_sequentially("Second")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("thread-title")).to_have_text("Second")

    page.keyboard.press("Alt+l")
    rows = page.get_by_test_id("conversation")
    expect(rows.filter(has_text="Second")).to_be_focused()
    page.keyboard.press("Home")
    expect(rows.first).to_be_focused()
    page.keyboard.press("End")
    expect(rows.last).to_be_focused()
    page.keyboard.press("Enter")
    expect(rows.last).to_have_attribute("aria-current", "true")
    assert rows.evaluate_all("rows => rows.filter((row) => row.tabIndex === 0).length") == 1

    page.keyboard.press("Alt+c")
    expect(page.get_by_test_id("composer")).to_be_focused()
    page.keyboard.press("Alt+i")
    expect(page.get_by_test_id("inspector")).to_be_focused()
    page.keyboard.press("Alt+i")
    expect(page.get_by_test_id("inspector")).to_be_hidden()
    expect(page.get_by_test_id("inspector-toggle")).to_be_focused()
    page.keyboard.press("Control+/")
    expect(page.get_by_test_id("shortcuts-dialog")).to_be_visible()
    look(page, "shortcuts")
    page.keyboard.press("Escape")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("size", [pytest.param((1280, 800), id="desktop"), pytest.param((390, 844), id="phone")])
def test_the_dialogs_are_readable_for_everybody(windows, colours, size):
    name = f"dialogs-{'phone' if size[0] < 700 else 'desktop'}-{colours}"
    options = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": colours, "reduced_motion": "reduce"}
    page = windows.open("alice", **options)
    for kind in ("direct", "group", "channel", "join"):
        page.get_by_test_id("new-conversation").click()
        page.get_by_test_id(f"kind-{kind}").check(force=True)
        look(page, f"{name}-new-{kind}")
        page.keyboard.press("Escape")
    make(page, "group", f"Band of {name}", "bob carol dave erin frank grace")
    expect(page.get_by_test_id("members-count")).to_have_text("7")
    open_members(page)
    member(page, "carol").get_by_test_id("member-role").select_option("readonly")
    expect(page.get_by_test_id("members-said")).to_have_text("carol is read only now.")
    look(page, f"{name}-members")
    member(page, "dave").get_by_test_id("member-remove").click()
    look(page, f"{name}-removing")
    page.get_by_test_id("ban-confirm").click()
    expect(page.get_by_test_id("members-said")).to_have_text("dave is banned.")
    look(page, f"{name}-banned")
    member(page, "alice").get_by_test_id("member-role").select_option("member")
    expect(page.get_by_test_id("members-error")).to_be_visible()
    look(page, f"{name}-refused")
    page.get_by_test_id("leave").click()
    look(page, f"{name}-leave")
    page.keyboard.press("Escape")
    page.get_by_test_id("me").click()
    look(page, f"{name}-menu")
    page.get_by_test_id("shortcuts-open").click()
    look(page, f"{name}-shortcuts")
    shortcuts = page.get_by_role("region", name="Keyboard shortcuts")
    assert shortcuts.evaluate("box => box.scrollWidth <= box.clientWidth"), "goes on to the side"
