"""The page's list of messages: each once and in order, paged, windowed, and scrolled without a hitch."""

from random import Random

import pytest
from console_fixtures import browser, chromium_is_there, server, windows  # noqa: F401
from playwright.sync_api import expect
from windows import fill_conversation, message, say, texts


@pytest.mark.parametrize("seed", range(5))
def test_messages_stand_once_and_in_order_however_they_arrive(windows, seed):
    """Pages, events and acks overlap; edits and deletions overtake the page that holds their message."""
    random = Random(seed)
    messages = [
        {"messageId": f"m{seq}", "seq": seq, "senderId": "bob", "content": "old", "editVersion": 1}
        for seq in range(1, 41)
    ]
    edited, deleted = set(random.sample(range(1, 41), 8)), set(random.sample(range(1, 41), 4))
    steps = [["merge", random.sample(messages, random.randint(1, 15))] for _ in range(12)] + [["merge", messages]]
    steps += [
        ["update", {"messageId": f"m{seq}", "content": f"new {version}", "editVersion": version}]
        for seq in edited
        for version in (2, 3)
    ]
    steps += [["remove", {"messageId": f"m{seq}", "deletedBy": "bob"}] for seq in deleted]
    random.shuffle(steps)
    page = windows.blank()
    page.goto(windows.url)
    shown = page.evaluate(
        """async (steps) => {
          const { Thread } = await import("/console/thread.js");
          const thread = new Thread();
          for (const [how, what] of steps) thread[how](what, "alice");
          return thread.messages.map(({ seq, content, deleted }) => [seq, deleted ? "deleted" : content]);
        }""",
        steps,
    )
    wanted = dict.fromkeys(range(1, 41), "old") | dict.fromkeys(edited, "new 3") | dict.fromkeys(deleted, "deleted")
    assert shown == [[seq, wanted[seq]] for seq in sorted(wanted)]


def test_long_history_is_paged_and_windowed(windows):
    """Ten thousand messages: the document holds a screenful of rows, and scrolling up brings the first one."""
    count = 10_000
    filler = windows.blank()
    filler.goto(windows.url)
    fill_conversation(filler, "long", count)
    bob = windows.open("bob", "long")
    expect(message(bob, f"line {count}")).to_be_visible()
    # The most that the document ever held, however short the moment.
    bob.evaluate(
        """() => {
          const list = document.querySelector('[data-testid="messages"] ol');
          const count = () => (window.most = Math.max(window.most ?? 0, document.querySelectorAll("*").length));
          new MutationObserver(count).observe(list, { childList: true });
          count();
        }"""
    )
    first = "() => Number(document.querySelector('[data-testid=message]').dataset.seq)"
    while (before := bob.evaluate(first)) > 1:
        bob.get_by_test_id("messages").press("Home")
        bob.wait_for_function(f"before => ({first})() < before", arg=before)
    expect(message(bob, "line 1")).to_be_visible()
    assert bob.get_by_test_id("message").count() < 100
    assert bob.evaluate("most") < 1_500
    shown = [int(text.split()[1]) for text in texts(bob)]
    assert shown == list(range(1, len(shown) + 1))

    bob.get_by_test_id("messages").press("End")
    expect(message(bob, f"line {count}")).to_be_visible()


def test_a_small_step_up_leaves_the_end_and_one_down_to_it_stays_there(windows):
    """A browser scrolls smoothly, so that every way up begins with a step of a few pixels."""
    alice = windows.open("alice", "steps")
    fill_conversation(alice, "steps", 60)
    bob = windows.open("bob", "steps")
    expect(message(bob, "line 60")).to_be_visible()
    step = """async (by) => {
      const list = document.querySelector('[data-testid="messages"]');
      const toEnd = () => list.scrollHeight - list.clientHeight - list.scrollTop;
      const frames = async () => {
        for (let left = 4; left > 0; left -= 1) await new Promise((done) => requestAnimationFrame(done));
      };
      await frames();
      list.scrollBy({ top: by, behavior: "instant" });
      await frames();
      return toEnd();
    }"""
    assert bob.evaluate(step, -6) == pytest.approx(6, abs=1)
    say(alice, "below what bob sees")
    expect(bob.get_by_test_id("announcer")).to_have_text("alice: below what bob sees")
    assert bob.evaluate(step, 0) > 20
    assert bob.evaluate(step, 1_000) < 1
    say(alice, "in sight again")
    expect(bob.get_by_test_id("announcer")).to_have_text("alice: in sight again")
    assert bob.evaluate(step, 0) < 1


def test_the_end_stays_in_sight_when_its_box_and_a_row_grow_at_once(windows):
    """As after a call on a phone: the pictures leave the screen, and a row that is touched shows its buttons."""
    page = windows.open("grower", "growing", viewport={"width": 390, "height": 844})
    fill_conversation(page, "growing", 40)
    expect(message(page, "line 40")).to_be_in_viewport()
    page.get_by_test_id("messages").evaluate("box => { box.style.maxHeight = '200px'; }")
    expect(message(page, "line 40")).to_be_in_viewport(ratio=0.9)
    page.evaluate(
        """async () => {
          const frame = () => new Promise(requestAnimationFrame);
          for (let count = 0; count < 3; count += 1) await frame(); // what the smaller box has set going is over
          const box = document.querySelector('[data-testid="messages"]');
          box.style.maxHeight = "";
          box.getBoundingClientRect(); // the browser moves what it shows
          box.querySelector("li:last-of-type").previousElementSibling.style.paddingBottom = "60px";
          for (let count = 0; count < 3; count += 1) await frame();
        }"""
    )
    page.wait_for_function(
        """() => {
          const box = document.querySelector('[data-testid="messages"]');
          return box.scrollHeight - box.scrollTop - box.clientHeight < 2;
        }"""
    )


def test_home_and_end_reach_the_first_and_the_last_row_at_once(windows):
    alice = windows.open("alice", "home")
    fill_conversation(alice, "home", 60)
    expect(message(alice, "line 60")).to_be_visible()
    place = "() => document.querySelector('[data-testid=\"messages\"]').scrollTop"
    alice.get_by_test_id("messages").press("Home")
    assert alice.evaluate(place) == 0
    assert texts(alice)[0] == "line 1"
    alice.get_by_test_id("messages").press("End")
    assert texts(alice)[-1] == "line 60"
    alice.get_by_test_id("composer").fill("one line")
    alice.get_by_test_id("composer").press("Home")
    alice.get_by_test_id("composer").press_sequentially("in ")
    expect(alice.get_by_test_id("composer")).to_have_value("in one line")
    assert alice.evaluate(place) > 0


def test_a_page_of_history_that_does_not_fill_the_screen_brings_the_next(windows):
    """Nobody can scroll where there is nothing to scroll."""
    filler = windows.blank()
    filler.goto(windows.url)
    fill_conversation(filler, "pages", 12)
    bob = windows.blank()
    bob.route(
        "**/console/messages.js",
        lambda route: route.fulfill(
            response=(answer := route.fetch()), body=answer.text().replace("const PAGE = 100;", "const PAGE = 2;")
        ),
    )
    bob.goto(f"{windows.url}/?user=bob#pages")
    expect(message(bob, "line 12")).to_be_visible()
    expect(message(bob, "line 1")).to_be_visible()
    assert texts(bob) == [f"line {number}" for number in range(1, 13)]
