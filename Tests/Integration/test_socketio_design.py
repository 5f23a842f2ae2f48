"""The samples of the protocol's design, which are code of the standard Socket.IO client, run as they are printed."""

import re

import pytest
from client import TIMEOUT, check_error
from media import unpack
from stock_javascript import (  # noqa: F401
    StockSocket,
    check_refusal,
    chromium,
    javascript,
    page_at,
    pages,
    stock_client,
)

# Design §6.
CONNECT = """
const socket = io(url, {
  perMessageDeflate: {
    threshold: 1024,  // Compress messages > 1KB
    zlibDeflateOptions: {
      level: 6
    }
  }
});
"""

# Design §3.
SEND = """
socket.emit('message:send', {
  id: 'msg_123',
  type: 'message:send',
  ack: true,
  data: { content: 'Hello' }
});
"""

# Design §1.
EXAMPLE = """
{
  "id": "msg_abc123",
  "type": "message:send",
  "version": 1,
  "timestamp": 1705654321000,
  "conversationId": "conv_xyz",
  "data": {
    "content": "Hello!",
    "type": "text"
  },
  "ack": true
}
"""

# Design §5.
BINARY = """
const header = JSON.stringify(message.header);
const headerBuffer = new TextEncoder().encode(header);
const combined = new Uint8Array(16 + headerBuffer.length + message.payload.byteLength);
// ... pack header and payload
socket.emit('binary', combined.buffer);
"""

# What that comment stands for: the first 16 bytes as the design lists them, most significant byte first.
PACKING = """
const view = new DataView(combined.buffer);
view.setUint32(0, combined.byteLength);
view.setUint32(4, headerBuffer.length);
view.setUint32(8, 1);
view.setUint32(12, 7);
combined.set(headerBuffer, 16);
combined.set(new Uint8Array(message.payload), 16 + headerBuffer.length);
"""

MESSAGE = """
const message = {
  header: { type: 'audio', conversationId, chunkIndex: 7, totalChunks: 0, mimeType: 'audio/opus' },
  payload: Uint8Array.from([1, 2, 3, 250, 251]).buffer,
};
"""


def with_token(code):
    """What the abridged sample leaves out."""
    return replaced(code, "io(url, {", "io(url, {\n  auth: { token },")


def with_conversation(code):
    return replaced(code, "  ack: true,", "  ack: true,\n  conversationId,")


def with_callback(code):
    return replaced(code, "});\n", "}, (ack) => note('callback', ack));\n")


def replaced(code, before, after):
    assert code.count(before) == 1
    return code.replace(before, after)


@pytest.fixture
def run(javascript, server, user):
    """Runs samples behind one another, as alice."""

    def run(*code, **values):
        values = {"url": server.url, "token": server.token(user("alice"))} | values
        return StockSocket.run(javascript, "\n".join([*code, "return socket;"]), **values)

    return run


@pytest.fixture
def reader(connect, user):
    return connect(user("reader"))


@pytest.fixture
def conversation(reader):
    return reader.create(visibility="public")


JOIN = "socket.emit('conversation:join', { data: { conversationId } });"


def test_unchanged_they_are_refused_for_want_of_a_token(run):
    socket = run(CONNECT, SEND)
    check_refusal(socket, "AUTH_REQUIRED")
    assert not [name for name in socket.names() if name.startswith(("event", "disconnect", "connect", "reconnect"))]


@pytest.mark.parametrize("calls_back", [False, True])
def test_with_a_token_the_send_is_refused_for_want_of_a_conversation(run, calls_back):
    socket = run(with_token(CONNECT), with_callback(SEND) if calls_back else SEND)
    socket.ready()
    if calls_back:
        [ack] = socket.take("callback")
    else:
        answer = socket.event("ack")
        assert answer["replyTo"] == "msg_123"
        ack = answer["data"]
    assert ack["success"] is False
    check_error(ack["error"], "MISSING_FIELD", field="conversationId")
    # Exactly one answer, and the connection is as good as before.
    assert socket.ok("ping")["serverTime"]
    assert not {"event ack", "event error", "callback", "disconnect"} & set(socket.names())


@pytest.mark.parametrize("calls_back", [False, True])
def test_with_a_token_and_a_conversation_the_message_is_sent(run, reader, conversation, calls_back):
    send = with_conversation(SEND)
    socket = run(with_token(CONNECT), JOIN, with_callback(send) if calls_back else send, conversationId=conversation)
    socket.ready()
    ack = socket.take("callback")[0] if calls_back else socket.event("ack")["data"]
    assert ack["success"] is True and ack["messageId"] and isinstance(ack["timestamp"], int)
    message = reader.expect("message:new")
    assert message["conversationId"] == message["data"]["conversationId"] == conversation
    assert message["data"]["content"] == "Hello" and message["data"]["type"] == "text"
    assert (message["data"]["messageId"], message["data"]["clientId"]) == (ack["messageId"], "msg_123")
    assert socket.ok("ping")["serverTime"]
    assert not {"event ack", "event error", "callback"} & set(socket.names())


def test_the_example_message_is_one(run, connect, user):
    reader = connect(user("reader"))
    conversation = user("conv_xyz")
    example = re.sub('"conv_xyz"', f'"{conversation}"', EXAMPLE)
    reader.join(conversation)
    emit = f"const message = {example}; socket.emit(message.type, message, (ack) => note('callback', ack));"
    socket = run(with_token(CONNECT), JOIN, emit, conversationId=conversation)
    [ack] = socket.take("callback")
    assert ack["success"] is True
    data = reader.expect("message:new")["data"]
    assert (data["content"], data["type"], data["clientId"]) == ("Hello!", "text", "msg_abc123")


def test_the_binary_packet_reaches_who_has_joined_on_either_wire(run, reader, conversation):
    reader.join(conversation)
    binary = replaced(BINARY, "// ... pack header and payload", PACKING)
    listener = run(with_token(CONNECT), JOIN, conversationId=conversation)
    listener.ready()
    listener.ok("ping")
    socket = run(with_token(CONNECT), JOIN, MESSAGE, binary, conversationId=conversation)
    socket.ready()
    # The plain connection gets it as a binary message.
    plain = reader.socket.recv(timeout=TIMEOUT)
    while not isinstance(plain, bytes):
        plain = reader.socket.recv(timeout=TIMEOUT)
    for packet in (listener.packet(), plain):
        sequence, header, payload = unpack(packet)
        assert (sequence, payload) == (7, bytes([1, 2, 3, 250, 251]))
        assert header["conversationId"] == conversation and header["senderId"]
        assert (header["type"], header["chunkIndex"], header["totalChunks"]) == ("audio", 7, 0)
    assert socket.ok("ping")["serverTime"]
    assert not {"event error", "event binary"} & set(socket.names())


def test_the_errors_event_has_the_designs_form(run):
    socket = run(with_token(CONNECT), "socket.emit('message:send', { id: 'x', data: {} });")
    error = socket.event("error")["data"]
    assert {"code", "message", "details"} <= set(error) and error["code"] == "MISSING_FIELD"
