"""API keys by the command line, beside a service that is running and busy: R60."""

import json
import re
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from client import Client
from rest import Rest
from service import run_caas, unique

KEY = re.compile(r"caas_([0-9a-hjkmnp-tv-z]{12})_([A-Za-z0-9_-]{43})")


def key(server, *arguments):
    """Runs `caas key` on the server's data and expects success; returns what it printed."""
    result = run_caas("key", *arguments, "--data", server.data)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout


def create(server, *arguments):
    """A new key as (id, secret, all of it)."""
    printed = key(server, "create", *arguments)
    match = KEY.fullmatch(printed.rstrip("\n"))
    assert match and printed.count("\n") == 1, printed
    return match[1], match[2], match[0]


def listed(server):
    return [json.loads(line) for line in key(server, "list").splitlines()]


def refused(*arguments, code, naming=""):
    result = run_caas("key", *arguments)
    assert result.returncode == 1, result
    assert result.stdout == ""
    error = json.loads(result.stderr)
    assert error["code"] == code and naming in result.stderr
    return error


def test_a_key_is_printed_once_and_alone(make_server):
    server = make_server(tenants=()).start()
    id, secret, _ = create(server, "--name", "shop", "--scope", "chat:read chat:write", "--expires-in", "60")
    (entry,) = listed(server)
    assert entry["expiresAt"] - entry["createdAt"] == 60_000
    assert entry | {"expiresAt": 0, "createdAt": 0} == {
        "id": id,
        "name": "shop",
        "tenant": "default",
        "scopes": ["chat:read", "chat:write"],
        "state": "active",
        "createdAt": 0,
        "expiresAt": 0,
    }
    server.stop()
    assert listed(server) == [entry], "without a service it is the same"
    for file in server.data.rglob("*"):
        assert file.is_dir() or secret.encode() not in file.read_bytes(), f"{file} has the secret"
        assert stat.S_IMODE(file.stat().st_mode) == (0o700 if file.is_dir() else 0o600)


def test_a_key_is_revoked_for_good(make_server):
    server = make_server(tenants=()).start()
    id, _, _ = create(server, "--name", "shop")
    other, _, _ = create(server, "--name", "other")
    revoked = json.loads(key(server, "revoke", id))
    assert (revoked["id"], revoked["state"]) == (id, "revoked")
    assert json.loads(key(server, "revoke", id)) == revoked
    assert [(entry["id"], entry["state"]) for entry in listed(server)] == [(id, "revoked"), (other, "active")]
    server.kill()
    server.start()
    assert [entry["state"] for entry in listed(server)] == ["revoked", "active"]


def until_refused(backend, reason):
    """Asks until the key is refused for the reason; what it is refused for until then would be told by `ok`."""
    deadline = time.monotonic() + 10
    while (response := backend.ask("GET", "/v1/conversations")).status_code == 200:
        assert time.monotonic() < deadline, "the key goes on working"
    assert response.status_code == 401
    assert response.json()["error"]["details"]["reason"] == reason


def test_a_running_service_takes_a_new_key_at_once_and_soon_refuses_a_revoked_one(make_server):
    server = make_server("--no-rate-limits").start()
    id, secret, text = create(server, "--name", "shop", "--tenant", "a")
    backend = Rest(server, text, as_user="alice")
    assert backend.ok("GET", "/v1/conversations")["conversations"] == []
    key(server, "revoke", id)
    until_refused(backend, "revoked")
    short = create(server, "--name", "short", "--tenant", "a", "--expires-in", "1")
    until_refused(Rest(server, short[2], as_user="alice"), "expired")
    for credential, reason in [
        (f"caas_{id}_{secret[::-1]}", {"key", "malformed"}),
        (f"caas_000000000000_{'A' * 43}", {"key"}),
        (text[:-1], {"malformed"}),
    ]:
        answer = Rest(server, credential, as_user="alice").ask("GET", "/v1/conversations")
        assert answer.status_code == 401 and answer.json()["error"]["code"] == "AUTH_INVALID"
        assert answer.json()["error"]["details"]["reason"] in reason
    assert secret not in server.log_tail(10_000)
    server.stop()


