"""A block, as the page of who has blocked somebody shows it (R77)."""

import pytest
from console_calls import talk_directly
from console_fixtures import WIRES, browser, chromium_is_there, server, windows  # noqa: F401
from playwright.sync_api import expect
from service import unique
from windows import act, look, message, say


@pytest.mark.parametrize("wire", WIRES)
def test_whoever_blocks_is_told_so_and_sees_all_when_it_ends(windows, wire):
    alice_id, bob_id = unique("alice"), unique("bob")
    alice, bob = talk_directly(windows, alice_id, bob_id, wire=wire)
    act(alice, alice_id, "user:block", None, {"userId": bob_id, "on": True})
    empty = alice.get_by_test_id("thread-empty")
    expect(empty).to_contain_text(f"You have blocked {bob_id}.")
    expect(empty).to_contain_text("This conversation cannot be opened")
    expect(alice.get_by_test_id("conversation")).to_have_count(0)
    look(alice, f"blocked-{wire}")
    say(bob, "Are you there?")
    expect(message(bob, "Are you there?")).to_have_attribute("data-state", "sent")
    act(alice, alice_id, "user:block", None, {"userId": bob_id, "on": False})
    expect(message(alice, "Are you there?")).to_be_visible()
    expect(alice.get_by_test_id("conversation")).to_have_count(1)
    expect(empty).to_be_hidden()
