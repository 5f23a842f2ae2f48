"""The log: lines of a closed list, and nothing in them that a client sent. docs/logs.md is the list."""

import base64
import json
import re
import resource
import signal
import socket
import struct

import pytest
from client import Client, error_of
from metrics_page import admin_port, scrape, scrape_until
from rest import Rest, make_key
from service import REPOSITORY
from websockets.exceptions import InvalidStatus, WebSocketException

MARKER = "Canary7c1f"
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| (.*?) \| ")
COMMON = {"time", "level", "event", "suppressed"}
# Where a line may have the user whom a key acted for: an id, which is letters, digits and a few signs, at most 128 of them.
AUDITED = {
    "json": re.compile(rf'"event":"admin_act","act":"\w+","asUser":"{MARKER}",'),
    "text": re.compile(rf" admin_act act=\w+ asUser={MARKER} "),
}
GOLDEN = REPOSITORY / "Tests/CAASProtocolTests/Golden/frames/client"


def documented():
    """The level and the fields of each event."""
    rows = [match.groups() for line in (REPOSITORY / "docs/logs.md").read_text().splitlines() if (match := ROW.match(line))]
    return {event: (level, set(re.findall(r"`(\w+)`", fields))) for event, level, fields in rows}


def log_of(server):
    return server.log.read_text()


def lines_of(server):
    """The log's lines, each checked against the page."""
    table = documented()
    lines = [json.loads(line) for line in log_of(server).splitlines()]
    for line in lines:
        assert list(line)[:3] == ["time", "level", "event"], line
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]), line
        level, fields = table[line["event"]]
        assert line["level"] == level or line["event"] == "library", line
        assert set(line) - COMMON <= fields, line
    return lines


def test_a_life_is_told_in_json_lines(make_server, user):
    server = make_server(settings={"logFormat": "json", "logLevel": "debug", "adminPort": 0}).start()
    client = Client.connect(server, user())
    client.close()
    scrape_until(admin_port(server), lambda page: page.value("caas_connections") == 0)
    server.stop()
    events = [line["event"] for line in lines_of(server) if line["event"] not in ("library", "no_ipv6_loopback")]
    assert events == ["admin_port_open", "ready", "session_opened", "connection_closed", "stopping", "stopped"]
    ready = next(line for line in lines_of(server) if line["event"] == "ready")
    assert ready["url"] == server.url


def test_development_logs_words_and_production_objects(make_server):
    words = make_server().start()
    objects = make_server("--environment", "production", audience="x", settings={"adminPort": 0}).start()
    for server in (words, objects):
        server.stop()
    assert re.search(r"^\S+Z notice ready url=http://127\.0\.0\.1:\d+ version=\S+$", log_of(words), re.MULTILINE)
    assert lines_of(objects)[-1]["event"] == "stopped"


def test_a_trace_id_finds_its_line(make_server, user):
    # Beyond the limit of a file's size a write fails as on a full disk, where the signal is ignored.
    server = make_server(
        "--no-rate-limits",
        settings={"logFormat": "json"},
        prepare=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
    ).start()
    client = Client.connect(server, user())
    room = client.create()
    limit = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    # The log is a file too: it has to stay below.
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (32_768, limit[1]))
    errors = [error_of(client.answer(client.send("message:send", {"content": MARKER}, room))) for _ in range(3)]
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, limit)
    server.stop()
    traces = {line["traceId"]: line["error"] for line in lines_of(server) if line["event"] == "request_failed"}
    assert {error["details"]["traceId"] for error in errors} <= set(traces)
    assert all(traces.values())
    assert MARKER not in log_of(server)


def test_a_flood_of_refusals_is_a_line_a_second_that_counts_the_rest(make_server, user):
    server = make_server(settings={"logFormat": "json"}).start()
    for _ in range(60):
        Client(server.ws_url, server.token(user(), secret="w" * 48)).close_code()
    refused = scrape(server.port).value("caas_auth_failures_total")
    server.stop()
    lines = [line for line in lines_of(server) if line["event"] == "token_refused"]
    assert refused == 60
    assert 1 <= len(lines) < 60
    assert all(line["reason"] == "signature" for line in lines)
    assert sum(1 + line.get("suppressed", 0) for line in lines) <= refused