def test_a_key_is_made_only_for_a_tenant_that_the_service_has(make_server):
    server = make_server("--no-rate-limits").start()
    _, _, text = create(server, "--name", "shop", "--tenant", "b")
    for arguments in (("--tenant", "typo"), ()):
        name = arguments[-1] if arguments else "default"
        error = refused("create", "--name", "x", *arguments, "--data", server.data, code="NOT_FOUND", naming=f"`{name}`")
        assert error["details"]["field"] == "tenant"
        assert "`a`, `b`" in error["message"] and "--tenant" in error["message"]
    assert [entry["tenant"] for entry in listed(server)] == ["b"]
    # A tenant that was taken out of the configuration has keys that open nothing, and gets no new ones.
    settings = json.loads(server.config.read_text())
    settings["tenants"] = settings["tenants"][:1]
    server.config.write_text(json.dumps(settings))
    server.restart()
    until_refused(Rest(server, text, as_user="alice"), "tenant")
    refused("create", "--name", "x", "--tenant", "b", "--data", server.data, code="NOT_FOUND", naming="`b`")
    create(server, "--name", "shop", "--tenant", "a")


def test_neither_the_service_nor_the_command_fails_while_both_write(make_server):
    server = make_server("--no-rate-limits").start()
    done = threading.Event()

    def write(number):
        """Sends without a pause, each message after the answer to the one before; returns how many were stored."""
        client = Client.connect(server, unique(f"writer-{number}"))
        conversation = client.create()
        sent = 0
        while not done.is_set():
            client.say(conversation, f"message {sent}")
            sent += 1
        stored = client.ok("message:history", {"limit": 1}, conversation)["messages"]
        assert stored[-1]["seq"] == sent
        client.close()
        return sent

    with ThreadPoolExecutor(12) as threads:
        writers = [threads.submit(write, number) for number in range(8)]
        try:
            made = list(threads.map(lambda number: create(server, "--name", f"key-{number}", "--tenant", "a")[0], range(24)))
            ended = list(threads.map(lambda id: json.loads(key(server, "revoke", id))["state"], made[:8]))
        finally:
            done.set()
        assert all(writer.result(timeout=60) > 0 for writer in writers)
    assert ended == ["revoked"] * 8
    entries = {entry["id"]: entry for entry in listed(server)}
    assert entries.keys() == set(made)
    assert sum(entry["state"] == "active" for entry in entries.values()) == 16
    server.stop()


@pytest.mark.parametrize(
    ("arguments", "code", "naming"),
    [
        (("create", "--name", ""), "INVALID_PAYLOAD", '"field":"name"'),
        (("create", "--name", "x", "--scope", "everything"), "INVALID_PAYLOAD", "chat:read chat:write"),
        (("create", "--name", "x", "--tenant", "a/b"), "INVALID_PAYLOAD", '"field":"tenant"'),
        (("create", "--name", "x", "--expires-in", "0"), "INVALID_PAYLOAD", '"field":"expiresIn"'),
        (("revoke", "0123456789ab"), "NOT_FOUND", "0123456789ab"),
        (("revoke", "shop"), "INVALID_PAYLOAD", "between the underscores"),
    ],
)
def test_what_makes_no_sense_is_refused(server, arguments, code, naming):
    before = listed(server)
    refused(*arguments, "--data", server.data, code=code, naming=naming)
    assert listed(server) == before


def test_where_there_is_no_data_the_command_says_so_and_makes_none(tmp_path):
    for path, naming in ((tmp_path, "caas serve"), (tmp_path / "absent", str(tmp_path / "absent"))):
        for arguments in (("create", "--name", "x"), ("list",), ("revoke", "0123456789ab")):
            refused(*arguments, "--data", path, code="NOT_FOUND", naming=naming)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_of_ours_is_refused(tmp_path):
    file = tmp_path / "caas.sqlite"
    file.write_text("no database " * 100)
    refused("create", "--name", "x", "--data", tmp_path, code="UNAVAILABLE", naming="no database")
    assert file.read_text() == "no database " * 100
