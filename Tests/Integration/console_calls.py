"""What the tests do with the page's calls."""

import re

import pytest
from playwright.sync_api import expect
from service import unique
from windows import Windows

LASTED = r"( · \d+ (h|min|s).*)?"
# Calls ring, and wait for a page that is lost, as long as a loaded machine may take.
PATIENT = {"calls": {"ringTimeout": 180, "callerGrace": 120, "grace": 120}}
# Pixels of a part's height with which it can be read, or looked at.
LEAST = 150

MOVES = """async (name) => {
  const video = document.querySelector(`[data-testid="${name}"]`);
  const canvas = new OffscreenCanvas(32, 32);
  const look = () => {
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(video, 0, 0, 32, 32);
    return context.getImageData(0, 0, 32, 32).data;
  };
  const next = () => new Promise((resolve) => video.requestVideoFrameCallback((now, frame) => resolve(frame)));
  const first = await next();
  const before = look();
  for (let count = 0; count < 300; count += 1) {
    const frame = await next();
    const differs = look().some((value, at) => Math.abs(value - before[at]) > 8);
    if (!differs || frame.mediaTime === first.mediaTime) continue;
    const { videoWidth: width, videoHeight: height } = video;
    return { width, height, frames: frame.presentedFrames - first.presentedFrames };
  }
  throw new Error("300 frames, all alike");
}"""

HOLD = """() => {
  const devices = navigator.mediaDevices;
  devices.getUserMedia = (wish) => new Promise((resolve, reject) => {
    globalThis.answerForDevices = (refusal) => {
      delete devices.getUserMedia;
      if (refusal) reject(new DOMException("no", refusal));
      else resolve(devices.getUserMedia(wish));
    };
  });
}"""


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


def hold_devices(page):
    """The browser asks the user, who does not answer until the test says so."""
    page.evaluate(HOLD)


def answer_for_devices(page, refusal=None):
    """The user allows the devices, or the browser gives the refusal of this name; what is asked for later it gives."""
    page.evaluate("(refusal) => answerForDevices(refusal)", refusal)


def state(page):
    return page.get_by_test_id("call-state")


def end(page):
    return page.get_by_test_id("call-end")


def height_of(page, name):
    return page.get_by_test_id(name).bounding_box()["height"]


def user_of(page):
    return re.search(r"user=([^&#]+)", page.url)[1]


def moving(page, name="remote-video"):
    """Waits until the frames of a picture differ; what is known of them."""
    expect(page.get_by_test_id(name)).to_be_visible()
    seen = page.evaluate(MOVES, name)
    assert seen["width"] > 0 and seen["height"] > 0 and seen["frames"] > 0, seen
    return seen


def begin_with(page, user):
    """Makes the direct conversation with somebody, and opens it."""
    page.get_by_test_id("new-conversation").click()
    page.get_by_test_id("new-partner").fill(user)
    page.get_by_test_id("new-partner").press("Enter")
    expect(page.get_by_test_id("thread-title")).to_have_text(user)


def talk_directly(windows, first, second, callee=None, **options):
    """Two windows whose users share a direct conversation, both with it open; `callee` are options of the second alone."""
    caller = windows.open(first, **options)
    callee = windows.open(second, **options | (callee or {}))
    begin_with(caller, second)
    callee.get_by_test_id("conversation").filter(has_text=first).click()
    expect(callee.get_by_test_id("thread-title")).to_have_text(first)
    return caller, callee


def ring(caller, callee, kind="video"):
    caller.get_by_test_id(f"call-{kind}").click()
    expect(callee.get_by_test_id("incoming")).to_be_visible()
    expect(caller.get_by_test_id("call-state")).to_have_text("Ringing…")


def connected(*pages):
    for page in pages:
        expect(page.get_by_test_id("call")).to_have_attribute("data-phase", "connected")
