"""The JavaScript client that old pages load from the server: wire §7, and the setting `socketIO.clientFile`."""

import gzip
import json

import pytest
from polling import Line, line  # noqa: F401
from service import Server, run_caas

FILE = "/socket.io/socket.io.js"
SCRIPT = b"/* a client */\n" + b"\n".join(b"function number%d() { return %d; }" % (n, n) for n in range(400)) + b"\xc3\xa9\n"


@pytest.fixture(scope="module")
def giving(tmp_path_factory):
    """A server that has a client to give away."""
    folder = tmp_path_factory.mktemp("giving")
    (folder / "client.js").write_bytes(SCRIPT)
    server = Server(folder, settings={"socketIO": {"clientFile": str(folder / "client.js")}}).start()
    yield server
    server.close()


@pytest.fixture
def get(line, giving):
    """Asks for the file."""
    return lambda *fields, target=FILE: line(giving).request("GET", target, *fields).answer()


def check_config(folder, **settings):
    file = folder / "config.json"
    file.write_text(json.dumps({"socketIO": settings}))
    return run_caas("serve", "--config", file, "--data", folder / "data", "--check-config")


def test_without_the_setting_a_sentence_says_where_a_client_is(line):
    answer = line().request("GET", FILE).answer()
    assert answer.status == 404 and answer["content-type"].startswith("text/plain")
    assert answer.text == (
        "This service has no client of its own to give away: load Socket.IO's from its package (npm install "
        "socket.io-client) or a CDN, or name its file by the setting socketIO.clientFile.\n"
    )


def test_the_file_is_given_as_it_is(get):
    answer = get()
    assert (answer.status, answer.body) == (200, SCRIPT)
    assert answer["content-type"] == "text/javascript; charset=utf-8"
    assert answer["x-content-type-options"] == "nosniff" and answer["cache-control"] == "no-cache"
    assert answer["etag"].startswith('"') and answer["etag"].endswith('"')
    assert "content-encoding" not in answer.fields and "set-cookie" not in answer.fields


def test_a_query_does_not_matter(get):
    assert get(target=FILE + "?v=4.8.3").body == SCRIPT


def test_a_browser_that_has_the_file_is_told_so(get):
    tag = get()["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = get(f"If-None-Match: {known}")
        assert (answer.status, answer.body, answer["etag"]) == (304, b"", tag)
        assert answer["cache-control"] == "no-cache"
    answer = get('If-None-Match: "other"')
    assert (answer.status, answer.body) == (200, SCRIPT)


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br", "deflate, gzip;q=0.5", "*", "GZIP"])
def test_the_file_is_compressed_for_who_takes_that(get, accepted):
    answer = get(f"Accept-Encoding: {accepted}")
    assert (answer.status, answer["content-encoding"], answer["vary"]) == (200, "gzip", "Accept-Encoding")
    assert answer["content-type"] == "text/javascript; charset=utf-8"
    assert len(answer.body) < len(SCRIPT) / 2
    assert gzip.decompress(answer.body) == SCRIPT


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0", "gzip; q=0.0", "xgzip"])
def test_it_is_not_for_who_does_not(get, accepted):
    answer = get(f"Accept-Encoding: {accepted}")
    assert "content-encoding" not in answer.fields and answer.body == SCRIPT
    assert answer["vary"] == "Accept-Encoding"


def test_head_is_answered_without_the_bytes(giving):
    with Line(giving) as connection:
        head, _, body = connection.request("HEAD", FILE, "Connection: close").to_end().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ") and body == b""
    assert f"content-length: {len(SCRIPT)}" in head.decode().lower().split("\r\n")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_other_methods_are_not_allowed(line, giving, method):
    answer = line(giving).request(method, FILE, body="x").answer()
    assert (answer.status, answer["allow"]) == (405, "GET, HEAD")


def test_sessions_begin_beside_the_file(line, giving):
    assert line(giving).request("GET", "/socket.io/?EIO=4&transport=polling").answer().packets[0].startswith("0{")


def test_a_good_file_passes_the_check(tmp_path):
    (tmp_path / "client.js").write_bytes(SCRIPT)
    result = check_config(tmp_path, clientFile=str(tmp_path / "client.js"))
    assert (result.returncode, result.stdout) == (0, "configuration ok\n")


@pytest.mark.parametrize("kind", ["missing", "empty", "large", "folder"])
def test_a_file_that_cannot_be_given_is_named(tmp_path, kind):
    file = tmp_path / "client.js"
    if kind == "empty":
        file.touch()
    elif kind == "large":
        file.write_bytes(b" " * (4 * 1024 * 1024 + 1))
    elif kind == "folder":
        file.mkdir()
    result = check_config(tmp_path, clientFile=str(file))
    assert result.returncode != 0 and result.stdout == ""
    assert f"The file of `socketIO.clientFile`, {file}, cannot be read, is empty, or is above 4 MiB." in result.stderr
