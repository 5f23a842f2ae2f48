"""Floods of frames, before and after the token: each ends as it should, or is borne, and nobody else notices."""

import json
import os

import pytest
from attack import BASE, MB, MEMBER, STRANGER, crowd, pour
from hostile_fixtures import own, watch  # noqa: F401
from peer import BINARY, CONTINUATION, PING, PONG, TEXT, frame
from service import unique

SMALL = json.dumps({"id": "f", "type": "typing:stop", "data": {"conversationId": "none"}}).encode()
HALF = frame(b"h" * 500_000, CONTINUATION, final=False)
# What comes first, what comes then for ever, and the close codes of a stranger and of a member; None where it is borne.
FLOODS = {
    "pings": (b"", frame(b"p" * 125, PING) * 500, 1008, 1008),
    "pongs": (b"", frame(b"", PONG) * 10_000, 1008, 1008),
    "empty-fragments": (frame(b"", final=False), frame(b"", CONTINUATION, final=False) * 900, 1008, 1008),
    "fragments-with-pings-between": (
        frame(b"{", final=False),
        (frame(b" ", CONTINUATION, final=False) + frame(b"", PING)) * 90,
        1008,
        1008,
    ),
    "empty-messages": (b"", frame(b"") * 10_000, 4401, 4400),
    "small-frames": (b"", frame(SMALL) * 700, 4401, None),
    "app-pings": (b"", frame(b'{"id":"a","type":"ping"}') * 2_000, 4401, None),
    "deep-json": (b"", frame(b'{"id":"d","x":' + b"[" * 60_000) * 2, 4401, None),
    "many-members": (
        b"",
        frame(b"{" + b",".join(b'"m%d":0' % number for number in range(5_000)) + b"}") * 2,
        4401,
        None,
    ),
    "long-numbers": (b"", frame(b'{"id":"n","type":"ping","x":' + b"1" * 60_000 + b"}"), 4401, None),
    "oversize": (b"", frame(b'{"id":"o","type":"ping"}'.ljust(MB)), 4401, None),
    "largest": (b"", frame(b'{"id":"l","type":"ping","data":{"x":"'.ljust(65_000, b"x") + b'"}}'), 4401, None),
    "binary": (b"", frame(b"\x00" * 200_000, BINARY), 4401, 4400),
    "half-of-the-largest": (frame(b"h" * 500_000, TEXT, final=False), HALF, 1009, 1009),
    "reserved-opcodes": (b"", frame(b"", 3) * 1_000, 1002, 1002),
}


@pytest.mark.parametrize("signed_in", [False, True], ids=["stranger", "member"])
@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_of_frames_ends_as_it_should_or_is_borne(own, watch, name, signed_in):
    opening, flood, *codes = FLOODS[name]
    bound = MEMBER if signed_in else STRANGER
    # One for each event loop, for longer than anybody has patience.
    count = max(2, os.cpu_count())
    with watch.unharmed(count * bound + BASE), crowd(own, count) as peers:
        for each in peers:
            assert each.open_socket(token=own.token(unique("flood")) if signed_in else None) == 101
        floods = pour(peers, opening, flood, seconds=3)
    for each in floods:
        assert each.sent > len(opening) + 1_000, "nothing was poured"
        assert each.close_code() == codes[signed_in]
        assert codes[signed_in] or not each.is_ended, "cut without a word"
