"""The client events of docs/protocol.md, as its table lists them."""

import re
from pathlib import Path

PROTOCOL = Path(__file__).parents[2] / "docs/protocol.md"


def client_events():
    """Each client event that is built, and the names in its column "data"."""
    section = PROTOCOL.read_text().split("\n## What a client may ask\n")[1].split("\n### ")[0]
    events = {}
    for types, data in re.findall(r"^\| \[([^\]]+)\]\([^)]*\) \| ([^|]*) \|", section, re.MULTILINE):
        for type in types.split(", "):
            events[type] = set(re.findall(r"\w+", data))
    assert {"message:send", "typing:stop", "conversation:create", "session:auth", "ping"} <= set(events), events
    return events


def events_about_something():
    """The types of all client events that name something that a tenant has."""
    ids = {"c", "conversationId", "messageId", "callId", "fileId", "targetUserId", "userId", "userIds"}
    return {type for type, names in client_events().items() if names & ids}
