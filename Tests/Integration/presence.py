"""Words for tests of presence: servers that wait long or hardly at all for who was lost, and what watchers are told."""

import pytest
from service import Server

# Longer than any test waits: what is told within it is told because the client said goodbye, or not told at all.
LONG, SHORT = 300_000, 500


@pytest.fixture(scope="module")
def patient(tmp_path_factory):
    yield from serve(tmp_path_factory, grace=LONG)


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    yield from serve(tmp_path_factory, grace=SHORT)


def serve(folders, **presence):
    server = Server(folders.mktemp("presence"), "--no-rate-limits", settings={"presence": {"interval": 100} | presence}).start()
    yield server
    server.close()


def watch(client, *users):
    return {seen["userId"]: seen for seen in client.ok("presence:subscribe", {"userIds": list(users)})["presences"]}


def status(client, user):
    return watch(client, user)[user]["status"]


def statuses(frames, user):
    """What some frames say of a user."""
    return [
        frame["data"]["status"]
        for frame in frames
        if frame["type"] == "presence:update" and frame["data"]["userId"] == user
    ]
