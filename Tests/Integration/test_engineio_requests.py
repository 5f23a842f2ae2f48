"""How sessions begin, and how requests that begin none or belong to none are refused: wire §5, "Handshake" and "Errors"."""

import json
import re

import pytest
from polling import ERRORS, PATH, SOCKET, carrier, line, polling  # noqa: F401

HANDSHAKE = {"pingInterval": 25_000, "pingTimeout": 20_000, "maxPayload": 1_048_576}
UNKNOWN = "A" * 24


def test_a_handshake_over_polling_is_the_answer_to_a_get(polling):
    session = polling()
    opening = session.opening
    assert opening.text.startswith("0{") and int(opening["content-length"]) == len(opening.body)
    assert {**session.handshake, "sid": ""} == HANDSHAKE | {"sid": "", "upgrades": ["websocket"]}
    assert re.fullmatch(r"[A-Za-z0-9_-]{20,}", session.sid)
    assert opening["connection"] == "keep-alive" and "set-cookie" not in opening.fields


def test_a_handshake_over_websocket_is_the_first_message(carrier):
    socket = carrier().open()
    assert {**socket.handshake, "sid": ""} == HANDSHAKE | {"sid": "", "upgrades": []}
    assert socket.lives()


def test_no_two_sessions_have_one_name(polling, carrier):
    """CVE-2017-16031."""
    names = {polling().sid for _ in range(20)} | {carrier().open().handshake["sid"] for _ in range(20)}
    assert len(names) == 40


@pytest.mark.parametrize("path", ["/socket.io/", "/socket.io"])
def test_the_trailing_slash_may_be_left_out(line, carrier, path):
    assert line().request("GET", f"{path}?EIO=4&transport=polling").answer().packets[0].startswith("0{")
    socket = carrier()
    socket.socket.sendall(socket.head(f"GET {path}?EIO=4&transport=websocket", *SOCKET))
    assert b" 101 " in socket.until(b"\r\n\r\n")
    assert socket.packet().startswith("0{")


def test_parameters_that_nobody_knows_are_the_applications_own(polling, carrier):
    query = "&t=P5xk2&room=1&room=2&j=3&empty=&flag&v=2"
    assert polling(query).opening["content-type"] == "text/plain; charset=UTF-8", "j asks for JSONP, which is not served"
    assert carrier().open(query).lives()


def test_of_a_repeated_parameter_the_first_counts(line):
    assert line().request("GET", f"{PATH}?EIO=4&EIO=3&transport=polling&transport=x").answer().status == 200
    line().request("GET", f"{PATH}?EIO=3&EIO=4&transport=polling").answer().check_error(5)


def test_the_version_is_checked_at_the_handshake_alone(polling):
    session = polling()
    session.target = session.target.replace("EIO=4&", "")
    assert session.lives()


REFUSED = [
    ("GET", "", 0),
    ("GET", "?EIO=4", 0),
    ("GET", "?EIO=4&transport=carrier-pigeon", 0),
    ("GET", "?EIO=4&transport=webtransport", 0),
    ("GET", "?EIO=4&transport=__proto__", 0),
    ("GET", f"?EIO=4&sid={UNKNOWN}", 0),
    ("POST", "?EIO=4&transport=pigeon", 0),
    ("GET", f"?EIO=4&transport=polling&sid={UNKNOWN}", 1),
    ("POST", f"?EIO=4&transport=polling&sid={UNKNOWN}", 1),
    ("GET", f"?EIO=4&transport=websocket&sid={UNKNOWN}", 1),
    ("DELETE", f"?EIO=4&transport=polling&sid={UNKNOWN}", 1),
    ("GET", "?EIO=4&transport=polling&sid=__proto__", 1),
    ("GET", "?EIO=4&transport=polling&sid=", 1),
    ("GET", "?EIO=4&transport=polling&sid=" + "x" * 1_000, 1),
    ("GET", "?EIO=4&transport=polling&sid=%00", 1),
    ("POST", "?EIO=4&transport=polling", 2),
    ("PUT", "?EIO=4&transport=polling", 2),
    ("DELETE", "?EIO=4&transport=websocket", 2),
    ("POST", "?EIO=3&transport=polling", 2),
    ("GET", "?EIO=4&transport=websocket", 3),
    ("GET", "?transport=polling", 5),
    ("GET", "?EIO=3&transport=polling", 5),
    ("GET", "?EIO=5&transport=polling", 5),
    ("GET", "?EIO=04&transport=polling", 5),
    ("GET", "?EIO=&transport=polling", 5),
]


