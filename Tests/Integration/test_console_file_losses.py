"""Files of the page where something of their way is lost, or of the file itself (R53)."""

import pytest
from console_fixtures import browser, chromium_is_there, line, port_of, server, windows  # noqa: F401
from inspecting import frames
from playwright.sync_api import expect
from sending_files import Gate, attach, attachment, downloaded, picture, random_file
from service import unique
from windows import Windows, come_back

MIB = 1024 * 1024
# The page waits longer after each failure in a row.
PAUSES = 90_000


def upload(page):
    return page.get_by_test_id("upload")


def fill_places(page, gate, folder):
    """Gives up two files without the service hearing of it: the next one goes by HTTP alone."""
    for number in range(2):
        gate.left = 1  # the file is announced, and one chunk goes
        attach(page, random_file(folder, f"given-up-{number}.bin", MIB))
        expect(upload(page)).to_have_attribute("data-phase", "sending")
        expect(frames(page, "binary").last).to_be_attached()
        upload(page).get_by_test_id("upload-cancel").click()
        expect(upload(page)).to_have_count(0)
    gate.open()


def test_a_file_by_http_goes_on_by_itself_whatever_was_lost(windows, tmp_path):
    """Its body was too slow, then the question how much is there is lost, then nobody can say."""
    fates, asked = ["too slow", "lost", "unavailable"], []
    alice = windows.blank()
    gate = Gate(alice, "/v1/socket", 1)

    def pass_on(route):
        if route.request.method == "DELETE":
            return route.abort()
        fate = fates.pop(0) if fates else "arrives"
        asked.append((route.request.headers.get("content-range", "body"), fate))
        if fate == "too slow":
            return route.fulfill(status=408, body="")
        if fate == "lost":
            return route.abort()
        if fate == "unavailable":
            return route.fulfill(status=503, body="")
        return route.continue_()

    alice.route(lambda url: "/v1/files/" in url, pass_on)
    alice.goto(f"{windows.url}/?user=alice#{unique('files')}")
    expect(alice.get_by_test_id("thread-subtitle")).to_contain_text("1 member")
    fill_places(alice, gate, tmp_path)
    kept = random_file(tmp_path, "kept.bin", MIB)
    attach(alice, kept)
    expect(attachment(alice, "kept.bin")).to_be_visible(timeout=PAUSES)
    place = f"bytes */{MIB}"
    assert asked[:4] == [("body", "too slow"), (place, "lost"), (place, "unavailable"), (place, "arrives")]
    windows.forgive_refused_attempts()
    windows.forgive("status of (408|503)")
    assert downloaded(alice, "kept.bin") == kept.read_bytes()


def held_upload(windows, url, file):  # noqa: F811
    """A page whose upload by HTTP gets nowhere, and the request; what it asks later arrives."""
    alice, held = windows.blank(), []

    def hold_first(route):
        if route.request.method != "PUT" or held:
            return route.continue_()
        held.append(route)

    alice.route(lambda url: "/v1/files/" in url, hold_first)
    alice.goto(f"{url}/?user=alice#{unique('files')}")
    expect(alice.get_by_test_id("thread-subtitle")).to_contain_text("1 member")
    with alice.expect_request(lambda request: request.method == "PUT"):
        attach(alice, file)
    # The page's events come while it waits, this one behind the request's own.
    for _ in range(1_500):
        if held:
            return alice, held
        alice.wait_for_timeout(20)
    raise AssertionError("the request was not held")


def test_a_request_that_hears_nothing_is_made_anew_on_the_next_connection(windows, line, tmp_path):
    file = random_file(tmp_path, "film.bin", 6 * MIB)
    alice, held = held_upload(windows, line.url, file)
    line.cut()
    expect(alice.get_by_test_id("notice")).to_be_visible()
    line.mend()
    come_back(alice)
    expect(attachment(alice, "film.bin")).to_be_visible()
    assert len(held) == 1
    windows.forgive_refused_attempts()
    assert downloaded(alice, "film.bin") == file.read_bytes()


def test_a_file_that_goes_away_under_way_is_told_as_that(windows, tmp_path):
    file = random_file(tmp_path, "film.bin", 6 * MIB)
    alice, [request] = held_upload(windows, windows.url, file)
    file.unlink()
    request.abort()
    problem = upload(alice).get_by_test_id("upload-problem")
    expect(problem).to_contain_text("“film.bin” cannot be read", timeout=PAUSES)
    windows.forgive_refused_attempts()


def test_a_file_that_cannot_be_read_is_told_as_that(windows, tmp_path):
    alice = windows.blank()
    gate = Gate(alice, "/v1/socket", 1)
    alice.goto(f"{windows.url}/?user=alice#{unique('files')}")
    expect(alice.get_by_test_id("thread-subtitle")).to_contain_text("1 member")
    gate.left = 0
    for name in ("first.bin", "second.bin"):
        attach(alice, random_file(tmp_path, name, MIB))
    gone = random_file(tmp_path, "gone.bin", MIB)
    attach(alice, gone)
    row = upload(alice).filter(has_text="gone.bin")
    expect(row).to_have_attribute("data-phase", "waiting")
    gone.unlink()
    gate.open()
    upload(alice).filter(has_text="first.bin").get_by_test_id("upload-cancel").click()
    problem = row.get_by_test_id("upload-problem")
    expect(problem).to_have_text(
        "“gone.bin” cannot be read: it is a folder, or it has been changed or moved since it was chosen."
    )


def test_pictures_are_shown_where_the_service_has_another_public_address(browser, make_server, tmp_path):
    server = make_server("--no-rate-limits", tenants=(), settings={"publicURL": "https://chat.example"}).start()
    windows = Windows(browser, server.url)
    alice = windows.open("alice", unique("files"))
    file = picture(tmp_path, "sunset.png", 480, 320)
    attach(alice, file)
    expect(attachment(alice, "sunset.png").get_by_test_id("preview")).to_have_js_property("naturalWidth", 480)
    assert downloaded(alice, "sunset.png") == file.read_bytes()
    windows.close()
    assert windows.complaints == []
