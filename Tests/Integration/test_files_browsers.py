"""A signed link to a file, opened in a browser as any other address: nothing of the file runs (R53)."""

import pytest
from console_fixtures import browser, chromium_is_there  # noqa: F401
from files_http import backend, keys, person, sent  # noqa: F401
from playwright.sync_api import Error, expect

HTML = b"<!doctype html><title>page</title><script>console.log('ran')</script><p>a page</p>"
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="console.log(\'ran\')">'
    b"<script>console.log('ran')</script><rect width='40' height='40'/></svg>"
)
CONTENTS = pytest.mark.parametrize(
    ("content", "mime"), [(HTML, "text/html"), (SVG, "image/svg+xml")], ids=["html", "svg"]
)


@pytest.fixture
def window(browser):  # noqa: F811
    """A page, and what its console says."""
    with browser.new_context() as context:
        page = context.new_page()
        said = []
        page.on("console", lambda message: said.append(message.text))
        yield page, said


@pytest.fixture
def link(sent, person, server):  # noqa: F811
    """Sends a file and gives a signed link to it."""

    def link(content, mime, name):
        upload, alice, _ = sent(content, mime, name=name)
        return server.url + person(alice).ok("GET", f"/v1/files/{upload.id}/url")["url"]

    return link


@CONTENTS
def test_what_could_run_is_only_kept(link, window, content, mime):
    page, said = window
    address = link(content, mime, f"trick.{mime[-3:]}")
    with page.expect_download() as download, pytest.raises(Error, match="Download is starting"):
        page.goto(address)
    assert download.value.path().read_bytes() == content
    assert page.url == "about:blank" and said == []


@CONTENTS
def test_what_only_says_that_it_is_a_picture_is_shown_and_runs_nothing(link, window, content, mime):
    page, said = window
    assert page.goto(link(content, "image/png", "trick.png")).headers["content-disposition"].startswith("inline")
    expect(page.locator("img")).to_have_js_property("naturalWidth", 0)
    assert "ran" not in said


@CONTENTS
@pytest.mark.parametrize("policy", [True, False], ids=["as served", "without its policy"])
def test_its_policy_alone_lets_nothing_run(link, window, content, mime, policy):
    """Should a browser show what it is told to keep, as the type that its sender gave: without the policy it runs."""
    page, said = window
    address = link(content, mime, "trick.bin")

    def show(route):
        answer = route.fetch()
        dropped = {"content-disposition", "content-type"} | (set() if policy else {"content-security-policy"})
        headers = {name: value for name, value in answer.headers.items() if name not in dropped}
        route.fulfill(status=answer.status, headers=headers | {"content-type": mime}, body=answer.body())

    page.route(address, show)
    page.goto(address)
    expect(page.locator("p, rect").first).to_be_visible()
    assert ("ran" in said) is not policy
