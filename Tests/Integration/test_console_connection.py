"""The page at `/` when its connection is lost: nothing is lost, nothing is doubled."""

import json
import re
from contextlib import ExitStack

from client import Client
import pytest
from console_fixtures import WIRES, browser, chromium_is_there, line, port_of, server, windows  # noqa: F401
from playwright.sync_api import expect
from service import run_caas
from windows import Windows, come_back, look, message, say


@pytest.mark.parametrize("wire", WIRES)
def test_a_lost_connection_comes_back_and_nothing_is_lost_or_doubled(windows, line, wire):
    alice = windows.open("alice", f"cut-{wire}")
    bob = windows.open("bob", f"cut-{wire}", url=line.url, wire=wire)
    expect(alice.get_by_test_id("thread-subtitle")).to_contain_text("2 members")
    for text in ("before", "to be edited", "to be deleted"):
        say(alice, text)
        expect(message(bob, text)).to_be_visible()

    line.cut()
    expect(bob.get_by_test_id("link-state")).to_have_attribute("data-state", re.compile("offline|connecting"))
    expect(bob.get_by_test_id("notice")).to_be_visible()

    say(bob, "written offline")
    expect(message(bob, "written offline")).to_have_attribute("data-state", "sending")
    missed = [f"while away {number}" for number in range(1, 13)]
    for text in missed:
        say(alice, text)
        expect(message(alice, text).get_by_test_id("delivery")).to_have_text("✓ Sent")
    message(alice, "to be edited").hover()
    message(alice, "to be edited").get_by_test_id("edit").click()
    alice.get_by_test_id("edit-input").fill("edited while away")
    alice.get_by_test_id("edit-save").click()
    message(alice, "to be deleted").hover()
    message(alice, "to be deleted").get_by_test_id("delete").click()
    alice.get_by_test_id("delete-confirm").click()
    expect(alice.locator('[data-testid="message"][data-state="deleted"]')).to_have_count(1)
    expect(message(bob, "while away 1")).to_have_count(0)
    look(bob, "console-offline")

    line.mend()
    come_back(bob)
    expect(bob.get_by_test_id("notice")).to_be_hidden()
    windows.forgive_refused_attempts()

    whole = ["before", "edited while away", *missed, "written offline"]
    for page in (alice, bob):
        expect(page.get_by_test_id("message-text")).to_have_text(whole)
        expect(page.locator('[data-testid="message"][data-state="deleted"]')).to_have_count(1)
        places = page.get_by_test_id("message").evaluate_all("rows => rows.map(row => Number(row.dataset.seq))")
        assert places == list(range(1, len(whole) + 2))

    say(alice, "after")
    expect(message(bob, "after")).to_be_visible()
    alice.get_by_test_id("composer").press_sequentially("typing reaches only those who joined")
    expect(bob.get_by_test_id("typing")).to_have_text("alice is typing…")


def test_a_failed_message_is_tried_again_under_its_own_id(windows, line):
    """The server is gone for a message's five tries, so it fails; trying again stores it once."""
    bob = windows.blank()
    bob.clock.install()
    bob.goto(f"{line.url}/?user=bob#retry")
    expect(bob.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")
    expect(bob.get_by_test_id("thread-subtitle")).to_contain_text("1 member")
    # The answers stay away: what leaves the page reaches the server, and no ack of a message comes back.
    bob.evaluate(
        """() => {
          const receive = JSON.parse;
          window.sentIds = [];
          const send = WebSocket.prototype.send;
          WebSocket.prototype.send = function (text) {
            const frame = receive(text);
            if (frame.type === "message:send") window.sentIds.push(frame.id);
            send.call(this, text);
          };
          JSON.parse = (text) => {
            const frame = receive(text);
            return frame.type === "ack" && window.sentIds.includes(frame.replyTo) && !window.listening ? {} : frame;
          };
        }"""
    )
    say(bob, "once only")
    expect(message(bob, "once only")).to_have_attribute("data-state", "sending")
    for _ in range(300):
        bob.clock.run_for(1_000)
        bob.evaluate("fetch('/console/dom.js').then((answer) => answer.text())")  # lets the server have its turn
        if message(bob, "once only").get_attribute("data-state") == "failed":
            break
    expect(message(bob, "once only")).to_have_attribute("data-state", "failed")
    assert len(bob.evaluate("sentIds")) == 5 and len(set(bob.evaluate("sentIds"))) == 1

    bob.evaluate("window.listening = true")
    bob.get_by_test_id("retry").click()
    expect(message(bob, "once only")).to_have_attribute("data-state", "sent")
    assert len(set(bob.evaluate("sentIds"))) == 1
    alice = windows.open("alice", "retry")
    expect(alice.get_by_test_id("message-text")).to_have_text(["once only"])


@pytest.mark.parametrize("wire", WIRES)
def test_the_server_restarts_under_an_open_page(windows, line, server, wire):
    alice = windows.open("alice", f"restart-{wire}", url=line.url, wire=wire)
    say(alice, "before the restart")
    expect(message(alice, "before the restart")).to_have_attribute("data-state", "sent")
    server.kill()
    line.cut()
    expect(alice.get_by_test_id("notice")).to_be_visible()
    expect(alice.get_by_test_id("link-countdown")).to_contain_text("Next try in")
    say(alice, "after the restart")
    server.start()
    line.mend(port_of(server))
    # Nobody presses anything: the page comes back by itself.
    expect(alice.get_by_test_id("link-state")).to_have_attribute("data-state", "connected", timeout=60_000)
    expect(message(alice, "after the restart")).to_have_attribute("data-state", "sent")
    expect(alice.get_by_test_id("message-text")).to_have_text(["before the restart", "after the restart"])
    windows.forgive_refused_attempts()


def test_signing_in_with_many_direct_conversations_stays_within_the_rates(browser, make_server):
    server = make_server(tenants=()).start()
    with ExitStack() as stack:
        windows = Windows(browser, server.url)
        stack.callback(windows.close)
        token = run_caas("token", "--user", "alice", "--data", server.data).stdout.strip()
        alice = Client(server.ws_url, token)
        stack.callback(alice.close)
        alice.expect("session:ready")
        friends = [f"friend-{number:02}" for number in range(40)]
        for friend in friends:
            alice.create(kind="direct", members=[friend])

        page = windows.blank()
        asked, refused = [], []

        def watch(socket):
            socket.on("framesent", lambda text: asked.append(json.loads(text)["type"]))
            socket.on("framereceived", lambda text: "RATE_LIMITED" in text and refused.append(text))

        page.on("websocket", watch)
        page.goto(f"{server.url}/?user=alice")
        rows = page.get_by_test_id("conversation")
        expect(rows).to_have_count(len(friends))
        for friend in friends:
            expect(rows.filter(has_text=friend)).to_have_count(1)
        rows.filter(has_text="friend-07").click()
        say(page, "at once")
        expect(message(page, "at once").get_by_test_id("delivery")).to_have_text("✓ Sent")
        # Of the open conversation alone.
        assert asked.count("conversation:members") <= 1
        assert refused == []
        assert windows.complaints == []
