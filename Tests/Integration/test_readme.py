"""The README's first screen, done as it is printed: only the port is another one."""

import functools
import http.server
import json
import os
import queue
import re
import shutil
import subprocess
import threading

import pytest
from client import Client
from playwright.sync_api import sync_playwright
from service import BINARY, REPOSITORY, Server, clean_environment, run_caas

PAGE = (REPOSITORY / "README.md").read_text()
CLIENT = [f"Sources/HTTPAPI/Resources/console/{name}.js" for name in ("caas", "plain-wire")]
# The browser's build of the Socket.IO client, as the module that npm would install.
SOCKET_IO = f"""
import {{ createRequire }} from "node:module";
const require = createRequire(import.meta.url);
require("{REPOSITORY}/Tests/Integration/stock_globals.js");
export const {{ io }} = require("{REPOSITORY}/.tools/socket.io/socket.io.min.js");
"""
PATIENCE = 30


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A server as `make run` starts it, in a folder with its ./data and .build/debug/caas where the README has them."""
    place = Place(tmp_path_factory.mktemp("readme"))
    try:
        yield place
    finally:
        place.server.close()


class Place:
    """Where the README's commands are run."""

    def __init__(self, folder):
        self.folder = folder
        self.server = Server(folder, tenants=()).start()
        (folder / ".build/debug").mkdir(parents=True)
        (folder / ".build/debug/caas").symlink_to(BINARY.resolve())
        tools = REPOSITORY / ".venv/bin"
        self.environment = clean_environment(PATH=f"{tools}:{os.environ['PATH']}", PYTHONUNBUFFERED="1", NODE_PATH="/usr/share/nodejs")

    def with_port(self, text):
        return text.replace("localhost:8080", f"localhost:{self.server.port}")

    def run(self, command):
        """A command to its end, as a shell takes it."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.with_port(command)],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def lines(self, command):
        """The lines of a command that goes on until somebody ends it, as long as the caller wants more."""
        process = subprocess.Popen(
            ["bash", "-c", "exec " + self.with_port(command)],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        lines = queue.Queue()
        reader = threading.Thread(target=lambda: [*map(lines.put, process.stdout), lines.put(None)], daemon=True)
        reader.start()
        try:
            while (line := lines.get(timeout=PATIENCE)) is not None:
                yield line
            raise AssertionError(process.communicate()[1])
        finally:
            process.kill()
            process.wait()


def blocks(language):
    """The README's blocks in a language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def command(beginning):
    """The one command between backticks that begins so."""
    found = re.findall(rf"`({re.escape(beginning)}[^`]*)`", PAGE)
    assert len(found) == 1, found
    return found[0]


def test_the_python_client_says_hello_and_hears_others(place):
    (place.folder / "client.py").write_text(place.with_port(blocks("python")[0]))
    lines = place.lines(command("python3 client.py"))
    assert [re.search("'type': '([a-z:]+)'", next(lines))[1] for _ in range(3)] == ["session:ready", "ack", "ack"]
    place.run(".build/debug/caas send --user carol --conversation general 'Good morning!' --url http://localhost:8080")
    # That she joined comes first.
    assert "'change': 'joined'" in next(lines) and "'content': 'Good morning!'" in next(lines)
    lines.close()


