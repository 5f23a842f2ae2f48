"""Stock clients that compress, in both directions: websockets, aiohttp, Node's ws, Chromium, Socket.IO's of three languages.

`websocket-client`, which python-socketio's synchronous half uses, has no permessage-deflate; its asynchronous half stands on aiohttp.
"""

import asyncio
import json
from contextlib import closing

import aiohttp
import pytest
from client import Client
from deflating import LARGE, SMALL, Crossed
from service import unique
from socketio_client import SocketIOClient
from stock_javascript import StockSocket, chromium, javascript, page_at, pages, stock_client  # noqa: F401
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

TEXTS = [LARGE, SMALL, "é漢🙂" * 500, LARGE]


@pytest.fixture
def crossed(server):
    return Crossed(server)


@pytest.fixture
def partner(server):
    """Somebody whose client never compresses."""
    with closing(Client.connect(server, unique("partner"))) as partner:
        yield partner


def least(direction):
    """Bytes of texts that must have crossed compressed when all of TEXTS went one way: what the service compresses is large."""
    return sum(len(text.encode()) for text in TEXTS if direction == "in" or text != SMALL)


def converse(server, client, partner, crossed):
    """Both say all of TEXTS to the other, who reads the same."""
    room = partner.create(members=[client.ready["data"]["userId"]])
    for text in TEXTS:
        client.say(room, text)
        assert partner.expect("message:new")["data"]["content"] == text
        partner.say(room, text)
        assert client.expect("message:new")["data"]["content"] == text
    crossed.wait_for("in", least("in"))
    crossed.wait_for("out", least("out"))


@pytest.mark.parametrize("bits", [9, 10, 12, 15])
@pytest.mark.parametrize("takeover", [True, False], ids=["asks-for-takeover", "asks-for-none"])
def test_websockets_with_every_window(server, partner, crossed, bits, takeover):
    factory = ClientPerMessageDeflateFactory(
        server_no_context_takeover=not takeover,
        client_no_context_takeover=not takeover,
        server_max_window_bits=bits,
        client_max_window_bits=bits,
    )
    with closing(Client.connect(server, unique("user"), extensions=[factory])) as client:
        assert [extension.name for extension in client.socket.protocol.extensions] == ["permessage-deflate"]
        converse(server, client, partner, crossed)


def test_websockets_as_it_comes(server, partner, crossed):
    with closing(Client.connect(server, unique("user"), compression="deflate")) as client:
        converse(server, client, partner, crossed)


@pytest.mark.parametrize("bits", [9, 15])
def test_aiohttp(server, partner, crossed, bits):
    user = unique("user")
    room = partner.create(members=[user])

    async def talk():
        async with aiohttp.ClientSession() as session:
            headers = {"Authorization": f"Bearer {server.token(user)}"}
            async with session.ws_connect(server.ws_url, headers=headers, compress=bits) as socket:
                assert socket.compress
                assert (await socket.receive_json(timeout=30))["type"] == "session:ready"
                for number, text in enumerate(TEXTS):
                    frame = {"id": f"m-{number}", "type": "message:send", "conversationId": room, "ack": True}
                    await socket.send_json(frame | {"data": {"content": text}})
                    while (await socket.receive_json(timeout=30)).get("replyTo") != f"m-{number}":
                        pass
                    assert partner.expect("message:new")["data"]["content"] == text
                    partner.say(room, text)
                    while (event := await socket.receive_json(timeout=30))["type"] != "message:new":
                        pass
                    assert event["data"]["content"] == text

    asyncio.run(talk())
    crossed.wait_for("in", least("in"))
    crossed.wait_for("out", least("out"))


def test_python_socketio_by_aiohttp(server, partner, crossed):
    with closing(SocketIOClient.connect(server, unique("user"), websocket_extra_options={"compress": 15})) as client:
        converse(server, client, partner, crossed)


@pytest.mark.parametrize("transports", [["websocket"], ["polling", "websocket"]], ids=["websocket", "upgrade"])
def test_the_standard_javascript_client(server, javascript, partner, crossed, transports):  # noqa: F811
    user = unique("user")
    room = partner.create(members=[user])
    socket = StockSocket.open(javascript, server.url, auth={"token": server.token(user)}, transports=transports)
    socket.ready()
    if len(transports) > 1:
        socket.upgraded()
    for text in TEXTS:
        socket.say(room, text)
        assert partner.expect("message:new")["data"]["content"] == text
        partner.say(room, text)
        assert socket.event("message:new")["data"]["content"] == text
    # Chromium compresses every message, Node's ws those of a kibibyte.
    crossed.wait_for("in", least("out"))
    crossed.wait_for("out", least("out"))


def test_a_plain_websocket_of_chromium(server, chromium, partner, crossed):  # noqa: F811
    user = unique("user")
    room = partner.create(members=[user])
    page = chromium.new_page()
    page.goto(server.url)
    page.evaluate(
        """([url, token]) => new Promise((resolve, reject) => {
            globalThis.frames_ = [];
            globalThis.socket = new WebSocket(url, ["caas.v1", "bearer." + token]);
            socket.onmessage = (event) => {
                frames_.push(JSON.parse(event.data));
                if (frames_.at(-1).type === "session:ready") resolve();
            };
            socket.onclose = () => reject(new Error("closed"));
        })""",
        [server.ws_url, server.token(user)],
    )
    assert page.evaluate("socket.extensions").startswith("permessage-deflate")
    for number, text in enumerate(TEXTS):
        frame = {"id": f"m-{number}", "type": "message:send", "conversationId": room, "data": {"content": text}}
        page.evaluate("text => socket.send(text)", json.dumps(frame))
        assert partner.expect("message:new")["data"]["content"] == text
        partner.say(room, text)
        page.wait_for_function(
            "text => frames_.some((frame) => frame.type === 'message:new' && frame.data.content === text)", arg=text
        )
        page.evaluate("frames_.length = 0")
    page.close()
    crossed.wait_for("in", least("in"))
    crossed.wait_for("out", least("out"))
