"""Connections by the wire that is named, for tests that say the same on all of them."""

import pytest
from socketio_client import POLLING, UPGRADE, WEBSOCKET, socketio_connect  # noqa: F401

TRANSPORTS = {"polling": POLLING, "upgrade": UPGRADE, "websocket": WEBSOCKET, "socketio": WEBSOCKET}


@pytest.fixture
def dial(connect, socketio_connect):  # noqa: F811
    """Connects by a wire: plain, or Socket.IO by polling, by WebSocket, or by the upgrade between them."""

    def dial(wire, user, **options):
        if wire == "plain":
            return connect(user, **options)
        return socketio_connect(user, transports=TRANSPORTS[wire], **options)

    return dial
