"""The page over Socket.IO as well as over plain WebSocket: the choice, and everything that the page does."""

import json
import re

import pytest
from console_fixtures import WIRES, browser, chromium_is_there, line, port_of, server, windows  # noqa: F401
from inspecting import code, frames, inspect, write_frame
from playwright.sync_api import expect
from service import Server
from socketio_stub import SocketIOStub
from windows import Windows, look, message, say, texts

OTHER = {"websocket": "socketio", "socketio": "websocket"}


@pytest.mark.parametrize("wire", WIRES)
def test_two_users_chat_across_wires(windows, wire):
    conversation = f"across-{wire}"
    alice = windows.open("alice", conversation, wire=wire)
    bob = windows.open("bob", conversation, wire=OTHER[wire])
    for page in (alice, bob):
        expect(page.get_by_test_id("thread-subtitle")).to_contain_text("2 members")
    say(alice, "Hello, Bob!")
    expect(message(alice, "Hello, Bob!").get_by_test_id("delivery")).to_have_text("✓ Sent")
    expect(message(bob, "Hello, Bob!")).to_be_visible()
    bob.get_by_test_id("composer").press_sequentially("Hello to")
    expect(alice.get_by_test_id("typing")).to_have_text("bob is typing…")
    say(bob, "Hello to you 😀")
    expect(message(alice, "Hello to you 😀")).to_be_visible()
    expect(alice.get_by_test_id("typing")).to_have_text("")

    alice.get_by_test_id("composer").press("ArrowUp")
    alice.get_by_test_id("edit-input").fill("Hello, Robert!")
    alice.get_by_test_id("edit-input").press("Enter")
    expect(message(bob, "Hello, Robert!").get_by_test_id("edited")).to_be_visible()
    message(alice, "Hello, Robert!").hover()
    message(alice, "Hello, Robert!").get_by_test_id("delete").click()
    alice.get_by_test_id("delete-confirm").click()
    for page in (alice, bob):
        expect(page.locator('[data-testid="message"][data-state="deleted"]')).to_have_count(1)
        assert texts(page) == ["Hello to you 😀"]


def test_the_choice_is_shown_and_kept(windows):
    page = windows.blank()
    page.goto(windows.url)
    choice = page.get_by_test_id("wire")
    expect(choice).to_have_value("websocket")
    expect(choice.locator("option")).to_have_text(["WebSocket", "Socket.IO"])
    choice.select_option("Socket.IO")
    page.get_by_test_id("signin-user").fill("ida")
    page.get_by_test_id("signin-user").press("Enter")
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")
    inspect(page)
    expect(frames(page, "0 open")).to_have_count(1)

    page.reload()
    expect(choice).to_have_value("socketio")
    expect(frames(page, "42 event session:ready")).to_have_count(1)
    page.get_by_test_id("me").click()
    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("signin-user")).to_be_focused()
    expect(choice).to_have_value("socketio")
    page.reload()
    expect(choice).to_have_value("socketio")
    choice.select_option("WebSocket")
    expect(page).to_have_url(re.compile(r"/$"))
    page.goto(f"{windows.url}/?wire=carrier-pigeon")
    expect(choice).to_have_value("websocket")


def test_who_opens_as_another_keeps_the_wire(windows):
    page = windows.open("ida", "kept")
    for wire in OTHER:
        page.get_by_test_id("wire").select_option(wire)
        expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")
        with page.context.expect_page() as opened:
            page.get_by_test_id("open-as").first.click()
        other = opened.value
        windows.watch(other)
        expect(other.get_by_test_id("me-name")).to_have_text("alice")
        expect(other.get_by_test_id("thread-title")).to_have_text("kept")
        expect(other.get_by_test_id("wire")).to_have_value(wire)
        other.close()


