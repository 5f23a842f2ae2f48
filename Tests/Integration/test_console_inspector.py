"""The page's inspector: every frame, as it crossed the wire, as JSON and as code; and a box that sends one."""

import json
import re
import shutil
import subprocess

import pytest
from console_fixtures import browser, chromium_is_there, line, port_of, server, windows  # noqa: F401
from playwright.sync_api import expect
from service import BINARY, REPOSITORY, clean_environment, run_caas
from windows import fill_conversation, look, message, say


def frames(page, type=None):
    """The rows of a type; an answer is of the type `ack` and the one that it answers, as in `ack ping`."""
    which = "[role=option]" if type is None else f'[role=option][data-type="{type}"]'
    return page.get_by_test_id("frames").locator(which)


def inspect(page):
    if page.get_by_test_id("inspector").is_hidden():
        page.get_by_test_id("inspector-toggle").click()
    expect(page.get_by_test_id("inspector")).to_be_visible()


def write_frame(page, text):
    if page.get_by_test_id("sender").is_hidden():
        page.get_by_test_id("sender-open").click()
    page.get_by_test_id("sender-text").fill(text if isinstance(text, str) else json.dumps(text))
    page.get_by_test_id("sender-text").press("Control+Enter")


def code(page, tab):
    page.get_by_role("tab", name=tab, exact=True).click()
    return page.get_by_test_id("frame-code").text_content()


def test_frames_show_their_direction_type_size_and_round_trip(windows):
    alice = windows.open("alice", "seen")
    bob = windows.open("bob", "seen")
    inspect(alice)
    say(alice, "Hello, Bob!")
    say(bob, "Hello, Alice!")
    expect(message(alice, "Hello, Alice!")).to_be_visible()

    sent = frames(alice, "message:send").first
    expect(sent.get_by_text("sent")).to_have_count(1)
    expect(sent).to_have_text(re.compile(r"sent message:send\d+ B\d+(\.\d)? ms$"))
    ack = frames(alice, "ack message:send")
    expect(ack).to_have_text(re.compile(r"received ack message:send\d+ B\d+(\.\d)? ms$"))
    expect(frames(alice, "message:new")).to_have_text(re.compile(r"received message:new\d+ B$"))

    sent.click()
    expect(alice.get_by_test_id("frame-title")).to_have_text("Sent message:send")
    expect(alice.get_by_test_id("frame-facts")).to_contain_text(re.compile(r"\d+ B \+ 8 B header · answered after"))
    frame = json.loads(code(alice, "JSON"))
    assert frame["type"] == "message:send" and frame["data"]["content"] == "Hello, Bob!"
    alice.get_by_test_id("frame-other").click()
    answer = json.loads(code(alice, "JSON"))
    assert answer["type"] == "ack" and answer["replyTo"] == frame["id"] and answer["data"]["success"] is True
    expect(ack).to_have_attribute("aria-selected", "true")


def test_sizes_are_the_bytes_on_the_wire(windows, line):
    """The sum of the list is what a tap on the line counts, to the byte: headers, masks and UTF-8."""
    page = windows.open("tapped", url=line.url)
    inspect(page)
    page.get_by_test_id("health-close").click()  # it asks over the same line
    expect(frames(page, "ack conversation:list")).to_have_count(1)
    expect(frames(page, "ack ping")).to_have_count(1)

    page.get_by_test_id("frames-clear").click()
    before = line.counted()
    contents = ["x", "žluťoučký kůň 😀", "x" * 100, "x" * 3_000]
    for number, content in enumerate(contents, 1):
        data = {"content": content}
        write_frame(page, {"id": f"t{number}", "type": "message:history", "data": data, "ack": True})
        expect(frames(page, "ack message:history")).to_have_count(number)
    crossed = [now - then for now, then in zip(line.counted(), before)]
    rows = [frames(page, type).all_text_contents() for type in ("message:history", "ack message:history")]
    listed = [sum(int(re.search(r"([\d,]+) B", row)[1].replace(",", "")) for row in texts) for texts in rows]
    assert listed == crossed


def test_refusals_are_red_with_code_and_reason(windows):
    page = windows.open("alice", "refusals")
    inspect(page)
    write_frame(page, {"id": "r1", "type": "message:send", "conversationId": "refusals", "data": {}, "ack": True})
    refusal = re.compile(r"^Refused after .* MISSING_FIELD · data\.content$")
    expect(page.get_by_test_id("sender-status")).to_have_text(refusal)
    row = frames(page, "ack message:send")
    expect(row.locator(".why")).to_have_text("MISSING_FIELD · data.content")
    bad = page.evaluate(
        """() => { const probe = document.createElement("i"); probe.style.color = "var(--bad)";
                   document.body.append(probe); return getComputedStyle(probe).color; }"""
    )
    expect(row.locator(".why")).to_have_css("color", bad)

    page.get_by_test_id("frame-errors").check()
    expect(frames(page)).to_have_count(2)
    row.click()
    expect(page.get_by_test_id("frame-problem")).to_contain_text("MISSING_FIELD · data.content")


