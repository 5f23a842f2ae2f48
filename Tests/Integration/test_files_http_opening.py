"""Files by HTTP are opened in ranges, by token, key or signed link, and never run: R53."""

import base64
import hashlib
import hmac
import time
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from client import check_error
from files import Upload, content_of, nothing_left
from files_http import MEGABYTE, backend, begin, keys, person, put, sent  # noqa: F401
from rest import Rest


def test_a_member_opens_a_file_long_after(sent, person, connect, user):
    content = content_of(3 * MEGABYTE + 5)
    upload, alice, bob = sent(content)
    answer = person(bob).ask("GET", f"/v1/files/{upload.id}")
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Length"] == str(len(content))
    assert answer.headers["Content-Disposition"].startswith("inline; ")
    late = user("late")
    connect(alice).ok("conversation:invite", {"userIds": [late]}, upload.conversation)
    assert person(late).ask("GET", f"/v1/files/{upload.id}").content == content
    head = person(bob).ask("HEAD", f"/v1/files/{upload.id}")
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(len(content)))


def test_strangers_other_tenants_and_nobody_open_nothing(sent, person, backend, server, user):
    upload, *_ = sent()
    path = f"/v1/files/{upload.id}"
    person(user("mallory")).refused("GET", path, status=404, code="NOT_FOUND", reason="file")
    person(user("alice"), tenant="b").refused("GET", path, status=404, code="NOT_FOUND", reason="file")
    backend().refused("GET", "/v1/files/file_" + "0" * 32, status=404, code="NOT_FOUND", reason="file")
    assert httpx.get(server.url + path, trust_env=False).status_code == 401
    assert backend().ask("GET", path).content == upload.content


@pytest.mark.parametrize(
    ("asked", "status", "part", "told"),
    [
        ("bytes=0-9", 206, slice(0, 10), "bytes 0-9/200000"),
        ("bytes=65530-131080", 206, slice(65_530, 131_081), "bytes 65530-131080/200000"),
        ("bytes=199990-", 206, slice(199_990, None), "bytes 199990-199999/200000"),
        ("bytes=199990-999999", 206, slice(199_990, None), "bytes 199990-199999/200000"),
        ("bytes=-7", 206, slice(-7, None), "bytes 199993-199999/200000"),
        ("bytes=-999999", 200, slice(None), None),
        ("bytes=0-", 200, slice(None), None),
        ("bytes=200000-", 416, None, "bytes */200000"),
        ("bytes=-0", 416, None, "bytes */200000"),
        ("bytes=99999999999999999999-", 416, None, "bytes */200000"),
        ("bytes=5-4", 200, slice(None), None),
        ("bytes=1-2,5-6", 200, slice(None), None),
        ("bytes=0-" + ",0-" * 1_000, 200, slice(None), None),
        ("bytes=-9223372036854775808", 200, slice(None), None),
        ("lines=1-2", 200, slice(None), None),
        ("bytes=a-b", 200, slice(None), None),
    ],
)
def test_ranges(sent, person, asked, status, part, told):
    """CVE-2011-3192, CVE-2017-7529, CVE-2025-62727."""
    content = content_of(200_000)
    upload, alice, _ = sent(content)
    answer = person(alice).ask("GET", f"/v1/files/{upload.id}", headers={"Range": asked})
    assert (answer.status_code, answer.headers.get("Content-Range")) == (status, told)
    if part:
        assert answer.content == content[part]
    else:
        check_error(answer.json()["error"], "INVALID_PAYLOAD", "Range", "range")


