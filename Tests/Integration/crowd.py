"""Many light Socket.IO clients at once, each of a user and an address of its own."""

import asyncio
import resource
from collections import defaultdict

from light_client import LightClient, emission, source_of

# Clients that connect at the same moment, at first.
AT_ONCE = 100
# Seconds that a test waits for all of them; a green run on a machine of its own takes a fraction.
PATIENCE = 200


def allow_descriptors(count):
    """Lets this process and the servers that it starts open so many files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


class Crowd:
    """The clients, which join a conversation whenever they are connected, and what they have heard."""

    def __init__(self, server, conversation, ways):
        self.conversation = conversation
        # The places of the messages that each has heard, in the order in which it heard them.
        self.places = [[] for _ in ways]
        # Which clients have heard what: the contents of messages, and `joined`.
        self.heard = defaultdict(set)
        self._news = asyncio.Event()
        self.clients = [
            LightClient(server.port, server.token(f"crowd-{number}"), way, source_of(number), self._ear(number))
            for number, way in enumerate(ways)
        ]
        self._tasks, self._left = [], []

    async def __aenter__(self):
        """Everybody is there and has joined; they came one after the other, as people do."""
        try:
            for first in range(0, len(self.clients), AT_ONCE):
                for client in self.clients[first : first + AT_ONCE]:
                    self._tasks.append(asyncio.create_task(client.run()))
                    self._tasks[-1].add_done_callback(self._note_end)
                await self.until("joined", len(self._tasks))
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *failure):
        for task in self._tasks:
            task.cancel()
        for outcome in await asyncio.gather(*self._tasks, return_exceptions=True):
            if outcome is not None and not isinstance(outcome, asyncio.CancelledError):
                raise outcome

    def _ear(self, number):
        def hear(event, frame):
            data = frame["data"]
            if event == "session:ready":
                join = {"id": "join", "ack": True, "data": {"conversationId": self.conversation}}
                return [emission("conversation:join", join)]
            if event == "ack":
                assert data["success"] is True, data
                self._note("joined", number)
            elif event == "message:new":
                self.places[number].append(data["seq"])
                self._note(data["content"], number)
            else:
                assert event == "server:drain", frame

        return hear

    def _note(self, what, number):
        self.heard[what].add(number)
        self._news.set()

    def _note_end(self, task):
        self._left.append(task)
        self._news.set()

    async def until(self, what, count=None):
        """Waits until so many have heard it, all unless said otherwise; a client that stays away ends the wait."""
        count = len(self.clients) if count is None else count
        try:
            async with asyncio.timeout(PATIENCE):
                while len(self.heard[what]) < count:
                    assert self._left == [], [(task, self.refusals()) for task in self._left]
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            missing = [client for number, client in enumerate(self.clients[:count]) if number not in self.heard[what]]
            states = [(client.way, client.troubles[-4:]) for client in missing[:5]]
            raise AssertionError(f"{len(missing)} of {count} have not heard {what!r}, such as {states}") from None

    def refusals(self):
        return [client.refusal for client in self.clients if client.refusal]
