"""The server, the browser and its windows for the tests of the page."""

import shutil
from contextlib import contextmanager

import pytest
from cuttable_line import CuttableLine
from playwright.sync_api import expect, sync_playwright
from windows import Windows

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-headless-shell")
# Each is one of the page's.
WIRES = ("websocket", "socketio")
# Of what a test waits for; a loaded machine may take long, a green run does not.
PATIENCE = 20_000


@pytest.fixture(autouse=True)
def chromium_is_there():
    assert CHROMIUM, "Debian's chromium is not installed: `scripts/bootstrap browser` installs it"


@pytest.fixture(scope="module")
def server(serve):
    """The server as `make run` starts it, with one tenant: the page's sign-in knows no others."""
    return serve("--no-rate-limits", tenants=())


@contextmanager
def launched(*flags):
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(flags))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def browser():
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def media_browser():
    """One with a microphone and a camera of its own, whose picture moves, and which asks nobody for leave."""
    # Where a machine has no network but itself, calls go over that.
    network = "--allow-loopback-in-peer-connection"
    with launched("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", network) as browser:
        yield browser


@pytest.fixture
def line(server):
    """A line to the server that the test may cut."""
    line = CuttableLine(port_of(server))
    yield line
    line.cut()


def port_of(server):
    return int(server.url.rsplit(":", 1)[1])


@pytest.fixture
def windows(browser, server):
    """Windows on the server; a complaint in any console, a violated CSP among them, fails the test."""
    windows = Windows(browser, server.url)
    yield windows
    windows.close()
    assert windows.complaints == [], windows.complaints
