"""Calls of the page whose line is cut, or whose service dies (R48)."""

import re

import pytest
from console_calls import LASTED, PATIENT, answer_for_devices, connected, end, hold_devices, moving, pair  # noqa: F401
from console_calls import ring, server, state, talk_directly, windows  # noqa: F401
from console_fixtures import WIRES, chromium_is_there, line, media_browser, port_of  # noqa: F401
from playwright.sync_api import expect
from service import unique
from windows import Windows


def reconnected(*pages):
    """Nobody presses anything: pages come back by themselves, and are in the call again."""
    for page in pages:
        expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "connected", timeout=60_000)
    connected(*pages)


def frames_of(page):
    """What the page sends by connections that it opens from now on."""
    frames = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))
    return frames


def sent(page, frames, text):
    """Waits until one of the frames has the text; the page's events come while it waits."""
    for _ in range(1_000):
        if any(text in str(frame) for frame in frames):
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"none of {frames} has {text}")


def hear_each_other(alice, bob):
    """What one tells, the other is told, and pictures move."""
    for page, other in ((alice, bob), (bob, alice)):
        page.get_by_test_id("call-mute").click()
        expect(other.get_by_test_id("call-theirs")).to_have_text("Their microphone is off.")
        page.get_by_test_id("call-mute").click()
        expect(other.get_by_test_id("call-theirs")).to_have_text("")
        moving(page)


@pytest.mark.parametrize("wire", WIRES)
def test_a_call_goes_on_after_a_cut_of_the_line(windows, line, wire):  # noqa: F811
    alice, bob = pair(windows, callee={"url": line.url}, wire=wire)
    windows.forgive_refused_attempts()
    ring(alice, bob)
    bob.get_by_test_id("accept").click()
    connected(alice, bob)
    line.cut()
    expect(alice.get_by_test_id("call")).to_have_attribute("data-phase", "waiting")
    frames = frames_of(bob)
    line.mend()
    reconnected(bob, alice)
    # It takes its place again, whether or not the service has noticed the loss.
    sent(bob, frames, "call:signal")
    hear_each_other(alice, bob)
    end(bob).click()
    expect(state(bob)).to_have_text(re.compile(rf"^You hung up{LASTED}$"))
    expect(state(alice)).to_have_text(re.compile(rf"^bob\S* hung up{LASTED}$"))


def test_a_caller_whose_line_is_cut_while_it_rings_comes_back_to_who_has_answered(windows, line):  # noqa: F811
    alice, bob = pair(windows, callee={"url": line.url})
    windows.forgive_refused_attempts()
    ring(bob, alice)
    line.cut()
    expect(bob.get_by_test_id("link-state")).not_to_have_attribute("data-state", "connected")
    alice.get_by_test_id("accept").click()
    expect(alice.get_by_test_id("call")).to_have_attribute("data-phase", "waiting")
    line.mend()
    reconnected(bob, alice)
    hear_each_other(alice, bob)
    end(bob).click()
    expect(state(bob)).to_have_text(re.compile(rf"^You hung up{LASTED}$"))


def test_who_hangs_up_before_the_devices_are_there_is_in_no_call(windows, line):  # noqa: F811
    alice, bob = pair(windows, callee={"url": line.url})
    windows.forgive_refused_attempts()
    ring(alice, bob)
    hold_devices(bob)
    bob.get_by_test_id("accept").click()
    line.cut()
    expect(bob.get_by_test_id("link-state")).not_to_have_attribute("data-state", "connected")
    end(bob).click()
    expect(bob.get_by_test_id("call")).to_have_attribute("data-phase", "ending")
    answer_for_devices(bob)
    # What is asked for later is there later.
    bob.evaluate("async () => (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks()[0].stop()")
    expect(bob.get_by_test_id("call")).to_have_attribute("data-phase", "ending")
    expect(bob.get_by_test_id("call-mute")).to_be_hidden()
    line.mend()
    expect(state(bob)).to_have_text("You declined the call", timeout=60_000)
    expect(state(alice)).to_have_text(re.compile(r"^bob\S* declined the call$"))


@pytest.fixture
def caller_without_answer(windows, line):  # noqa: F811
    """A caller who has not heard that the call rings, and who is called."""
    bob, alice = talk_directly(windows, unique("bob"), unique("alice"), callee={"url": line.url})
    windows.forgive_refused_attempts()
    line.swallow()
    alice.get_by_test_id("call-video").click()
    expect(bob.get_by_test_id("incoming")).to_be_visible()
    expect(alice.get_by_test_id("call")).to_have_attribute("data-phase", "asking")
    return alice, bob


def come_back(page, line):  # noqa: F811
    line.cut()
    expect(page.get_by_test_id("link-state")).not_to_have_attribute("data-state", "connected")
    line.mend()


def test_a_caller_who_has_not_heard_that_it_rings_learns_how_it_ended(caller_without_answer, line):  # noqa: F811
    alice, bob = caller_without_answer
    # What rings is not to be waved away.
    for _ in range(3):
        bob.keyboard.press("Escape")
        expect(bob.get_by_test_id("incoming")).to_be_visible()
    bob.get_by_test_id("decline").click()
    expect(bob.get_by_test_id("call-entry")).to_be_visible()
    come_back(alice, line)
    expect(state(alice)).to_have_text(re.compile(r"^bob\S* declined the call$"))
    # The next one rings as ever.
    alice.get_by_test_id("call-again").click()
    expect(bob.get_by_test_id("incoming")).to_be_visible()
    end(alice).click()
    expect(state(alice)).to_have_text("You gave up")


def test_a_caller_who_has_not_heard_that_it_rings_comes_back_to_who_has_answered(caller_without_answer, line):  # noqa: F811
    alice, bob = caller_without_answer
    bob.get_by_test_id("accept").click()
    expect(bob.get_by_test_id("call")).to_have_attribute("data-phase", "connecting")
    come_back(alice, line)
    reconnected(alice, bob)
    hear_each_other(alice, bob)
    # Another wire would be another connection, and the end of the call.
    expect(alice.get_by_test_id("wire")).to_be_disabled()
    end(alice).click()
    expect(state(bob)).to_have_text(re.compile(rf"^alice\S* hung up{LASTED}$"))
    expect(alice.get_by_test_id("wire")).to_be_enabled()


@pytest.mark.parametrize("wire", WIRES)
def test_a_call_goes_on_after_a_crash_of_the_service(media_browser, make_server, wire):
    server = make_server("--no-rate-limits", tenants=(), settings=PATIENT).start()
    windows = Windows(media_browser, server.url)
    windows.forgive_refused_attempts()
    alice, bob = pair(windows, wire=wire)
    ring(alice, bob)
    bob.get_by_test_id("accept").click()
    connected(alice, bob)
    server.kill()
    for page in (alice, bob):
        expect(page.get_by_test_id("link-state")).not_to_have_attribute("data-state", "connected")
        moving(page)
    server.start()
    reconnected(alice, bob)
    hear_each_other(alice, bob)
    end(alice).click()
    for page in (alice, bob):
        expect(page.get_by_test_id("call-entry")).to_have_text(re.compile(r"^Video call ·"))
    windows.close()
    assert windows.complaints == [], windows.complaints
