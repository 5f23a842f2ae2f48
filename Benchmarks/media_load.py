#!/usr/bin/env python3
"""Loads a service with media packets and prints one line of figures (see README.md): relay, then others beside a slow reader."""

import argparse
import json
import os
import select
import struct
import time
from pathlib import Path

from media_connection import ROOM, Connection, SocketIOConnection

READERS, IN_FLIGHT = 20, 16
AUDIO_BYTES, VIDEO_BYTES = 1_000, 20_000
# One picture and one message in each of these, beside readers of pictures that keep up.
PACE_SECONDS = 0.008
# Of each kind with and without a slow reader, all pairs together: the 99th of a hundred is then one of six at least.
SAMPLES = 600
# Users beside the readers of sound: sender, talker, listener, two who keep up with pictures, one who does not.
OTHERS = 6


def packet(kind: str, sequence: int, size: int) -> bytes:
    """A packet whose media begins with the moment at which it was made."""
    header = {"type": kind, "conversationId": ROOM, "chunkIndex": 0, "totalChunks": 0, "mimeType": f"{kind}/x",
              "streamId": kind, "key": kind == "video" and sequence % 30 == 0}
    text = json.dumps(header, separators=(",", ":")).encode()
    number = {"audio": 1, "video": 2}[kind]
    opening = struct.pack(">4I", 16 + len(text) + size, len(text), number, sequence)
    return opening + text + struct.pack(">Q", time.monotonic_ns()) + bytes(size - 8)


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def relay(sender: Connection, readers: list[Connection], pid: int, seconds: int) -> dict:
    """Sound from one to many, so many packets in flight to the slowest of them."""
    by_socket = {reader.socket: reader for reader in readers}
    sent, first = 0, min(reader.packets for reader in readers)
    before, cpu, start = sum(reader.packets for reader in readers), cpu_seconds(pid), time.monotonic()
    while (now := time.monotonic()) < start + seconds:
        while sent - (min(reader.packets for reader in readers) - first) < IN_FLIGHT:
            sender.send(packet("audio", sent, AUDIO_BYTES), 2)
            sent += 1
        for ready in select.select(list(by_socket), [], [], 30)[0]:
            by_socket[ready].read()
    delivered = sum(reader.packets for reader in readers) - before
    used = cpu_seconds(pid) - cpu
    for reader in readers:
        reader.arrivals.clear()
    return {"packets_per_s": round(delivered / (now - start)), "readers": len(readers),
            "cpu_us_per_packet": round(used / delivered * 1e6, 2)}


class Others:
    """Who is to notice nothing of a slow reader: messages, and pictures to readers that keep up, of both wires."""

    def __init__(self, sender: Connection, talker: Connection, listener: Connection, watchers: dict[str, Connection]) -> None:
        self.sender, self.talker, self.listener, self.watchers = sender, talker, listener, watchers
        self.by_socket = {each.socket: each for each in (sender, listener, *watchers.values())}
        self.sequence = self.congestions = 0

    def measure(self, seconds: float, samples: int) -> dict[str, list[float]]:
        """Milliseconds from each message's and each picture's send to its arrival."""
        times: dict[str, list[float]] = {"messages": []} | {name: [] for name in self.watchers}
        end = due = time.monotonic()
        end += seconds
        while time.monotonic() < end or len(times["messages"]) < samples:
            self.sender.send(packet("video", self.sequence, VIDEO_BYTES), 2)
            self.sequence += 1
            frame = {"id": f"m{time.monotonic_ns()}", "type": "message:send", "conversationId": ROOM,
                     "data": {"content": str(time.monotonic_ns())}}
            self.talker.send(json.dumps(frame).encode(), 1)
            # The next one goes when everybody has this one: nothing waits that a slow reader has not made wait.
            missing = {"messages", *self.watchers}
            while missing:
                for ready in select.select(list(self.by_socket), [], [], 30)[0] or _late(missing):
                    self.by_socket[ready].read()
                for name, watcher in self.watchers.items():
                    times[name] += watcher.arrivals
                    missing -= {name} if watcher.arrivals else set()
                    watcher.arrivals.clear()
                    watcher.texts.clear()
                for message in self.listener.take("message:new"):
                    times["messages"].append((time.monotonic_ns() - int(message["data"]["content"])) / 1e6)
                    missing -= {"messages"}
                self.congestions += len(self.sender.take("media:congestion"))
            due = max(due + PACE_SECONDS, time.monotonic())
            time.sleep(max(0, due - time.monotonic()))
        return times


