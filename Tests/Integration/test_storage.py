"""What stands in the data directory: who may open it, and what is said when it cannot serve."""

import os
import resource
import shutil
import signal
import sqlite3

import pytest
from client import Client, check_error
from service import run_caas

SERVE = ("serve", "--environment", "development", "--port", "0")


def database_of(server):
    """The one file in the data directory that is a database."""
    found = [
        file for file in server.data.rglob("*") if file.is_file() and file.open("rb").read(15) == b"SQLite format 3"
    ]
    assert len(found) == 1, list(server.data.rglob("*"))
    return found[0]


def checkpointed(server):
    """The database with everything in its main file, as after a clean end."""
    file = database_of(server)
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return file


def refused(server, *words, prefix=()):
    """Expects that a server on this data does not start and that its last words contain one of these."""
    result = run_caas(*SERVE, "--config", server.config, "--data", server.data, prefix=prefix)
    assert result.returncode != 0
    assert "ready" not in result.stdout
    assert any(word in result.stderr.lower() for word in words), result.stderr
    assert "fatal error" not in result.stderr.lower(), "a trap is no message"
    return result.stderr


@pytest.fixture
def stopped(make_server, connect, user):
    """A server that has stored something and has ended."""
    server = make_server("--no-rate-limits").start()
    client = connect(user(), server=server)
    client.say(client.create(), "stored")
    client.close()
    server.stop()
    return server


def test_the_data_directory_is_made_with_its_parents(make_server):
    server = make_server()
    server.data = server.data / "n1" / "n2"
    server.start().stop()
    assert database_of(server).is_file()


def test_the_database_is_kept_in_wal_mode(stopped):
    with sqlite3.connect(database_of(stopped)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_two_processes_cannot_serve_one_directory(make_server, connect, user):
    server = make_server("--no-rate-limits").start()
    refused(server, "in use", "already", "lock", "another process")
    connect(user(), server=server).ping()


def test_a_token_is_made_while_the_server_runs(make_server):
    server = make_server("--no-rate-limits", tenants=()).start()
    made = run_caas("token", "--user", "alice", "--data", server.data)
    assert made.returncode == 0, made.stderr
    client = Client(server.ws_url, made.stdout.strip())
    assert client.receive()["data"]["userId"] == "alice"
    client.close()


def test_a_directory_is_free_again_after_a_kill(make_server, connect, user):
    server = make_server("--no-rate-limits").start()
    server.kill()
    server.start()
    connect(user(), server=server).ping()


def test_a_database_of_a_newer_release_is_refused(stopped):
    with sqlite3.connect(database_of(stopped)) as database:
        if database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'grdb_migrations'").fetchone()[0]:
            database.execute("INSERT INTO grdb_migrations VALUES ('9999')")
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version:
            database.execute(f"PRAGMA user_version = {version + 9_000}")
    refused(stopped, "newer")


def test_a_file_that_is_no_database_is_refused(stopped):
    file = checkpointed(stopped)
    for beside in file.parent.glob(file.name + "-*"):
        beside.unlink()
    file.write_bytes(b"this is no database at all. " * 1_000)
    refused(stopped, "not a database", "corrupt", "damaged")


def test_a_damaged_database_is_refused(stopped):
    file = checkpointed(stopped)
    size = file.stat().st_size
    assert size > 8_192
    with file.open("r+b") as pages:
        # The first page keeps its header, so that the file opens; everything behind it is gone.
        pages.seek(4_096)
        pages.write(b"\xa5" * (size - 4_096))
    refused(stopped, "corrupt", "damaged", "malformed")


def test_a_directory_that_cannot_be_written_is_refused(stopped):
    prefix = []
    if os.geteuid() == 0:
        # Even root is held by modes once it has given up the right to override them.
        assert shutil.which("setpriv"), "no setpriv on the PATH, and root may write to everything: it is part of util-linux"
        prefix = ["setpriv", "--bounding-set=-dac_override"]
    files = [stopped.data, *stopped.data.rglob("*")]
    modes = {file: file.stat().st_mode for file in files}
    try:
        for file in files:
            file.chmod(0o500 if file.is_dir() else 0o400)
        refused(stopped, "read-only", "read only", "permission", "not writable", "cannot write", prefix=prefix)
    finally:
        for file, mode in modes.items():
            file.chmod(mode)


def test_where_nothing_can_be_written_sends_are_unavailable_and_reads_go_on(make_server, connect, user):
    ignore_signal = lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    server = make_server("--no-rate-limits", prepare=ignore_signal).start()
    client = connect(user(), server=server)
    room = client.create()
    kept = [client.say(room, "kept")["messageId"]]
    limits = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    # Nothing can be written any more, as far as this process can see.
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1_024, limits[1]))
    error = client.refused("message:send", {"content": "lost"}, room, id="lost", code="UNAVAILABLE", timeout=60)
    check_error(error, "UNAVAILABLE")
    assert error["details"].pop("traceId")
    assert error["details"] == {"reason": "storage", "retryable": True}
    assert error["retryAfter"] == 1_000
    assert [message["messageId"] for message in client.history(room)["messages"]] == kept
    server.kill()
    server.start()
    client = connect(client.ready["data"]["userId"], server=server)
    assert [message["messageId"] for message in client.history(room)["messages"]] == kept
    assert "duplicate" not in client.ok("message:send", {"content": "lost"}, room, id="lost")
