"""A second call that rings in the page while one goes on there (R44)."""

import re

import pytest
from console_calls import LASTED, LEAST, PATIENT, answer_for_devices, begin_with, connected, end, height_of
from console_calls import hold_devices, moving, pair, ring, state, user_of, windows  # noqa: F401
from console_fixtures import WIRES, chromium_is_there, media_browser  # noqa: F401
from inspecting import told
from playwright.sync_api import expect
from service import unique
from windows import look


@pytest.fixture(scope="module")
def server(serve):
    return serve("--no-rate-limits", tenants=(), settings={"calls": PATIENT["calls"] | {"waiting": True}})


@pytest.fixture
def three(windows):  # noqa: F811
    """Alice and Bob, who talk, and Carol, who is about to call Bob."""

    def three(**options):
        alice, bob = pair(windows, **options)
        ring(alice, bob, "audio")
        bob.get_by_test_id("accept").click()
        connected(alice, bob)
        carol = windows.open(unique("carol"), **options)
        begin_with(carol, user_of(bob))
        return alice, bob, carol

    return three


def wait(caller, callee, button):
    """Rings in the bar of the callee, whose call goes on."""
    caller.get_by_test_id(button).click()
    expect(callee.get_by_test_id("waiting-title")).to_have_text(f"{user_of(caller)} is calling too")
    expect(callee.get_by_test_id("waiting-answer")).to_be_visible()
    expect(state(caller)).to_have_text("Ringing…")
    expect(callee.get_by_test_id("incoming")).to_be_hidden()
    connected(callee)


def go_on(one, other):
    """They are in their call: what one tells, the other is told."""
    connected(one, other)
    one.get_by_test_id("call-mute").click()
    expect(other.get_by_test_id("call-theirs")).to_have_text("Their microphone is off.")
    one.get_by_test_id("call-mute").click()
    expect(other.get_by_test_id("call-theirs")).to_have_text("")


@pytest.mark.parametrize("wire", WIRES)
def test_the_present_call_goes_on_until_it_is_ended_for_the_other(three, wire):
    alice, bob, carol = three(wire=wire)
    wait(carol, bob, "call-video")
    expect(bob.get_by_test_id("waiting-text")).to_have_text("A video call")
    look(bob, f"call-waiting-{wire}")
    end(carol).click()
    expect(bob.get_by_test_id("waiting")).to_be_hidden()
    go_on(bob, alice)

    wait(carol, bob, "call-again")
    bob.get_by_test_id("waiting-reject").click()
    expect(bob.get_by_test_id("waiting")).to_be_hidden()
    expect(state(carol)).to_have_text(re.compile(r"declined the call$"))
    go_on(alice, bob)

    wait(carol, bob, "call-again")
    bob.get_by_test_id("waiting-answer").click()
    expect(state(alice)).to_have_text(re.compile(rf"hung up{LASTED}$"))
    connected(bob, carol)
    expect(bob.get_by_test_id("waiting")).to_be_hidden()
    expect(bob.get_by_test_id("call-title")).to_have_text(user_of(carol))
    for page in (bob, carol):
        moving(page)
    end(carol).click()
    expect(state(bob)).to_have_text(re.compile(rf"hung up{LASTED}$"))


def test_where_the_present_call_ends_the_one_that_waits_rings_as_any_other(three):
    alice, bob, carol = three()
    wait(carol, bob, "call-audio")
    end(alice).click()
    expect(bob.get_by_test_id("incoming-title")).to_have_text(f"{user_of(carol)} is calling")
    bob.get_by_test_id("accept").click()
    go_on(bob, carol)
    # The one who talked first waits now.
    wait(alice, bob, "call-again")
    end(bob).click()
    expect(state(carol)).to_have_text(re.compile(rf"hung up{LASTED}$"))
    expect(bob.get_by_test_id("incoming-title")).to_have_text(f"{user_of(alice)} is calling")
    bob.get_by_test_id("decline").click()
    expect(state(alice)).to_have_text(re.compile(r"declined the call$"))
    expect(bob.get_by_test_id("call")).to_be_hidden()


def test_two_who_call_while_devices_are_asked_for_ring_both(windows):  # noqa: F811
    alice, bob = pair(windows)
    carol = windows.open(unique("carol"))
    begin_with(carol, user_of(alice))
    hold_devices(alice)
    alice.get_by_test_id("call-audio").click()
    carol.get_by_test_id("call-audio").click()
    expect(alice.get_by_test_id("waiting-title")).to_have_text(f"{user_of(carol)} is calling too")
    bob.get_by_test_id("call-audio").click()
    told(alice, "call:incoming", times=2)
    end(alice).click()
    answer_for_devices(alice)
    expect(alice.get_by_test_id("incoming-title")).to_have_text(f"{user_of(carol)} is calling")
    alice.get_by_test_id("decline").click()
    expect(state(carol)).to_have_text(re.compile(r"declined the call$"))
    expect(alice.get_by_test_id("incoming-title")).to_have_text(f"{user_of(bob)} is calling")
    alice.get_by_test_id("accept").click()
    go_on(alice, bob)
    end(bob).click()
    expect(state(alice)).to_have_text(re.compile(rf"hung up{LASTED}$"))


@pytest.mark.parametrize("size", [pytest.param((1280, 800), id="desktop"), pytest.param((390, 844), id="phone")])
def test_the_bar_has_its_place_on_every_screen(three, size):
    width, height = size
    alice, bob, carol = three(viewport={"width": width, "height": height})
    wait(carol, bob, "call-audio")
    look(bob, f"call-waiting-{width}")
    assert width < 700 or height_of(bob, "messages") >= LEAST
    end(alice).click()
    end(carol).click()
    expect(bob.get_by_test_id("incoming")).to_be_hidden()
