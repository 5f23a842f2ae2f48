#!/usr/bin/env python3
"""Loads a service with media packets and prints one line of figures (see README.md): relay, then messages beside a slow reader."""

import argparse
import json
import os
import select
import socket
import struct
import time
from pathlib import Path

READERS, IN_FLIGHT = 20, 16
AUDIO_BYTES, VIDEO_BYTES = 1_000, 20_000
# One picture and one message in each of these, beside a reader that takes nothing.
PACE_SECONDS = 0.01
ROOM = "bench-media"


class Connection:
    """One signed-in connection; frames are counted, and kept only where they are texts."""

    def __init__(self, port: int, token: str, receive_buffer: int | None = None) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(30)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data, self.packets, self.texts = b"", 0, []
        lines = ["GET /v1/socket HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                 f"Authorization: Bearer {token}", "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        while b"\r\n\r\n" not in self.data:
            self.data += self.socket.recv(65_536)
        head, _, self.data = self.data.partition(b"\r\n\r\n")
        assert b" 101 " in head, head
        self.user = self.wait("session:ready")["data"]["userId"]

    def send(self, payload: bytes, opcode: int) -> None:
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else (
            b"\xfe" + struct.pack(">H", size) if size < 65_536 else b"\xff" + struct.pack(">Q", size))
        self.socket.sendall(bytes([0x80 | opcode]) + length + bytes(4) + payload)

    def ask(self, type: str, data: dict) -> None:
        """A request that must succeed."""
        frame = {"id": f"{type}-{time.monotonic_ns()}", "type": type, "conversationId": ROOM, "data": data, "ack": True}
        self.send(json.dumps(frame).encode(), 1)
        while (ack := self.wait("ack")).get("replyTo") != frame["id"]:
            pass
        assert ack["data"]["success"], ack

    def wait(self, type: str) -> dict:
        while True:
            while self.texts:
                if (frame := json.loads(self.texts.pop(0)))["type"] == type:
                    return frame
            self.read()

    def read(self) -> None:
        part = self.socket.recv(1 << 18)
        assert part, "the service closed a connection"
        data, at = self.data + part, 0
        while len(data) >= at + 2:
            size, start = data[at + 1], at + 2
            if size == 126:
                start = at + 4
                size = int.from_bytes(data[at + 2 : start], "big")
            elif size == 127:
                start = at + 10
                size = int.from_bytes(data[at + 2 : start], "big")
            if len(data) < start + size:
                break
            if data[at] & 15 == 2:
                self.packets += 1
            elif data[at] & 15 == 1:
                self.texts.append(data[start : start + size])
            at = start + size
        self.data = data[at:]


def packet(kind: str, sequence: int, payload: bytes) -> bytes:
    header = {"type": kind, "conversationId": ROOM, "chunkIndex": 0, "totalChunks": 0, "mimeType": f"{kind}/x",
              "streamId": kind, "key": kind == "video" and sequence % 30 == 0}
    text = json.dumps(header, separators=(",", ":")).encode()
    number = {"audio": 1, "video": 2}[kind]
    return struct.pack(">4I", 16 + len(text) + len(payload), len(text), number, sequence) + text + payload


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def relay(sender: Connection, readers: list[Connection], pid: int, seconds: int) -> dict:
    """Sound from one to many, so many packets in flight to the slowest of them."""
    by_socket = {reader.socket: reader for reader in readers}
    payload, sent = bytes(AUDIO_BYTES), 0
    before, cpu, start = sum(reader.packets for reader in readers), cpu_seconds(pid), time.monotonic()
    first = min(reader.packets for reader in readers)
    while (now := time.monotonic()) < start + seconds:
        while sent - (min(reader.packets for reader in readers) - first) < IN_FLIGHT:
            sender.send(packet("audio", sent, payload), 2)
            sent += 1
        for ready in select.select(list(by_socket), [], [], 30)[0]:
            by_socket[ready].read()
    delivered = sum(reader.packets for reader in readers) - before
    used = cpu_seconds(pid) - cpu
    return {"packets_per_s": round(delivered / (now - start)), "readers": len(readers),
            "cpu_us_per_packet": round(used / delivered * 1e6, 2)}


def p99(sender: Connection, talker: Connection, listener: Connection, seconds: int) -> float:
    """Milliseconds from a message's send to its arrival, while pictures are relayed; the 99th of a hundred."""
    payload, times = bytes(VIDEO_BYTES), []
    end, sequence, due = time.monotonic() + seconds, 0, time.monotonic()
    while time.monotonic() < end:
        sender.send(packet("video", sequence, payload), 2)
        sequence += 1
        frame = {"id": f"m{time.monotonic_ns()}", "type": "message:send", "conversationId": ROOM,
                 "data": {"content": str(time.monotonic_ns())}}
        talker.send(json.dumps(frame).encode(), 1)
        content = listener.wait("message:new")["data"]["content"]
        times.append((time.monotonic_ns() - int(content)) / 1e6)
        due += PACE_SECONDS
        time.sleep(max(0, due - time.monotonic()))
    return sorted(times)[len(times) * 99 // 100]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--server", type=int, required=True, help="the process id of the service")
    parser.add_argument("--tokens", type=Path, required=True, help=f"{READERS + 4} of them, one a line")
    parser.add_argument("--seconds", type=int, default=5, help="measured time of each of the three parts")
    options = parser.parse_args()
    tokens = options.tokens.read_text().split()
    sender, talker, listener = (Connection(options.port, token) for token in tokens[:3])
    readers = [Connection(options.port, token) for token in tokens[3 : 3 + READERS]]
    slow = Connection(options.port, tokens[3 + READERS], receive_buffer=16_384)
    members = [each.user for each in (talker, listener, slow, *readers)]
    sender.ask("conversation:create", {"kind": "group", "memberIds": members})
    for each in (sender, talker, listener, *readers):
        each.ask("conversation:join", {})
    # Who measures messages has nothing else to read.
    for each in (talker, listener):
        each.ask("media:unsubscribe", {})
    figures = relay(sender, readers, options.server, options.seconds)
    for reader in readers:
        reader.socket.close()
    alone = p99(sender, talker, listener, options.seconds)
    slow.ask("conversation:join", {})
    beside = p99(sender, talker, listener, options.seconds)
    print(json.dumps(figures | {"p99_alone_ms": round(alone, 3), "p99_beside_slow_ms": round(beside, 3),
                                "p99_ratio": round(beside / alone, 2)}))


if __name__ == "__main__":
    main()
