"""Media packets as the design's §5 packs them."""

import json
import struct

KINDS = {"audio": 1, "video": 2, "file_chunk": 3}


def pack(header, payload=b"sound", sequence=0, kind=None, total=None, length=None):
    """One packet; `kind`, `total` and `length` say otherwise than is so."""
    text = json.dumps(header, separators=(",", ":")).encode() if isinstance(header, dict) else header
    real = 16 + len(text) + len(payload)
    number = kind if kind is not None else KINDS.get(header.get("type"), 1) if isinstance(header, dict) else 1
    length = len(text) if length is None else length
    return struct.pack(">4I", real if total is None else total, length, number, sequence) + text + payload


def header(conversation, type="audio", **fields):
    """A header with the fields that every packet has."""
    base = {"type": type, "conversationId": conversation, "chunkIndex": 0, "totalChunks": 0, "mimeType": "audio/opus"}
    return base | fields


def unpack(packet):
    """The sequence, the header and the payload of a packet that is whole."""
    total, length, kind, sequence = struct.unpack(">4I", packet[:16])
    assert total == len(packet)
    fields = json.loads(packet[16 : 16 + length])
    assert KINDS[fields["type"]] == kind
    return sequence, fields, packet[16 + length :]
