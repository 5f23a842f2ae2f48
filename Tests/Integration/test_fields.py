"""Which data each event takes: fields, limits, spellings, and the events that come later: R1, R6, R7, R9, R17, R78."""

import json

import pytest
from service import unique


@pytest.fixture
def client(connect, user):
    return connect(user())


@pytest.fixture
def conversation(client):
    return client.create(kind="group")


NO_CONVERSATION = [
    "message:send",
    "message:history",
    "typing:start",
    "typing:stop",
    "conversation:join",
    "conversation:leave",
]
NO_CONVERSATION += ["conversation:members", "conversation:invite", "conversation:remove", "conversation:role"]
NO_CONVERSATION += ["conversation:update"]
COMPLETE = {"content": "x", "userIds": ["u"], "userId": "u", "role": "member"}


@pytest.mark.parametrize("type", NO_CONVERSATION)
def test_a_conversation_is_asked_for_by_name(client, type):
    client.refused(type, COMPLETE, code="MISSING_FIELD", field="conversationId")


@pytest.mark.parametrize("type", NO_CONVERSATION)
def test_a_bad_conversation_id_in_data_is_refused(client, type):
    error = client.refused(type, COMPLETE | {"conversationId": "a b"}, code="INVALID_PAYLOAD")
    assert error["details"]["field"].endswith("conversationId")


def attachment(**fields):
    return {"attachments": [{"url": "https://example.org/a.png"} | fields]}


