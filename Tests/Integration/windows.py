"""Browser windows of the console, and what a look at one finds."""

import os
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

ARTIFACTS = Path(os.environ.get("CAAS_ARTIFACTS", Path(__file__).resolve().parents[2] / ".artifacts"))


class Windows:
    """Opens pages, each a window of its own user, and keeps what their consoles complain about."""

    def __init__(self, browser: Browser, url: str):
        self.browser = browser
        self.url = url
        self.heard: list[str] = []
        self.forgiven: list[str] = []
        self.contexts = []

    def blank(self, **options) -> Page:
        context = self.browser.new_context(locale="en-GB", timezone_id="Europe/Berlin", **options)
        self.contexts.append(context)
        page = context.new_page()
        self.watch(page)
        return page

    def open(
        self,
        user: str,
        conversation: str = "",
        *,
        url: str | None = None,
        wire: str = "",
        compression: str = "",
        **options,
    ) -> Page:
        page = self.blank(**options)
        choice = (f"&wire={wire}" if wire else "") + (f"&compression={compression}" if compression else "")
        page.goto(f"{url or self.url}/?user={user}{choice}" + (f"#{conversation}" if conversation else ""))
        expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "connected")
        return page

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        page.on(
            "console",
            lambda message: message.type in ("error", "warning") and self.heard.append(f"console: {message.text}"),
        )

    @property
    def complaints(self) -> list[str]:
        """What the pages complained of, up to now."""
        return [text for text in self.heard if not any(re.search(what, text) for what in self.forgiven)]

    def forgive_refused_attempts(self) -> None:
        """Drops what the browser itself says of each attempt at a server that is away, which it may say later too."""
        self.forgive("net::ERR_|WebSocket connection to")

    def forgive(self, what: str) -> None:
        """Drops the complaints in which an expression is found."""
        self.forgiven.append(what)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def come_back(page: Page) -> None:
    """Waits until the page is connected again, and presses its button where that still waits for the next try.

    The page tries by itself too: the button may be gone, or connecting already, in the moment in which it is pressed.
    """
    page.wait_for_function(
        """() => {
          document.querySelector('[data-testid="retry-now"]').click();
          return document.querySelector('[data-testid="link-state"]').dataset.state === "connected";
        }"""
    )


def say(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def message(page: Page, text: str):
    return page.get_by_test_id("message").filter(has=page.get_by_text(text, exact=True))


def keep_saying(page: Page, text: str) -> None:
    """Says it every half second, as long as the window is open."""
    page.evaluate(
        """(text) => setInterval(() => {
          const input = document.querySelector('[data-testid="composer"]');
          input.value = text;
          input.form.requestSubmit();
        }, 500)""",
        text,
    )


def texts(page: Page) -> list[str]:
    return page.get_by_test_id("message-text").all_text_contents()


def act(page: Page, user: str, type: str, conversation: str | None, data: dict) -> None:
    """Does one thing as a user through a connection of its own, as another device would."""
    page.evaluate(
        """async ([userId, type, conversationId, data]) => {
          const { CaasClient } = await import("/console/caas.js");
          const { developmentToken } = await import("/console/development-token.js");
          const token = async () => (await developmentToken({ userId })).token;
          const caas = new CaasClient({ url: `ws://${location.host}/v1/socket`, token });
          await caas.connect();
          await caas.send(type, { conversationId: conversationId ?? undefined, data });
          caas.close();
        }""",
        [user, type, conversation, data],
    )


def fill_conversation(page: Page, conversation: str, count: int) -> None:
    """Sends many messages through `caas.js` on its own, as an app would; they are answered in their order."""
    page.evaluate(
        """async ([conversationId, count]) => {
          const { CaasClient } = await import("/console/caas.js");
          const token = async () => {
            const headers = { "Content-Type": "application/json" };
            const body = JSON.stringify({ userId: "filler" });
            return (await (await fetch("/v1/dev/token", { method: "POST", headers, body })).json()).token;
          };
          const caas = new CaasClient({ url: `ws://${location.host}/v1/socket`, token });
          await caas.connect();
          await caas.send("conversation:join", { conversationId });
          let sent = [];
          for (let number = 1; number <= count; number += 1) {
            sent.push(caas.send("message:send", { conversationId, data: { content: `line ${number}` } }));
            if (sent.length < 32 && number < count) continue;
            await Promise.all(sent);
            sent = [];
          }
          caas.close();
        }""",
        [conversation, count],
    )


def look(page: Page, name: str) -> None:
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")
    outside = page.locator("button:visible, input:visible, textarea:visible, select:visible").evaluate_all(
        """parts => parts.map((part) => [part.dataset.testid, part.getBoundingClientRect()])
                         .filter(([, box]) => box.left < 0 || box.right > innerWidth).map(([name]) => name)"""
    )
    assert outside == [], "reaches over the side of the screen"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
