"""Reads the rows of docs/limits.md, and what the code says in their place."""

import re
from dataclasses import dataclass

from service import REPOSITORY

PAGE = REPOSITORY / "docs/limits.md"
SOURCES = REPOSITORY / "Sources"
CLIENT = SOURCES / "HTTPAPI/Resources/console/caas.js"
UNITS = {"ms": 1, "s": 1_000}


@dataclass(frozen=True)
class Row:
    """One limit as the page has it; `code` is nil where no name in the code holds it."""

    section: str
    what: str
    limit: str
    above: str
    setting: str
    code: str | None

    @property
    def number(self):
        """The first number of the limit."""
        return int(re.search(r"[\d,]+", self.limit)[0].replace(",", ""))

    @property
    def reason(self):
        """The reason that a refusal has; nil where the row names none."""
        found = re.search(r"reason=(\w+)", self.above) or re.fullmatch(r"([a-z_]+)", self.above)
        return found and found[1]


def rows():
    """All rows of the page's tables."""
    section, header = None, None
    for line in PAGE.read_text().splitlines():
        if line.startswith("## "):
            section, header = line[3:], None
        if not line.startswith("|"):
            header = None
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if header is None:
            header = cells
        elif not set(line) <= set("|- "):
            named = dict(zip(header, cells, strict=True))
            code = named["in the code"].strip("`")
            what = " ".join(named[name] for name in ("whose", "what") if name in named)
            yield Row(
                section,
                what,
                named.get("limit") or named["rate, burst"],
                named.get("above it", ""),
                named.get("setting", ""),
                None if code == "–" else code,
            )


def files(type):
    """The files of a Swift type, or of the client in the browser."""
    return [CLIENT] if type == "caas" else sorted([*SOURCES.rglob(f"{type}.swift"), *SOURCES.rglob(f"{type}+*.swift")])


def in_the_code(name):
    """What the code has under a name such as `FrameLimits.depth`; nil where it has none."""
    type, _, member = name.partition(".")
    pattern = re.compile(rf"(?<!\w){member}(?:: [\w.?]+)? ?[=:] ?(.+?);?$", re.MULTILINE)
    for file in files(type):
        for match in pattern.finditer(file.read_text()):
            value = evaluated(match[1])
            if value is not None:
                return value
    return None


def members(type):
    """The names of a type's constants and variables that have a number, a time or a rate."""
    for file in files(type):
        for name, value in re.findall(r"(?:let|var) (\w+)(?:: [\w.?]+)? = (.+)$", file.read_text(), re.MULTILINE):
            if evaluated(value) is not None:
                yield f"{type}.{name}"


def evaluated(text):
    """The value of a Swift expression: a number, a pair, or a time in milliseconds as a text; nil for anything else."""
    if rate := re.fullmatch(r"Rate\(([\d_]+)(?:, per: \.seconds\((\d+)\))?, burst: ([\d_]+)\)", text):
        return tuple(int((part or "1").replace("_", "")) for part in rate.groups())
    if time := re.fullmatch(r"(?:Duration|TimeAmount)?\.(seconds|milliseconds)\(([\d_* ]+)\)", text):
        return f"{arithmetic(time[2]) * (1_000 if time[1] == 'seconds' else 1)} ms"
    if pattern := re.match(r"IdentifierPattern\(longest: (\d+)", text):
        return int(pattern[1])
    if ends := re.fullmatch(r"([\d_]+)\.\.\.([\d_]+)", text):
        return tuple(map(arithmetic, ends.groups()))
    return arithmetic(text) if re.fullmatch(r"[\d_]+(?: (?:\*|<<) [\d_]+)*", text) else None


def arithmetic(text):
    total, *factors = re.split(r" (?=[*<])", text)
    total = int(total)
    for factor in factors:
        operator, number = factor.split(" ")
        total = total * int(number) if operator == "*" else total << int(number)
    return total


def as_written(row):
    """What the page says, in the form of `evaluated`."""
    numbers = tuple(int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", row.limit))
    if len(numbers) > 1:
        return numbers
    unit = re.fullmatch(r"[\d,]+ (ms|s)", row.limit)
    return f"{numbers[0] * UNITS[unit[1]]} ms" if unit else numbers[0]