def test_a_hand_written_frame_is_checked_sent_and_answered(windows):
    alice = windows.open("alice", "by-hand")
    bob = windows.open("bob", "by-hand")
    inspect(alice)
    write_frame(alice, '{"type": "ping", }')
    expect(alice.get_by_test_id("sender-problem")).to_have_text(re.compile("^This is no JSON: .*position 17"))
    assert alice.get_by_test_id("sender-text").evaluate("box => box.selectionStart") == 17
    expect(alice.get_by_test_id("sender-text")).to_have_attribute("aria-invalid", "true")
    write_frame(alice, "[1]")
    expect(alice.get_by_test_id("sender-problem")).to_have_text("A frame is a JSON object: { … }.")
    expect(frames(alice, "no type")).to_have_count(0)

    hello = {"id": "h1", "type": "message:send", "conversationId": "by-hand", "data": {"content": "by hand"}}
    hello |= {"ack": True}
    write_frame(alice, hello)
    expect(alice.get_by_test_id("sender-status")).to_contain_text("Answered after")
    answer = json.loads(alice.get_by_test_id("sender-answer").text_content())
    assert answer["data"]["success"] is True and answer["replyTo"] == "h1"
    expect(message(bob, "by hand")).to_be_visible()

    write_frame(alice, '{"type":"ping"}')
    expect(alice.get_by_test_id("sender-status")).to_have_text("Refused: MISSING_FIELD · id")
    write_frame(alice, {"id": "h2", "type": "typing:start", "conversationId": "by-hand"})
    expect(alice.get_by_test_id("sender-status")).to_have_text("Sent. It asks for no ack, so a success is silent.")
    alice.get_by_test_id("sender-template").select_option("conversation:members")
    alice.get_by_test_id("sender-send").click()
    expect(alice.get_by_test_id("sender-answer")).to_contain_text('"userId": "bob"')

    alice.get_by_test_id("sender-close").click()
    frames(alice, "message:send").click()
    alice.get_by_test_id("frame-again").click()
    again = json.loads(alice.get_by_test_id("sender-text").input_value())
    assert again == hello | {"id": again["id"]} and again["id"] != "h1"
    alice.get_by_test_id("sender-send").click()
    expect(message(bob, "by hand")).to_have_count(2)


def test_the_list_filters_pauses_and_clears(windows):
    page = windows.open("alice", "filters")
    inspect(page)
    expect(frames(page, "ack conversation:members")).to_have_count(1)
    page.get_by_test_id("frame-filter").fill("conversation -ack")
    expect(frames(page)).to_have_text([re.compile("sent conversation:")] * frames(page).count())
    page.get_by_test_id("frame-filter").fill("")
    page.get_by_test_id("frame-direction").select_option("in")
    assert all(text.startswith("received") for text in frames(page).all_text_contents())
    page.get_by_test_id("frame-filter").fill("no such type")
    expect(page.get_by_test_id("frames-empty")).to_have_text("No frame passes the filter.")
    page.get_by_test_id("frame-filter").fill("")
    page.get_by_test_id("frame-direction").select_option("all")

    page.get_by_test_id("frames-pause").click()
    shown = frames(page).count()
    say(page, "meanwhile")
    expect(page.get_by_test_id("frames-count")).to_have_text(re.compile(r"paused, [2-9] new"))
    assert frames(page).count() == shown
    page.get_by_test_id("frames-pause").click()
    expect(frames(page, "ack message:send")).to_have_count(1)

    page.get_by_test_id("frames-clear").click()
    expect(frames(page)).to_have_count(0)
    expect(page.get_by_test_id("frames-count")).to_have_text("0 frames")


def test_signing_out_leaves_no_frames_behind(windows):
    page = windows.open("alice", "left-behind")
    inspect(page)
    write_frame(page, {"id": "s1", "type": "ping", "ack": True})
    expect(page.get_by_test_id("sender-status")).to_contain_text("Answered after")
    page.get_by_test_id("sender-show").click()
    page.get_by_test_id("frames-pause").click()
    page.get_by_test_id("me").click()
    page.get_by_test_id("sign-out").click()
    page.get_by_test_id("signin-user").fill("next")
    page.get_by_test_id("signin-user").press("Enter")
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")
    expect(frames(page, "session:auth")).to_have_count(1)
    expect(page.get_by_test_id("frame-detail")).to_be_hidden()
    expect(frames(page, "message:history")).to_have_count(0)


