"""What the tests do in the page's inspector."""

import json
import re

from playwright.sync_api import expect

# Bytes on the wire as a row shows them, with the sign of an estimate where there is one.
SIZE = r"(?:≈ )?[\d,]+ B"
SIZED = re.compile(r"^(sent|received) .*?(≈ )?([\d,]+) B")


def frames(page, type=None):
    """The rows of a type; an answer is of the type `ack` and the one that it answers, as in `ack ping`."""
    which = "[role=option]" if type is None else f'[role=option][data-type="{type}"]'
    return page.get_by_test_id("frames").locator(which)


def listed(page):
    """The bytes that the rows in sight sum up to, those that were sent and those received; None while one is not known."""
    rows = [SIZED.match(row) for row in frames(page).all_text_contents()]
    if not all(rows):
        return None
    return [sum(int(row[3].replace(",", "")) for row in rows if row[1] == way) for way in ("sent", "received")]


def inspect(page):
    # Before the page has signed in everything of it is hidden, and so is a panel that stands open.
    expect(page.get_by_test_id("inspector-toggle")).to_be_visible()
    if page.get_by_test_id("inspector").is_hidden():
        page.get_by_test_id("inspector-toggle").click()
    expect(page.get_by_test_id("inspector")).to_be_visible()


def told(page, type, times=1):
    """Waits until the page has been told of something at least so often; its list shows nothing else from then on."""
    inspect(page)
    page.get_by_test_id("frame-filter").fill(type)
    expect(page.get_by_test_id("frames").get_by_role("option").nth(times - 1)).to_be_attached()


def write_frame(page, text):
    if page.get_by_test_id("sender").is_hidden():
        page.get_by_test_id("sender-open").click()
    page.get_by_test_id("sender-text").fill(text if isinstance(text, str) else json.dumps(text))
    page.get_by_test_id("sender-text").press("Control+Enter")


def code(page, tab):
    page.get_by_role("tab", name=tab, exact=True).click()
    return page.get_by_test_id("frame-code").text_content()
