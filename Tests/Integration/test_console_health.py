"""The page's health panel: small charts of what `/metrics` says, and honest words where it says nothing."""

import math
import re

import pytest
from console_fixtures import browser, chromium_is_there, server, windows  # noqa: F401
from health_metrics import TEXT_FORMAT, metrics
from playwright.sync_api import expect
from process import wait_until
from windows import look, say

# Lets answers that are under way have their turn.
A_TURN = "fetch('/console/dom.js').then((answer) => answer.text())"


def serve(page, texts):
    """Answers `/metrics` with one text after the other, the last one for ever."""
    asked = []

    def answer(route):
        asked.append(route.request.url)
        route.fulfill(body=texts[min(len(asked), len(texts)) - 1], content_type=TEXT_FORMAT)

    page.context.route("**/metrics", answer)
    return asked


def open_health(windows, answer, **options):
    page = windows.blank(**options)
    answer(page)
    page.goto(f"{windows.url}/?user=alice#health")
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")
    if page.get_by_test_id("health").is_hidden():
        page.get_by_test_id("health-toggle").click()
    return page


def chart(page, name):
    return page.locator(f'[data-testid="chart"][data-name="{name}"]')


def test_the_charts_show_what_the_service_says(windows):
    # In each reading as much as in any other: what the charts say holds however late they are looked at.
    texts = [
        metrics(messages=4 * number, acks=[0.04] * 10 * number, batches=[4, 2] * number, lags=[0.0005] * 9 * number)
        for number in range(100)
    ]
    page = open_health(windows, lambda page: serve(page, texts))
    expect(chart(page, "connections").get_by_test_id("chart-value")).to_have_text("5")
    expect(chart(page, "ack").get_by_test_id("chart-value")).to_have_text("50ms")
    expect(chart(page, "messages").get_by_test_id("chart-value")).to_have_text(re.compile(r"^[12](\.\d)?/s$"))
    expect(chart(page, "batch").get_by_test_id("chart-value")).to_have_text("3")
    expect(chart(page, "lag").get_by_test_id("chart-value")).to_have_text(re.compile(r"^0\.99ms$"))
    image = chart(page, "ack").get_by_role("img")
    expect(image).to_have_attribute("aria-label", "Ack p99: 50 ms now, at most 50 ms in the last minutes")
    expect(image.locator(".line")).to_have_attribute("d", re.compile("^M"))


def test_without_metrics_it_says_so_and_stops_asking(windows):
    asked = []

    def refuse(page):
        page.context.route("**/metrics", lambda route: (asked.append(1), route.fulfill(status=404)))

    page = open_health(windows, refuse)
    expect(page.get_by_test_id("health-text")).to_have_text(re.compile("^There are no metrics at this address"))
    expect(page.get_by_test_id("charts")).to_be_hidden()
    look(page, "health-none")
    page.context.unroute("**/metrics")
    serve(page, [metrics()])
    assert len(asked) == 1
    page.get_by_test_id("health-again").click()
    expect(chart(page, "connections").get_by_test_id("chart-value")).to_have_text("5")
    windows.heard = [text for text in windows.heard if "404" not in text]


def test_a_service_that_falls_silent_is_told_and_followed_again(windows):
    page = open_health(windows, lambda page: serve(page, [metrics()]))
    expect(page.get_by_test_id("charts")).to_be_visible()
    page.context.unroute("**/metrics")
    page.context.route("**/metrics", lambda route: route.abort("connectionrefused"))
    expect(page.get_by_test_id("health-span")).to_have_text(re.compile(r"^silent since \d\d:\d\d$"))
    expect(page.get_by_test_id("charts")).to_be_visible()
    page.context.unroute("**/metrics")
    serve(page, [metrics()])
    expect(page.get_by_test_id("health-span")).to_have_text(re.compile(r"^last \d+ s$|^collecting…$"))
    windows.forgive_refused_attempts()


def test_nobody_is_asked_while_the_panel_is_closed(windows):
    asked = []

    def answer(page):
        page.clock.install()
        asked.append(serve(page, [metrics()]))

    page = open_health(windows, answer)
    expect(page.get_by_test_id("charts")).to_be_visible()
    page.clock.pause_at(page.evaluate("Date.now()") + 2_000)
    page.get_by_test_id("health-close").click()
    expect(page.get_by_test_id("health-toggle")).to_be_focused()
    page.evaluate(A_TURN)  # a question that was under way has come by then
    before = len(asked[0])
    page.clock.run_for(10_000)
    page.evaluate(A_TURN)
    assert len(asked[0]) == before


