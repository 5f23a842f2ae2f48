"""Stock Socket.IO clients of Python, for tests that read as a transcript, and the fixture that makes them."""

import asyncio
import itertools
import queue
import threading
from collections import deque

import pytest
import socketio
from client import TIMEOUT, Client
from closing import Closing
from process import wait_until
from service import unique

POLLING, WEBSOCKET, UPGRADE = ["polling"], ["websocket"], None
# Every way to be connected. The library's asynchronous half handles what comes in its order; the other has a thread for each packet.
WAYS = [
    pytest.param(library, transports, id=f"{library}-{'+'.join(transports or ['upgrade'])}")
    for library in ("async", "sync")
    for transports in (POLLING, WEBSOCKET, UPGRADE)
]
ASYNC_WAYS = WAYS[:3]

_loop = None


def run(coroutine, timeout=2 * TIMEOUT):
    """Runs a coroutine on the one loop that all asynchronous clients share."""
    global _loop
    if _loop is None:
        _loop = asyncio.new_event_loop()
        threading.Thread(target=_loop.run_forever, daemon=True).start()
    return asyncio.run_coroutine_threadsafe(coroutine, _loop).result(timeout)


class SocketIOClient(Client):
    """One stock client, with the words of the plain one.

    What the library tells of the connection itself arrives among the frames: `:connect`, `:connect_error`, `:disconnect`.
    """

    def __init__(self, library="async", reconnection=False, **options):
        self.arrived, self.events, self.ready = queue.Queue(), deque(), None
        self.is_async = library == "async"
        settings = {"reconnection": reconnection, "reconnection_delay": 0.05, "reconnection_delay_max": 0.2}
        if self.is_async:
            self.socket = self._do(self._make(settings | options))
        else:
            self.socket = socketio.Client(**settings | options)
        self.socket.on("*", self._receive)
        self.socket.on("connect", lambda: self._note(":connect"))
        self.socket.on("connect_error", lambda error=None: self._note(":connect_error", error=error))
        self.socket.on("disconnect", lambda reason: self._note(":disconnect", reason=reason))

    @staticmethod
    async def _make(settings):
        return socketio.AsyncClient(**settings)

    def _do(self, result):
        return run(result) if self.is_async or asyncio.iscoroutine(result) else result

    def open(self, server, auth, transports=WEBSOCKET, **options):
        """Connects; raises where the namespace is refused."""
        options = {"wait_timeout": TIMEOUT} | options
        self._do(self.socket.connect(server.url, auth=auth, transports=transports, **options))
        return self

    @classmethod
    def connect(cls, server, user, tenant="a", transports=WEBSOCKET, claims=None, options=None, **settings):
        """Connects and authenticates; the first event must be session:ready. `options` stand in `auth` beside the token."""
        client = cls(**settings)
        client.open(server, {"token": server.token(user, tenant, **(claims or {}))} | (options or {}), transports)
        client.await_ready()
        return client

    def await_ready(self):
        """Takes the welcome, before which nothing comes; with a thread for each packet its two halves come as they like."""
        welcome = [self.receive(), self.receive()]
        if not self.is_async:
            welcome.sort(key=lambda frame: frame["type"])
        assert [frame["type"] for frame in welcome] == [":connect", "session:ready"], welcome
        self.ready = welcome[1]
        return self.ready

    # Out

    def send(self, type, data=None, conversation=None, id=None, ack=True, **fields):
        frame = {"id": id or unique("f"), "type": type, "data": {} if data is None else data} | fields
        if conversation is not None:
            frame["conversationId"] = conversation
        self.emit(type, frame, name=frame["id"] if ack else None)
        return frame["id"]

    _names = itertools.count(1)

    def emit(self, event, data=None, name=None, namespace=None):
        """Emits what is given; with a name the acknowledgement arrives as the answer to that."""
        callback = (lambda *arguments: self._acknowledged(name, arguments)) if name else None
        self._do(self.socket.emit(event, data, namespace, callback))

    def call(self, event, data=None):
        """Emits what is given, and waits for what the acknowledgement brings."""
        name = f"call-{next(self._names)}"
        self.emit(event, data, name)
        return self.answer(name)["data"]

    # In

    def _receive(self, event, *arguments):
        if event == "binary":
            self.arrived.put({"type": "binary", "data": {}, "bytes": arguments})
        else:
            [frame] = arguments
            assert frame["type"] == event, (event, frame)
            self.arrived.put(frame)

    def _acknowledged(self, name, arguments):
        [body] = arguments
        self.arrived.put({"type": "ack", "replyTo": name, "data": body})

    def _note(self, type, **data):
        self.arrived.put({"type": type, "data": data})

    def receive(self, timeout=TIMEOUT):
        try:
            return self.arrived.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError from None

    def media(self):
        """The next media packet's bytes."""
        [packet] = self.expect("binary")["bytes"]
        return packet

    # The end

    def leave(self):
        """Ends as a user does who signs out."""
        self._await_answers_to_posts()
        self._do(self.socket.disconnect())

    def close(self):
        self._await_answers_to_posts()
        self._do(self.socket.shutdown())
        # Who was refused is still connected to the engine.
        self._do(self.socket.eio.disconnect(abort=True))

    def _await_answers_to_posts(self):
        """The library says no goodbye while it waits for the answer to a POST, but waits for its GET all the same."""
        waiting = "_unfinished_tasks" if self.is_async else "unfinished_tasks"
        engine = self.socket.eio

        def is_done():
            is_polling = engine.state == "connected" and engine.current_transport == "polling"
            return not is_polling or getattr(engine.queue, waiting) == 0

        wait_until(is_done, "all was sent")

    def break_off(self):
        """Ends as a connection does that is cut: the library sees an error, and so does the server."""
        engine = self.socket.eio
        self._do(engine.http.close() if engine.current_transport == "polling" else engine.ws.close())


@pytest.fixture
def socketio_connect(server):
    """Connects users by Socket.IO, and closes their connections at the end."""

    def socketio_connect(user, tenant="a", server=server, **options):
        return SocketIOClient.connect(server, user, tenant, **options)

    with Closing(socketio_connect) as socketio_connect:
        yield socketio_connect


@pytest.fixture
def socketio_client():
    """Makes clients that are not connected yet."""
    with Closing(SocketIOClient) as socketio_client:
        yield socketio_client
