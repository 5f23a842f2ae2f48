"""docs/limits.md against the code, and its rows about frames and requests against a running server: at the limit, and one above."""

import http.client
import re
from urllib.parse import urlsplit

import pytest
from limits_table import SOURCES, as_written, files, in_the_code, members, rows
from service import REPOSITORY, unique

ROWS = list(rows())
BY_NAME = {row.code: row for row in ROWS if row.code}
# Types whose every number is a limit, and those of them that nothing can meet yet.
TYPES = "FrameLimits WebSocketLimits SocketIOLimits GatewaySettings ChatSettings RequestTimes ClientLimits".split()
NOT_MET = {
    f"FrameLimits.{name}"
    for name in "emojiBytes cursors slowModeSeconds".split()
}


def test_the_page_has_rows():
    assert len(ROWS) > 80


@pytest.mark.parametrize("name", BY_NAME)
def test_a_row_says_what_the_code_says(name):
    row = BY_NAME[name]
    assert files(name.partition(".")[0]), f"no file of {name}"
    if "." in name:
        said, done = as_written(row), in_the_code(name)
        assert done is not None, f"{name} is not in the code"
        # Some times are whole milliseconds in the code.
        assert said == done or said == f"{done} ms", row


@pytest.mark.parametrize("type", TYPES)
def test_every_limit_of_the_code_has_a_row(type):
    found = set(members(type))
    assert found, f"{type} has no limits"
    assert found - NOT_MET <= set(BY_NAME), "docs/limits.md lacks these"


def test_every_rate_of_a_user_has_a_row():
    kinds = re.findall(r"case \.(\w+): Rate\(", (SOURCES / "Chat/RateLimits/UserRates.swift").read_text())
    assert kinds and {f"UserRates.{kind}" for kind in kinds} <= set(BY_NAME)


def test_every_setting_that_is_a_limit_has_a_row_and_no_other_is_named():
    table = (REPOSITORY / "docs/configuration.md").read_text()
    numbers = set(re.findall(r"^\| `(\w+)` .*a whole number", table, re.MULTILINE)) - {"port", "adminPort"}
    named = {row.setting.strip("`") for row in ROWS if row.section != "Our clients"}
    named = {name for name in named if re.fullmatch(r"\w+", name)}
    assert named == numbers


# Against a running server

# As the tests' client writes it.
METADATA = len('{"k": ""}')
HOST = "https://e.example/"

FIELDS = {
    "FrameLimits.contentBytes": lambda count: ("message:send", {"content": "c" * count}),
    "FrameLimits.attachments": lambda count: ("message:send", attachments([{"url": HOST}] * count)),
    "FrameLimits.mentions": lambda count: ("message:send", {"content": "c", "mentions": users(count)}),
    "FrameLimits.metadataBytes": lambda count: (
        "message:send",
        {"content": "c", "metadata": {"k": "v" * (count - METADATA)}},
    ),
    "FrameLimits.urlCharacters": lambda count: ("message:send", attachments([{"url": HOST.ljust(count, "u")}])),
    "FrameLimits.nameCharacters": lambda count: (
        "conversation:create",
        {"kind": "group", "memberIds": [], "name": "é" * count},
    ),
    "FrameLimits.users": lambda count: ("conversation:invite", {"userIds": users(count)}),
    "FrameLimits.customMessageCharacters": lambda count: (
        "presence:update",
        {"status": "online", "customMessage": "é" * count},
    ),
    "FrameLimits.watchedUsers": lambda count: ("presence:subscribe", {"userIds": users(count)}),
    "ConversationRules.membersAtOnce": lambda count: (
        "conversation:create",
        {"kind": "group", "memberIds": users(count)},
    ),
}


def attachments(list):
    return {"attachments": list}


def users(count):
    return [f"user-{number}" for number in range(count)]


