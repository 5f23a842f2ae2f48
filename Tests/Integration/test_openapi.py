"""The service answers as /openapi.json says: schemathesis asks it in many ways, good and bad ones, always the same ones."""

import json
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from rest import Rest, make_key
from service import unique

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
]
# 413 is an answer to what breaks the schema; the tool does not know it as one. What nobody knows is ignored (R6).
CONFIG = """
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "409", "413"]

[generation]
allow-extra-parameters = false

[phases.coverage]
generate-duplicate-query-parameters = true
unexpected-methods = ["put", "patch", "delete", "trace"]
"""
# Requests of each operation, besides those that are made from the schema piece by piece.
EXAMPLES = 10
# Seconds for all of them; a machine of its own takes a tenth.
PATIENCE = 300
# What would take away what the others are about.
DESTRUCTIVE = ["deleteConversation", "deleteUser", "removeMember", "deleteMessage", "deleteFile"]


def run(server, key, folder, mode, pinned=None, left_out=()):
    """Runs schemathesis, and returns what was answered; pinned parameters have the same value in every request."""
    lines = ["[parameters]", *(f'"{name}" = "{value}"' for name, value in pinned.items())] if pinned else []
    config, report = folder / "schemathesis.toml", folder / "answers.har"
    config.write_text("\n".join(lines) + CONFIG)
    command = [
        *[sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", f"{server.url}/openapi.json"],
        *["--header", f"Authorization: Bearer {key}", "--checks", ",".join(CHECKS), "--mode", mode],
        *["--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES), "--seed", "1"],
        *["--generation-database", "none", "--request-timeout", "60", "--no-color", "--suppress-health-check", "all"],
        *["--continue-on-failure", "--report-har-path", str(report)],
        *(word for name in left_out for word in ("--exclude-operation-id", name)),
    ]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    said = [line[:300] for line in result.stdout.splitlines()]
    assert result.returncode == 0, "\n".join([*said[:400], result.stderr[-2_000:]])
    entries = json.loads(report.read_text())["log"]["entries"]
    return [
        (entry["request"]["method"], urlsplit(entry["request"]["url"]).path, entry["response"]["status"])
        for entry in entries
    ]


def test_a_key_must_name_a_user_just_where_the_document_says_so(make_server):
    server = make_server().start()
    caller = Rest(server, make_key(server))
    document = caller.ask("GET", "/openapi.json").json()
    needs = {"required": set(), "optional": set(), "none": set()}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            body = None
            if "requestBody" in operation:
                (content,) = operation["requestBody"]["content"].values()
                body = document["components"]["schemas"][content["schema"]["$ref"].split("/")[-1]]["example"]
            answer = caller.ask(method.upper(), path.replace("{", "").replace("}", ""), body).json()
            error = answer.get("error", {"code": None, "details": {}})
            is_needed = (error["code"], error["details"].get("field")) == ("MISSING_FIELD", "asUser")
            names = {each.get("$ref", "").split("/")[-1] for each in operation.get("parameters", [])}
            says = "required" if "author" in names else "optional" if "asUser" in names else "none"
            assert is_needed == (says == "required"), (operation["operationId"], answer)
            needs[says].add(operation["operationId"])
    caller.close()
    assert needs["required"] == {"listConversations", "sendMessage", "beginFile", "sendFile"}
    assert needs["none"] == {"createToken"} and "editMessage" in needs["optional"]


def test_what_is_answered_of_files_is_described(make_server):
    server = make_server().start()
    caller = Rest(server, make_key(server), unique("author"))
    item = caller.ask("GET", "/openapi.json").json()["paths"]["/v1/files/{fileId}"]
    named = {
        method: {each["name"] for each in item[method]["parameters"] if each.get("in") == "header"}
        for method in ("get", "put")
    }
    assert named == {"get": {"Range", "If-Range", "If-None-Match"}, "put": {"Content-Range"}}
    about = {"conversationId": caller.create(), "name": "a.txt", "mimeType": "text/plain", "size": 5}
    path = f"/v1/files/{caller.ok('POST', '/v1/files', about)['fileId']}"
    assert caller.ask("PUT", path, b"bytes", headers={"Content-Range": "bytes 0-4/5"}).json()["complete"]
    tag = caller.ask("GET", path).headers["ETag"]
    asked = [({}, 200), ({"Range": "bytes=1-2"}, 206), ({"Range": "bytes=1-2", "If-Range": '"another"'}, 200)]
    asked += [({"If-None-Match": tag}, 304), ({"Range": "bytes=9-"}, 416)]
    # What the answer of any route may have.
    common = {"date", "content-length", "content-type", "connection", "vary"}
    for headers, status in asked:
        answer = caller.ask("GET", path, headers=headers)
        assert answer.status_code == status, headers
        if status == 416:
            assert answer.headers["Content-Range"] == "bytes */5"
            continue
        said = {name.lower() for name in item["get"]["responses"][str(status)]["headers"]}
        assert set(answer.headers) - common == said, headers
    assert item["get"]["responses"]["416"] == {"$ref": "#/components/responses/error416"}
    caller.close()


@pytest.mark.timeout(PATIENCE + 30)
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_the_service_answers_as_the_document_says(make_server, tmp_path, mode):
    server = make_server("--no-rate-limits").start()
    answers = run(server, make_key(server), tmp_path, mode)
    assert len(answers) > 300
    server.stop()


@pytest.mark.timeout(PATIENCE + 30)
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_it_does_so_where_there_is_something(make_server, tmp_path, mode):
    server = make_server("--no-rate-limits").start()
    key = make_key(server)
    caller = Rest(server, key, unique("author"))
    room = caller.create(members=["reader"])
    message = caller.say(room, "hello")["messageId"]
    about = {"conversationId": room, "name": "a.txt", "mimeType": "text/plain", "size": 5}
    file = caller.ok("POST", "/v1/files", about)["fileId"]
    assert caller.ask("PUT", f"/v1/files/{file}", b"bytes").json()["complete"]
    paths = caller.ask("GET", "/openapi.json").json()["paths"]
    caller.close()
    ids = {"conversationId": room, "userId": "reader", "messageId": message, "fileId": file}
    pinned = {f"path.{name}": id for name, id in ids.items()} | {"query.asUser": caller.as_user}
    # A parameter that takes any text and pinned ones leave nothing to be wrong about.
    left_out = DESTRUCTIVE + (["disconnectUser", "readFile", "sendFile"] if mode == "negative" else [])
    answers = run(server, key, tmp_path, mode, pinned, left_out)
    if mode == "positive":
        wanted = {
            (method.upper(), path.replace("{", "%(").replace("}", ")s") % ids)
            for path, item in paths.items()
            for method, operation in item.items()
            if method != "parameters" and operation["operationId"] not in DESTRUCTIVE
        }
        assert wanted - {(method, path) for method, path, status in answers if status < 300} == set()
    server.stop()
