"""A stock WebSocket client that speaks frames, for tests that read as a transcript."""

import json
import time
from collections import deque

from service import unique
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect as open_socket

# Seconds that are waited for what is to come at once: a busy machine may take long, a green run does not.
TIMEOUT = 30


class Client:
    """One connection. Everything happens on the caller's thread; what is not asked for yet waits in `events`."""

    def __init__(self, url, token=None, **options):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= options.pop("headers", {})
        settings = {
            "proxy": None,
            "compression": None,
            "ping_interval": None,
            "open_timeout": TIMEOUT,
            "max_queue": None,
            "max_size": None,
            "legacy": True,
        }
        self.socket = open_socket(url, additional_headers=headers, **(settings | options))
        self.events = deque()
        self.ready = None

    @classmethod
    def connect(cls, server, user, tenant="a", query="", claims=None, **options):
        """Connects and authenticates by header; the first frame must be session:ready."""
        client = cls(server.ws_url + query, server.token(user, tenant, **(claims or {})), **options)
        client.ready = client.receive()
        assert client.ready["type"] == "session:ready", client.ready
        return client

    # Out

    def send(self, type, data=None, conversation=None, id=None, ack=True, **fields):
        """Sends one frame and returns its id."""
        frame = {"id": id or unique("f"), "type": type, "data": {} if data is None else data} | fields
        if conversation is not None:
            frame["conversationId"] = conversation
        if ack:
            frame["ack"] = True
        self.socket.send(json.dumps(frame))
        return frame["id"]

    def send_text(self, text):
        self.socket.send(text)

    # In

    def receive(self, timeout=TIMEOUT):
        """The next frame in the order of arrival, past what waits in `events`."""
        return json.loads(self.socket.recv(timeout=timeout))

    def next(self, wanted, what, timeout=TIMEOUT):
        """The first frame, waiting or to come, that `wanted` says yes to; the others wait on in their order."""
        for frame in self.events:
            if wanted(frame):
                self.events.remove(frame)
                return frame
        deadline = time.monotonic() + timeout
        while True:
            try:
                frame = self.receive(max(0, deadline - time.monotonic()))
            except TimeoutError:
                raise AssertionError(f"no {what} within {timeout} s; waiting are {list(self.events)}") from None
            if wanted(frame):
                return frame
            self.events.append(frame)

    def answer(self, id, timeout=TIMEOUT):
        """The ack or error that names the frame `id`."""
        return self.next(
            lambda frame: frame.get("replyTo") == id and frame["type"] in ("ack", "error"), f"answer to {id}", timeout
        )

    def expect(self, type, timeout=TIMEOUT, **data):
        """The next event of a type whose data holds the given members."""
        return self.next(
            lambda frame: (
                frame["type"] == type and all(frame["data"].get(name) == value for name, value in data.items())
            ),
            f"{type} {data or ''}",
            timeout,
        )

    def close_code(self, timeout=TIMEOUT):
        """Reads until the server closes; the frames that came before wait in `events`."""
        try:
            while True:
                self.events.append(self.receive(timeout))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None

    def until(self, type, **data):
        """What comes before the event that is named, and the event: shows that something else did not come."""
        seen = []
        while True:
            frame = self.events.popleft() if self.events else self.receive()
            if frame["type"] == type and all(frame["data"].get(name) == value for name, value in data.items()):
                return seen, frame
            seen.append(frame)

    # Requests

    def request(self, type, data=None, conversation=None, timeout=TIMEOUT, **fields):
        """Sends with an ack asked and returns the ack's data."""
        frame = self.answer(self.send(type, data, conversation, **fields), timeout)
        assert frame["type"] == "ack", frame
        return frame["data"]

    def ok(self, type, data=None, conversation=None, **fields):
        """A request that must succeed."""
        ack = self.request(type, data, conversation, **fields)
        assert ack["success"] is True, ack
        assert isinstance(ack["timestamp"], int), ack
        return ack

    def refused(self, type, data=None, conversation=None, *, code, field=None, reason=None, **fields):
        """A request that must fail as said, after which the connection lives on."""
        ack = self.request(type, data, conversation, **fields)
        assert ack["success"] is False, ack
        check_error(ack["error"], code, field, reason)
        self.ping()
        return ack["error"]

    def ping(self):
        return self.ok("ping")["serverTime"]

    def say(self, conversation, content="hello", **data):
        """Sends a message and returns the ack's data."""
        return self.ok("message:send", {"content": content} | data, conversation)

    def create(self, kind="group", members=(), **data):
        """Creates a conversation and returns its id."""
        return self.ok("conversation:create", {"kind": kind, "memberIds": list(members)} | data)["conversationId"]

    def join(self, conversation):
        return self.ok("conversation:join", {"conversationId": conversation})

    def history(self, conversation, **data):
        return self.ok("message:history", data, conversation)

    def close(self):
        self.socket.close()


def check_error(error, code, field=None, reason=None):
    """Checks the parts that every error has, and the ones that are given."""
    assert error["code"] == code, error
    assert error["message"], error
    assert isinstance(error["details"]["retryable"], bool), error
    if field is not None:
        assert error["details"].get("field") == field, error
    if reason is not None:
        assert error["details"].get("reason") == reason, error


def error_of(frame):
    """The error object of a failed ack or of an error event."""
    return frame["data"]["error"] if frame["type"] == "ack" else frame["data"]