def test_changing_the_wire_loses_and_doubles_nothing(windows):
    alice = windows.open("alice", "changing")
    bob = windows.open("bob", "changing")
    inspect(alice)
    expect(alice.get_by_test_id("thread-subtitle")).to_contain_text("2 members")
    # In one turn of the page: what was sent has no answer yet when the wire goes.
    change = """(wire) => {
      const part = (name) => document.querySelector(`[data-testid="${name}"]`);
      for (const text of ["one", "two"]) {
        part("composer").value = `${text} before ${wire}`;
        part("composer-form").requestSubmit();
      }
      part("wire").value = wire;
      part("wire").dispatchEvent(new Event("change"));
      part("composer").value = `then by ${wire}`;
      part("composer-form").requestSubmit();
    }"""
    whole = []
    for wire in ("socketio", "websocket", "socketio"):
        alice.evaluate(change, wire)
        whole += [f"one before {wire}", f"two before {wire}", f"then by {wire}"]
        for page in (alice, bob):
            expect(page.get_by_test_id("message-text")).to_have_text(whole)
        expect(alice.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")
        expect(alice.get_by_test_id("notice")).to_be_hidden()
    alice.get_by_test_id("frame-filter").fill("41")
    expect(frames(alice)).to_have_text("sent 41 disconnect8 B")
    alice.get_by_test_id("composer").press_sequentially("on")
    expect(bob.get_by_test_id("typing")).to_have_text("alice is typing…")


def test_media_of_others_are_seen_on_both_wires(windows):
    """An app speaks into the conversation; the page plays nothing, and takes no harm."""
    pages = {wire: windows.open(f"by-{wire}", "media", wire=wire) for wire in WIRES}
    speaker = windows.open("speaker", "media")
    for page in pages.values():
        inspect(page)
        expect(page.get_by_test_id("thread-subtitle")).to_contain_text("3 members")
        page.get_by_test_id("frame-filter").fill("binary")
    length = speaker.evaluate(
        """async () => {
          const answer = await fetch("/v1/dev/token", {
            method: "POST", headers: { "Content-Type": "application/json" }, body: '{"userId":"speaker"}',
          });
          const { token } = await answer.json();
          const socket = new WebSocket(`ws://${location.host}/v1/socket`, ["caas.v1", `bearer.${token}`]);
          const next = () => new Promise((resolve) => { socket.onmessage = ({ data }) => resolve(JSON.parse(data)); });
          await next(); // session:ready
          const join = { id: "m1", type: "conversation:join", conversationId: "media", data: {}, ack: true };
          socket.send(JSON.stringify(join));
          await next();
          const header = { type: "audio", conversationId: "media", chunkIndex: 0, totalChunks: 1,
            mimeType: "audio/opus", streamId: "s1", timestamp: Date.now() };
          const json = new TextEncoder().encode(JSON.stringify(header));
          const packet = new Uint8Array(16 + json.length + 320);
          const view = new DataView(packet.buffer);
          [packet.length, json.length, 1, 7].forEach((value, at) => view.setUint32(4 * at, value));
          packet.set(json, 16);
          socket.send(packet);
          return packet.length;
        }"""
    )
    assert length > 336
    for wire, page in pages.items():
        row = frames(page, "binary")
        expect(row).to_have_text(re.compile(r"^received binary\d+ B$"))
        row.click()
        packet = json.loads(code(page, "JSON"))
        assert packet["header"]["streamId"] == "s1" and packet["sequence"] == 7 and packet["bytes"] == 320
        for tab in ("JavaScript", "curl", "Swift"):
            assert code(page, tab)
        expect(frames(page, "45 binary event binary")).to_have_count(1 if wire == "socketio" else 0)
        page.get_by_test_id("frame-filter").fill("")
        say(page, f"still here by {wire}")
        expect(message(speaker, f"still here by {wire}")).to_be_visible()


def test_pings_are_answered(browser, tmp_path):
    """The service asks again only behind an answer."""
    settings = {"socketIO.pingInterval": 1_000, "socketIO.pingTimeout": 20_000}
    server = Server(tmp_path, tenants=(), settings=settings).start()
    windows = Windows(browser, server.url)
    try:
        page = windows.open("alice", wire="socketio")
        inspect(page)
        page.get_by_test_id("frame-filter").fill("-42 -43 -4 -0")
        shown = ["Connecting · Socket.IO", "Connected", *["received 2 ping3 B", "sent 3 pong7 B"] * 4]
        expect(frames(page).nth(len(shown) - 1)).to_be_visible()
        assert frames(page).all_text_contents()[: len(shown)] == shown
        frames(page, "2 ping").first.click()
        assert code(page, "Packet") == "2"
        assert "by itself" in code(page, "JavaScript")
        assert windows.complaints == []
    finally:
        windows.close()
        server.close()


def test_a_refused_sign_in_shows_the_connect_error(windows):
    page = windows.blank()
    page.route("**/v1/dev/token", lambda route: route.fulfill(json={"token": "no.real.token", "compressesFrom": 1_024}))
    page.goto(f"{windows.url}/?user=mallory&wire=socketio")
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "refused")
    expect(page.get_by_test_id("notice")).to_contain_text(re.compile(r"Refused\. .*\(\w+\)"))
    inspect(page)
    row = frames(page, "44 connect error")
    expect(row.locator(".why")).to_have_text(re.compile("^AUTH_INVALID · "))
    expect(row).to_have_text(re.compile(r"^received 44 connect error\d+ B[\d.]+ ms"))
    row.click()
    assert json.loads(code(page, "JSON"))["message"] == "AUTH_INVALID"
    expect(page.get_by_test_id("frame-problem")).to_contain_text("AUTH_INVALID")
    assert 'socket.on("connect_error"' in code(page, "JavaScript")

    # Another try, once the cause is gone.
    page.unroute("**/v1/dev/token")
    page.get_by_test_id("retry-now").click()
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")