@pytest.fixture
def client(connect, user):
    return connect(user())


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_may_be_as_large_as_its_row_says_and_no_larger(client, name):
    row, conversation = BY_NAME[name], client.create()
    for size in (row.number, row.number + 1):
        type, data = FIELDS[name](size)
        target = None if type.startswith(("conversation:create", "presence:")) else conversation
        if size == row.number:
            client.ok(type, data, target)
        else:
            error = client.refused(type, data, target, code="INVALID_PAYLOAD", reason=row.reason)
            assert (error["details"]["limit"], error["details"]["size"]) == (row.number, size)


def frame(client, text, id):
    client.send_text(text)
    answer = client.answer(id)
    return answer["data"].get("error", {}).get("details", {}).get("reason", "ok" if answer["type"] == "ack" else None)


SHAPES = {
    "FrameLimits.depth": lambda count: '{"x":' + "[" * (count - 2) + "]" * (count - 2) + "}",
    "FrameLimits.members": lambda count: "{" + ",".join(f'"m{number}":0' for number in range(count)) + "}",
    "JSONScanner.mostDigits": lambda count: '{"x":' + "1" * count + "}",
}


@pytest.mark.parametrize("name", SHAPES)
def test_json_may_be_as_deep_and_wide_as_its_row_says(client, name):
    row = BY_NAME[name]
    for size, expected in ((row.number, "ok"), (row.number + 1, row.reason)):
        id = unique("shape")
        assert frame(client, f'{{"id":"{id}","type":"ping","ack":true,"data":{SHAPES[name](size)}}}', id) == expected


def test_a_text_message_may_be_as_long_as_its_row_says(client):
    row = BY_NAME["WebSocketLimits.textBytes"]
    for size, expected in ((row.number, "ok"), (row.number + 1, row.reason)):
        id = unique("long")
        assert frame(client, f'{{"id":"{id}","type":"ping","ack":true}}'.ljust(size), id) == expected


def test_an_id_may_be_as_long_as_its_row_says(client):
    longest = BY_NAME["IdentifierPattern.frame"].number
    assert client.ok("ping", id="i" * longest)
    client.send_text(f'{{"id":"{"i" * (longest + 1)}","type":"ping","ack":true}}')
    assert client.expect("error")["data"]["details"]["field"] == "id"


def test_session_ready_names_the_limits_of_the_page(client):
    limits, heartbeat = client.ready["data"]["limits"], client.ready["data"]["heartbeat"]
    names = {
        "frameBytes": "WebSocketLimits.textBytes",
        "binaryBytes": "WebSocketLimits.binaryBytes",
        "contentBytes": "FrameLimits.contentBytes",
        "attachments": "FrameLimits.attachments",
        "mentions": "FrameLimits.mentions",
        "inFlight": "ClientLimits.inFlight",
    }
    assert limits == {name: BY_NAME[row].number for name, row in names.items()}
    pings = [BY_NAME[f"WebSocketLimits.{name}"].number * 1_000 for name in ("pingInterval", "pongTimeout")]
    assert [heartbeat["interval"], heartbeat["timeout"]] == pings


def status(server, path="/livez", headers=(), body=b""):
    """The status of a request with just these header fields and Host."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    try:
        connection.putrequest("POST" if body else "GET", path, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders(body)
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_request_may_be_as_large_as_its_rows_say(server):
    target = BY_NAME["HTTPPipeline.longestTarget"].number
    assert status(server, "/livez?".ljust(target, "q")) == 200
    assert status(server, "/livez?".ljust(target + 1, "q")) == 414
    # Host is one of them.
    fields = BY_NAME["HTTPPipeline.maxHeaderFieldCount"].number - 1
    assert status(server, headers=[("X", "v")] * fields) == 200
    assert status(server, headers=[("X", "v")] * (fields + 1)) == 431
    field = BY_NAME["HTTPPipeline.maxHeaderFieldSize"].number
    assert status(server, headers=[("X", "v" * (field // 2))]) == 200
    assert status(server, headers=[("X", "v" * (field + 1))]) == 431


def test_a_body_may_be_as_large_as_its_row_says(server):
    for size, expected in ((0, 400), (1, 413)):
        body = b" " * (BY_NAME["GatewaySettings.bodyBytes"].number + size)
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        assert status(server, "/v1/dev/token", headers, body) == expected