def test_the_service_itself_is_shown(windows):
    alice = windows.open("alice", "measured", viewport={"width": 1280, "height": 800})
    windows.open("bob", "measured", viewport={"width": 1280, "height": 800})
    expect(chart(alice, "connections").get_by_test_id("chart-value")).to_have_text(re.compile(r"^\d+$"))
    shown = [chart(alice, name).get_by_test_id("chart-value") for name in ("ack", "messages", "batch", "lag")]

    def are_shown():
        # They are of the last ten seconds: somebody has to go on speaking while they are waited for.
        say(alice, "one more message")
        return all(re.search(r"\d", each.text_content()) for each in shown)

    wait_until(are_shown, "the figures of what was said", timeout=60)


@pytest.mark.parametrize("size", [pytest.param((1280, 800), id="desktop"), pytest.param((390, 844), id="phone")])
def test_the_first_seconds_fill_the_charts_and_say_what_is_missing(windows, size):
    """One reading is no line yet; from the second on the lines go from edge to edge, with room above them."""
    name = f"health-first-{'phone' if size[0] < 700 else 'desktop'}"
    asked = []
    page = windows.blank(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    page.clock.install()

    def answer(route):
        asked.append(1)
        route.fulfill(body=metrics(messages=len(asked), lags=[0.0005] * len(asked)), content_type=TEXT_FORMAT)

    page.context.route("**/metrics", answer)
    page.add_init_script("sessionStorage.setItem('panel-health', 'closed')")
    page.goto(f"{windows.url}/?user=alice#health")
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")
    page.clock.pause_at(page.evaluate("Date.now()") + 60_000)
    page.get_by_test_id("health-toggle").click()
    page.clock.run_for(100)
    span, most = page.get_by_test_id("health-span"), page.get_by_test_id("chart-most")
    expect(span).to_have_text("collecting…")
    expect(most).to_have_text(["collecting…"] * 6)
    page.clock.resume()
    look(page, f"{name}-1")
    while len(asked) < 7:
        page.clock.run_for(2_000)
        page.evaluate(A_TURN)
    expect(span).to_have_text(re.compile(r"^last \d\d s$"))
    shown = ["max 5", re.compile(r"^max [\d.]+/s$"), "nothing yet", "nothing yet", "max 0.99 ms", "nothing yet"]
    expect(most).to_have_text(shown)
    drawn = chart(page, "connections").locator(".line").get_attribute("d")
    places = [[float(number) for number in place.split()] for place in drawn[1:].split("L")]
    assert places[0][0] == 0 and places[-1][0] == 180, "the line goes from edge to edge"
    assert all(5 < y < 20 for _, y in places), "a value that does not change is neither at the top nor at the bottom"
    cut = "parts => parts.filter((part) => part.scrollWidth > part.clientWidth).length"
    assert most.evaluate_all(cut) == 0
    look(page, f"{name}-2")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("size", [pytest.param((1280, 800), id="desktop"), pytest.param((390, 844), id="phone")])
def test_health_is_readable_for_everybody(windows, colours, size):
    name = f"health-{'phone' if size[0] < 700 else 'desktop'}-{colours}"
    observed = {"messages": 0, "acks": [], "batches": [], "lags": []}
    texts = []
    for step in range(80):
        load = 6 + 4 * math.sin(step / 9) + 2 * math.sin(step / 2.3)
        observed["messages"] += round(load * 2)
        observed["acks"] += [0.003 + 0.0008 * load] * 6 + [0.02 + 0.001 * (step % 7)] * (step % 3)
        observed["batches"] += [max(1, round(load / 2 + step % 3))] * 3
        observed["lags"] += [0.0006 + 0.0002 * (step % 5)] * 4
        texts.append(metrics(connections=(40 + round(6 * math.sin(step / 14)), 1), **observed))
    options = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": colours, "reduced_motion": "reduce"}
    page = windows.blank(**options)
    page.clock.install()
    asked = serve(page, texts)
    page.goto(f"{windows.url}/?user=alice#health")
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")
    if page.get_by_test_id("health").is_hidden():
        page.get_by_test_id("health-toggle").click()
    while len(asked) < len(texts):
        page.clock.run_for(2_000)
        page.evaluate(A_TURN)
    look(page, name)
