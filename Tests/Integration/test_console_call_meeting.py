"""Two who call each other at the same moment: one call, or the other's where one's own comes to nothing (R45)."""

import re

import pytest
from console_calls import LASTED, answer_for_devices, connected, end, hold_devices, moving, pair, server  # noqa: F401
from console_calls import state, user_of, windows  # noqa: F401
from console_fixtures import WIRES, chromium_is_there, media_browser  # noqa: F401
from inspecting import told
from playwright.sync_api import expect

# What is unanswered is not sent again, however long the machine takes until the test gives the answer.
WAITS = """() => {
  const real = setTimeout;
  globalThis.setTimeout = (work, delay) => real(work, delay < 10_000 ? delay : 600_000);
}"""


@pytest.fixture
def meeting(windows):  # noqa: F811
    """Alice, whose browser asks for her devices to call Bob, and Bob, who calls her meanwhile."""

    def meeting(**options):
        alice, bob = pair(windows, **options)
        meet(alice, bob)
        return alice, bob

    return meeting


def meet(alice, bob):
    hold_devices(alice)
    alice.get_by_test_id("call-video").click()
    expect(state(alice)).to_have_text("Asking for your devices…")
    bob.get_by_test_id("call-video").click()
    expect(state(bob)).to_have_text("Ringing…")
    told(alice, "call:incoming")
    undisturbed(alice)


def hold_answers(page):
    """Keeps from the page what says that two calls became one; returns what gives it to the page."""
    held = []

    def pass_on(socket):
        def hear(text):
            if '"glare":true' in text:
                held.append(lambda: socket.send(text))
            else:
                socket.send(text)

        socket.connect_to_server().on_message(hear)

    page.route_web_socket(re.compile("/v1/socket"), pass_on)
    page.reload()
    page.evaluate(WAITS)

    def give():
        for _ in range(1_000):
            if held:
                break
            page.wait_for_timeout(20)  # what comes for the page is handed over meanwhile
        [late] = held
        late()

    return give


def undisturbed(page):
    """Nothing but its own call is shown by the page."""
    expect(page.get_by_test_id("waiting")).to_be_hidden()
    expect(page.get_by_test_id("incoming")).to_be_hidden()


def answer(callee, caller):
    """It rings, and is answered: both are in the call, and see each other."""
    expect(callee.get_by_test_id("incoming-title")).to_have_text(f"{user_of(caller)} is calling")
    callee.get_by_test_id("accept").click()
    talk(caller, callee)


def talk(*pages):
    connected(*pages)
    for page in pages:
        moving(page)
        undisturbed(page)


@pytest.mark.parametrize("wire", WIRES)
def test_two_who_call_each_other_are_in_one_call(meeting, wire):
    alice, bob = meeting(wire=wire)
    answer_for_devices(alice)
    talk(alice, bob)
    for page, other in ((alice, bob), (bob, alice)):
        page.get_by_test_id("call-mute").click()
        expect(other.get_by_test_id("call-theirs")).to_have_text("Their microphone is off.")
    end(alice).click()
    expect(state(alice)).to_have_text(re.compile(rf"^You hung up{LASTED}$"))
    expect(state(bob)).to_have_text(re.compile(rf"^alice\S* hung up{LASTED}$"))
    for page in (alice, bob):
        undisturbed(page)
        expect(page.get_by_test_id("call-entry")).to_have_text(re.compile(r"^Video call ·"))


def test_it_rings_where_the_browser_refuses_devices_to_ones_own_call(meeting):
    alice, bob = meeting()
    answer_for_devices(alice, refusal="NotAllowedError")
    answer(alice, bob)
    end(bob).click()
    expect(state(alice)).to_have_text(re.compile(rf"hung up{LASTED}$"))


def test_it_rings_where_ones_own_call_is_given_up_before_the_browser_has_asked(meeting):
    alice, bob = meeting()
    end(alice).click()
    answer_for_devices(alice)
    answer(alice, bob)
    end(bob).click()
    expect(state(alice)).to_have_text(re.compile(rf"hung up{LASTED}$"))


def test_whoever_has_given_up_meanwhile_is_called(meeting):
    alice, bob = meeting()
    end(bob).click()
    expect(state(bob)).to_have_text("You gave up")
    told(alice, "call:ended")
    answer_for_devices(alice)
    answer(bob, alice)
    end(bob).click()
    expect(state(alice)).to_have_text(re.compile(rf"hung up{LASTED}$"))


@pytest.mark.parametrize("taken", [True, False], ids=["taken", "not-taken"])
def test_a_call_given_up_before_its_answer_ends_unless_the_others_was_taken(windows, taken):  # noqa: F811
    alice, bob = pair(windows)
    give = hold_answers(alice)
    expect(alice.get_by_test_id("thread-title")).to_have_text(user_of(bob))
    meet(alice, bob)
    answer_for_devices(alice)
    # For the service it is one call.
    expect(bob.get_by_test_id("call")).to_have_attribute("data-phase", "connecting")
    end(alice).click()
    if taken:
        answer(alice, bob)
        give()
        # Her own wish, and the answer.
        told(alice, "call:initiate", times=2)
        alice.get_by_test_id("call-mute").click()
        expect(bob.get_by_test_id("call-theirs")).to_have_text("Their microphone is off.")
        end(alice).click()
    else:
        expect(alice.get_by_test_id("incoming")).to_be_visible()
        give()
    expect(state(bob)).to_have_text(re.compile(rf"^alice\S* hung up{LASTED}$"))
    expect(alice.get_by_test_id("incoming")).to_be_hidden()