def test_socket_io_clients_chat_with_one_another(place):
    module = place.folder / "node_modules/socket.io-client"
    module.mkdir(parents=True)
    (module / "package.json").write_text('{"name": "socket.io-client", "type": "module", "exports": "./index.js"}')
    (module / "index.js").write_text(SOCKET_IO)
    (place.folder / "chat.mjs").write_text(place.with_port(blocks("js")[0]))
    (place.folder / "chat.py").write_text(place.with_port(blocks("python")[1]))

    dave = place.lines(command("python3 chat.py"))
    assert re.fullmatch(r"stored in place \d+\n", next(dave))
    carol = place.lines(command("node chat.mjs"))
    stored = next(line for line in carol if line.startswith("stored"))
    assert re.fullmatch(r"stored in place \d+\n", stored), stored
    heard = [next(dave)]
    while "'binary'" not in heard[-1]:
        heard.append(next(dave))
    assert any("'message:new'" in line and "'senderId': 'carol'" in line for line in heard), heard
    assert "some sound" in heard[-1] and '"senderId":"carol"' in heard[-1]
    again = place.lines(command("python3 chat.py"))
    assert next(again) == stored.replace(stored.split()[-1], str(int(stored.split()[-1]) + 1))
    heard = [next(carol)]
    # A Buffer in Node, and an ArrayBuffer from the browser's build that stands in for it.
    while not re.match("binary (<Buffer|ArrayBuffer)", heard[-1]):
        heard.append(next(carol))
    assert "message:new {\n" in heard and any("senderId: 'dave'" in line for line in heard), heard
    for lines in (dave, again, carol):
        lines.close()


def test_the_samples_of_socket_io_are_ten_lines_each():
    for sample in (blocks("js")[0], blocks("python")[1]):
        assert len(sample.strip().splitlines()) == 10
        assert max(len(line) for line in sample.splitlines()) <= 120


def test_a_backend_makes_a_conversation_speaks_in_it_and_signs_a_user_in(place):
    answers = [json.loads(line) for line in place.run(blocks("sh")[1]).splitlines()]
    conversation, message, history, signed = answers
    assert conversation["conversationId"] == "team" and message["seq"] == 1
    assert [(said["senderId"], said["content"]) for said in history["messages"]] == [("alice", "Welcome, Bob!")]
    reader = Client(place.server.ws_url, signed["token"])
    assert reader.receive()["data"]["userId"] == "bob"
    reader.close()

    (place.folder / "backend.py").write_text(place.with_port(blocks("python")[2]))
    assert place.run(command("KEY=")).splitlines() == ["connected as bob", "alice says Lunch?"]


def test_the_page_in_a_browser_says_hello(place, tmp_path):
    (tmp_path / "index.html").write_text(place.with_port(blocks("html")[0]))
    for file in CLIENT:
        shutil.copy(REPOSITORY / file, tmp_path)
        assert f"]({file})" in PAGE
    token = place.run(".build/debug/" + command("caas token --user alice")).strip()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as files, sync_playwright() as playwright:
        threading.Thread(target=files.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        try:
            page = browser.new_page()
            page.on("dialog", lambda dialog: dialog.accept(token))
            with page.expect_console_message(lambda message: message.text.startswith("stored in place")) as stored:
                page.goto(f"http://localhost:{files.server_port}/")
            assert int(stored.value.text.split()[-1]) >= 1
        finally:
            browser.close()
            files.shutdown()


def printed_flags(page):
    """The flags of each command in the README's block of commands."""
    flags = {}
    for line in page.splitlines():
        if named := re.match(r"caas ([a-z]+(?: [a-z]+)?)", line):
            commands = [named[1]]
            flags[commands[0]] = set()
        elif together := re.match(r" +(both|all three): ", line):
            commands = list(flags)[-2 if together[1] == "both" else -3 :]
        for name in commands:
            flags[name] |= set(re.findall(r"--[a-z-]+", line))
    return flags


COMMANDS = printed_flags(next(block for block in blocks("text") if block.startswith("caas serve")))


@pytest.mark.parametrize("name", COMMANDS)
def test_the_commands_have_the_flags_that_are_printed_and_no_others(name):
    help = run_caas(*name.split(), "--help").stdout
    assert COMMANDS[name] == set(re.findall(r"(?<!\S)--[a-z-]+", help)) - {"--help", "--version"}


def test_every_command_is_printed():
    there = re.findall(r"^  ([a-z]+) ", run_caas("--help").stdout.partition("SUBCOMMANDS:")[2], re.MULTILINE)
    assert there and set(there) == {name.split()[0] for name in COMMANDS}
