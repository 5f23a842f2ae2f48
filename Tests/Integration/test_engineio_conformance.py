"""What the official suite of Engine.IO expects, at the paths that `--conformance` adds: wire §5."""

import pytest
from polling import ERRORS, PATH
from process import wait_until
from suites import ENGINE_IO, SOCKET_IO, PatientPolling, answer_pings, ask, poll, session, socket, suite_server  # noqa: F401


def test_the_handshake_over_polling_tells_the_settings(poll):
    handshake = poll(ENGINE_IO).handshake
    assert isinstance(handshake.pop("sid"), str)
    assert handshake == {
        "upgrades": ["websocket"],
        "pingInterval": 300,
        "pingTimeout": 3_000,
        "maxPayload": 1_000_000,
    }


def test_the_suites_own_times_may_be_set(serve):
    times = {"pingInterval": 300, "pingTimeout": 200, "maxPayload": 1_000_000, "connectTimeout": 1_900}
    own = serve("--conformance", settings={"socketIO": times})
    silent = PatientPolling(own, ENGINE_IO)
    told = {name: silent.handshake[name] for name in ("pingInterval", "pingTimeout", "maxPayload")}
    assert told == {name: times[name] for name in told}
    # Who answers no ping is forgotten, and who asks for no namespace too, though it answers them.
    while (answer := silent.ask()).status == 200:
        pass
    answer.check_error(1)
    PatientPolling(own, SOCKET_IO).ends()


def test_the_handshake_over_websocket_tells_the_settings(socket):
    handshake = socket(ENGINE_IO).open().handshake
    assert isinstance(handshake.pop("sid"), str)
    assert handshake == {"upgrades": [], "pingInterval": 300, "pingTimeout": 3_000, "maxPayload": 1_000_000}


@pytest.mark.parametrize(
    ("method", "query", "code"),
    [
        ("GET", "?transport=polling", 5),
        ("GET", "?EIO=abc&transport=polling", 5),
        ("GET", "?EIO=4", 0),
        ("GET", "?EIO=4&transport=abc", 0),
        ("POST", "?EIO=4&transport=polling", 2),
        ("PUT", "?EIO=4&transport=polling", 2),
        ("GET", "?EIO=4&transport=polling&sid=abc", 1),
    ],
)
@pytest.mark.parametrize("path", [SOCKET_IO, ENGINE_IO])
def test_what_is_no_handshake_is_refused(ask, path, method, query, code):
    ask(method, path + query, body=None if method == "GET" else "").check_error(code)


@pytest.mark.parametrize(("query", "code"), [("?transport=websocket", 5), ("?EIO=4", 0), ("?EIO=4&transport=abc", 0)])
def test_what_is_no_handshake_of_a_websocket_is_refused(socket, query, code):
    connection = socket(ENGINE_IO)
    assert connection.ask_for_socket(query) == 400
    assert connection.to_end().decode() == ERRORS[code]


def test_a_session_is_known_at_its_own_path_alone(poll, ask):
    session = poll(ENGINE_IO)
    for path in (PATH, SOCKET_IO):
        ask("GET", session.target.replace(PATH, path)).check_error(1)
    session.say("4here")
    assert session.packet() == "4here"


@pytest.mark.parametrize("text", ["hello", "", "é 😀", "40", '42["message"]', "x" * 100_000])
def test_a_text_comes_back(session, text):
    client = session(ENGINE_IO)
    client.say(f"4{text}")
    assert client.message() == f"4{text}"


def test_bytes_come_back_over_polling_in_base64(poll):
    client = poll(ENGINE_IO)
    client.post("bAQIDBA==")
    assert client.packet() == "bAQIDBA=="
    client.post("4a", "bAQIDBA==", "4b", "b")
    assert [client.packet() for _ in range(4)] == ["4a", "bAQIDBA==", "4b", "b"]


def test_bytes_come_back_over_websocket(socket):
    client = socket(ENGINE_IO).open()
    client.say(b"\x01\x02\x03\x04", "4a", bytes(range(256)) * 256)
    assert [client.packet() for _ in range(3)] == [b"\x01\x02\x03\x04", "4a", bytes(range(256)) * 256]


def test_bytes_come_back_over_websocket_in_base64_to_who_asks_for_that(socket):
    client = socket(ENGINE_IO).open("&b64=1")
    client.say("bAQIDBA==")
    assert client.packet() == "bAQIDBA=="


def test_a_payload_may_be_as_large_as_is_told(poll):
    client = poll(ENGINE_IO)
    whole = "4" + "x" * 999_999
    client.post(whole)
    assert client.packet() == whole
    assert client.ask("POST", body=whole + "x").status == 413


def test_pings_that_are_answered_keep_a_session(session):
    client = session(ENGINE_IO)
    answer_pings(client, 4)
    client.say("4here")
    assert client.message() == "4here"


def test_a_session_that_answers_no_ping_ends(poll, ask):
    client = poll(ENGINE_IO)
    assert client.get() == ["2"]
    target = client.target.replace(PATH, ENGINE_IO)
    # Each GET is held until the end or the next ping; once the session is gone it is told at once.
    wait_until(lambda: ask("GET", target).status == 400, "the session ends")
    ask("GET", target).check_error(1)


def test_a_websocket_that_answers_no_ping_ends(socket):
    assert socket(ENGINE_IO).open().end() == (["2"], 1005)


def test_a_session_is_upgraded(poll, socket, ask):
    client = poll(ENGINE_IO)
    held = client.hold()
    carrier = socket(ENGINE_IO).begin(client.sid).probe()
    assert held.answer().packets in (["6"], ["2"])
    client.say("4before")
    carrier.say("5", "4hello", b"\x01\x02")
    received = [carrier.packet() for _ in range(3)]
    assert received == ["4before", "4hello", b"\x01\x02"]
    target = client.target.replace(PATH, ENGINE_IO)
    ask("GET", target).check_error(3)
    ask("POST", target, body="4x").check_error(3)
    second = socket(ENGINE_IO).begin(client.sid)
    assert second.ends() == 0
    carrier.say("4still")
    assert carrier.packet() == "4still"


def test_an_upgrade_may_be_sent_without_waiting(poll, socket):
    client = poll(ENGINE_IO)
    carrier = socket(ENGINE_IO).begin(client.sid)
    carrier.say("2probe", "5", "4hello")
    assert [carrier.packet(), carrier.packet()] == ["3probe", "4hello"]


def test_a_session_that_polls_is_closed(poll):
    client = poll(ENGINE_IO)
    held = client.hold()
    client.post("1")
    # A ping may have been faster than the end.
    assert held.answer().packets in (["6"], ["2"])
    client.ask().check_error(1)


def test_a_websocket_is_closed(socket):
    client = socket(ENGINE_IO).open()
    client.say("1")
    assert client.ends() <= 1


@pytest.mark.parametrize("packet", ["abc", "", "0", "2", "7"])
def test_what_is_no_packet_ends_a_session(poll, socket, packet):
    client = socket(ENGINE_IO).open()
    client.say(packet)
    assert client.ends() <= 1
    client = poll(ENGINE_IO)
    assert client.ask("POST", body=packet).status in (200, 400)
    assert client.ends() <= 1