def test_what_backends_change_is_written_without_fail(make_server, user):
    server = make_server(settings={"logFormat": "json"}).start()
    key = make_key(server)
    backend = Rest(server, key)
    for _ in range(3):
        assert backend.ask("POST", "/v1/tokens", {"userId": MARKER}).status_code == 200
    assert backend.ask("POST", "/v1/tokens", {"userId": MARKER, "expiresIn": 10**9}).status_code == 400
    backend.close()
    stranger = Rest(server, key[:-1] + ("A" if key[-1] != "A" else "B"))
    assert stranger.ask("POST", "/v1/tokens", {"userId": MARKER}).status_code == 401
    stranger.close()
    page = scrape(server.port)
    server.stop()
    lines = lines_of(server)
    acts = [line for line in lines if line["event"] == "admin_act"]
    identity = key.split("_")[1]
    assert [(line["act"], line["key"], line["tenant"]) for line in acts] == [("createToken", identity, "a")] * 4
    assert [line["result"] for line in acts] == ["done"] * 3 + ["INVALID_PAYLOAD"]
    assert page.value("caas_errors_total", code="INVALID_PAYLOAD", reason="lifetime") == 1
    assert page.value("caas_auth_failures_total") == 1
    assert [line["event"] for line in lines].count("token_refused") == 1
    for text in (log_of(server), page.text):
        assert key.split("_", 2)[2][:20] not in text
        assert MARKER not in text


@pytest.mark.parametrize("format", ["json", "text"])
def test_what_clients_send_never_comes_into_the_log(make_server, format):
    server = make_server(settings={"logFormat": format, "logLevel": "trace"}).start()
    tokens = sign_in_with_markers(server)
    acts = act_with_markers(server)
    ask_with_markers(server)
    speak_with_markers(server)
    scrape_until(server.port, lambda page: page.value("caas_connections") == 0)
    page = scrape(server.port)
    server.stop()
    log = log_of(server)
    if format == "json":
        events = {line["event"] for line in lines_of(server)}
        assert {"token_refused", "session_opened", "rate_limited", "connection_closed", "admin_act"} <= events
    # The one thing from outside that is written: on whose behalf a key acted.
    log, audited = AUDITED[format].subn("", log)
    assert audited == acts
    for text in (log, page.text):
        assert MARKER.lower() not in text.lower()
        for token in tokens:
            assert not any(part and part in text for part in token.split("."))
        # In the alphabet of tokens a text has three forms, by its place.
        for shift in range(3):
            form = base64.urlsafe_b64encode(b"\0" * shift + MARKER.encode())[4:-4].decode()
            assert form not in text


def act_with_markers(server):
    """What a backend's key does, with a marker wherever one fits; how often it names the user that it acts for."""
    key = make_key(server)
    names = {"name": MARKER, "avatarUrl": f"https://{MARKER}.example/", MARKER: MARKER}
    for caller in (Rest(server, key, MARKER), Rest(server, key)):
        room = f"{MARKER}-{caller.as_user}"
        acts = [
            ("PUT", f"/v1/users/{MARKER}", names),
            ("POST", "/v1/conversations", {"kind": "group", "memberIds": [MARKER], "conversationId": room} | names),
            ("POST", f"/v1/conversations/{room}/members", {"userIds": [f"{MARKER}-3"]}),
            ("DELETE", f"/v1/conversations/{room}/members/{MARKER}-3", None),
            ("PATCH", f"/v1/conversations/{room}/messages/{MARKER}", {"content": MARKER}),
            ("DELETE", f"/v1/users/{MARKER}-4", None),
            ("DELETE", f"/v1/conversations/{room}", None),
        ]
        answers = [caller.ask(*act, key=f"{MARKER}-{number}").status_code for number, act in enumerate(acts)]
        assert answers == [200, 201, 200, 200, 404, 404, 200]
        # What is no user's id is written nowhere.
        for wrong in (f"{MARKER} {MARKER}", f"{MARKER}\n{MARKER}", MARKER * 13, f"key:{MARKER}", f"{MARKER}\u00e9"):
            assert caller.ask("PUT", f"/v1/users/{MARKER}", {}, asUser=wrong).status_code == 400
        caller.close()
    return len(acts)


