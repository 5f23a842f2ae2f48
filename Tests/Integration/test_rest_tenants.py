"""By REST too, what another tenant has answers as what nobody has, byte for byte: R15, R63. Every route is tried."""

import re

import httpx
import pytest
from files import Upload
from rest_fixtures import backend, keys, person  # noqa: F401
from service import unique

ROOM = "/v1/conversations/{c}"
NEW = {"kind": "group", "memberIds": []}
FILE = {"name": "a", "mimeType": "a/b", "size": 5}

# By the name of the operation: a request about a conversation c, a message m and a file f of it, and a user u.
PROBES = {
    "createToken": ("POST", "/v1/tokens", {"userId": "{u}"}, {}),
    "createConversation": ("POST", "/v1/conversations", NEW | {"memberIds": ["{u}"], "conversationId": "{c}"}, {}),
    "listConversations": ("GET", "/v1/conversations", None, {"asUser": "{u}"}),
    "getConversation": ("GET", ROOM, None, {}),
    "changeConversation": ("PATCH", ROOM, {"name": "x"}, {}),
    "deleteConversation": ("DELETE", ROOM, None, {}),
    "listMembers": ("GET", ROOM + "/members", None, {}),
    "addMembers": ("POST", ROOM + "/members", {"userIds": ["someone"]}, {}),
    "changeMember": ("PATCH", ROOM + "/members/{u}", {"role": "member"}, {}),
    "removeMember": ("DELETE", ROOM + "/members/{u}", None, {"ban": "true"}),
    "listMessages": ("GET", ROOM + "/messages", None, {}),
    "sendMessage": ("POST", ROOM + "/messages", {"content": "x"}, {}),
    "getMessage": ("GET", ROOM + "/messages/{m}", None, {}),
    "editMessage": ("PATCH", ROOM + "/messages/{m}", {"content": "x"}, {}),
    "deleteMessage": ("DELETE", ROOM + "/messages/{m}", None, {}),
    "sendEvent": ("POST", ROOM + "/events", {"name": "x", "payload": 1}, {}),
    "sendEventToUser": ("POST", "/v1/users/{u}/events", {"name": "x", "payload": 1}, {}),
    "beginFile": ("POST", "/v1/files", FILE | {"conversationId": "{c}"}, {}),
    "sendFile": ("PUT", "/v1/files/{f}", "bytes", {}),
    "deleteFile": ("DELETE", "/v1/files/{f}", None, {}),
    "readFile": ("GET", "/v1/files/{f}", None, {}),
    "linkFile": ("GET", "/v1/files/{f}/url", None, {}),
    "getUser": ("GET", "/v1/users/{u}", None, {}),
    "putUser": ("PUT", "/v1/users/{u}", {"name": "x"}, {}),
    "deleteUser": ("DELETE", "/v1/users/{u}", None, {}),
    "listConnections": ("GET", "/v1/users/{u}/connections", None, {}),
    "disconnectUser": ("DELETE", "/v1/users/{u}/connections", None, {}),
}
# In a room of the caller's own, about messages and users of the other tenant.
OWN_ROOM = {
    "reply": ("POST", "/v1/conversations/{own}/messages", {"content": "x", "replyTo": "{m}"}, {}),
    "thread": ("POST", "/v1/conversations/{own}/messages", {"content": "x", "threadId": "{m}"}, {}),
    "foreign-message": ("GET", "/v1/conversations/{own}/messages/{m}", None, {}),
    "foreign-edit": ("PATCH", "/v1/conversations/{own}/messages/{m}", {"content": "x"}, {}),
    "foreign-delete": ("DELETE", "/v1/conversations/{own}/messages/{m}", None, {}),
    "foreign-member": ("DELETE", "/v1/conversations/{own}/members/{u}", None, {"ban": "true"}),
    "foreign-role": ("PATCH", "/v1/conversations/{own}/members/{u}", {"role": "member"}, {}),
}


@pytest.fixture
def theirs(connect, user):
    """What tenant b has: a conversation, a message and a file in it, and the user who made them and is connected."""
    name = user()
    client = connect(name, "b")
    room = client.create(visibility="public", conversationId=unique("theirs"))
    file = Upload(b"bytes", room).begin(client)
    file.send(client)
    return client, {"c": room, "m": client.say(room, "theirs")["messageId"], "f": file.id, "u": name}


def nobodys(message):
    """Ids of the same shape that nobody has."""
    # Only the message id's last letter but three is another.
    other = "2" if message[-4] != "2" else "3"
    message = message[:-4] + other + message[-3:]
    return {"c": unique("nobodys"), "m": message, "f": "file_" + "0" * 32, "u": unique("nobody")}


def fill(value, names):
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: names[found[1]], value)
    if isinstance(value, dict):
        return {name: fill(item, names) for name, item in value.items()}
    return [fill(item, names) for item in value] if isinstance(value, list) else value


def answer(caller, probe, names):
    """The whole answer without what differs between any two: times, what was signed, and the ids themselves."""
    method, path, body, query = fill(list(probe), names)
    response = caller.ask(method, path, body, **query)
    fields = {name: value for name, value in response.headers.items() if name not in ("date", "content-length")}
    text = re.sub(r'"(timestamp|expiresAt)":\d+', r'"\1":0', response.text)
    text = re.sub(r'"token":"[^"]+"', '"token":""', text)
    for name, id in sorted(names.items()):
        text = text.replace(id, f"<{name}>")
        fields = {field: value.replace(id, f"<{name}>") for field, value in fields.items()}
    return response.status_code, fields, text


def test_every_route_has_a_probe(server):
    paths = httpx.get(f"{server.url}/openapi.json", trust_env=False).json()["paths"]
    operations = {item[method]["operationId"] for item in paths.values() for method in item if method != "parameters"}
    assert set(PROBES) == operations


@pytest.mark.parametrize("name", [*PROBES, *OWN_ROOM])
@pytest.mark.parametrize("who", ["key", "user"])
def test_what_the_other_tenant_has_answers_as_what_nobody_has(theirs, backend, person, user, name, who):
    _, ids = theirs
    caller = backend(user()) if who == "key" else person(user(), scope="chat:read chat:write admin")
    own = {"own": caller.create()}
    probe = PROBES.get(name) or OWN_ROOM[name]
    unknown = answer(caller, probe, nobodys(ids["m"]) | own)
    assert answer(caller, probe, ids | own) == unknown
    if "{c}" in probe[1] or "{m}" in str(probe) or "{f}" in str(probe):
        assert unknown[0] == 404, unknown


def test_what_the_other_tenant_did_left_no_trace(theirs, backend, user):
    client, ids = theirs
    caller = backend(user())
    for name in sorted(PROBES):
        answer(caller, PROBES[name], ids)
    client.ping()
    (message,) = client.history(ids["c"])["messages"]
    assert (message["messageId"], message["content"]) == (ids["m"], "theirs")
    (member,) = client.ok("conversation:members", {}, ids["c"])["members"]
    assert member["userId"] == ids["u"] and "name" not in member


def test_a_key_and_a_token_of_the_other_tenant_open_nothing_here(server, backend, person, theirs, user):
    _, ids = theirs
    for stranger in (backend(ids["u"], tenant="a"), person(ids["u"], tenant="a")):
        path = f"/v1/conversations/{ids['c']}/messages"
        stranger.refused("GET", path, status=404, code="NOT_FOUND", field="conversationId", reason="conversation")
    assert backend(ids["u"], tenant="b").history(ids["c"])["messages"][0]["content"] == "theirs"