DATA = {
    "send-no-content": ("message:send", {}, "MISSING_FIELD", "data.content"),
    "send-null-content": ("message:send", {"content": None}, "MISSING_FIELD", "data.content"),
    "send-empty-content": ("message:send", {"content": ""}, "MISSING_FIELD", "data.content"),
    "send-content-a-number": ("message:send", {"content": 7}, "INVALID_PAYLOAD", "data.content"),
    "send-content-an-object": ("message:send", {"content": {"$ne": ""}}, "INVALID_PAYLOAD", "data.content"),
    "send-content-above-16-kib": ("message:send", {"content": "c" * 16_385}, "INVALID_PAYLOAD", "data.content"),
    "send-content-above-16-kib-in-utf8": ("message:send", {"content": "é" * 8_193}, "INVALID_PAYLOAD", "data.content"),
    "send-type-unknown": ("message:send", {"content": "x", "type": "hologram"}, "INVALID_PAYLOAD", "data.type"),
    "send-type-of-the-server": ("message:send", {"content": "x", "type": "system"}, "INVALID_PAYLOAD", "data.type"),
    "send-type-call": ("message:send", {"content": "x", "type": "call"}, "INVALID_PAYLOAD", "data.type"),
    "send-type-custom-without-name": (
        "message:send",
        {"content": "x", "type": "custom:"},
        "INVALID_PAYLOAD",
        "data.type",
    ),
    "send-attachments-an-object": (
        "message:send",
        {"content": "x", "attachments": {}},
        "INVALID_PAYLOAD",
        "data.attachments",
    ),
    "send-21-attachments": (
        "message:send",
        {"content": "x", "attachments": attachment()["attachments"] * 21},
        "INVALID_PAYLOAD",
        "data.attachments",
    ),
    "send-51-mentions": (
        "message:send",
        {"content": "x", "mentions": [f"u{n}" for n in range(51)]},
        "INVALID_PAYLOAD",
        "data.mentions",
    ),
    "send-mentions-of-numbers": ("message:send", {"content": "x", "mentions": [7]}, "INVALID_PAYLOAD", "data.mentions"),
    "send-metadata-a-list": ("message:send", {"content": "x", "metadata": []}, "INVALID_PAYLOAD", "data.metadata"),
    "send-metadata-above-4-kib": (
        "message:send",
        {"content": "x", "metadata": {"m": "m" * 4_096}},
        "INVALID_PAYLOAD",
        "data.metadata",
    ),
    "send-thread-a-number": ("message:send", {"content": "x", "threadId": 7}, "INVALID_PAYLOAD", "data.threadId"),
    "edit-no-message": ("message:edit", {"content": "x"}, "MISSING_FIELD", "data.messageId"),
    "edit-message-a-number": ("message:edit", {"messageId": 7, "content": "x"}, "INVALID_PAYLOAD", "data.messageId"),
    "edit-no-content": ("message:edit", {"messageId": "m"}, "MISSING_FIELD", "data.content"),
    "edit-version-a-text": (
        "message:edit",
        {"messageId": "m", "content": "x", "ifVersion": "1"},
        "INVALID_PAYLOAD",
        "data.ifVersion",
    ),
    "delete-no-message": ("message:delete", {}, "MISSING_FIELD", "data.messageId"),
    "delete-reason-a-number": ("message:delete", {"messageId": "m", "reason": 7}, "INVALID_PAYLOAD", "data.reason"),
    "history-limit-0": ("message:history", {"limit": 0}, "INVALID_PAYLOAD", "data.limit"),
    "history-limit-below-0": ("message:history", {"limit": -1}, "INVALID_PAYLOAD", "data.limit"),
    "history-before-a-text": ("message:history", {"beforeSeq": "9"}, "INVALID_PAYLOAD", "data.beforeSeq"),
    "history-after-a-fraction": ("message:history", {"afterSeq": 0.5}, "INVALID_PAYLOAD", "data.afterSeq"),
    "create-no-kind": ("conversation:create", {"memberIds": []}, "MISSING_FIELD", "data.kind"),
    "create-kind-unknown": ("conversation:create", {"kind": "club", "memberIds": []}, "INVALID_PAYLOAD", "data.kind"),
    "create-members-a-text": (
        "conversation:create",
        {"kind": "group", "memberIds": "u"},
        "INVALID_PAYLOAD",
        "data.memberIds",
    ),
    "create-visibility-unknown": (
        "conversation:create",
        {"kind": "group", "memberIds": [], "visibility": "odd"},
        "INVALID_PAYLOAD",
        "data.visibility",
    ),
    "create-name-a-number": (
        "conversation:create",
        {"kind": "group", "memberIds": [], "name": 7},
        "INVALID_PAYLOAD",
        "data.name",
    ),
    "leave-membership-a-text": ("conversation:leave", {"membership": "yes"}, "INVALID_PAYLOAD", "data.membership"),
    "members-limit-0": ("conversation:members", {"limit": 0}, "INVALID_PAYLOAD", "data.limit"),
    "members-cursor-unknown": ("conversation:members", {"cursor": "!!"}, "INVALID_PAYLOAD", "data.cursor"),
    "list-limit-0": ("conversation:list", {"limit": 0}, "INVALID_PAYLOAD", "data.limit"),
    "list-cursor-unknown": ("conversation:list", {"cursor": "!!"}, "INVALID_PAYLOAD", "data.cursor"),
    "invite-no-users": ("conversation:invite", {}, "MISSING_FIELD", "data.userIds"),
    "invite-users-a-text": ("conversation:invite", {"userIds": "u"}, "INVALID_PAYLOAD", "data.userIds"),
    "invite-role-unknown": ("conversation:invite", {"userIds": ["u"], "role": "king"}, "INVALID_PAYLOAD", "data.role"),
    "remove-no-user": ("conversation:remove", {}, "MISSING_FIELD", "data.userId"),
    "remove-ban-a-text": ("conversation:remove", {"userId": "u", "ban": "yes"}, "INVALID_PAYLOAD", "data.ban"),
    "role-no-user": ("conversation:role", {"role": "member"}, "MISSING_FIELD", "data.userId"),
    "role-unknown": ("conversation:role", {"userId": "u", "role": "king"}, "INVALID_PAYLOAD", "data.role"),
}


@pytest.mark.parametrize("name", DATA)
def test_a_bad_field_is_refused_by_name(client, conversation, name):
    """CVE-2021-22911, CVE-2026-30833, CVE-2026-45689."""
    type, data, code, field = DATA[name]
    target = None if type in ("conversation:create", "conversation:list") else conversation
    error = client.refused(type, data, target, code=code)
    # A list may name the item too, as in data.mentions[0].
    assert error["details"]["field"].startswith(field), error


