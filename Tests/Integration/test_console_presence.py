"""Who is there, on the page: the signs of others, one's own status with its line and its end (R34–R38)."""

import json
import re

import pytest
from console_calls import talk_directly
from console_fixtures import WIRES, browser, chromium_is_there, port_of, windows  # noqa: F401
from playwright.sync_api import expect
from service import unique
from windows import Windows, look


@pytest.fixture(scope="module")
def server(serve):
    """As `make run` starts it, but that changes are told sooner."""
    return serve("--no-rate-limits", tenants=(), settings={"presence": {"interval": 100}})


def sign(page, user):
    """The sign on the row of the direct conversation with a user."""
    return page.get_by_test_id("conversation").filter(has_text=user).get_by_test_id("presence")


def choose(page, status, text="", until="Not by itself"):
    page.get_by_test_id("me").click()
    page.get_by_test_id("status-open").click()
    page.get_by_test_id(f"status-{status}").check()
    page.get_by_test_id("status-message").fill(text)
    page.get_by_test_id("status-until").select_option(until)
    page.get_by_test_id("status-submit").click()
    expect(page.get_by_test_id("status-dialog")).to_be_hidden()


def pair(windows, **options):
    names = unique("alice"), unique("bob")
    return *names, *talk_directly(windows, *names, **options)


@pytest.mark.parametrize("wire", WIRES)
def test_the_sign_of_another_changes_with_what_they_choose(windows, wire):
    alice_id, bob_id, alice, bob = pair(windows, wire=wire)
    expect(sign(alice, bob_id)).to_have_attribute("data-status", "online")
    expect(alice.get_by_test_id("thread-subtitle")).to_have_text("Online")
    choose(bob, "busy", "in a meeting", "In an hour")
    expect(sign(alice, bob_id)).to_have_attribute("data-status", "busy")
    expect(alice.get_by_test_id("thread-subtitle")).to_have_text("Busy · in a meeting")
    expect(bob.get_by_test_id("my-presence").get_by_test_id("presence")).to_have_attribute("data-status", "busy")
    expect(bob.get_by_test_id("my-status")).to_have_text(re.compile(r"^Busy · in a meeting \(until \d\d:\d\d\)$"))

    # A choice outlives the page; and what the dialog offers is what holds.
    bob.reload()
    expect(bob.get_by_test_id("my-status")).to_have_text(re.compile("^Busy · in a meeting"))
    bob.get_by_test_id("me").click()
    bob.get_by_test_id("status-open").click()
    expect(bob.get_by_test_id("status-busy")).to_be_checked()
    expect(bob.get_by_test_id("status-message")).to_have_value("in a meeting")
    bob.keyboard.press("Escape")

    choose(bob, "invisible")
    expect(sign(alice, bob_id)).to_have_attribute("data-status", "offline")
    expect(bob.get_by_test_id("my-status")).to_have_text("Invisible")
    choose(bob, "online")
    expect(sign(alice, bob_id)).to_have_attribute("data-status", "online")

    bob.get_by_test_id("me").click()
    bob.get_by_test_id("sign-out").click()
    expect(sign(alice, bob_id)).to_have_attribute("data-status", "offline")
    expect(alice.get_by_test_id("thread-subtitle")).to_have_text(re.compile("^Offline · last seen"))


@pytest.fixture
def idle(browser, make_server):
    """Windows of a service for which whoever does nothing is soon away."""
    settings = {"presence": {"awayAfter": 3_000, "interval": 100}}
    windows = Windows(browser, make_server("--no-rate-limits", tenants=(), settings=settings).start().url)
    yield windows
    windows.close()
    assert windows.complaints == []


def test_a_status_that_was_picked_and_not_saved_is_not_there_again(idle):
    page = idle.open("alice")
    page.get_by_test_id("me").click()
    page.get_by_test_id("status-open").click()
    page.get_by_test_id("status-away").check()
    page.get_by_test_id("status-dialog").locator("[data-close]").click()
    mine = page.get_by_test_id("my-presence").get_by_test_id("presence")
    expect(mine).to_have_attribute("data-status", "away")
    at_once = """() => {
      document.querySelector('[data-testid="status-open"]').click();
      return document.querySelector('[name="status"]:checked')?.value;
    }"""
    assert page.evaluate(at_once) is None
    expect(page.get_by_test_id("status-online")).to_be_checked()


