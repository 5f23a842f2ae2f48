"""Calls of the page: real WebRTC between two browsers, set up through the service (R39–R49)."""

import re

import pytest
from console_calls import connected, moving, ring, talk_directly
from console_fixtures import WIRES, chromium_is_there, line, media_browser, port_of  # noqa: F401
from playwright.sync_api import expect
from service import unique
from windows import Windows, look

PLAYED = """([frames, time]) => {
  const video = document.querySelector('[data-testid="remote-video"]');
  const { totalVideoFrames } = video.getVideoPlaybackQuality();
  return totalVideoFrames > frames && video.currentTime > time && [totalVideoFrames, video.currentTime];
}"""
LASTED = r"( · \d+ (h|min|s).*)?"
# Calls wait for a page that is lost as long as a loaded machine may take.
PATIENT = {"calls": {"callerGrace": 120, "grace": 120}}


@pytest.fixture(scope="module")
def server(serve):
    return serve("--no-rate-limits", tenants=(), settings=PATIENT)


@pytest.fixture
def windows(media_browser, server):
    windows = Windows(media_browser, server.url)
    yield windows
    windows.close()
    assert windows.complaints == [], windows.complaints


def pair(windows, **options):
    return talk_directly(windows, unique("alice"), unique("bob"), **options)


def state(page):
    return page.get_by_test_id("call-state")


def end(page):
    return page.get_by_test_id("call-end")


@pytest.mark.parametrize("wire", WIRES)
def test_two_people_see_each_other_move_until_one_hangs_up(windows, wire):
    alice, bob = pair(windows, wire=wire, viewport={"width": 1280, "height": 900})
    ring(alice, bob)
    expect(bob.get_by_test_id("incoming-text")).to_have_text("A video call")
    look(bob, f"call-incoming-{wire}")
    look(alice, f"call-ringing-{wire}")
    bob.get_by_test_id("accept").click()
    connected(alice, bob)
    for page in (alice, bob):
        moving(page)
        moving(page, "local-video")
        expect(state(page)).to_have_text(re.compile(r"^\d+:\d\d$"))
    look(alice, f"call-connected-{wire}")
    look(bob, f"call-connected-callee-{wire}")

    # The frames that were decoded grow, and so does what was played.
    for page in (alice, bob):
        some = page.wait_for_function(PLAYED, arg=[0, 0]).json_value()
        page.wait_for_function(PLAYED, arg=some)

    end(alice).click()
    expect(state(alice)).to_have_text(re.compile(rf"^You hung up{LASTED}$"))
    expect(state(bob)).to_have_text(re.compile(rf"^alice\S* hung up{LASTED}$"))
    for page in (alice, bob):
        expect(page.get_by_test_id("remote-video")).to_be_hidden()
        expect(page.get_by_test_id("call-entry")).to_have_text(re.compile(r"^Video call"))
    look(bob, f"call-ended-{wire}")
    bob.get_by_test_id("call-close").click()
    expect(bob.get_by_test_id("call")).to_be_hidden()


def test_a_call_with_sound_alone_may_get_pictures_later(windows):
    alice, bob = pair(windows)
    ring(alice, bob, "audio")
    expect(bob.get_by_test_id("accept-audio")).to_be_hidden()
    bob.get_by_test_id("accept").click()
    connected(alice, bob)
    for page in (alice, bob):
        expect(page.get_by_test_id("remote-video")).to_be_hidden()
    # The callee offers now, which the caller answers.
    bob.get_by_test_id("call-camera").click()
    moving(alice)
    expect(bob.get_by_test_id("remote-video")).to_be_hidden()
    alice.get_by_test_id("call-camera").click()
    moving(bob)
    bob.get_by_test_id("call-camera").click()
    expect(bob.get_by_test_id("call-camera")).to_have_attribute("aria-pressed", "true")
    expect(alice.get_by_test_id("remote-video")).to_be_hidden()
    bob.get_by_test_id("call-camera").click()
    moving(alice)
    alice.get_by_test_id("call-mute").click()
    expect(alice.get_by_test_id("call-mute")).to_have_attribute("aria-pressed", "true")
    expect(bob.get_by_test_id("call-theirs")).to_have_text("Their microphone is off.")
    alice.get_by_test_id("call-mute").click()
    expect(bob.get_by_test_id("call-theirs")).to_have_text("")
    end(bob).click()
    for page in (alice, bob):
        expect(page.get_by_test_id("call")).to_have_attribute("data-phase", "ended")
        expect(page.get_by_test_id("call-entry")).to_have_text(re.compile("^Call"))


