"""A light Socket.IO client, thousands of which fit into one process; it comes back by the rules of the stock ones."""

import asyncio
import json
import random

PATH = "/socket.io/?EIO=4&transport="
SEPARATOR = "\x1e"
# Seconds that the stock clients wait for a connection, and between two tries.
CONNECT_TIMEOUT, FIRST_DELAY, LONGEST_DELAY, JITTER = 20, 1, 5, 0.5


class TransportError(Exception):
    """The connection is gone, or none came to be: stock clients try again."""


class Line:
    """One TCP connection that carries HTTP requests, and then perhaps WebSocket messages."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        # Whether the last answer said that it ends the connection, as one does where many strangers are connected.
        self.is_over = False

    @classmethod
    async def open(cls, port, source):
        return cls(*await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0)))

    def request(self, method, query, body="", fields=""):
        data = body.encode()
        head = f"{method} {PATH}{query} HTTP/1.1\r\nHost: localhost\r\n{fields}Content-Length: {len(data)}\r\n\r\n"
        self.writer.write(head.encode() + data)

    async def answer(self, status=200):
        """The body of the answer, which must have that status."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        self.is_over = "\r\nconnection: close\r\n" in head
        size = head.partition("content-length: ")[2].partition("\r\n")[0]
        body = await self.reader.readexactly(int(size or 0))
        if int(head.split()[1]) != status:
            raise TransportError(head.partition("\r\n")[0])
        return body.decode()

    @classmethod
    async def websocket(cls, port, source, query=""):
        line = await cls.open(port, source)
        key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        line.request("GET", "websocket" + query, fields="Connection: Upgrade\r\nUpgrade: websocket\r\n" + key)
        await line.answer(status=101)
        return line

    def send(self, text):
        """One text message; a mask of zeros leaves the bytes as they are."""
        data = text.encode()
        length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
        self.writer.write(b"\x81" + length + bytes(4) + data)

    async def receive(self):
        """The next message, which must be text; a ping is answered, and anything else is the end."""
        while True:
            first, length = await self.reader.readexactly(2)
            if length >= 126:
                length = int.from_bytes(await self.reader.readexactly(2 if length == 126 else 8), "big")
            data = await self.reader.readexactly(length)
            if first == 0x81:
                return data.decode()
            if first != 0x89:
                raise TransportError(f"frame {first:02x} {data!r}")
            self.writer.write(bytes([0x8A, 0x80 | length]) + bytes(4) + data)

    def close(self):
        self.writer.close()


class LightClient:
    """One client. It speaks when it has been spoken to, so that one connection is enough for polling.

    `hear(event, frame)` is called with each event, in their order, and returns what to emit, or nothing.
    """

    def __init__(self, port, token, way, source, hear):
        self.port, self.token, self.way, self.source, self.hear = port, token, way, source, hear
        self.line = None
        # Where to go on by WebSocket as soon as a request may be sent: what a stock client does at once.
        self.upgrades = way == "upgrade"
        self.upgraded = asyncio.Event()
        # What made it stay away, if something did.
        self.refusal = None
        # How its connections, and what was to become one, ended.
        self.troubles = []

    async def run(self):
        """Stays connected until it is cancelled or told to stay away."""
        attempts = 0
        while self.refusal is None:
            try:
                async with asyncio.timeout(CONNECT_TIMEOUT):
                    opening = await self._open()
                attempts = 0
                await self._stay(opening)
            except (TransportError, OSError, EOFError, TimeoutError) as trouble:
                self.troubles.append(repr(trouble))
                wait = min(FIRST_DELAY * 2**attempts, LONGEST_DELAY)
                attempts += 1
                await asyncio.sleep(min(LONGEST_DELAY, wait * (1 + random.uniform(-JITTER, JITTER))))
            finally:
                if self.line:
                    self.line.close()
                    self.line = None

    async def _open(self):
        self.is_polling = self.way != "websocket"
        if self.is_polling:
            self.line = await Line.open(self.port, self.source)
            self.line.request("GET", "polling")
            [packet] = (await self.line.answer()).split(SEPARATOR)
        else:
            self.line = await Line.websocket(self.port, self.source)
            packet = await self.line.receive()
        assert packet[0] == "0", packet
        return json.loads(packet[1:])

    async def _stay(self, opening):
        self.query = "&sid=" + opening["sid"]
        patience = (opening["pingInterval"] + opening["pingTimeout"]) / 1_000
        self.outbox = ["40" + json.dumps({"token": self.token})]
        while self.refusal is None:
            async with asyncio.timeout(patience):
                packets = await (self._poll() if self.is_polling else self._read())
            for packet in packets:
                self._receive(packet)

    async def _read(self):
        for packet in self.outbox:
            self.line.send(packet)
        self.outbox = []
        return [await self.line.receive()]

    async def _request(self, *request):
        """Asks over the line, or over another one where the service has ended that behind its last answer."""
        if self.line.is_over:
            self.line.close()
            self.line = await Line.open(self.port, self.source)
        self.line.request(*request)

    async def _poll(self):
        query = "polling" + self.query
        if self.outbox:
            await self._request("POST", query, SEPARATOR.join(self.outbox), "Content-Type: text/plain;charset=UTF-8\r\n")
            self.outbox = []
            assert await self.line.answer() == "ok"
        await self._request("GET", query)
        candidate = await self._probe() if self.upgrades else None
        packets = (await self.line.answer()).split(SEPARATOR)
        if candidate:
            candidate.send("5")
            self.line.close()
            self.line, self.is_polling = candidate, False
            self.upgraded.set()
        return packets

    async def _probe(self):
        """A WebSocket that has answered; while it is asked the GET is under way, as with stock clients."""
        self.upgrades = False
        candidate = await Line.websocket(self.port, self.source, self.query)
        candidate.send("2probe")
        assert await candidate.receive() == "3probe"
        return candidate

    def _receive(self, packet):
        if packet == "2":
            self.outbox.append("3")
        elif packet.startswith("42"):
            self.outbox += self.hear(*json.loads(packet[2:])) or []
        elif packet.startswith(("44", "41")):
            self.refusal = packet
        elif packet == "1":
            raise TransportError("closed")
        else:
            assert packet == "6" or packet.startswith("40"), packet


def emission(event, frame):
    return "42" + json.dumps([event, frame])


def source_of(number):
    """An address of this machine for each ten clients, as clients have addresses of their own."""
    return f"127.1.{number // 2_500}.{number // 10 % 250 + 1}"
