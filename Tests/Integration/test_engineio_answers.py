"""What stands around the packets of polling: a cookie, compression, and the answers to other methods; wire §5."""

import gzip
import json

import pytest
from polling import ERRORS, PATH, SEPARATOR, Carrier, Line, line, polling  # noqa: F401

HANDSHAKE = f"{PATH}?EIO=4&transport=polling"
ECHO = "/v1/conformance/engine.io/"


@pytest.fixture(scope="module")
def balanced(serve):
    """A server behind a balancer that wants a cookie; its echo answers polls of any size."""
    settings = {"socketIO": {"cookie": "io"}}
    return serve("--conformance", settings=settings)


def begin(connection):
    """Begins a session whose messages come back: its target."""
    opening = connection.request("GET", f"{ECHO}?EIO=4&transport=polling").answer()
    return f"{ECHO}?EIO=4&transport=polling&sid={json.loads(opening.text[1:])['sid']}"


@pytest.fixture
def echo(line, balanced):
    """POSTs packets that come back, and GETs them with the fields given."""

    def echo(packets, *fields):
        connection = line(balanced)
        target = begin(connection)
        connection.request("POST", target, body=SEPARATOR.join(packets)).answer().check_ok()
        answer = connection.request("GET", target, *fields).answer()
        connection.request("POST", target, body="1").answer().check_ok()
        return answer

    return echo


def bodiless(server, target):
    """The answer to HEAD: its head, and that nothing follows; the connection lives meanwhile."""
    with Line(server) as connection:
        connection.request("HEAD", target).request("GET", "/livez", "Connection: close")
        head, _, rest = connection.to_end().partition(b"\r\n\r\n")
    assert rest.startswith(b"HTTP/1.1 200 "), "no body"
    first, *fields = head.decode().split("\r\n")
    return int(first.split()[1]), {name.lower(): value for name, value in (field.split(": ", 1) for field in fields)}


# The cookie


def test_the_handshake_sets_the_cookie_and_nothing_else_does(polling, balanced):
    session = polling(server=balanced)
    assert session.opening["set-cookie"] == f"io={session.sid}; Path=/; HttpOnly; SameSite=Lax"
    answers = [
        session.ask("POST", None, body="40/nobody,"),
        session.ask("GET"),
        session.ask("OPTIONS"),
        session.ask("PUT", None, body="x"),
        session.line.request("GET", HANDSHAKE + "&sid=unknown").answer(),
        session.line.request("GET", "/livez").answer(),
        session.line.request("GET", f"{PATH}?EIO=3&transport=polling").answer(),
    ]
    assert [answer.status for answer in answers] == [200, 200, 204, 405, 400, 200, 400]
    assert not any("set-cookie" in answer.fields for answer in answers)
    assert session.lives()


def test_a_cookie_that_comes_back_names_no_session(polling, balanced):
    session = polling(server=balanced)
    other = session.line.request("GET", HANDSHAKE, f"Cookie: io={session.sid}").answer()
    assert json.loads(other.packets[0][1:])["sid"] != session.sid
    session.post("40/nobody,")
    answer = session.ask("GET", None, "Cookie: io=other")
    assert answer.packets == ['44/nobody,{"message":"Invalid namespace"}']


def test_a_websocket_sets_no_cookie(balanced):
    with Carrier(balanced) as socket:
        assert socket.open().lives()
        assert "set-cookie" not in socket.answer.lower()


def test_without_the_setting_there_is_no_cookie(polling):
    session = polling()
    session.post("40/nobody,")
    answers = [session.opening, session.ask("GET"), session.ask("OPTIONS")]
    assert not any("set-cookie" in answer.fields for answer in answers)


# Compression


@pytest.mark.parametrize("packets", [["4" + "x" * 1_023], ["4" + "é" * 600, "4b" + "A" * 400], ["4" + "y" * 99] * 16])
def test_an_answer_of_a_kibibyte_is_compressed(echo, packets):
    answer = echo(packets, "Accept-Encoding: gzip, deflate")
    assert (answer.status, answer["content-encoding"]) == (200, "gzip")
    assert answer["vary"] == "Accept-Encoding" and answer["content-type"] == "text/plain; charset=UTF-8"
    assert len(answer.body) < 1_024
    assert gzip.decompress(answer.body).decode().split(SEPARATOR) == packets