def test_being_put_out_says_why_and_stays_out(windows):
    """Five frames that are none end the connection by an error, DISCONNECT and 4400."""
    page = windows.blank()
    page.add_init_script(
        """const send = WebSocket.prototype.send;
           WebSocket.prototype.send = function (text) { window.socket = this; send.call(this, text); };"""
    )
    page.goto(f"{windows.url}/?user=clumsy&wire=socketio")
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")
    inspect(page)
    page.evaluate("for (let count = 0; count < 5; count += 1) socket.send('42[\"ping\",1]')")
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "refused")
    expect(page.get_by_test_id("notice")).to_contain_text("This page sent frames that the server could not read.")
    expect(frames(page, "41 disconnect")).to_have_text(re.compile("^received 41 disconnect4 B$"))
    expect(frames(page, "refused")).to_have_text(re.compile("^Connection refused · close code 4400"))


def test_a_wire_that_ends_is_opened_again(windows):
    """Whatever the service says or does not say: a close, a close packet, a silence, an expired token."""
    page = windows.blank()
    stub = SocketIOStub(page)
    page.goto(f"{windows.url}/?user=alice&wire=socketio")
    inspect(page)
    page.get_by_test_id("frame-filter").fill("0 open")
    state = page.get_by_test_id("link-state")
    # It comes back by itself, after a pause that grows with each loss; sooner, whenever the button finds it waiting.
    comes_back = """(times) => {
      document.querySelector('[data-testid="retry-now"]').click();
      return document.querySelectorAll('[data-testid="frames"] [role=option]').length >= times;
    }"""

    def is_connected(times):
        page.wait_for_function(comes_back, arg=times)
        expect(frames(page)).to_have_count(times)
        expect(state).to_have_attribute("data-state", "connected")

    is_connected(1)
    stub.socket.close(code=4101)  # at once
    is_connected(2)
    stub.send("1")
    is_connected(3)
    stub.heartbeat = (300, 200)
    stub.send("1")
    is_connected(5)  # no ping came in half a second

    stub.answer = '44{"message":"TOKEN_EXPIRED","data":{"code":"TOKEN_EXPIRED","message":"Expired."}}'
    stub.send("1")
    is_connected(7)

    stub.send("41")  # and no close
    expect(state).to_have_attribute("data-state", "refused")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("size", [pytest.param((1280, 800), id="desktop"), pytest.param((390, 844), id="phone")])
def test_socketio_is_readable_for_everybody(windows, colours, size):
    name = f"socketio-{'phone' if size[0] < 700 else 'desktop'}-{colours}"
    viewport = {"width": size[0], "height": size[1]}
    options = {"viewport": viewport, "color_scheme": colours, "reduced_motion": "reduce", "wire": "socketio"}
    page = windows.open("alice", name, **options)
    bob = windows.open("bob", name)
    say(bob, "Do both wires say the same?")
    say(page, "They do.")
    expect(message(page, "Do both wires say the same?")).to_be_visible()
    look(page, f"{name}-chat")
    inspect(page)
    look(page, f"{name}-list")
    write_frame(page, {"id": "r1", "type": "message:send", "conversationId": "nowhere", "data": {}, "ack": True})
    expect(page.get_by_test_id("sender-status")).to_contain_text("Refused")
    look(page, f"{name}-refused")
    page.get_by_test_id("sender-show").click()
    for tab in ("JSON", "Packet", "JavaScript"):
        page.get_by_role("tab", name=tab, exact=True).click()
        look(page, f"{name}-{tab.lower()}")
    page.get_by_test_id("frame-filter").fill("-42 -43")
    frames(page, "0 open").click()
    look(page, f"{name}-open")