def test_a_call_may_be_declined_or_given_up(windows):
    alice, bob = pair(windows)
    ring(alice, bob)
    bob.get_by_test_id("decline").click()
    expect(bob.get_by_test_id("incoming")).to_be_hidden()
    expect(state(alice)).to_have_text(re.compile(r"^bob\S* declined the call$"))
    expect(alice.get_by_test_id("call-entry")).to_have_text(re.compile("^Video call, declined"))

    alice.get_by_test_id("call-again").click()
    expect(bob.get_by_test_id("incoming")).to_be_visible()
    expect(state(alice)).to_have_text("Ringing…")
    end(alice).click()
    expect(state(alice)).to_have_text("You gave up")
    expect(bob.get_by_test_id("incoming")).to_be_hidden()
    expect(bob.get_by_test_id("call-entry").last).to_have_text(re.compile("^Missed video call"))


def test_the_other_device_stops_ringing_when_one_answers(windows):
    alice, bob = pair(windows)
    user = re.search(r"user=([^&#]+)", bob.url)[1]
    other = windows.open(user)
    ring(alice, bob, "audio")
    expect(other.get_by_test_id("incoming")).to_be_visible()
    other.get_by_test_id("accept").click()
    connected(alice, other)
    expect(bob.get_by_test_id("incoming")).to_be_hidden()
    expect(state(bob)).to_have_text("Answered on another device")
    end(alice).click()
    expect(state(other)).to_have_text(re.compile(rf"hung up{LASTED}$"))


def test_who_is_in_a_call_is_busy(windows):
    alice, bob = pair(windows)
    carol, bob_for_carol = None, bob
    ring(alice, bob, "audio")
    bob.get_by_test_id("accept").click()
    connected(alice, bob)
    user = re.search(r"user=([^&#]+)", bob_for_carol.url)[1]
    carol = windows.open(unique("carol"))
    carol.get_by_test_id("new-conversation").click()
    carol.get_by_test_id("new-partner").fill(user)
    carol.get_by_test_id("new-partner").press("Enter")
    expect(carol.get_by_test_id("thread-title")).to_have_text(user)
    carol.get_by_test_id("call-video").click()
    expect(state(carol)).to_have_text(f"{user} is in another call")
    expect(bob.get_by_test_id("incoming")).to_be_hidden()
    end(bob).click()
    expect(state(alice)).to_have_text(re.compile(rf"hung up{LASTED}$"))


def test_without_a_microphone_the_page_says_what_to_do(windows):
    alice, bob = pair(windows)
    refuse = """(name) => {
      const devices = navigator.mediaDevices;
      const real = devices.getUserMedia.bind(devices);
      devices.getUserMedia = async (wish) => {
        if (wish.video) throw new DOMException("no", name);
        return real(wish);
      };
    }"""
    for page, name in ((alice, "NotFoundError"), (bob, "NotAllowedError")):
        page.evaluate(refuse, name)
    alice.get_by_test_id("call-video").click()
    expect(state(alice)).to_have_text("The call did not begin.")
    expect(alice.get_by_test_id("call-problem")).to_contain_text("This machine has no microphone and camera")
    look(alice, "call-no-camera")
    # Nobody was called: it goes on with what there is.
    expect(bob.get_by_test_id("incoming")).to_be_hidden()
    alice.get_by_test_id("call-sound-only").click()
    expect(bob.get_by_test_id("incoming")).to_be_visible()
    bob.get_by_test_id("decline").click()
    expect(state(alice)).to_have_text(re.compile("declined the call$"))

    alice.evaluate("delete navigator.mediaDevices.getUserMedia")
    ring(alice, bob)
    bob.get_by_test_id("accept").click()
    expect(bob.get_by_test_id("incoming-problem")).to_contain_text("Allow it beside the address")
    look(bob, "call-not-allowed")
    bob.get_by_test_id("accept-audio").click()
    connected(alice, bob)
    moving(bob)
    end(alice).click()
    expect(state(bob)).to_have_text(re.compile(rf"hung up{LASTED}$"))


def test_who_leaves_the_page_leaves_its_call(windows):
    alice, bob = pair(windows)
    ring(alice, bob)
    bob.get_by_test_id("accept").click()
    connected(alice, bob)
    bob.goto("about:blank")
    expect(alice.get_by_test_id("call")).to_have_attribute("data-phase", "ended")
    expect(state(alice)).to_have_text(re.compile(rf"^(bob\S* hung up|The connection was lost){LASTED}$"))


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


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [pytest.param((1280, 800), id="desktop"), pytest.param((390, 844), id="phone")])
def test_a_call_has_its_place_on_every_screen(windows, size, theme):
    width, height = size
    alice, bob = pair(windows, viewport={"width": width, "height": height}, color_scheme=theme)
    name = f"call-{width}-{theme}"
    ring(alice, bob)
    look(bob, f"{name}-incoming")
    look(alice, f"{name}-ringing")
    bob.get_by_test_id("accept").click()
    connected(alice, bob)
    moving(bob)
    look(bob, f"{name}-connected")
    end(bob).click()
    expect(alice.get_by_test_id("call-entry")).to_be_visible()
    look(alice, f"{name}-ended")