def _check_open(slow: Connection) -> None:
    """One that was cut on the way was no slow reader for all of the time."""
    try:
        # Behind all that waits for it.
        slow.ask("media:unsubscribe", {})
    except (AssertionError, OSError) as error:
        raise SystemExit(f"the slow reader was cut before the end: {error}") from error


def _late(missing: set[str]) -> list:
    raise SystemExit(f"within 30 s nothing came for {', '.join(sorted(missing))}")


def p99(times: list[float]) -> float:
    return sorted(times)[len(times) * 99 // 100]


def compare(others: Others, slow_reader, seconds: int, pairs: int) -> dict:
    """The others alone and beside a slow reader, in turns, each first as often as second."""
    halves: dict[str, dict[str, list[float]]] = {"alone": {}, "beside": {}}
    for pair in range(pairs):
        for half in ("alone", "beside") if pair % 2 == 0 else ("beside", "alone"):
            slow = slow_reader() if half == "beside" else None
            before = others.congestions
            for name, times in others.measure(seconds, -(-SAMPLES // pairs)).items():
                halves[half].setdefault(name, []).extend(times)
            if slow:
                _check_open(slow)
                slow.socket.close()
            # The sender is told of readers that do not keep up: who took all that was sent was no slow one.
            if slow and others.congestions == before:
                raise SystemExit("the slow reader was none: no media:congestion was told")
    return {
        name: {"samples": len(times), "p99_alone_ms": round(p99(times), 3),
               "p99_beside_slow_ms": round(p99(halves["beside"][name]), 3),
               "ratio": round(p99(halves["beside"][name]) / p99(times), 3)}
        for name, times in halves["alone"].items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--server", type=int, required=True, help="the process id of the service")
    parser.add_argument("--tokens", type=Path, required=True, help=f"{READERS + OTHERS} of them, one a line")
    parser.add_argument("--seconds", type=int, default=5, help="measured time of each part")
    parser.add_argument("--pairs", type=int, default=3, help="of parts without and with a slow reader")
    options = parser.parse_args()
    tokens = options.tokens.read_text().split()
    sender, talker, listener = (Connection(options.port, token) for token in tokens[:3])
    watchers = {"pictures": Connection(options.port, tokens[3]),
                "pictures by Socket.IO": SocketIOConnection(options.port, tokens[4])}
    members = [each.user for each in (talker, listener, *watchers.values())]
    sender.ask("conversation:create", {"kind": "group", "memberIds": members, "visibility": "public"})
    for each in (sender, talker, listener):
        each.ask("conversation:join", {})
    # Who measures messages has nothing else to read.
    for each in (talker, listener):
        each.ask("media:unsubscribe", {})
    relays = {}
    for wire, kind in (("plain", Connection), ("socketio", SocketIOConnection)):
        readers = [kind(options.port, token) for token in tokens[OTHERS : OTHERS + READERS]]
        for reader in readers:
            reader.ask("conversation:join", {})
        relays[wire] = relay(sender, readers, options.server, options.seconds)
        for reader in readers:
            reader.ask("conversation:leave", {"membership": True})
            reader.socket.close()
    for each in watchers.values():
        each.ask("conversation:join", {})

    def slow_reader() -> Connection:
        slow = Connection(options.port, tokens[5], receive_buffer=16_384)
        slow.ask("conversation:join", {})
        return slow

    others = compare(Others(sender, talker, listener, watchers), slow_reader, options.seconds, options.pairs)
    print(json.dumps({"relay": relays, "beside_slow": others}))


if __name__ == "__main__":
    main()
