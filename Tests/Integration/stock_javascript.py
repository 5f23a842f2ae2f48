"""The standard JavaScript client of Socket.IO, in a browser and under Node, spoken to from Python."""

import http.server
import json
import os
import queue
import shutil
import subprocess
import threading

import pytest
from client import check_error
from console_fixtures import CHROMIUM
from playwright.sync_api import sync_playwright
from service import REPOSITORY, unique

CLIENT = REPOSITORY / ".tools/socket.io/socket.io.min.js"
FOLDER = REPOSITORY / "Tests/Integration"
# Milliseconds that a test waits for what must come; a green run does not.
PATIENCE = 30_000
# A host that the browser is told to find on this machine.
STRANGER = "stranger.example"
WAYS = {"polling": {"transports": ["polling"]}, "websocket": {"transports": ["websocket"]}, "upgrade": {}}
CARRIERS = {"polling": "polling", "websocket": "websocket", "upgrade": "websocket"}


class Browser:
    """The client in a page of headless Chromium."""

    def __init__(self, browser, page):
        self.context = browser.new_context()
        self.page = self.context.new_page()
        self.page.goto(page)
        self.page.add_script_tag(path=CLIENT)
        self.page.add_script_tag(path=FOLDER / "stock_client.js")

    def call(self, *values):
        return self.page.evaluate("values => call(...values)", list(values))

    def close(self):
        self.context.close()


class Node:
    """The client in a process of Node, with Debian's `ws` and `xmlhttprequest` in place of a browser's."""

    def __init__(self):
        self.process = subprocess.Popen(
            ["node", FOLDER / "stock_node.js", CLIENT, FOLDER / "stock_client.js"],
            env=os.environ | {"NODE_PATH": "/usr/share/nodejs"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        with self.process.stdout as lines:
            for line in lines:
                self.lines.put(line)
        self.lines.put(None)

    def call(self, *values):
        self.process.stdin.write(json.dumps({"id": 0, "values": values}) + "\n")
        self.process.stdin.flush()
        line = self.lines.get(timeout=2 * PATIENCE / 1_000)
        assert line, f"node ended with {self.process.wait()}"
        answer = json.loads(line)
        assert "error" not in answer, answer
        return answer.get("value")

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=PATIENCE / 1_000)


class StockSocket:
    """One socket of the standard client. What is not asked for yet waits."""

    def __init__(self, javascript, name=None):
        self.javascript = javascript
        self.name = name or unique("socket")

    @classmethod
    def open(cls, javascript, url, **options):
        """`io(url, options)`, with a manager of its own as two devices would have."""
        socket = cls(javascript)
        javascript.call("open", socket.name, url, {"forceNew": True} | options)
        return socket

    @classmethod
    def run(cls, javascript, code, **values):
        """Runs JavaScript that returns a socket, with `io` and the named values at hand."""
        socket = cls(javascript)
        javascript.call("run", socket.name, code, list(values), list(values.values()))
        return socket

    def take(self, what):
        """The values of the first happening that is so named."""
        answer = self.javascript.call("take", self.name, what, PATIENCE)
        assert "taken" in answer, f"no {what} within {PATIENCE} ms; waiting are {answer['waiting']}"
        return answer["taken"][1:]

    def event(self, name):
        """The first argument of the next event that is so named."""
        return self.take(f"event {name}")[0]

    def packet(self):
        """The next media packet."""
        return bytes(self.event("binary")["bytes"])

    def ready(self):
        """Waits until it is connected and has heard so from the service."""
        self.take("connect")
        return self.event("session:ready")

    def upgraded(self):
        """Waits until the WebSocket carries it.

        The client says so when it sends that it goes over; that the server has read it shows only in an answer by the WebSocket.
        """
        assert self.take("upgrade") == ["websocket"]
        self.ok("ping")

    def names(self):
        """What happened and was not taken, by its names."""
        return self.javascript.call("names", self.name)

    def emit(self, event, *values):
        self.javascript.call("emit", self.name, event, list(values))

    def ask(self, event, *values):
        """Emits, and returns what the callback gets."""
        return self.javascript.call("ask", self.name, PATIENCE, event, list(values))

    def ok(self, type, data=None, conversation=None):
        """A request that must succeed: its ack's data."""
        frame = {"id": unique("f"), "data": data or {}}
        if conversation:
            frame["conversationId"] = conversation
        ack = self.ask(type, frame)
        assert ack["success"] is True and isinstance(ack["timestamp"], int), ack
        return ack

    def join(self, conversation):
        return self.ok("conversation:join", {"conversationId": conversation})

    def say(self, conversation, content):
        return self.ok("message:send", {"content": content}, conversation)

    def transport(self):
        return self.javascript.call("transport", self.name)

    def state(self):
        return self.javascript.call("state", self.name)

    def connect(self, auth=None):
        self.javascript.call("connect", self.name, auth)

    def drop(self):
        """Ends the transport under it, as a network that goes away does."""
        self.javascript.call("drop", self.name)

    def disconnect(self):
        self.javascript.call("disconnect", self.name)


def check_refusal(socket, code, reason=None):
    """The client was told at CONNECT to stay away, and does."""
    message, data = socket.take("connect_error")
    assert message == code
    check_error(data, code, reason=reason)
    assert socket.state() == AWAY


# The client has given up, and comes back only when its application says so.
AWAY = {"connected": False, "active": False}


def as_bytes(value):
    """Bytes as the socket's calls carry them."""
    return {"bytes": list(value)}


@pytest.fixture(scope="session")
def stock_client():
    missing = "`scripts/bootstrap tests browser` installs it"
    assert CLIENT.exists(), f"no {CLIENT}: {missing}"
    assert shutil.which("node"), f"no node: {missing}"
    assert CHROMIUM, f"no chromium: {missing}"


@pytest.fixture(scope="module")
def chromium(stock_client):
    with sync_playwright() as playwright:
        rules = f"--host-resolver-rules=MAP {STRANGER} 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[rules])
        yield browser
        browser.close()


class BlankPage(http.server.BaseHTTPRequestHandler):
    """Every path is an empty page."""

    def do_GET(self):
        body = b"<!doctype html><title>client</title><link rel=icon href=data:,>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def pages():
    """The port of a server of pages that have nothing on them."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), BlankPage) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def page_at(chromium):
    """Pages at the addresses that a test names."""
    made = []

    def page_at(address):
        made.append(Browser(chromium, address))
        return made[-1]

    yield page_at
    for each in made:
        each.call("forget")
        each.close()


@pytest.fixture(params=["chromium", "node"])
def javascript(request, stock_client):
    """The standard client, in a browser's page on another port of this machine, and under Node."""
    if request.param == "chromium":
        page_at, pages = request.getfixturevalue("page_at"), request.getfixturevalue("pages")
        yield page_at(f"http://localhost:{pages}/")
    else:
        node = Node()
        yield node
        node.call("forget")
        node.close()


@pytest.fixture(params=WAYS)
def way(request):
    """How the client gets to the server: by polling, by WebSocket, or by polling until the WebSocket stands."""
    return request.param