def test_a_smaller_one_is_not(echo):
    packet = "4" + "x" * 1_022
    answer = echo([packet], "Accept-Encoding: gzip")
    assert "content-encoding" not in answer.fields and answer.packets == [packet]


@pytest.mark.parametrize("packets", [["b" + "AAAA" * 400], ["4" + "x" * 5_000, "b" + "AAAA"]])
def test_one_with_binary_in_it_is_not(echo, packets):
    answer = echo(packets, "Accept-Encoding: gzip")
    assert "content-encoding" not in answer.fields and answer.packets == packets


@pytest.mark.parametrize("fields", [[], ["Accept-Encoding: identity"], ["Accept-Encoding: br"], ["Accept-Encoding: gzip;q=0"]])
def test_who_does_not_take_gzip_gets_none(echo, fields):
    packet = "4" + "x" * 5_000
    answer = echo([packet], *fields)
    assert "content-encoding" not in answer.fields and answer.packets == [packet]


def test_caches_are_told_of_both_reasons_why_answers_differ(line, balanced):
    connection = line(balanced)
    target = begin(connection)
    connection.request("POST", target, body="4" + "x" * 5_000).answer().check_ok()
    connection.request("GET", target, "Accept-Encoding: gzip", "Origin: http://localhost:3000")
    fields = connection.until(b"\r\n\r\n").decode().split("\r\n")
    assert {"Content-Encoding: gzip", "Vary: Accept-Encoding", "Vary: Origin"} <= set(fields)


def test_an_answer_that_was_held_is_compressed(line, balanced):
    connection, packet = line(balanced), "4" + "x" * 5_000
    target = begin(connection)
    held = line(balanced).request("GET", target, "Accept-Encoding: gzip").is_taken()
    connection.request("POST", target, body=packet).answer().check_ok()
    answer = held.answer()
    assert answer["content-encoding"] == "gzip" and gzip.decompress(answer.body).decode() == packet


# Other methods


@pytest.mark.parametrize(
    ("query", "code"), [("", 0), ("?EIO=4&transport=polling", 2), ("?EIO=4&transport=polling&sid=unknown", 1)]
)
def test_head_without_a_session_is_refused_without_a_body(server, query, code):
    status, fields = bodiless(server, PATH + query)
    assert (status, fields["content-type"]) == (400, "application/json")
    assert int(fields["content-length"]) == len(json.dumps({"code": code, "message": ERRORS[code]}, separators=(",", ":")))


def test_head_takes_nothing_from_a_session(polling, server):
    session = polling()
    session.post("40/nobody,")
    status, fields = bodiless(server, session.target)
    assert (status, fields["allow"]) == (405, "GET, POST, OPTIONS")
    assert session.get() == ['44/nobody,{"message":"Invalid namespace"}']


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_no_other_method_begins_a_session(line, method):
    line().request(method, HANDSHAKE, body="").answer().check_error(2)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_no_other_method_is_for_a_session(polling, method):
    session = polling()
    held = session.hold()
    answer = session.ask(method, session.open_line(), body="4x")
    assert (answer.status, answer["allow"]) == (405, "GET, POST, OPTIONS")
    session.post("40/nobody,")
    assert held.answer().packets == ['44/nobody,{"message":"Invalid namespace"}']


@pytest.mark.parametrize("query", ["", "?EIO=4&transport=polling", "?EIO=4&transport=polling&sid=unknown"])
def test_options_are_told_to_everybody(line, query):
    answer = line().request("OPTIONS", PATH + query).answer()
    assert (answer.status, answer.body) == (204, b"")
    assert answer["access-control-allow-methods"] == "GET, POST"
    assert "access-control-allow-origin" not in answer.fields, "there is no origin"


def test_options_take_nothing_from_a_session(polling):
    session = polling()
    held = session.hold()
    assert session.ask("OPTIONS", session.open_line()).status == 204
    session.post("40/nobody,")
    assert held.answer().packets == ['44/nobody,{"message":"Invalid namespace"}']
