"""Browsers of other origins: who may ask, preflights, and what answers and refusals say: wire §7, R55."""

import pytest
from polling import PATH, SOCKET, carrier, line, polling  # noqa: F401

ORIGIN = "http://localhost:3000"
HANDSHAKE = f"{PATH}?EIO=4&transport=polling"
FOREIGN = ["https://evil.example", "null", "http://localhost.evil.example", "capacitor://localhost", "file://"]


def check_allowed(answer, origin=ORIGIN):
    assert answer["access-control-allow-origin"] == origin
    assert answer["access-control-allow-credentials"] == "true"
    assert "origin" in [name.strip().lower() for name in answer["vary"].split(",")]


def test_answers_may_be_read_by_the_origin_that_asks(polling):
    session = polling("", f"Origin: {ORIGIN}")
    check_allowed(session.opening)
    answer = session.ask("POST", None, f"Origin: {ORIGIN}", "Content-Type: text/plain;charset=UTF-8", body="40/no,")
    answer.check_ok()
    check_allowed(answer)
    check_allowed(session.ask("GET", None, f"Origin: {ORIGIN}"))


@pytest.mark.parametrize("origin", ["http://localhost", "http://127.0.0.1:5173", "https://localhost:8443", "http://[::1]:1"])
def test_any_loopback_origin_may_ask_in_development(line, origin):
    check_allowed(line().request("GET", HANDSHAKE, f"Origin: {origin}").answer(), origin)


@pytest.mark.parametrize(
    ("method", "target", "body", "status"),
    [
        ("GET", f"{PATH}?EIO=4", None, 400),
        ("GET", f"{HANDSHAKE}&sid=unknown", None, 400),
        ("POST", f"{HANDSHAKE}&sid=unknown", "3", 400),
        ("POST", HANDSHAKE, "3", 400),
        ("GET", f"{PATH}?EIO=3&transport=polling", None, 400),
    ],
)
def test_refusals_may_be_read_too(line, method, target, body, status):
    answer = line().request(method, target, f"Origin: {ORIGIN}", body=body).answer()
    assert answer.status == status
    check_allowed(answer)


@pytest.mark.parametrize("coding, padding, status", [("gzip", 0, 501), (None, 8_193, 414)])
def test_refusals_before_any_route_may_be_read_too(line, coding, padding, status):
    fields = [f"Origin: {ORIGIN}", *([f"Transfer-Encoding: {coding}"] if coding else [])]
    answer = line().request("POST", HANDSHAKE + "&t=" + "x" * padding, *fields).answer()
    assert answer.status == status
    check_allowed(answer)


def test_refusals_of_a_session_may_be_read_too(polling):
    field = f"Origin: {ORIGIN}"
    check_allowed(polling().ask("PUT", None, field, body="3"))
    check_allowed(polling().ask("POST", None, field, body="x"))
    check_allowed(polling().ask("POST", None, field, "Content-Type: application/octet-stream", body="3"))
    too_large = polling().ask("POST", None, field, body="3" * 1_048_577)
    assert too_large.status == 413
    check_allowed(too_large)


def test_who_names_no_origin_gets_no_fields_for_one(line):
    answer = line().request("GET", HANDSHAKE).answer()
    assert not [name for name in answer.fields if name.startswith("access-control-")]


def test_a_cached_answer_of_one_origin_is_not_anothers(line):
    """Shared caches tell by `Vary`, also where the first who asked was no browser; answers to GETs are not stored at all."""
    assert line().request("GET", HANDSHAKE).answer()["cache-control"] == "no-store"


@pytest.mark.parametrize("target", [HANDSHAKE, f"{HANDSHAKE}&sid=whatever", PATH])
def test_a_preflight_is_answered(line, target):
    connection = line()
    fields = [
        f"Origin: {ORIGIN}",
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: x-my-field, content-type",
    ]
    answer = connection.request("OPTIONS", target, *fields).answer()
    assert (answer.status, answer.body) == (204, b"")
    check_allowed(answer)
    assert {"GET", "POST"} <= {name.strip() for name in answer["access-control-allow-methods"].split(",")}
    assert answer["access-control-allow-headers"] == "x-my-field, content-type"
    assert connection.request("GET", "/livez").answer().status == 200, "204 has no body, and the connection goes on"


def test_a_preflight_sends_nothing_back_that_is_no_name(line):
    """GHSA-7fj7, GHSA-cq87, CVE-2026-28898, GHSA-mgc4."""
    fields = [f"Origin: {ORIGIN}", 'Access-Control-Request-Headers: x-a, "<script>"']
    answer = line().request("OPTIONS", HANDSHAKE, *fields).answer()
    assert answer.status == 204 and "access-control-allow-headers" not in answer.fields


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_a_foreign_origin_is_forbidden(line, method, origin):
    """CVE-2019-13611, CVE-2020-28481, CVE-2022-42975, CVE-2023-3581."""
    answer = line().request(method, HANDSHAKE, f"Origin: {origin}", body="3" if method == "POST" else None).answer()
    assert answer.status == 403
    assert not [name for name in answer.fields if name.startswith("access-control-")]


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_origin_cannot_upgrade(carrier, polling, origin):
    """Browsers ask no preflight for WebSockets, and CORS does not bind them.

    CVE-2019-13611, CVE-2020-28481, CVE-2022-42975, CVE-2023-3581.
    """
    assert carrier().ask_for_socket("?EIO=4&transport=websocket", f"Origin: {origin}") == 403
    session = polling()
    query = f"?EIO=4&transport=websocket&sid={session.sid}"
    assert carrier().ask_for_socket(query, f"Origin: {origin}") == 403
    assert session.lives()


def test_a_foreign_host_is_misdirected(line):
    connection = line()
    connection.socket.sendall(f"GET {HANDSHAKE} HTTP/1.1\r\nHost: evil.example\r\n\r\n".encode())
    assert connection.answer().status == 421


def test_origins_of_production_are_those_that_are_listed(make_server, line, carrier):
    """The server's own, what all tenants may use, and at the upgrade what any tenant lists.

    CVE-2019-13611, CVE-2020-28481, CVE-2022-42975, CVE-2023-3581.
    """
    server = make_server(
        "--environment",
        "production",
        settings={"allowedOrigins": ["https://app.example", "capacitor://localhost"], "adminPort": 0},
        audience="caas",
    ).start()
    for origin in ("https://app.example", "capacitor://localhost"):
        check_allowed(line(server).request("GET", HANDSHAKE, f"Origin: {origin}").answer(), origin)
        assert carrier(server).ask_for_socket("?EIO=4&transport=websocket", f"Origin: {origin}") == 101
    for origin in ("http://localhost:3000", "https://app.example.evil.example", "null"):
        assert line(server).request("GET", HANDSHAKE, f"Origin: {origin}").answer().status == 403
