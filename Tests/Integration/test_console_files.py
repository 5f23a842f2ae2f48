"""Files of the page: sent with progress, given up, resumed after a reload, looked at and kept (R53)."""

import re

import pytest
from console_fixtures import WIRES, browser, chromium_is_there, line, port_of, server, windows  # noqa: F401
from inspecting import frames
from playwright.sync_api import expect
from sending_files import Gate, LossyBeginning, attach, attachment, downloaded, picture, random_file
from service import unique
from windows import come_back, look

PATHS = {"websocket": "/v1/socket", "socketio": "/socket.io/"}
MIB = 1024 * 1024


def upload(page):
    return page.get_by_test_id("upload")


@pytest.mark.parametrize("wire", WIRES)
def test_a_file_arrives_as_it_is_with_a_reload_in_the_middle(windows, tmp_path, wire):
    conversation = unique("files")
    alice = windows.blank()
    gate = Gate(alice, PATHS[wire], 24)
    alice.goto(f"{windows.url}/?user=alice&wire={wire}#{conversation}")
    expect(alice.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")
    bob = windows.open("bob", conversation, wire=wire)
    file = random_file(tmp_path, "holiday.bin", 3 * MIB + 77)

    attach(alice, file)
    state = upload(alice).get_by_test_id("upload-state")
    expect(state).to_have_text(re.compile(r"^1 MB of 3\.1 MB · 33 %|^1\.\d MB of 3\.1 MB · \d\d %"))
    look(alice, f"files-sending-{wire}")
    gate.open()
    alice.reload()
    expect(upload(alice)).to_have_attribute("data-phase", "interrupted")
    expect(state).to_have_text(re.compile(r"^1(\.\d)? MB of 3\.1 MB · stopped by a reload$"))
    look(alice, f"files-interrupted-{wire}")

    def choose(chosen):
        with alice.expect_file_chooser() as chooser:
            upload(alice).get_by_test_id("upload-choose").click()
        chooser.value.set_files(chosen)

    # The name and the size alone do not make it the same file.
    (tmp_path / "other").mkdir()
    choose(random_file(tmp_path / "other", "holiday.bin", 3 * MIB + 77, seed=2))
    expect(upload(alice).get_by_test_id("upload-problem")).to_contain_text("This is another file")
    choose(file)
    for page in (alice, bob):
        expect(attachment(page, "holiday.bin")).to_contain_text("3.1 MB")
    expect(upload(alice)).to_have_count(0)
    assert downloaded(bob, "holiday.bin") == file.read_bytes()
    # Once is enough.
    alice.reload()
    expect(attachment(alice, "holiday.bin")).to_have_count(1)
    expect(upload(alice)).to_have_count(0)


@pytest.mark.parametrize("wire", WIRES)
def test_a_large_file_goes_by_http(windows, tmp_path, wire):
    conversation = unique("files")
    alice, bob = windows.open("alice", conversation, wire=wire), windows.open("bob", conversation, wire=wire)
    file = random_file(tmp_path, "film.bin", 6 * MIB + 1)
    with alice.expect_request(lambda request: request.method == "PUT" and "/v1/files/" in request.url):
        attach(alice, file)
    for page in (alice, bob):
        expect(attachment(page, "film.bin")).to_contain_text("6.3 MB")
    assert downloaded(bob, "film.bin") == file.read_bytes()


def test_a_lost_connection_stops_a_file_only_for_a_while(windows, line, tmp_path):
    conversation = unique("files")
    alice = windows.blank()
    gate = Gate(alice, "/v1/socket", 20)
    alice.goto(f"{line.url}/?user=alice#{conversation}")
    bob = windows.open("bob", conversation)
    file = random_file(tmp_path, "notes.bin", 2 * MIB)
    attach(alice, file)
    expect(upload(alice).get_by_test_id("upload-state")).to_have_text(re.compile(r"^1(\.\d)? MB of 2\.1 MB"))
    line.cut()
    expect(alice.get_by_test_id("notice")).to_be_visible()
    gate.open()
    line.mend()
    come_back(alice)
    expect(attachment(bob, "notes.bin")).to_be_visible()
    assert downloaded(bob, "notes.bin") == file.read_bytes()
    windows.forgive_refused_attempts()


@pytest.mark.parametrize("lost", ["announcement", "answer"])
@pytest.mark.parametrize("wire", WIRES)
def test_a_connection_lost_while_a_file_is_announced_costs_nothing(windows, tmp_path, wire, lost):
    conversation = unique("files")
    alice = windows.blank()
    beginning = LossyBeginning(alice, PATHS[wire], lost)
    alice.goto(f"{windows.url}/?user=alice&wire={wire}#{conversation}")
    expect(alice.get_by_test_id("thread-subtitle")).to_contain_text("1 member")
    file = random_file(tmp_path, "notes.bin", MIB)
    attach(alice, file)
    expect(attachment(alice, "notes.bin")).to_be_visible()
    expect(upload(alice)).to_have_count(0)
    assert downloaded(alice, "notes.bin") == file.read_bytes()
    assert (beginning.begun, beginning.lost) == (2, None)


def test_a_duplicated_tab_is_another_device_and_leaves_the_files_alone(windows, tmp_path):
    device = """() => import("/console/device-id.js").then(({ deviceId }) => deviceId())"""
    alice = windows.blank()
    Gate(alice, "/v1/socket", 1)
    alice.goto(f"{windows.url}/?user=alice#{unique('files')}")
    expect(alice.get_by_test_id("thread-subtitle")).to_contain_text("1 member")
    attach(alice, random_file(tmp_path, "notes.bin", MIB))
    # Once a chunk goes, the tab remembers the file.
    expect(frames(alice, "binary").last).to_be_attached()
    first = alice.evaluate(device)

    # A window that another opens gets a copy of its storage, as a duplicated tab does.
    with alice.expect_popup() as opened:
        alice.evaluate("() => { open(location.href); }")
    copy = opened.value
    windows.watch(copy)
    expect(copy.get_by_test_id("thread-subtitle")).to_contain_text("1 member")
    assert copy.evaluate("() => Object.keys(sessionStorage).some((name) => name.startsWith('uploads of alice'))")
    assert copy.evaluate(device) != first
    expect(upload(copy)).to_have_count(0)

    alice.reload()
    expect(upload(alice)).to_have_attribute("data-phase", "interrupted")
    assert alice.evaluate(device) == first


def test_a_file_may_be_given_up(windows, tmp_path):
    conversation = unique("files")
    alice = windows.blank()
    gate = Gate(alice, "/v1/socket", 20)
    alice.goto(f"{windows.url}/?user=alice#{conversation}")
    expect(alice.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")
    attach(alice, random_file(tmp_path, "secret.bin", 2 * MIB))
    expect(upload(alice).get_by_test_id("upload-state")).to_have_text(re.compile(r"^1(\.\d)? MB of 2\.1 MB"))
    with alice.expect_response(lambda response: response.request.method == "DELETE") as told:
        upload(alice).get_by_test_id("upload-cancel").click()
    assert told.value.status == 204
    expect(upload(alice)).to_have_count(0)
    gate.open()
    alice.reload()
    expect(alice.get_by_test_id("thread-title")).to_have_text(conversation)
    expect(alice.get_by_test_id("thread-empty")).to_contain_text("No messages yet")
    expect(upload(alice)).to_have_count(0)


def test_what_is_dropped_is_sent_and_pictures_are_shown(windows, tmp_path):
    conversation = unique("files")
    alice, bob = windows.open("alice", conversation), windows.open("bob", conversation)
    expect(alice.get_by_test_id("thread-subtitle")).to_contain_text("2 members")
    file = picture(tmp_path, "sunset.png", 480, 320)
    data = alice.evaluate_handle(
        """async (bytes) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], "sunset.png", { type: "image/png" }));
          return data;
        }""",
        list(file.read_bytes()),
    )
    thread = alice.get_by_test_id("thread")
    thread.dispatch_event("dragenter", {"dataTransfer": data})
    expect(thread).to_have_class(re.compile("dropping"))
    look(alice, "files-dropping")
    thread.dispatch_event("drop", {"dataTransfer": data})
    expect(thread).not_to_have_class(re.compile("dropping"))
    for page in (alice, bob):
        image = attachment(page, "sunset.png").get_by_test_id("preview")
        expect(image).to_have_attribute("width", "480")
        expect(image).to_have_js_property("naturalWidth", 480)
    look(alice, "files-picture-mine")
    look(bob, "files-picture")
    assert downloaded(bob, "sunset.png") == file.read_bytes()
    expect(bob.get_by_test_id("conversation").first).to_contain_text("📎 sunset.png")


def test_what_only_says_that_it_is_a_picture_runs_nothing(windows, tmp_path):
    """A page with a script, called a picture: it is shown as none; test_files_browsers.py opens links to such files."""
    conversation = unique("files")
    alice = windows.open("alice", conversation)
    file = tmp_path / "trick.svg"
    file.write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "owned"</script></svg>')
    attach(alice, file)
    expect(attachment(alice, "trick.svg")).to_be_visible()
    expect(alice.get_by_test_id("preview")).to_have_count(0)
    assert downloaded(alice, "trick.svg") == file.read_bytes()
    assert alice.title() != "owned"


def test_an_empty_file_is_told(windows, tmp_path):
    alice = windows.open("alice", unique("files"))
    file = tmp_path / "nothing.txt"
    file.write_bytes(b"")
    attach(alice, file)
    expect(upload(alice).get_by_test_id("upload-problem")).to_be_visible()
    upload(alice).get_by_test_id("upload-cancel").click()
    expect(upload(alice)).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [pytest.param((1280, 800), id="desktop"), pytest.param((390, 844), id="phone")])
def test_files_have_their_place_on_every_screen(windows, tmp_path, size, theme):
    width, height = size
    conversation = unique("files")
    bob = windows.open("bob", conversation)
    alice = windows.blank(viewport={"width": width, "height": height}, color_scheme=theme)
    gate = Gate(alice, "/v1/socket", 21)
    alice.goto(f"{windows.url}/?user=alice#{conversation}")
    attach(bob, picture(tmp_path, "a-photo-with-quite-a-long-name-as-cameras-like-to-give.png", 640, 400))
    attach(alice, picture(tmp_path, "mine.png", 300, 200))
    for page in (alice, bob):
        expect(page.get_by_test_id("preview")).to_have_count(2)
    gate.left = 19
    attach(alice, random_file(tmp_path, "archive.zip", 2 * MIB))
    expect(upload(alice).get_by_test_id("upload-state")).to_have_text(re.compile(r"^1(\.\d)? MB of 2\.1 MB"))
    attach(alice, random_file(tmp_path, "more.pdf", MIB))
    expect(upload(alice)).to_have_count(2)
    look(alice, f"files-{width}-{theme}")
    gate.open()


@pytest.mark.parametrize("lost", ["announcement", "answer"])
def test_files_given_up_leave_room_for_others(windows, tmp_path, lost):
    """If the service does not hear of it they are open, and one connection may have two open: the third goes by HTTP.

    That is announced again where the first time was lost, and counts once.
    """
    conversation, asked = unique("files"), []
    alice = windows.blank()
    gate = Gate(alice, "/v1/socket", 1)

    def lose_first(route):
        asked.append(route.request.headers["idempotency-key"])
        if len(asked) > 1:
            return route.continue_()
        if lost == "answer":
            route.fetch()
        route.abort()

    def lose_goodbyes(route):
        route.abort() if route.request.method == "DELETE" else route.continue_()

    alice.route(lambda url: "/v1/files/" in url, lose_goodbyes)
    alice.goto(f"{windows.url}/?user=alice#{conversation}")
    expect(alice.get_by_test_id("thread-subtitle")).to_contain_text("1 member")
    for number in range(2):
        gate.left = 1  # the file is announced, and one chunk goes
        attach(alice, random_file(tmp_path, f"given-up-{number}.bin", MIB))
        expect(upload(alice)).to_have_attribute("data-phase", "sending")
        expect(frames(alice, "binary").last).to_be_attached()
        upload(alice).get_by_test_id("upload-cancel").click()
        expect(upload(alice)).to_have_count(0)
    gate.open()
    alice.route(lambda url: url.endswith("/v1/files"), lose_first)
    kept = random_file(tmp_path, "kept.bin", MIB)
    attach(alice, kept)
    expect(attachment(alice, "kept.bin")).to_be_visible()
    assert len(asked) == 2 and asked[0] == asked[1]
    windows.forgive_refused_attempts()
    assert downloaded(alice, "kept.bin") == kept.read_bytes()
