"""What every attack is held to would notice: a process that stands still, a store that does, an innocent client that is cut."""

import os
import signal
import sqlite3
import time
from contextlib import closing

import pytest
from attack import PATIENCE, Watch, unharmed
from rest import Rest, make_key

STALL = PATIENCE + 0.5


def stop_the_process(server):
    os.kill(server.process.pid, signal.SIGSTOP)
    time.sleep(STALL)
    os.kill(server.process.pid, signal.SIGCONT)


def hold_the_store(server):
    """Holds the right to write, as a slow disk would: event loops and reads go on."""
    with closing(sqlite3.connect(server.data / "caas.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(STALL)
        other.execute("ROLLBACK")


@pytest.mark.parametrize("stall", [stop_the_process, hold_the_store])
def test_a_second_in_which_nothing_goes_on_is_noticed(make_server, stall):
    server = make_server().start()
    with pytest.raises(AssertionError, match="an innocent client waited"):
        with unharmed(server):
            stall(server)


@pytest.mark.parametrize("number", [0, -1], ids=["an-asker", "a-speaker"])
def test_an_innocent_client_that_is_cut_is_noticed(make_server, number):
    server = make_server().start()
    backend = Rest(server, make_key(server))
    with pytest.raises(AssertionError, match="an innocent client was cut"):
        with Watch(server) as watch, watch.unharmed():
            backend.ok("DELETE", f"/v1/users/{watch.innocents.users[number]}")
    backend.close()


def test_nothing_is_noticed_where_nothing_happens(make_server):
    with unharmed(make_server().start()):
        time.sleep(STALL)
