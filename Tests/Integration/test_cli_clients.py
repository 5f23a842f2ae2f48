"""The command line as a client: `token`, `send` and `tail`."""

import json
import queue
import subprocess
import threading

import jwt
import pytest
from cli import SECRET, secret  # noqa: F401
from client import Client
from service import BINARY, clean_environment, run_caas, unique, write_secret


# token


def test_token_prints_the_token_alone(secret):
    result = run_caas(
        "token",
        "--user",
        "alice",
        "--name",
        "Alice",
        "--scope",
        "chat:read",
        "--audience",
        "x",
        "--expires-in",
        "60",
        "--jwt-secret-file",
        secret,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("\n") == 1 and result.stdout.strip() == result.stdout[:-1]
    claims = jwt.decode(result.stdout.strip(), SECRET, algorithms=["HS256"], audience="x")
    assert (claims["sub"], claims["tid"], claims["name"], claims["scope"]) == ("alice", "default", "Alice", "chat:read")
    assert claims["exp"] - claims["iat"] == 60


def test_token_signs_for_the_tenant_that_is_named(server, tmp_path):
    file = write_secret(tmp_path / "b.secret", server.secrets["b"])
    token = run_caas("token", "--user", "alice", "--tenant", "b", "--jwt-secret-file", file).stdout.strip()
    client = Client(server.ws_url, token)
    assert client.receive()["data"]["tenantId"] == "b"
    client.close()


@pytest.mark.parametrize("arguments", [(), ("--user", ""), ("--user", "a b"), ("--user", "a", "--expires-in", "0")])
def test_token_refuses_what_no_server_would_take(secret, arguments):
    result = run_caas("token", *arguments, "--jwt-secret-file", secret)
    assert result.returncode != 0 and result.stdout == "" and result.stderr


# send and tail


def error_on(stderr):
    """The error object that a command prints as one line of JSON."""
    lines = [line for line in stderr.splitlines() if line.startswith("{") and '"code"' in line]
    assert len(lines) == 1, stderr
    return json.loads(lines[0])


def client_arguments(server, user, conversation):
    return ("--user", user, "--conversation", conversation, "--url", server.url, "--token", server.token(user))


def test_send_joins_sends_and_prints_the_data_of_the_ack(server, connect, user):
    reader, room = connect(user()), unique("room")
    reader.join(room)
    result = run_caas("send", *client_arguments(server, user(), room), "Hello from the shell 👋")
    assert result.returncode == 0, result.stderr
    ack = json.loads(result.stdout)
    assert ack["success"] is True and ack["seq"] == 1
    event = reader.expect("message:new", content="Hello from the shell 👋")
    assert event["data"]["messageId"] == ack["messageId"]


def test_send_fails_with_the_error_object(server, connect, user):
    room = connect(user()).create()
    result = run_caas("send", *client_arguments(server, user(), room), "hello")
    assert (result.returncode, result.stdout) == (1, "")
    assert error_on(result.stderr)["code"] == "NOT_MEMBER"
    result = run_caas("send", "--user", "x", "--conversation", room, "--url", server.url, "--token", "garbage", "hello")
    assert (result.returncode, result.stdout) == (1, "")
    assert error_on(result.stderr)["code"] == "AUTH_INVALID"


@pytest.mark.parametrize("text", ["- hello", "-hello", "-h", "--help me", "-5"])
def test_a_text_that_begins_with_a_dash_is_sent_or_refused(server, user, text):
    conversation = user("room")
    arguments = ("--url", server.url, "--token", server.token(user()), "--conversation", conversation)
    # Never a success that sent nothing.
    assert run_caas("send", *arguments, text).returncode == 64
    sent = run_caas("send", *arguments, "--", text)
    assert sent.returncode == 0, sent.stderr
    assert json.loads(sent.stdout)["success"] is True


def test_send_without_a_server_fails(secret):
    result = run_caas(
        "send", "--user", "a", "--conversation", "c", "--url", "http://127.0.0.1:1", "--jwt-secret-file", secret, "x"
    )
    assert result.returncode == 1 and result.stdout == "" and result.stderr


def test_send_takes_its_secret_from_the_data_directory(make_server):
    server = make_server("--no-rate-limits", tenants=()).start()
    result = run_caas(
        "send", "--user", "alice", "--conversation", "lobby", "--url", server.url, "--data", server.data, "hello"
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["seq"] == 1


def test_tail_prints_one_frame_a_line(server, connect, user):
    writer, room = connect(user()), unique("room")
    writer.join(room)
    reader = user()
    command = [str(BINARY), "tail", *client_arguments(server, reader, room)]
    with subprocess.Popen(
        command, env=clean_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as tail:
        try:
            lines = queue.Queue()
            threading.Thread(target=lambda: [lines.put(line) for line in tail.stdout], daemon=True).start()
            # Its membership shows that it has joined.
            writer.expect("member:updated", userId=reader, timeout=30)
            sent = [writer.say(room, f"line {number}\nand more")["messageId"] for number in range(3)]
            seen = []
            while len(seen) < 3:
                frame = json.loads(lines.get(timeout=30))
                if frame["type"] == "message:new":
                    seen.append(frame["data"]["messageId"])
            assert seen == sent
        finally:
            tail.terminate()
