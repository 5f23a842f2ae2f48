"""Reads the server's metrics page, and the table that documents it."""

import http.client
import re
import time

from process import DEADLINE
from service import REPOSITORY

TABLE = REPOSITORY / "docs" / "metrics.md"
ROW = re.compile(r"^\| `(caas_\w+)` \| (counter|gauge|histogram) \| ((?:`\w+`(?:, )?)*) \| (.+) \|$")
LINE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')


def documented():
    """What docs/metrics.md says: type and labels of each name."""
    rows = [match.groups() for line in TABLE.read_text().splitlines() if (match := ROW.match(line))]
    return {name: (kind, tuple(re.findall(r"`(\w+)`", labels))) for name, kind, labels, _ in rows}


class Page:
    """One scrape, read strictly."""

    def __init__(self, text):
        assert text.endswith("\n")
        self.text = text
        self.types, self.helps, self.samples = {}, {}, {}
        family = None
        for line in text.splitlines():
            if line.startswith("# HELP "):
                family, help = line[7:].split(" ", 1)
                assert family not in self.helps, f"two times {family}"
                self.helps[family] = help
            elif line.startswith("# TYPE "):
                name, kind = line[7:].split(" ")
                assert name == family and name not in self.types, line
                self.types[name] = kind
            else:
                name, labels, value = LINE.match(line).groups()
                pairs = LABEL.findall(labels or "")
                assert "".join(f'{name}="{value}",' for name, value in pairs).rstrip(",") == (labels or ""), line
                assert name == family or self.types[family] == "histogram" and name.startswith(family + "_"), line
                key = (name, tuple(pairs))
                assert key not in self.samples, f"two times {line}"
                self.samples[key] = float(value)

    def value(self, name, **labels):
        """The sum of the series that have these labels."""
        wanted = set(labels.items())
        return sum(value for (known, pairs), value in self.samples.items() if known == name and wanted <= set(pairs))

    def labels(self, name):
        """The names of labels of a family's series, without the buckets' bounds."""
        return {
            tuple(label for label, _ in pairs if label != "le")
            for (known, pairs) in self.samples
            if re.sub(r"_(bucket|sum|count)$", "", known) == name or known == name
        }

    def values(self, name, label):
        return {dict(pairs)[label] for (known, pairs) in self.samples if known == name}


def get(port, path, host=None):
    """Status, headers and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    connection.request("GET", path, headers={"Host": host} if host else {})
    response = connection.getresponse()
    try:
        return response.status, response.headers, response.read().decode()
    finally:
        connection.close()


def admin_port(server):
    """The port that the log names."""
    line = next(line for line in server.log_tail().splitlines() if "admin" in line)
    return int(re.search(r"\bport\W+(\d+)", line)[1])


def scrape(port):
    status, headers, text = get(port, "/metrics")
    assert status == 200
    assert headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return Page(text)


def scrape_until(port, wanted, timeout=DEADLINE):
    """The first page that `wanted` says yes to."""
    deadline = time.monotonic() + timeout
    while not wanted(page := scrape(port)):
        assert time.monotonic() < deadline, page.text
        time.sleep(0.05)
    return page
