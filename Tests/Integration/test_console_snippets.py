"""What the page's inspector gives to copy: JavaScript and curl are run, Swift is compiled."""

import json
import re
import shutil
import subprocess

from console_fixtures import browser, chromium_is_there, server, windows  # noqa: F401
from inspecting import code, frames, inspect, write_frame
from playwright.sync_api import expect
from service import BINARY, REPOSITORY, clean_environment, run_caas
from stock_javascript import CLIENT
from windows import message, say


def test_a_sign_in_shows_no_token(windows):
    page = windows.open("alice", "secret")
    inspect(page)
    frames(page, "session:auth").first.click()
    for tab in ("JSON", "JavaScript", "curl", "Swift"):
        assert not re.search(r"eyJ[\w-]{20}", code(page, tab))
    assert f"curl -X POST '{windows.url}/v1/tokens'" in code(page, "curl")


def test_the_javascript_does_what_the_frame_did(windows):
    alice = windows.open("alice", "as-code")
    bob = windows.open("bob", "as-code")
    inspect(alice)
    text = 'It\'s "quoted", \\ and\nbroken'
    say(alice, "to quote")
    frame = {"id": "j1", "type": "message:send", "conversationId": "as-code", "data": {"content": text}, "ack": True}
    write_frame(alice, frame)
    expect(message(bob, text)).to_have_count(1)
    # The other page may be sooner than this one draws its row; and only a page in front may copy.
    expect(frames(alice, "message:send")).to_have_count(2)
    frames(alice, "message:send").last.click()
    alice.bring_to_front()
    alice.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown = code(alice, "JavaScript")
    # The button says it for a moment only.
    alice.evaluate(
        """() => {
          const button = document.querySelector('[data-testid="frame-copy"]');
          window.said = new Promise((resolve) => {
            new MutationObserver(() => resolve(button.textContent)).observe(button, { childList: true });
          });
        }"""
    )
    alice.get_by_test_id("frame-copy").click()
    assert alice.evaluate("window.said") == "Copied"
    assert alice.evaluate("navigator.clipboard.readText()") == shown
    script = shown.replace("./caas.js", f"{windows.url}/console/caas.js")
    token = """const fetchToken = async () => (await (await fetch("/v1/dev/token", { method: "POST",
      headers: { "Content-Type": "application/json" }, body: JSON.stringify({ userId: "alice" }) })).json()).token;\n"""
    # The page's policy allows modules of its own origin alone, so that is where this one seems to come from.
    imports, rest = script.split("\n", 1)
    module = {"body": f"{imports}\n{token}\n{rest}", "content_type": "text/javascript"}
    bob.route("**/console/snippet.js", lambda route: route.fulfill(**module))
    bob.evaluate("import('/console/snippet.js')")
    expect(message(bob, text)).to_have_count(2)


def test_the_javascript_of_socketio_does_what_the_packet_did(windows):
    """With the standard client, as it is copied: only the import is another one, and the token is the page's."""
    alice = windows.open("alice", "as-event", wire="socketio")
    bob = windows.open("bob", "as-event")
    inspect(alice)
    text = 'It\'s "quoted", \\ and\nbroken'
    frame = {"id": "j1", "type": "message:send", "conversationId": "as-event", "data": {"content": text}, "ack": True}
    write_frame(alice, frame)
    expect(message(bob, text)).to_have_count(1)
    fetch = """const fetchToken = async () => (await (await fetch("/v1/dev/token", { method: "POST",
      headers: { "Content-Type": "application/json" }, body: JSON.stringify({ userId: "alice" }) })).json()).token;\n"""
    bob.route("**/console/stock.js", lambda route: route.fulfill(path=CLIENT, content_type="text/javascript"))

    def run(name, more=""):
        shown = code(alice, "JavaScript")
        assert shown.startswith('import { io } from "socket.io-client";\n')
        body = f"import '/console/stock.js';\n{fetch}{shown.split(chr(10), 1)[1]}{more}"
        bob.route(f"**/console/{name}.js", lambda route: route.fulfill(body=body, content_type="text/javascript"))
        bob.evaluate("name => import(`/console/${name}.js`)", name)

    alice.get_by_test_id("frame-filter").fill("42 message:send")
    frames(alice, "42 event message:send").last.click()
    with bob.expect_console_message(lambda said: "success" in said.text) as said:
        run("sends")
    assert said.value.args[0].json_value()["success"] is True
    expect(message(bob, text)).to_have_count(2)

    say(bob, "to be heard")
    alice.get_by_test_id("frame-filter").fill("message:new")
    frames(alice, "42 event message:new").last.click()
    with bob.expect_console_message(lambda said: said.text == "it listens"):
        run("listens", 'socket.on("session:ready", () => console.log("it listens"));\n')
    alice.get_by_test_id("frame-filter").fill("40 connect")
    frames(alice, "40 connect").first.click()
    with bob.expect_console_message(lambda said: said.text == "connected"):
        run("connects")
    with bob.expect_console_message(lambda said: "heard again" in str(said.args[0].json_value())):
        say(alice, "heard again")


