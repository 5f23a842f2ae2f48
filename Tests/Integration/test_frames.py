"""What a frame must be, how it is named when it is not, and what closes a connection: R1, R4 to R9, R11, R78."""

import json

import pytest
from client import check_error, error_of
from service import unique


@pytest.fixture
def client(connect, user):
    return connect(user())


@pytest.fixture
def conversation(client):
    return client.create(kind="group")


def nested(depth):
    return "[" * depth + "]" * depth


def frame_text(id, rest="", type="ping"):
    return f'{{"id":"{id}","type":"{type}","data":{{}}{rest}}}'


# The header: refused by an answer that names the frame

HEADERS = {
    "type-absent": ({"type": None}, "MISSING_FIELD", "type", None),
    "type-a-number": ({"type": 7}, "INVALID_PAYLOAD", "type", None),
    "type-unknown": ({"type": "message:sing"}, "INVALID_PAYLOAD", None, "unknown_type"),
    "type-of-the-server": ({"type": "message:new"}, "INVALID_PAYLOAD", None, "unknown_type"),
    "type-in-capitals": ({"type": "PING"}, "INVALID_PAYLOAD", None, "unknown_type"),
    "version-2": ({"version": 2}, "INVALID_PAYLOAD", None, "version"),
    "version-0": ({"version": 0}, "INVALID_PAYLOAD", None, "version"),
    "version-a-text": ({"version": "1"}, "INVALID_PAYLOAD", None, "version"),
    "version-a-fraction": ({"version": 1.5}, "INVALID_PAYLOAD", None, "version"),
    "timestamp-a-text": ({"timestamp": "now"}, "INVALID_PAYLOAD", "timestamp", None),
    "tenant-of-others": ({"tenantId": "b"}, "FORBIDDEN", None, "tenant_mismatch"),
    "tenant-unknown": ({"tenantId": "nowhere"}, "FORBIDDEN", None, "tenant_mismatch"),
    "conversation-a-number": ({"conversationId": 7}, "INVALID_PAYLOAD", "conversationId", None),
    "conversation-with-a-space": ({"conversationId": "a b"}, "INVALID_PAYLOAD", "conversationId", None),
    "conversation-empty": ({"conversationId": ""}, "INVALID_PAYLOAD", "conversationId", None),
    "conversation-a-dot": ({"conversationId": "."}, "INVALID_PAYLOAD", "conversationId", None),
    "conversation-two-dots": ({"conversationId": ".."}, "INVALID_PAYLOAD", "conversationId", None),
    "conversation-too-long": ({"conversationId": "c" * 129}, "INVALID_PAYLOAD", "conversationId", None),
    "conversation-twice": (
        {"conversationId": "c1", "data": {"conversationId": "c2"}},
        "INVALID_PAYLOAD",
        None,
        "conversation_mismatch",
    ),
    "data-a-list": ({"data": []}, "INVALID_PAYLOAD", "data", None),
    "data-a-text": ({"data": "x"}, "INVALID_PAYLOAD", "data", None),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_bad_header_is_refused_by_name(client, name):
    fields, code, field, reason = HEADERS[name]
    id = unique("h")
    frame = {"id": id, "type": "typing:start", "ack": True, "data": {}, "conversationId": "c"} | fields
    client.send_text(json.dumps({name: value for name, value in frame.items() if value is not None}))
    error = error_of(client.answer(id))
    check_error(error, code, field, reason)
    if reason == "version":
        assert error["details"]["supported"] == [1]
    client.ping()


@pytest.mark.parametrize("spelling", ["7", '""', '"a b"', '"ä"', '"' + "i" * 65 + '"', "true", "[]", "{}"])
def test_an_unusable_id_is_answered_by_an_error_that_names_no_frame(client, spelling):
    client.send_text(f'{{"id":{spelling},"type":"ping","ack":true}}')
    error = client.expect("error")
    assert "replyTo" not in error
    check_error(error["data"], "INVALID_PAYLOAD", "id")
    client.ping()


@pytest.mark.parametrize("id", ["", ',"id":null'])
def test_a_missing_id_is_a_missing_field(client, id):
    client.send_text(f'{{"type":"ping","ack":true{id}}}')
    error = client.expect("error")
    assert "replyTo" not in error
    check_error(error["data"], "MISSING_FIELD", "id")


@pytest.mark.parametrize(
    "id", ["a", "msg_abc123", "0f8e-1", "A.b:c_d-e", "i" * 64, "0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee"]
)
def test_every_id_of_the_pattern_is_taken(client, id):
    assert client.ok("ping", id=id)["success"]


@pytest.mark.parametrize("spelling", ["1", "1.0", "1e0", "10e-1", "null"])
def test_version_one_in_any_spelling_is_taken(client, spelling):
    id = unique("v")
    client.send_text(frame_text(id, f',"ack":true,"version":{spelling}'))
    assert client.answer(id)["data"]["success"]


@pytest.mark.parametrize("spelling", ["0", "-1", "1.5", "1.7E12", "1e300", "9007199254740993", "null"])
def test_any_number_is_a_timestamp(client, spelling):
    id = unique("t")
    client.send_text(frame_text(id, f',"ack":true,"timestamp":{spelling}'))
    assert client.answer(id)["data"]["success"]


def test_the_tenant_of_the_token_and_one_conversation_in_both_places_are_taken(client, conversation):
    client.ok("conversation:join", {"conversationId": conversation}, conversation, tenantId="a")


def test_checks_come_in_their_order(client):
    id = unique("o")
    frame = {
        "id": id,
        "type": "typing:start",
        "version": 1,
        "tenantId": "b",
        "conversationId": "c1",
        "data": {"conversationId": "c2"},
    }
    steps = [
        ({"type": "nonsense", "version": 9}, "unknown_type"),
        ({"version": 9}, "version"),
        ({}, "tenant_mismatch"),
        ({"tenantId": "a"}, "conversation_mismatch"),
    ]
    for change, reason in steps:
        client.send_text(json.dumps(frame | change))
        assert error_of(client.answer(id))["details"]["reason"] == reason


# JSON: refused, and named by replyTo where the id can be read

TEXTS = {
    "depth": lambda id: (frame_text(id, f',"x":{nested(32)}'), "depth"),
    "members": lambda id: (frame_text(id, ',"x":{' + ",".join(f'"m{n}":0' for n in range(600)) + "}"), "members"),
    "a-member-twice": lambda id: (frame_text(id, ',"type":"ping"'), "duplicate_key"),
    "a-member-twice-in-data": lambda id: (f'{{"id":"{id}","type":"ping","data":{{"x":1,"x":1}}}}', "duplicate_key"),
    "a-member-twice-by-escapes": lambda id: (frame_text(id, r',"t\u0079pe":"ping"'), "duplicate_key"),
    "nul": lambda id: (frame_text(id, r',"x":"a\u0000b"'), "text"),
    "nul-in-a-name": lambda id: (frame_text(id, r',"x\u0000":1'), "text"),
    "lone-high-surrogate": lambda id: (frame_text(id, r',"x":"\ud83d"'), "text"),
    "lone-low-surrogate": lambda id: (frame_text(id, r',"x":"\udc00a"'), "text"),
    "surrogates-in-the-wrong-order": lambda id: (frame_text(id, r',"x":"\ude00\ud83d"'), "text"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_json_that_is_not_kept_is_refused_by_reason_and_names_its_frame(client, name):
    id = unique("j")
    text, reason = TEXTS[name](id)
    client.send_text(text)
    check_error(error_of(client.answer(id)), "INVALID_PAYLOAD", reason=reason)
    client.ping()


NO_JSON = [
    "",
    " ",
    "{",
    "{}{}",
    '{"id":"x",}',
    "{'id':'x'}",
    '{"type":ping}',
    '{"type":"ping"',
    "nul",
    "\ufeff{}",
    '{"x":01}',
    '{"x":"\n"}',
]


@pytest.mark.parametrize("text", NO_JSON)
def test_what_is_no_json_is_refused(client, text):
    client.send_text(text)
    check_error(client.expect("error")["data"], "INVALID_PAYLOAD", reason="json")
    client.ping()


@pytest.mark.parametrize("text", ["[]", "7", '"text"', "null", "true", '[{"id":"x","type":"ping"}]'])
def test_json_that_is_no_object_is_refused(client, text):
    client.send_text(text)
    check_error(client.expect("error")["data"], "INVALID_PAYLOAD")
    client.ping()


TAKEN = {
    "depth-32": f',"x":{nested(31)}',
    "members-of-many-kinds": ',"x":{' + ",".join(f'"m{n}":0' for n in range(400)) + "}",
    "a-surrogate-pair": r',"x":"\ud83d\ude00"',
    "white-space": ' , "x" :\t[ 1 ,\r\n2 ] ',
    "names-equal-only-by-canonical-equivalence": ',"x":{"\u00e9":1,"e\u0301":2}',
    "null-in-optional-fields": ',"replyTo":null,"conversationId":null,"tenantId":null,"timestamp":null,"version":null',
}


@pytest.mark.parametrize("name", TAKEN)
def test_unusual_json_is_taken(client, name):
    id = unique("k")
    client.send_text(frame_text(id, ',"ack":true' + TAKEN[name]))
    assert client.answer(id)["data"]["success"]


# Sizes

KIB = 1024


def padded(id, size):
    text = frame_text(id, ',"ack":true,"pad":""')
    return text.replace('"pad":""', '"pad":"' + "p" * (size - len(text)) + '"')


def test_a_frame_of_64_kib_is_taken(client):
    id = unique("s")
    client.send_text(padded(id, 64 * KIB))
    assert client.answer(id)["data"]["success"]


@pytest.mark.parametrize("size", [64 * KIB + 1, 200 * KIB, 1024 * KIB])
def test_a_larger_frame_is_read_away_and_answered_by_name(client, size):
    id = unique("s")
    client.send_text(padded(id, size))
    error = error_of(client.answer(id))
    check_error(error, "INVALID_PAYLOAD", reason="too_large")
    assert (error["details"]["limit"], error["details"]["size"]) == (64 * KIB, size)
    client.ping()


def test_a_frame_above_1_mib_closes(client):
    client.send_text(padded(unique("s"), 1024 * KIB + 1))
    assert client.close_code() == 1009


# Answers


def test_without_an_ack_asked_a_failure_is_an_error_event_and_a_success_is_silent(client, conversation):
    failing = client.send("typing:start", {}, ack=False)
    succeeding = client.send("typing:stop", {}, conversation, ack=False)
    client.request("typing:stop", {}, conversation)
    assert [(frame["type"], frame["replyTo"]) for frame in client.events if "replyTo" in frame] == [("error", failing)]
    assert succeeding != failing


@pytest.mark.parametrize("ack", [False, None])
def test_ack_false_and_null_ask_for_none(client, ack):
    id = unique("n")
    client.send_text(json.dumps({"id": id, "type": "typing:start", "data": {}, "ack": ack}))
    assert client.answer(id)["type"] == "error"


def test_every_answer_is_a_frame_with_a_header(client):
    frame = client.answer(client.send("ping"))
    assert frame["version"] == 1 and isinstance(frame["timestamp"], int) and frame["id"] and "tenantId" not in frame


def test_ping_is_answered_by_its_ack_or_else_by_pong(client):
    assert isinstance(client.ping(), int)
    client.send("ping", ack=False)
    assert isinstance(client.expect("pong")["data"]["serverTime"], int)


# Closing


def test_the_fifth_frame_that_is_no_json_object_closes(client):
    for _ in range(4):
        client.send_text("[]")
        client.expect("error")
    client.send_text("{")
    assert client.close_code() == 4400


def test_other_refusals_never_close(client):
    for _ in range(20):
        client.refused("message:sing", code="INVALID_PAYLOAD", reason="unknown_type")


def test_invalid_utf8_closes_with_1007(client):
    client.socket.send(b'{"id":"\xc3\x28"}', text=True)
    assert client.close_code() == 1007


def test_a_bad_frame_whose_id_comes_last_is_answered_by_name(client):
    client.send_text(r'{"ack":true,"conversationId":"r","data":{"content":"\ud800"},"id":"s1","type":"message:send"}')
    frame = client.answer("s1")
    assert frame["type"] == "ack"
    check_error(error_of(frame), "INVALID_PAYLOAD", reason="text")
    client.ping()
