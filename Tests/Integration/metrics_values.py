"""The values that the labels of metrics may have, as docs/metrics.md and the pages it names list them."""

import re

from metrics_page import TABLE
from service import REPOSITORY

PROTOCOL = REPOSITORY / "docs" / "protocol.md"
# Everything that has no list: the release that runs, and the bounds of buckets.
FREE = {"version", "le"}


def rows(text, after, cells):
    """The cells of the table that follows the line `after`, those of each row."""
    lines = text.split(after, 1)[1].lstrip("\n").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|---"))
    for line in lines[start + 1 :]:
        if not line.startswith("|"):
            return
        row = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
        assert len(row) == cells, line
        yield row


def names(cell):
    return set(re.findall(r"`([^`]+)`", cell))


def listed():
    """The column "values" of docs/metrics.md by its column "label"."""
    return dict(rows(TABLE.read_text(), "The values of labels come from", 2))


def close_codes():
    return {code for code, _, _ in rows(PROTOCOL.read_text(), "\n## Close codes\n", 3) if code.isdecimal()}


def reasons():
    """Each code of an error with its reasons, the empty one among them."""
    text, found = PROTOCOL.read_text(), {}
    for code, _, _ in rows(text, "\n## Errors\n", 3):
        found[code] = {""}
    code = None
    for name, cell, _ in rows(text, "Every reason that the service sends:", 3):
        code = name or code
        found[code] |= names(cell)
    return found


def event_names():
    """The names of frames anywhere in docs/protocol.md."""
    text = PROTOCOL.read_text()
    return set(re.findall(r"\b[a-z]+:[a-z]+\b", text)) | {
        name for name in ("ack", "binary", "error", "ping", "pong") if re.search(rf"\b{name}\b", text)
    }


def allowed(tenants):
    """What a label of a family may say, by both; a tuple of labels where they belong together."""
    cells = listed()
    errors = reasons()
    return {
        ("caas_connections", ("transport",)): {(name,) for name in names(cells["`transport`"])},
        ("caas_connections", ("tenant",)): {(name,) for name in {*tenants, "other", ""}},
        ("caas_connects_total", ("result",)): {(name,) for name in names(cells["`result`"])},
        ("caas_disconnects_total", ("code",)): {
            (code,) for code in close_codes() | {str(code) for code in range(1000, 1016)} | {"other"}
        },
        ("caas_auth_failures_total", ("reason",)): {
            (name,) for name in (errors["AUTH_INVALID"] - {""}) | (names(cells["`reason` of authentication"]) - {"AUTH_INVALID"})
        },
        ("caas_frames_total", ("type",)): {(name,) for name in event_names() | names(cells["`type`"])},
        ("caas_frames_total", ("dir",)): {(name,) for name in names(cells["`dir`"])},
        ("caas_deflate_bytes_total", ("dir", "form")): {
            (way, form) for way in names(cells["`dir`"]) for form in names(cells["`form`"])
        },
        ("caas_file_bytes_total", ("dir",)): {(name,) for name in names(cells["`dir`"])},
        ("caas_errors_total", ("code", "reason")): {(code, reason) for code in errors for reason in errors[code]},
        ("caas_ratelimited_total", ("bucket",)): {(name,) for name in names(cells["`bucket`"])},
        ("caas_dropped_frames_total", ("kind",)): {(name,) for name in names(cells["`kind`"])},
        ("caas_refused_requests_total", ("status",)): {
            (name,) for name in names(cells["`status` of refused requests"]) if name.isdecimal()
        },
        ("caas_rest_requests_total", ("route",)): {(name,) for name in names(cells["`route`"])},
        ("caas_rest_requests_total", ("status",)): {(name,) for name in names(cells["`status`"])},
        ("caas_rest_seconds", ("route",)): {(name,) for name in names(cells["`route`"])},
    }