def encoded(part):
    """One part of a token."""
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def sign_in_with_markers(server):
    """Good and bad tokens on every way in; the tokens."""
    own = {"name": MARKER, "picture": f"https://{MARKER}.example/", "dev": MARKER, "jti": MARKER, "x": MARKER}
    good = server.token(MARKER, **own)
    bad = [
        server.token(MARKER, secret="w" * 48, **own),
        server.token(MARKER, tenant=MARKER, secret="w" * 48),
        server.token(MARKER, exp=1_000, iat=900),
        server.token(MARKER + "\n" + MARKER),
        server.token(MARKER, headers={"kid": MARKER, "crit": [MARKER]}),
        ".".join([encoded({"alg": MARKER, MARKER: MARKER}), *good.split(".")[1:]]),
        f"{MARKER}.{MARKER}.{MARKER}",
        MARKER * 2_000,
    ]
    client = Client(server.ws_url + f"?v=1&token={MARKER}", good)
    assert client.receive()["type"] == "session:ready"
    client.close()
    for token in bad:
        for open in (
            lambda: Client(server.ws_url, token),
            lambda: Client(server.ws_url, subprotocols=["caas.v1", f"bearer.{token}"]),
        ):
            try:
                client = open()
            except (WebSocketException, InvalidStatus, ValueError, EOFError, OSError):
                continue
            client.close_code()
        client = Client(server.ws_url)
        client.send("session:auth", {"token": token})
        client.close_code()
    return [good, *bad[:-2]]


def ask_with_markers(server):
    """Requests with a marker wherever one fits, good and malformed."""
    host = f"Host: 127.0.0.1:{server.port}"
    fields = [f"User-Agent: {MARKER}", f"Cookie: a={MARKER}", f"Authorization: Bearer {MARKER}", f"X-{MARKER}: {MARKER}"]
    body = json.dumps({"userId": MARKER, "name": MARKER, MARKER: MARKER})
    requests = [
        [f"GET /{MARKER}?{MARKER}={MARKER} HTTP/1.1", host, *fields],
        [f"GET /console/{MARKER} HTTP/1.1", host, *fields],
        [f"GET /livez?{MARKER} HTTP/1.1", f"Host: {MARKER}.example"],
        ["GET /livez HTTP/1.1", host, f"Origin: https://{MARKER}.example"],
        [f"GET /livez HTTP/1.1", host, f"Forwarded: for={MARKER}", f"X-Forwarded-For: {MARKER}"],
        [f"{MARKER} / HTTP/1.1", host],
        [f"GET / {MARKER}/9.9", host],
        [f"GET http://{MARKER}/ HTTP/1.1", host],
        [f"GET /v1/socket?token={MARKER} HTTP/1.1", host, f"Upgrade: {MARKER}", "Connection: Upgrade"],
        [f"POST /v1/dev/token HTTP/1.1", host, "Content-Type: application/json", f"Content-Length: {len(body)}", "", body],
        [f"POST /v1/dev/token HTTP/1.1", host, f"Content-Length: {len(MARKER)}", "", MARKER],
        [f"PUT /v1/{MARKER}/messages HTTP/1.1", host, f"Content-Length: {len(body)}", "", body],
    ]
    for request in requests:
        head = "\r\n".join(request) + ("" if "" in request else "\r\n\r\n")
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(head.encode())
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65_536):
                pass


def marked(value):
    """The same with a marker for every text."""
    match value:
        case dict():
            return {name: marked(part) for name, part in value.items()} | {MARKER: MARKER}
        case list():
            return [marked(part) for part in value]
        case str():
            return MARKER
    return value


def speak_with_markers(server):
    """Frames of all kinds with a marker wherever one fits, good, refused and unreadable, and more than a rate allows."""
    client = Client.connect(server, MARKER)
    room = client.create("group", name=MARKER, metadata={MARKER: MARKER})
    client.say(room, MARKER, metadata={MARKER: MARKER}, mentions=[MARKER])
    flood = [client.send("message:send", {"content": MARKER}, room) for _ in range(60)]
    assert any(not client.answer(id)["data"]["success"] for id in flood)
    client.socket.close(code=4999, reason=MARKER)
    for number, file in enumerate(sorted(GOLDEN.glob("*.json"))):
        frame = json.loads(file.read_text())
        client = Client.connect(server, f"{MARKER}-{number}")
        for type in (frame["type"], MARKER):
            data = marked(frame.get("data", {}))
            answer = client.answer(client.send(type, data, MARKER, id=f"{MARKER}-{number}-{type}", deviceId=MARKER))
            assert answer["type"] in ("ack", "error")
        client.close()
    large = {"id": MARKER, "type": "message:send", "data": {"content": MARKER * 8_000}, "ack": True}
    binary = struct.pack(">I", 40) + json.dumps({"id": MARKER, "type": MARKER}).encode() + MARKER.encode()
    unreadable = [MARKER, "{" + MARKER, json.dumps([MARKER]), json.dumps({"id": MARKER, "type": 7, MARKER: MARKER})]
    for number, message in enumerate([*unreadable, json.dumps(large), MARKER.encode() * 10, binary]):
        client = Client.connect(server, f"{MARKER}-{number}")
        client.socket.send(message)
        client.next(lambda frame: frame["type"] in ("ack", "error"), "answer")
        client.close()
