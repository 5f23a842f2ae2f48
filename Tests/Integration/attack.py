"""What every attack is held to: the process lives, stays small, and innocent clients are answered in time."""

import json
import os
import selectors
import socket
import threading
import time
from contextlib import ExitStack, contextmanager

from peer import CLOSE, Peer, first_frame
from process import Process, wait_until
from service import unique

KIB, MIB = 1024, 1024 * 1024
MB = 1_000_000
# What one connection may cost the process, whatever its peer does.
STRANGER, MEMBER = 64 * KIB, 9 * MIB // 4
# What the process itself may take meanwhile: code that it reads for the first time, pages that it does not give back.
BASE = 8 * MIB
# The one bound on time: what an innocent client waits at most while an attack runs.
PATIENCE = 1.0


class Innocents:
    """Clients on every event loop that ask again and again, and the longest that any of them waited.

    Half of them ask for an answer that a connection gives by itself. The others talk with one another in a group: what they wait for
    goes through the queue of the chat service, the disk, and the readers of every loop.

    The service has a loop for each processor and deals connections out in turn: with one of either kind for each, none is left out.
    """

    QUESTION = b'{"id":"innocent","type":"ping","ack":true}'
    # Well below the rate of events that a connection has.
    PAUSE = 0.03
    # From one message of a speaker to the next: below the rate of messages that a user has.
    SPEECH_PAUSE = 0.25

    def __init__(self, server):
        self.server = server
        self.peers = []
        self.hurry, self.ended = threading.Event(), False
        self.begin()

    def begin(self):
        """Forgets what was; whoever was cut comes back."""
        if not self.peers or self.failure:
            self._close()
            self.failure, self.rounds, self.messages, self.longest = None, 0, 0, 0
            count = os.cpu_count()
            self.users = [unique("innocent") for _ in range(count + max(count, 2))]
            self.peers = [Peer(self.server).sign_in(user) for user in self.users]
            self.askers, self.speakers = self.peers[:count], self.peers[count:]
            self._meet(self.users[count:])
            self.thread = threading.Thread(target=self._run)
            self.thread.start()
        self._wait_for(rounds=2)
        self.longest = 0

    def check(self):
        """Everybody is answered now, and was so in time since the beginning."""
        self._wait_for(rounds=2, messages=1)
        if self.failure:
            raise AssertionError("an innocent client was cut or refused") from self.failure
        assert self.longest < PATIENCE, f"an innocent client waited {self.longest} s"

    def end(self):
        self.ended = True
        self.hurry.set()
        self.thread.join()
        self._close()

    def _close(self):
        for each in self.peers:
            each.socket.close()

    def _wait_for(self, rounds, messages=0):
        """Waits until everybody has asked and was answered so often, and so many messages were read, since now."""
        # What is under way has begun before.
        rounds, messages = self.rounds + rounds, self.messages + messages

        def is_done():
            if self.rounds < rounds:
                self.hurry.set()
            return (self.rounds >= rounds and self.messages >= messages) or self.failure

        wait_until(is_done, "the innocent clients are answered", timeout=30)

    def _meet(self, users):
        """Makes the group in which the speakers talk."""
        self.speech_at, self.room = 0, unique("innocents")
        data = {"kind": "group", "memberIds": users, "conversationId": self.room}
        self._send(self.speakers[0], "conversation:create", data)
        self._read(self.speakers[0], "ack")

    def _run(self):
        try:
            while not self.ended:
                began = time.monotonic()
                speaker = self._speak(began)
                for each in self.askers:
                    each.send_frame(self.QUESTION)
                for each in self.askers:
                    self._read(each, "ack", since=began)
                if speaker:
                    self._read(speaker, "ack", since=began)
                    for each in self.speakers:
                        if each is not speaker:
                            self._read(each, "message:new", since=began)
                    self.messages += 1
                self.rounds += 1
                self.hurry.wait(self.PAUSE)
                self.hurry.clear()
        except Exception as failure:
            self.failure = failure

    def _speak(self, now):
        """Lets the next one say something where it is time for it; who did."""
        if now < self.speech_at:
            return None
        self.speech_at = now + self.SPEECH_PAUSE / len(self.speakers)
        speaker = self.speakers[self.messages % len(self.speakers)]
        self._send(speaker, "message:send", {"content": "hello"}, conversationId=self.room)
        return speaker

    @staticmethod
    def _send(peer, type, data, **fields):
        frame = {"id": unique("innocent"), "type": type, "data": data, "ack": True} | fields
        peer.send_frame(json.dumps(frame).encode())

    def _read(self, peer, type, since=None):
        """Takes the next event of a type, past what else a member is told."""
        while (event := peer.event())["type"] != type:
            assert event["type"] != "error", event
        assert type != "ack" or event["data"].get("success", True), event
        if since is not None:
            self.longest = max(self.longest, time.monotonic() - since)