def test_the_list_is_walked_by_keyboard(windows):
    page = windows.open("alice", "keys")
    inspect(page)
    expect(frames(page, "ack conversation:members")).to_have_count(1)
    page.get_by_test_id("frames").focus()
    page.keyboard.press("Home")
    expect(frames(page).first).to_have_attribute("aria-selected", "true")
    expect(frames(page).first).to_have_text("Connecting")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("frame-title")).to_have_text("Sent session:auth")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("frame-title")).to_have_text("Received session:ready")
    active = page.get_by_test_id("frames").get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_contain_text("session:ready")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("tab", name="JSON")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="JavaScript")).to_be_focused()
    expect(page.get_by_test_id("frame-code")).to_contain_text("caas.on(")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("frame-detail")).to_be_hidden()
    expect(page.get_by_test_id("frames")).to_be_focused()


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
    frames(alice, "message:send").last.click()
    alice.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown = code(alice, "JavaScript")
    alice.get_by_test_id("frame-copy").click()
    expect(alice.get_by_test_id("frame-copy")).to_have_text("Copied")
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
    write_frame(page, {"id": "c2", "type": "typing:start", "conversationId": "as-curl", "ack": True})
    frames(page, "ack typing:start").click()
    assert code(page, "curl") == "# No REST call does what typing:start does: it is for the socket alone.\n"


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on the PATH")
def test_the_curl_does_what_the_frame_did(windows, server):
    """Each line is run as it is copied, with a key of the service that the page belongs to."""
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


@pytest.mark.skipif(shutil.which("swiftc") is None, reason="no Swift compiler on the PATH")
def test_the_swift_compiles(windows, tmp_path):
    """Frames of every shape, as Swift, against the modules of the build that is tested."""
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
    entries = [{"direction": "out", "frame": frame} for frame in frames]
    entries += [{"direction": "in", "frame": {"type": "message:new", "data": {}}}]
    texts = page.evaluate(
        """async (entries) => {
          const { snippets } = await import("/console/snippets.js");
          return entries.map((entry) => snippets(entry, { origin: location.origin, user: "alice" }).swift);
        }""",
        entries,
    )
    maps = [*BINARY.parent.glob("*.build/module.modulemap")]
    maps += REPOSITORY.glob(".build/checkouts/*/Sources/*/include/module.modulemap")
    options = [option for path in maps for option in ("-Xcc", f"-fmodule-map-file={path}")]
    for number, text in enumerate([*texts, "import CAASClient\nlet mistake: Int = token\n"]):
        file = tmp_path / f"snippet{number}.swift"
        file.write_text(text.replace("\n\n", '\n\nlet token = ""\n', 1) if "connect(" in text else text)
        command = ["swiftc", "-typecheck", "-swift-version", "6", "-I", BINARY.parent / "Modules", *options, file]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        wrong = number == len(texts)
        assert (done.returncode != 0) == wrong, f"{text}\n{done.stderr}"


@pytest.mark.parametrize("hidden", [False, True], ids=["open", "closed"])
def test_a_flood_stays_bounded_and_keeps_the_newest(windows, hidden):
    """Hundreds of frames: the log keeps its bound, the document a screenful, and the end stays in sight."""
    page = windows.open("alice", "flood")
    inspect(page)
    if hidden:
        page.get_by_test_id("inspector-close").click()
    fill_conversation(page, "flood", 620)
    expect(message(page, "line 620").first).to_be_visible(timeout=60_000)
    inspect(page)
    expect(frames(page, "message:new").last).to_be_visible()
    assert frames(page).count() < 80
    assert frames(page).last.get_attribute("aria-setsize") == "500"
    assert int(re.sub(r"\D", "", page.get_by_test_id("frames-count").text_content())) >= 620
    frames(page).last.click()
    assert '"line 620"' in code(page, "JSON")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("size", [pytest.param((1280, 800), id="desktop"), pytest.param((390, 844), id="phone")])
def test_the_inspector_is_readable_for_everybody(windows, colours, size):
    name = f"inspector-{'phone' if size[0] < 700 else 'desktop'}-{colours}"
    viewport = {"width": size[0], "height": size[1]}
    page = windows.open(
        "alice", "inspected", viewport=viewport, color_scheme=colours, reduced_motion="reduce"
    )
    bob = windows.open("bob", "inspected")
    say(bob, "Have you seen what goes over the wire?")
    say(page, "I am looking at it.")
    inspect(page)
    look(page, f"{name}-list")
    write_frame(page, '{"id": "r1", "type": "message:send", }')
    expect(page.get_by_test_id("sender-problem")).to_be_visible()
    look(page, f"{name}-mistake")
    write_frame(page, {"id": "r1", "type": "message:send", "conversationId": "nowhere", "data": {}, "ack": True})
    expect(page.get_by_test_id("sender-status")).to_contain_text("Refused")
    look(page, f"{name}-refused")
    page.get_by_test_id("sender-show").click()
    look(page, f"{name}-json")
    for tab in ("JavaScript", "curl", "Swift"):
        page.get_by_role("tab", name=tab).click()
        look(page, f"{name}-{tab.lower()}")
    page.get_by_test_id("frame-filter").fill("nothing like it")
    look(page, f"{name}-nothing")