def test_what_is_known_is_not_sent_again(sent, person):
    upload, alice, _ = sent()
    caller, path = person(alice), f"/v1/files/{upload.id}"
    tag = caller.ask("GET", path).headers["ETag"]
    again = caller.ask("GET", path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    part = {"Range": "bytes=0-1"}
    assert caller.ask("GET", path, headers=part | {"If-Range": tag}).status_code == 206
    assert caller.ask("GET", path, headers=part | {"If-Range": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("mime", "served", "kind"),
    [
        ("image/png", "image/png", "inline"),
        ("audio/webm;codecs=opus", "audio/webm", "inline"),
        ("application/pdf", "application/pdf", "attachment"),
        ("text/plain; charset=utf-8", "text/plain", "attachment"),
        ("text/html", "application/octet-stream", "attachment"),
        ("image/svg+xml", "application/octet-stream", "attachment"),
        ("text/javascript", "application/octet-stream", "attachment"),
        ("application/xhtml+xml", "application/octet-stream", "attachment"),
    ],
)
def test_nothing_is_served_as_something_that_runs(sent, person, mime, served, kind):
    """GHSA-ch8j."""
    upload, alice, _ = sent(b"<script>alert(1)</script>", mime, name='ä"/../\\x.html')
    headers = person(alice).ask("GET", f"/v1/files/{upload.id}").headers
    assert headers["Content-Type"] == served
    assert headers["Content-Disposition"] == (
        f"{kind}; filename=\"___.._" + "_x.html\"; filename*=UTF-8''%C3%A4%22%2F..%2F%5Cx.html"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]


# Links


def test_a_link_opens_a_file_without_a_token(sent, person, server, user):
    upload, alice, bob = sent(content_of(100_000))
    begun = time.time()
    link = person(bob).ok("GET", f"/v1/files/{upload.id}/url")
    assert link["url"].startswith(f"/v1/files/{upload.id}?")
    assert link["expiresAt"] == int(parse_qs(urlsplit(link["url"]).query)["expires"][0])
    # An hour, and a minute for clocks that are set meanwhile.
    assert begun - 60 <= link["expiresAt"] / 1_000 - 3_600 <= time.time() + 60
    answer = httpx.get(server.url + link["url"], trust_env=False)
    assert (answer.status_code, answer.content) == (200, upload.content)
    part = httpx.get(server.url + link["url"], headers={"Range": "bytes=5-9"}, trust_env=False)
    assert (part.status_code, part.content) == (206, upload.content[5:10])
    person(user("mallory")).refused("GET", f"/v1/files/{upload.id}/url", status=404, code="NOT_FOUND", reason="file")


def test_a_link_that_was_changed_is_none(sent, person, server):
    upload, alice, _ = sent()
    other, *_ = sent(b"another")
    url = person(alice).ok("GET", f"/v1/files/{upload.id}/url")["url"]
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    later = str(int(query["expires"]) + 1)
    for path, fields in [
        (other.id, {}),
        (upload.id, {"expires": later}),
        (upload.id, {"tenant": "b"}),
        (upload.id, {"signature": "A" * 43}),
        (upload.id, {"signature": ""}),
        (upload.id, {"expires": "x"}),
    ]:
        answer = httpx.get(f"{server.url}/v1/files/{path}", params=query | fields, trust_env=False)
        assert answer.status_code == 401, answer.text
        check_error(answer.json()["error"], "AUTH_INVALID", reason="signature")


def test_links_are_absolute_where_the_address_is_known(make_server, connect, user):
    server = make_server("--no-rate-limits", settings={"publicURL": "https://chat.example/"}).start()
    name = user("alice")
    alice = connect(name, server=server)
    upload = Upload(b"x", alice.create()).begin(alice)
    upload.send(alice)
    token = server.token(name)
    answer = httpx.get(
        f"{server.url}/v1/files/{upload.id}/url", headers={"Authorization": f"Bearer {token}"}, trust_env=False
    ).json()
    assert answer["url"].startswith(f"https://chat.example/v1/files/{upload.id}?")
    # They outlive a restart.
    server.restart()
    path = answer["url"].removeprefix("https://chat.example")
    assert httpx.get(server.url + path, trust_env=False).content == b"x"


def test_a_link_is_good_for_its_hour(sent, person, server):
    """A link whose end was yesterday, signed with the service's own key."""
    upload, alice, _ = sent()
    url = person(alice).ok("GET", f"/v1/files/{upload.id}/url")["url"]
    key = (server.data / "file-links-key").read_text().strip().encode()

    def link(end):
        text = f"file\na\n{upload.id}\n{end}".encode()
        code = base64.urlsafe_b64encode(hmac.digest(key, text, hashlib.sha256)).decode().rstrip("=")
        return f"/v1/files/{upload.id}?tenant=a&expires={end}&signature={code}"

    end = int(parse_qs(urlsplit(url).query)["expires"][0])
    assert link(end) == url
    late = httpx.get(server.url + link(end - 86_400_000), trust_env=False)
    assert late.status_code == 401
    check_error(late.json()["error"], "TOKEN_EXPIRED", "expires")


def test_a_link_goes_with_its_file(sent, person, connect, server):
    upload, alice, bob = sent()
    client = connect(alice)
    said = client.say(upload.conversation, attachments=[{"attachmentId": upload.id}])
    link = server.url + person(bob).ok("GET", f"/v1/files/{upload.id}/url")["url"]
    assert httpx.get(link, trust_env=False).content == upload.content
    client.ok("message:delete", {"messageId": said["messageId"]})
    nothing_left(server, upload.id)
    assert httpx.get(link, trust_env=False).status_code == 404
    person(bob).refused("GET", f"/v1/files/{upload.id}", status=404, code="NOT_FOUND", reason="file")


def test_who_has_left_or_was_banned_opens_nothing(sent, person, connect):
    upload, alice, bob = sent()
    path = f"/v1/files/{upload.id}"
    connect(bob).ok("conversation:leave", {"membership": True}, upload.conversation)
    person(bob).refused("GET", path, status=404, code="NOT_FOUND", reason="file")
    connect(alice).ok("conversation:remove", {"userId": bob, "ban": True}, upload.conversation)
    person(bob).refused("GET", path, status=403, code="FORBIDDEN", reason="banned")


def test_many_readers_of_links_cost_nobody_a_rate(make_server, user):
    server = make_server().start()
    with closing(Rest(server, server.token(user("alice")))) as caller:
        file = begin(caller, caller.create(), b"x")
        assert put(caller, file, b"x").json()["complete"]
        link = caller.ok("GET", f"/v1/files/{file}/url")["url"]
        with httpx.Client(base_url=server.url, trust_env=False) as client:
            assert {client.get(link).status_code for _ in range(500)} == {200}
