"""Calls of the page: real WebRTC between two browsers, set up through the service (R39–R49)."""

import re

import pytest
from console_calls import LASTED, LEAST, begin_with, connected, end, height_of, moving, pair, ring, server  # noqa: F401
from console_calls import state, user_of, windows  # noqa: F401
from console_fixtures import WIRES, chromium_is_there, media_browser  # noqa: F401
from playwright.sync_api import expect
from service import unique
from windows import look

PLAYED = """([frames, time]) => {
  const video = document.querySelector('[data-testid="remote-video"]');
  const { totalVideoFrames } = video.getVideoPlaybackQuality();
  return totalVideoFrames > frames && video.currentTime > time && [totalVideoFrames, video.currentTime];
}"""


@pytest.mark.parametrize("wire", WIRES)
def test_two_people_see_each_other_move_until_one_hangs_up(windows, wire):  # noqa: F811
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


def test_a_call_with_sound_alone_may_get_pictures_later(windows):  # noqa: F811
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


def test_a_call_may_be_declined_or_given_up(windows):  # noqa: F811
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


def test_the_other_device_stops_ringing_when_one_answers(windows):  # noqa: F811
    alice, bob = pair(windows)
    other = windows.open(user_of(bob))
    ring(alice, bob, "audio")
    expect(other.get_by_test_id("incoming")).to_be_visible()
    other.get_by_test_id("accept").click()
    connected(alice, other)
    expect(bob.get_by_test_id("incoming")).to_be_hidden()
    expect(state(bob)).to_have_text("Answered on another device")
    end(alice).click()
    expect(state(other)).to_have_text(re.compile(rf"hung up{LASTED}$"))


def test_who_is_in_a_call_is_busy(windows):  # noqa: F811
    alice, bob = pair(windows)
    ring(alice, bob, "audio")
    bob.get_by_test_id("accept").click()
    connected(alice, bob)
    carol, user = windows.open(unique("carol")), user_of(bob)
    begin_with(carol, user)
    carol.get_by_test_id("call-video").click()
    expect(state(carol)).to_have_text(f"{user} is in another call")
    expect(bob.get_by_test_id("incoming")).to_be_hidden()
    end(bob).click()
    expect(state(alice)).to_have_text(re.compile(rf"hung up{LASTED}$"))


def test_without_a_microphone_the_page_says_what_to_do(windows):  # noqa: F811
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


def test_who_leaves_the_page_leaves_its_call(windows):  # noqa: F811
    alice, bob = pair(windows)
    ring(alice, bob)
    bob.get_by_test_id("accept").click()
    connected(alice, bob)
    bob.goto("about:blank")
    expect(alice.get_by_test_id("call")).to_have_attribute("data-phase", "ended")
    expect(state(alice)).to_have_text(re.compile(rf"^(bob\S* hung up|The connection was lost){LASTED}$"))


def test_beside_a_call_and_both_panels_the_chat_can_be_read(windows):  # noqa: F811
    alice, bob = pair(windows, viewport={"width": 1280, "height": 800})
    for panel in ("inspector", "health"):
        expect(alice.get_by_test_id(panel)).to_be_visible()
    ring(alice, bob)
    bob.get_by_test_id("accept").click()
    connected(alice, bob)
    moving(alice)
    look(alice, "call-with-panels")
    assert height_of(alice, "messages") >= LEAST
    assert height_of(alice, "remote-video") >= LEAST
    end(bob).click()
    expect(state(alice)).to_have_text(re.compile(rf"hung up{LASTED}$"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [pytest.param((1280, 800), id="desktop"), pytest.param((390, 844), id="phone")])
def test_a_call_has_its_place_on_every_screen(windows, size, theme):  # noqa: F811
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
