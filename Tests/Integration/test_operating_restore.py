"""The restore of docs/operating.md, done as it is printed: it may fail, and be done again, and loses nothing."""

import os
import sqlite3
import subprocess
from contextlib import closing

import pytest
from printed import block, put
from service import unique


class Machine:
    """A server, a copy of its data, and a `systemctl` that only notes what it was asked for."""

    def __init__(self, folder, server):
        self.server, self.copy, self.asked = server, folder / "copy.sqlite", folder / "asked"
        self.tools = folder / "bin"
        self.tools.mkdir()
        self.systemctl(status=0)

    def systemctl(self, status):
        file = self.tools / "systemctl"
        file.write_text(f'#!/bin/sh\necho "$*" >> {self.asked}\nexit {status}\n')
        file.chmod(0o755)

    def back_up(self):
        with closing(sqlite3.connect(f"file:{self.server.data / 'caas.sqlite'}?mode=ro", uri=True)) as source:
            source.execute("VACUUM INTO ?", [str(self.copy)])

    def restore(self):
        """Pastes the printed lines; the exit status, and what systemctl was asked for."""
        self.asked.write_text("")
        script = put(
            block("bash"),
            copy=("/var/backups/caas/caas.sqlite", self.copy),
            data=("/var/lib/caas", self.server.data),
            owner=("-o caas -g caas", f"-o {os.getuid()} -g {os.getgid()}"),
        )
        path = f"{self.tools}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash"], input=script, env={"PATH": path}, capture_output=True, text=True, timeout=60
        )
        return done.returncode, self.asked.read_text().splitlines()

    def files(self):
        """The store's files in the data directory and below, with their sizes."""
        data = self.server.data
        return {str(path.relative_to(data)): path.stat().st_size for path in data.rglob("caas.sqlite*")}

    def moved(self):
        return sorted(path for path in self.server.data.iterdir() if path.name.startswith("before-"))


@pytest.fixture
def machine(make_server, connect, tmp_path, user):
    """With a copy that has the message `kept`; the one `later` is in the log of a server that was killed."""
    server = make_server().start()
    machine = Machine(tmp_path, server)
    machine.user = user()
    client = connect(machine.user, server=server)
    machine.room = client.create("group", conversationId=unique("room"))
    client.say(machine.room, "kept")
    machine.back_up()
    client.say(machine.room, "later")
    server.kill()
    assert machine.files()["caas.sqlite-wal"] > 0, "without a log the test shows little"
    return machine


def contents(machine, connect):
    client = connect(machine.user, server=machine.server)
    return client, [message["content"] for message in client.history(machine.room)["messages"]]


def test_a_restore_brings_back_the_copy_and_keeps_what_was_there(machine, connect):
    before = machine.files()
    assert machine.restore() == (0, ["stop caas", "start caas"])
    (kept,) = machine.moved()
    assert machine.files() == {f"{kept.name}/{name}": size for name, size in before.items()} | {
        "caas.sqlite": machine.copy.stat().st_size
    }
    assert (machine.server.data / "caas.sqlite").stat().st_mode & 0o777 == 0o600
    machine.server.start()
    assert contents(machine, connect)[1] == ["kept"]


def test_a_second_restore_is_as_good_as_the_first(machine, connect):
    assert machine.restore()[0] == 0
    machine.server.start()
    contents(machine, connect)[0].say(machine.room, "between")
    machine.server.kill()
    # A name has its second: where two restores fall into the same one, the later one does nothing but stop.
    while (answer := machine.restore()) == (1, ["stop caas"]):
        assert len(machine.moved()) == 1 and "caas.sqlite-wal" in machine.files()
    assert answer == (0, ["stop caas", "start caas"])
    assert [(folder / "caas.sqlite-wal").exists() for folder in machine.moved()] == [True, True]
    machine.server.start()
    assert contents(machine, connect)[1] == ["kept"]


@pytest.mark.parametrize("fault", ["no-copy", "empty-copy", "still-running", "no-room"])
def test_a_restore_that_fails_starts_nothing_and_loses_nothing(machine, connect, fault):
    before = machine.files()
    if fault == "no-copy":
        machine.copy.unlink()
    elif fault == "empty-copy":
        machine.copy.write_bytes(b"")
    elif fault == "still-running":
        machine.systemctl(status=1)
    else:
        (machine.tools / "mkdir").write_text("#!/bin/sh\nexit 1\n")
        (machine.tools / "mkdir").chmod(0o755)
    status, asked = machine.restore()
    assert status != 0 and "start caas" not in asked
    assert machine.files() == before
    machine.server.start()
    assert contents(machine, connect)[1] == ["kept", "later"]


def test_a_restore_onto_a_new_machine_has_nothing_to_keep(machine, connect):
    for name in machine.files():
        (machine.server.data / name).unlink()
    assert machine.restore() == (0, ["stop caas", "start caas"])
    machine.server.start()
    assert contents(machine, connect)[1] == ["kept"]