@pytest.mark.parametrize(("method", "query", "code"), REFUSED, ids=[" ".join(each[:2])[:60] for each in REFUSED])
def test_a_request_that_is_not_right_is_refused_with_a_code(line, method, query, code):
    """CVE-2026-59724."""
    connection = line()
    body = None if method == "GET" else "4x"
    connection.request(method, PATH + query, body=body).answer().check_error(code)
    connection.request("GET", "/livez")
    assert connection.answer().status == 200, "the connection lives on"


REFUSED_UPGRADES = [
    ("?EIO=4", 0),
    ("?EIO=4&transport=webtransport", 0),
    (f"?EIO=4&transport=websocket&sid={UNKNOWN}", 1),
    ("?EIO=4&transport=websocket&sid=__proto__", 1),
    ("?EIO=4&transport=polling", 3),
    ("?EIO=3&transport=websocket", 5),
    ("?transport=websocket", 5),
]


@pytest.mark.parametrize(("query", "code"), REFUSED_UPGRADES)
def test_an_upgrade_that_is_not_right_gets_the_bare_sentence(carrier, query, code):
    """The connection ends behind it: bytes that follow would be frames.

    CVE-2022-21676, CVE-2022-41940, CVE-2023-31125, CVE-2024-38355.
    """
    socket = carrier()
    assert socket.ask_for_socket(query) == 400
    fields = socket.answer.lower().split("\r\n")
    assert "connection: close" in fields and "content-type: text/html" in fields
    assert socket.to_end().decode() == ERRORS[code]


def test_an_upgrade_must_be_one_by_the_rules_of_websockets(line):
    connection = line()
    fields = [field for field in SOCKET if "Version" not in field]
    connection.request("GET", f"{PATH}?EIO=4&transport=websocket", *fields)
    assert connection.answer().status in (400, 426)


def test_another_method_on_a_session_is_not_allowed(polling):
    session = polling()
    for method in ("PUT", "DELETE", "PATCH"):
        answer = session.ask(method, None, body="4x")
        assert (answer.status, answer["allow"]) == (405, "GET, POST, OPTIONS")
    assert session.lives()


def test_a_session_of_a_websocket_cannot_be_polled(carrier, line):
    socket = carrier().open()
    target = f"{PATH}?EIO=4&transport=polling&sid={socket.handshake['sid']}"
    line().request("GET", target).answer().check_error(3)
    line().request("POST", target, body="41").answer().check_error(3)
    assert socket.lives()


def test_one_connection_carries_polling_and_other_requests(polling, server):
    session = polling().sign_in()
    connection = session.line
    for _ in range(3):
        assert connection.request("GET", "/livez").answer().status == 200
        session.post('420["ping",{}]')
        [packet] = session.get()
        assert json.loads(packet.removeprefix("430"))[0]["success"]
        token = server.token("user")
        answer = connection.request("GET", "/v1/conversations", f"Authorization: Bearer {token}").answer()
        assert answer.status == 200
    assert connection.request("GET", "/nowhere").answer().status == 404


def test_requests_that_are_pipelined_are_answered_in_their_order(polling):
    """A POST behind a GET that is held would wait for it; behind one with an answer it does not."""
    session = polling()
    session.post("40/nobody,")
    session.line.request("GET", session.target).request("POST", session.target, body="40/no,").request("GET", "/livez")
    assert session.line.answer().packets == ['44/nobody,{"message":"Invalid namespace"}']
    session.line.answer().check_ok()
    assert session.line.answer().status == 200


def test_a_session_is_polled_by_way_of_http_1_0(server, line):
    """No chunks, and the connection ends behind each answer unless it is asked to stay."""

    def ask(method, target, *fields, body=None):
        connection = line()
        answer = connection.request(method, target, *fields, body=body, version="1.0").answer()
        assert "transfer-encoding" not in answer.fields and "content-length" in answer.fields
        assert answer["connection"] == ("keep-alive" if fields else "close")
        assert fields or connection.ends()
        return answer

    [opening] = ask("GET", f"{PATH}?EIO=4&transport=polling").packets
    target = f"{PATH}?EIO=4&transport=polling&sid={json.loads(opening[1:])['sid']}"
    ask("POST", target, body="40/nobody,").check_ok()
    assert ask("GET", target).packets == ['44/nobody,{"message":"Invalid namespace"}']
    ask("POST", target, "Connection: keep-alive", body="40/nobody,").check_ok()
