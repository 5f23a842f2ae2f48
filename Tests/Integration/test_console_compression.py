"""What the page says of compression: what a socket agreed on, an estimate for each text, and the service's own figure."""

import re

import pytest
from console_fixtures import WIRES, browser, chromium_is_there, port_of, server, windows  # noqa: F401
from inspecting import frames, inspect
from playwright.sync_api import expect
from service import unique
from windows import keep_saying, look, message, say

ESTIMATE = re.compile(r"^Compressed to about \d+ B, \d\d(\.\d)? : 1; an estimate, made by this page\.$")


@pytest.mark.parametrize("wire", WIRES)
def test_a_text_that_was_compressed_has_an_estimate(windows, wire):
    event = "" if wire == "websocket" else "42 event "
    conversation = unique("squeezed")
    alice = windows.open("alice", conversation, wire=wire, viewport={"width": 1280, "height": 800})
    bare = windows.open("bob", conversation, wire=wire, compression="off")
    for page in (alice, bare):
        inspect(page)
        expect(page.get_by_test_id("thread-subtitle")).to_contain_text("2 members")
    span = alice.get_by_test_id("health-span")
    expect(span).to_have_text(re.compile("^last"))
    text = "the same again and again, " * 100
    say(bare, text.strip())
    expect(message(alice, text.strip())).to_be_visible()

    said = alice.get_by_test_id("frame-compression")
    frames(alice, f"{event}message:new").click()
    expect(said).to_have_text(ESTIMATE)
    look(alice, f"compression-{wire}")
    alice.get_by_test_id("frame-filter").fill("session:ready")  # else it is far above
    frames(alice, f"{event}session:ready").click()
    expect(said).to_have_text("Not compressed: it is shorter than 1024 B.")
    frames(bare, f"{event}message:send").click()
    expect(bare.get_by_test_id("frame-compression")).to_have_text(
        "Not compressed: the socket agreed on nothing of the kind."
    )
    # What the service counts is no estimate. It is of the last ten seconds, so that there is always something new.
    keep_saying(bare, text)
    figure = alice.locator('[data-testid="chart"][data-name="compression"]').get_by_test_id("chart-value")
    expect(figure).to_have_text(re.compile(r"^[\d.]+×$"))