def test_who_is_away_by_itself_does_not_choose_that_with_a_line(idle):
    page, chosen = idle.blank(), []

    def watch(text):
        frame = json.loads(text)
        if frame["type"] == "presence:update":
            chosen.append(frame["data"]["status"])

    page.on("websocket", lambda socket: socket.on("framesent", watch))
    page.goto(f"{idle.url}/?user=alice")
    mine = page.get_by_test_id("my-presence").get_by_test_id("presence")

    def write(text):
        page.get_by_test_id("me").click()
        page.get_by_test_id("status-open").click()
        page.get_by_test_id("status-message").fill(text)
        page.get_by_test_id("status-submit").click()
        expect(page.get_by_test_id("status-dialog")).to_be_hidden()

    expect(mine).to_have_attribute("data-status", "away")
    write("back at four")
    assert chosen == ["online"]
    # A choice stays one.
    choose(page, "away")
    write("back at five")
    assert chosen == ["online", "away", "away"]


def test_a_line_goes_when_its_time_has_come(windows):
    _, _, alice, bob = pair(windows)
    act = """async ([userId]) => {
      const { CaasClient } = await import("/console/caas.js");
      const { developmentToken } = await import("/console/development-token.js");
      const token = async () => (await developmentToken({ userId })).token;
      const caas = new CaasClient({ url: `ws://${location.host}/v1/socket`, token });
      await caas.connect();
      const customMessageUntil = Date.now() + 4_000;
      await caas.send("presence:update", { data: { status: "away", customMessage: "back soon", customMessageUntil } });
      caas.close();
    }"""
    bob.evaluate(act, [re.search(r"user=([^&#]+)", bob.url)[1]])
    for page, part in ((alice, "thread-subtitle"), (bob, "my-status")):
        expect(page.get_by_test_id(part)).to_have_text(re.compile("^Away"))
    for page, part in ((alice, "thread-subtitle"), (bob, "my-status")):
        expect(page.get_by_test_id(part)).to_have_text("Away")


def test_members_of_a_group_have_their_signs(windows):
    group = unique("present")
    alice_id, bob_id = unique("alice"), unique("bob")
    alice, bob = windows.open(alice_id, group), windows.open(bob_id, group)
    subtitle = alice.get_by_test_id("thread-subtitle")
    expect(subtitle).to_contain_text("2 members · 2 online")
    choose(bob, "away", "at lunch")
    alice.get_by_test_id("members-open").click()
    row = alice.locator(f'[data-testid="member"][data-user="{bob_id}"]')
    expect(row.get_by_test_id("presence")).to_have_attribute("data-status", "away")
    expect(row.get_by_test_id("member-more")).to_have_text("Away · at lunch")
    look(alice, "presence-members")
    alice.keyboard.press("Escape")
    bob.get_by_test_id("me").click()
    bob.get_by_test_id("sign-out").click()
    expect(subtitle).to_contain_text("2 members · 1 online")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [pytest.param((1280, 800), id="desktop"), pytest.param((390, 844), id="phone")])
def test_one_chooses_how_to_be_seen(windows, size, theme):
    width, height = size
    _, bob_id, alice, bob = pair(windows, viewport={"width": width, "height": height}, color_scheme=theme)
    bob.get_by_test_id("me").click()
    bob.get_by_test_id("status-open").click()
    look(bob, f"presence-dialog-{width}-{theme}")
    bob.keyboard.press("Escape")
    choose(bob, "busy", "writing, back at four")
    expect(alice.get_by_test_id("thread-subtitle")).to_have_text("Busy · writing, back at four")
    look(alice, f"presence-{width}-{theme}")
    bob.get_by_test_id("me").click()
    look(bob, f"presence-menu-{width}-{theme}")
