"""The page stays while something would be lost with it."""

import re

from console_calls import ring, server, talk_directly, windows  # noqa: F401
from console_fixtures import chromium_is_there, media_browser  # noqa: F401
from playwright.sync_api import expect
from sending_files import Gate, attach, random_file
from service import unique

MIB = 1024 * 1024

# Drops something on a part, as a browser tells it; which of the events are kept from the browser.
DROP = """([name, isFile]) => {
  const data = new DataTransfer();
  if (isFile) data.items.add(new File(["text"], "notes.txt"));
  else data.setData("text/plain", "text");
  const part = document.querySelector(`[data-testid="${name}"]`);
  return ["dragover", "drop"].filter((type) =>
    !part.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data })));
}"""


def questions(page):
    """The questions that the page lets the browser ask; each is answered with a yes."""
    asked = []

    def answer(dialog):
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    return asked


def test_a_file_dropped_beside_the_conversation_does_not_replace_the_page(windows):
    page = windows.open("alice")
    for name in ("me", "new-conversation"):
        assert page.evaluate(DROP, [name, True]) == ["dragover", "drop"]
        # Words may be dropped wherever the browser lets them.
        assert page.evaluate(DROP, [name, False]) == []
    expect(page.get_by_test_id("upload")).to_have_count(0)


def test_a_page_asks_before_it_goes_with_a_file_that_nobody_knows_of(windows, tmp_path):
    alice = windows.blank()
    asked = questions(alice)
    gate = Gate(alice, "/v1/socket", 20)
    alice.goto(f"{windows.url}/?user=alice#{unique('files')}")
    expect(alice.get_by_test_id("thread-subtitle")).to_contain_text("1 member")
    rows = alice.get_by_test_id("upload")
    attach(alice, random_file(tmp_path, "known.bin", 2 * MIB))
    expect(rows.get_by_test_id("upload-state")).to_have_text(re.compile(r"^1(\.\d)? MB of 2\.1 MB"))
    # The service knows of this one: it goes on after the reload.
    gate.open()
    alice.reload()
    expect(rows).to_have_attribute("data-phase", "interrupted")
    expect(alice.get_by_test_id("thread-subtitle")).to_contain_text("1 member")
    assert asked == []

    gate.left = 0
    attach(alice, random_file(tmp_path, "unknown.bin", MIB))
    expect(rows).to_have_count(2)
    alice.reload()
    assert asked == ["beforeunload"]


def test_a_page_asks_before_it_goes_with_a_call(windows):
    alice, bob = talk_directly(windows, unique("alice"), unique("bob"))
    asked = questions(alice)
    ring(alice, bob, "audio")
    alice.reload()
    assert asked == ["beforeunload"]