class Watch:
    """Looks at a server that nobody else uses while attack after attack runs on it."""

    def __init__(self, server):
        self.server = server
        self.process, self.innocents = Process(server), Innocents(server)
        # What is left of one attack counts for the next one.
        self.before = self.process.memory()

    @contextmanager
    def unharmed(self, memory=BASE):
        """Runs an attack that may cost the process so many bytes at its height, and innocent clients a second."""
        self.innocents.begin()
        self.process.forget_peak()
        yield self.process
        assert self.server.process.poll() is None, "the process ended"
        self.innocents.check()
        grown = self.process.peak() - self.before
        assert grown < memory, f"grew by {grown} bytes, of {memory}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.innocents.end()


@contextmanager
def unharmed(server, memory=BASE):
    """Runs one attack on a server that nobody else uses."""
    with Watch(server) as watch, watch.unharmed(memory) as process:
        yield process


@contextmanager
def crowd(server, count, **options):
    """So many connections, closed at the end."""
    with ExitStack() as stack:
        yield [stack.enter_context(Peer(server, **options)) for _ in range(count)]


class Flood:
    """What one connection pours out, over and over, while it reads whatever comes."""

    def __init__(self, peer, opening, data):
        self.peer, self.data = peer, data
        self.left = memoryview(opening or data)
        self.sent, self.is_ended = 0, False
        peer.socket.setblocking(False)

    def go_on(self, events):
        try:
            if events & selectors.EVENT_READ:
                part = self.peer.socket.recv(65_536)
                self.peer.read += part
                self.is_ended = not part
            if events & selectors.EVENT_WRITE and not self.is_ended:
                count = self.peer.socket.send(self.left[:65_536])
                self.sent += count
                self.left = self.left[count:] or memoryview(self.data)
        except BlockingIOError:
            pass
        except ConnectionError:
            self.is_ended = True
            self.read_the_rest()

    def read_the_rest(self):
        """What came before the reset is still there to be read."""
        try:
            while part := self.peer.socket.recv(65_536):
                self.peer.read += part
        except OSError:
            pass  # All was read.

    def close_code(self):
        """The code of the close frame that came; None where none did."""
        at = 0
        while (found := first_frame(self.peer.read, at)) is not None:
            opcode, payload, at = found
            if opcode == CLOSE:
                return int.from_bytes(payload[:2], "big")
        return None


def pour(peers, opening, data, seconds):
    """Lets all the peers pour at once, until the service has ended them or the time is over; what became of each."""
    floods = [Flood(each, opening, data) for each in peers]
    deadline = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for flood in floods:
            selector.register(flood.peer.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, flood)
        while selector.get_map() and time.monotonic() < deadline:
            for key, events in selector.select(0.1):
                key.data.go_on(events)
                if key.data.is_ended:
                    selector.unregister(key.fileobj)
    for flood in floods:
        try:
            flood.peer.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # The server was faster.
    return floods