ATTACHMENTS = {
    "neither": {"url": None},
    "both": {"attachmentId": "file-1"},
    "ftp": {"url": "ftp://example.org/a"},
    "javascript": {"url": "javascript:alert(1)"},
    "url-too-long": {"url": "https://example.org/" + "a" * 2_048},
    "size-a-text": {"size": "9"},
    "width-a-fraction": {"width": 1.5},
}


@pytest.mark.parametrize("name", ATTACHMENTS)
def test_a_bad_attachment_is_refused(client, conversation, name):
    error = client.refused("message:send", attachment(**ATTACHMENTS[name]), conversation, code="INVALID_PAYLOAD")
    assert error["details"]["field"].startswith("data.attachments")


def test_both_history_cursors_are_refused(client, conversation):
    client.refused("message:history", {"beforeSeq": 9, "afterSeq": 1}, conversation, code="INVALID_PAYLOAD")


LIMITS = {
    "content-of-16-kib": {"content": "c" * 16_384},
    "content-of-16-kib-in-utf8": {"content": "é" * 8_192},
    "custom-type": {"content": "x", "type": "custom:poll"},
    "no-content-but-an-attachment": attachment(width=1.0, size=9),
    "20-attachments": {"content": "x", "attachments": attachment()["attachments"] * 20},
    "null-in-optional-fields": dict.fromkeys(["type", "attachments", "mentions", "metadata", "threadId"])
    | {"content": "x"},
    "metadata-with-null": {"content": "x", "metadata": {"kept": None}},
}


@pytest.mark.parametrize("name", LIMITS)
def test_what_is_within_the_limits_is_taken(client, conversation, name):
    client.ok("message:send", LIMITS[name], conversation)


@pytest.mark.parametrize("spelling", ["2", "2.0", "0.2e1", "20E-1", "2e0"])
def test_an_integer_may_be_spelled_in_any_way(client, conversation, spelling):
    for content in "abc":
        client.say(conversation, content)
    id = unique("i")
    data = f'{{"conversationId":"{conversation}","limit":{spelling}}}'
    client.send_text(f'{{"id":"{id}","type":"message:history","ack":true,"data":{data}}}')
    assert len(client.answer(id)["data"]["messages"]) == 2


@pytest.mark.parametrize("spelling", ["2.5", '"2"', "9007199254740992", "-9007199254740993", "1e300", "true", "[2]"])
def test_other_numbers_and_texts_are_no_integer(client, conversation, spelling):
    client.refused(
        "message:history", {"limit": json.loads(spelling)}, conversation, code="INVALID_PAYLOAD", field="data.limit"
    )


def test_unknown_fields_are_ignored_and_not_relayed(client, connect, user):
    bob = user()
    reader, conversation = connect(bob), client.create(members=[bob])
    client.ok("message:send", {"content": "x", "surprise": 1, "metadata": {"kept": 1}}, conversation, surprise=2)
    event = reader.expect("message:new", conversationId=conversation)
    assert "surprise" not in json.dumps(event)
    assert event["data"]["metadata"] == {"kept": 1}


LATER = {
    "message:read": {"conversationId": "c", "seq": 1},
    "message:delivered": {"conversationId": "c", "seq": 1},
    "message:react": {"messageId": "m", "emoji": "👍", "on": True},
    "message:pin": {"messageId": "m", "on": True},
    "message:search": {"q": "word"},
    "conversation:sync": {"cursors": []},
    "session:refresh": {"token": "t"},
}


@pytest.mark.parametrize("type", LATER)
def test_an_event_whose_behaviour_comes_later_says_so(client, type):
    client.refused(type, LATER[type], code="INVALID_PAYLOAD", reason="not_yet")


def test_a_binary_message_is_refused_and_the_connection_lives_on(client):
    client.socket.send(b"\x00" * 16)
    assert client.expect("error")["data"]["code"] == "INVALID_PAYLOAD"
    client.ping()
