"""What the page says of compression: what a socket agreed on, estimates of sizes, and the service's own figure."""

import random
import re

import pytest
from console_fixtures import WIRES, browser, chromium_is_there, line, port_of, server, windows  # noqa: F401
from deflating import Crossed
from inspecting import frames, inspect, listed, write_frame
from playwright.sync_api import expect
from process import wait_until
from service import unique
from windows import keep_saying, look, message, say

ESTIMATE = re.compile(r"^Compressed to about ([\d,]+) B, ([\d.]+) : 1; an estimate, made by this page\.$")
WORDS = "to be or not that is the question whether tis nobler in mind suffer slings and arrows of fortune".split()


def prose(seed, size):
    """Words in no order that any other text has: it gets smaller by some, not by nearly all."""
    source = random.Random(seed)
    return " ".join(source.choice(WORDS) + str(source.randrange(100)) for _ in range(size // 5))[:size]


def is_near(estimate, real, messages=1):
    """Whether an estimate is as close as two versions of one method are to each other, for each of so many messages."""
    return abs(estimate - real) <= 0.02 * real + 2 * messages


def number(text):
    return int(re.sub(r"\D", "", text))


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
    expect(frames(alice, f"{event}message:new")).to_have_text(re.compile(r"≈ \d{2,3} B$"))
    frames(alice, f"{event}message:new").click()
    expect(said).to_have_text(ESTIMATE)
    look(alice, f"compression-{wire}")
    alice.get_by_test_id("frame-filter").fill("session:ready")  # else it is far above
    frames(alice, f"{event}session:ready").click()
    expect(said).to_have_text("Not compressed: it is shorter than 1,024 B.")
    frames(bare, f"{event}message:send").click()
    expect(bare.get_by_test_id("frame-compression")).to_have_text(
        "Not compressed: the socket agreed on nothing of the kind."
    )
    # What the service counts is no estimate. It is of the last ten seconds, so that there is always something new.
    keep_saying(bare, text)
    figure = alice.locator('[data-testid="chart"][data-name="compression"]').get_by_test_id("chart-value")
    expect(figure).to_have_text(re.compile(r"^[\d.]+×$"))


@pytest.mark.parametrize("wire", WIRES)
def test_estimates_are_close_to_the_bytes_on_the_wire(windows, line, wire):
    """The sum of the list against a tap on the line, each way: what repeats itself, prose, and what hardly gets smaller."""
    ack = "ack " if wire == "websocket" else "43 ack "
    conversation = unique("tapped")
    page = windows.blank(viewport={"width": 1280, "height": 1800})  # all rows are in sight
    page.add_init_script("sessionStorage.setItem('panel-health', 'closed')")  # it asks over the same line
    page.goto(f"{line.url}/?user={unique('tapped')}&wire={wire}#{conversation}")
    inspect(page)
    expect(page.get_by_test_id("thread-subtitle")).to_contain_text("1 member · 1 online")
    expect(frames(page, f"{ack}ping")).to_have_count(1)

    page.get_by_test_id("frames-clear").click()
    before = [counted - shown for counted, shown in zip(line.counted(), listed(page))]
    contents = ["x", "again " * 800, prose(1, 4_000), "%x" % random.Random(2).getrandbits(16_000)]
    for place, content in enumerate(contents, 1):
        common = {"conversationId": conversation, "ack": True}
        write_frame(page, common | {"id": f"s{place}", "type": "message:send", "data": {"content": content}})
        expect(frames(page, f"{ack}message:send")).to_have_count(place)
        alone = {"limit": 1, "beforeSeq": place + 1}
        write_frame(page, common | {"id": f"h{place}", "type": "message:history", "data": alone})
        expect(frames(page, f"{ack}message:history")).to_have_count(place)
    page.get_by_test_id("sender-close").click()

    def real():
        return [now - then for now, then in zip(line.counted(), before)]

    def agree():
        sizes = listed(page)
        return sizes and all(is_near(*pair, messages=frames(page).count()) for pair in zip(sizes, real()))

    wait_until(agree, "the list and the line agree")
    # What was written is far more, both ways.
    assert all(bytes < 0.8 * sum(map(len, contents)) for bytes in real())


@pytest.mark.parametrize("wire", WIRES)
def test_the_ratio_of_a_text_is_close_to_the_services_own(windows, server, wire):
    event = "" if wire == "websocket" else "42 event "
    conversation = unique("measured")
    alice = windows.open(unique("alice"), conversation, wire=wire)
    bob = windows.open(unique("bob"), conversation, compression="off")
    for page in (alice, bob):
        expect(page.get_by_test_id("thread-subtitle")).to_contain_text("2 members · 2 online")
    inspect(alice)
    crossed = Crossed(server)
    text = prose(3, 6_000)
    say(bob, text)
    frames(alice, f"{event}message:new").click()
    said = alice.get_by_test_id("frame-compression")
    expect(said).to_have_text(ESTIMATE)
    deflated, ratio = ESTIMATE.match(said.text_content()).groups()
    facts = re.search(r"([\d,]+) B as ≈ ([\d,]+) B \+ 4 B header", alice.get_by_test_id("frame-facts").text_content())
    crossed.wait_for("out", number(facts[1]))
    assert crossed.grown("out") == number(facts[1])
    real = crossed.grown("out", "deflated")
    assert number(deflated) == number(facts[2]) and is_near(number(deflated), real), real
    assert abs(float(ratio) - crossed.grown("out") / real) <= 0.02 * float(ratio) + 0.1
    assert float(ratio) < 10


@pytest.mark.parametrize("settings", [{"threshold": 4_096}, {"enabled": False}], ids=["threshold", "disabled"])
def test_the_page_knows_what_the_service_compresses(windows, serve, settings):
    other = serve("--no-rate-limits", tenants=(), settings={"compression": settings})
    conversation = unique("unlike")
    alice, bob = (windows.open(name, conversation, url=other.url) for name in ("alice", "bob"))
    expect(alice.get_by_test_id("thread-subtitle")).to_contain_text("2 members")
    inspect(alice)
    say(bob, "again " * 400)
    row = frames(alice, "message:new")
    expect(row).to_have_text(re.compile(r"received message:new2,\d{3} B$"))
    row.click()
    said = alice.get_by_test_id("frame-compression")
    if settings == {"enabled": False}:
        return expect(said).to_have_text("Not compressed: the socket agreed on nothing of the kind.")
    expect(said).to_have_text("Not compressed: it is shorter than 4,096 B.")
    say(bob, "again " * 800)
    expect(row.last).to_have_text(re.compile(r"≈ \d{2,3} B$"))