def test_curl_is_the_rest_call_or_says_that_there_is_none(windows):
    page = windows.open("alice", "as-curl")
    inspect(page)
    content = "It's 5 o'clock"
    said = {"conversationId": "as-curl", "data": {"content": content}}
    write_frame(page, {"id": "c1", "type": "message:send", "ack": True} | said)
    frames(page, "message:send").last.click()
    call = code(page, "curl")
    assert f"curl -X POST '{windows.url}/v1/conversations/as-curl/messages?asUser=alice'" in call
    assert '-H "Authorization: Bearer $KEY"' in call and "-H 'Idempotency-Key: c1'" in call
    assert "-d '{ \"content\": \"It'\\''s 5 o'\\''clock\" }'" in call
    file = {"name": "a.txt", "mimeType": "text/plain", "size": 3}
    write_frame(page, {"id": "c3", "type": "file:begin", "conversationId": "as-curl", "data": file, "ack": True})
    frames(page, "ack file:begin").click()
    page.get_by_test_id("frame-other").click()
    call = code(page, "curl")
    assert f"curl -X POST '{windows.url}/v1/files?asUser=alice'" in call
    assert '"conversationId": "as-curl"' in call and '"name": "a.txt"' in call
    write_frame(page, {"id": "c2", "type": "typing:start", "conversationId": "as-curl", "ack": True})
    frames(page, "ack typing:start").click()
    assert code(page, "curl") == "# No REST call does what typing:start does: it is for the socket alone.\n"


def test_the_curl_does_what_the_frame_did(windows, server):
    """Each line is run as it is copied, with a key of the service that the page belongs to."""
    assert shutil.which("curl"), "no curl on the PATH: `scripts/bootstrap tests` installs it"
    made = run_caas("key", "create", "--name", "page", "--scope", "admin", "--data", server.data)
    assert made.returncode == 0, made.stderr
    alice = windows.open("alice", "by-curl")
    inspect(alice)

    def send(number, type, data):
        frame = {"id": f"u{number}", "type": type, "conversationId": "by-curl", "data": data, "ack": True}
        write_frame(alice, frame)
        expect(alice.get_by_test_id("sender-status")).to_contain_text("Answered after")
        return run(type)

    def run(type):
        alice.get_by_test_id("frame-filter").fill(f"{type} -ack")
        frames(alice, type).last.click()
        command = ["bash", "-euo", "pipefail", "-c", code(alice, "curl")]
        environment = clean_environment(KEY=made.stdout.strip())
        return json.loads(subprocess.run(command, env=environment, capture_output=True, text=True).stdout)

    assert run("session:auth")["token"]
    text = "It's 5 o'clock, \\ \"$HOME\" `id` žluťoučký"
    assert send(1, "message:send", {"content": text})["duplicate"] is True  # its id is the key: nothing is sent twice
    assert [message["content"] for message in run("message:history")["messages"]] == [text]
    assert [member["userId"] for member in run("conversation:members")["members"]] == ["alice"]
    listed = [conversation["conversationId"] for conversation in run("conversation:list")["conversations"]]
    assert "by-curl" in listed
    assert send(2, "conversation:invite", {"userIds": ["a+b"]})["duplicate"] is True
    assert send(3, "conversation:role", {"userId": "a+b", "role": "readonly"})["role"] == "readonly"
    removal = {"userId": "a+b", "ban": True, "reason": "a & b = c?"}
    assert send(4, "conversation:remove", removal)["duplicate"] is True


def test_the_swift_compiles(windows, tmp_path):
    """Frames of every shape, as Swift, against the modules of the build that is tested."""
    assert shutil.which("swiftc"), "no swiftc on the PATH: put the toolchain there that built the service"
    page = windows.blank()
    page.goto(windows.url)
    long = {"content": 'two\nlines "quoted" #"# \\(x)', "metadata": {"list": [1, 2.5, None, True], "text": "y" * 80}}
    frames = [
        {"type": "session:auth", "data": {"token": "x"}},
        {"type": "ping"},
        {"type": "message:send", "conversationId": "c", "data": {"content": "Hello"}, "replyTo": "m1"},
        {"type": "message:send", "conversationId": 'odd"\\(id)\n', "data": long},
        {"type": "conversation:list", "data": {}},
    ]
    entries = [{"direction": "out", "type": frame["type"], "frame": frame} for frame in frames]
    entries += [{"direction": "in", "type": type, "frame": {"data": {}}} for type in ("message:new", "binary")]
    entries += [{"direction": "out", "wire": "socketio", "packet": "3 pong"}]
    texts = page.evaluate(
        """async (entries) => {
          const { snippets } = await import("/console/snippets.js");
          return entries.map((entry) => snippets(entry, { origin: location.origin, user: "alice" }).swift);
        }""",
        entries,
    )
    maps = [*BINARY.parent.glob("*.build/module.modulemap")]
    maps += REPOSITORY.glob("Sources/*/module.modulemap")
    maps += REPOSITORY.glob(".build/checkouts/*/Sources/*/include/module.modulemap")
    options = [option for path in maps for option in ("-Xcc", f"-fmodule-map-file={path}")]
    for number, text in enumerate([*texts, "import CAASClient\nlet mistake: Int = token\n"]):
        file = tmp_path / f"snippet{number}.swift"
        file.write_text(text.replace("\n\n", '\n\nlet token = ""\n', 1) if "connect(" in text else text)
        command = ["swiftc", "-typecheck", "-swift-version", "6", "-I", BINARY.parent / "Modules", *options, file]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        wrong = number == len(texts)
        assert (done.returncode != 0) == wrong, f"{text}\n{done.stderr}"
