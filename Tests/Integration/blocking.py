"""Words for tests of blocking: who blocks whom, and what the blocker's connections hear until a message that they must hear."""

import json
import re

from calling import name

# What differs between any two frames of a kind.
OWN = {"id", "replyTo", "timestamp", "messageId", "conversationId", "callId", "v", "createdAt", "editedAt", "joinedAt", "clientId"}


def block(client, user, on=True):
    return client.ok("user:block", {"userId": user, "on": on})


def fence(sender, *readers):
    """A group in which the sender shows later that it was silent before."""
    return sender.create(members=[name(reader) for reader in readers])


def heard(readers, sender, group):
    """What each of the connections got before a message of the sender that all of them get, but for who is there."""
    seq = sender.say(group, "fence")["seq"]
    told = [reader.until("message:new", conversationId=group, seq=seq)[0] for reader in readers]
    return [[frame for frame in frames if frame["type"] != "presence:update"] for frames in told]


def comparable(frames, names):
    """Frames as text, without what differs between any two and with names for the users."""

    def plain(value, key=None):
        if key in OWN and value is not None:
            return "…"
        if isinstance(value, dict):
            return {key: plain(item, key) for key, item in value.items()}
        return [plain(item) for item in value] if isinstance(value, list) else value

    lines = [json.dumps(plain(frame), sort_keys=True) for frame in frames]
    for id, word in names.items():
        lines = [re.sub(re.escape(id), word, line) for line in lines]
    return lines
