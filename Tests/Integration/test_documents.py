"""README and docs: their links lead somewhere, the files and frames they show are there and readable."""

import json
import re

import pytest
from service import REPOSITORY

PAGES = [
    page
    for folder in (".", "docs", "docs/decisions", "Benchmarks", "Tests/Conformance")
    for page in sorted((REPOSITORY / folder).glob("*.md"))
]
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def names(pages):
    return [str(page.relative_to(REPOSITORY)) for page in pages]


def prose(page):
    return CODE.sub("", page.read_text())


def anchors(page):
    """What a link may name: headings as GitHub spells them, and numbered where one comes twice."""
    spelled = [
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    ]
    counts = [spelled[:place].count(name) for place, name in enumerate(spelled)]
    return {f"{name}-{count}" if count else name for name, count in zip(spelled, counts, strict=True)}


def test_there_are_pages():
    assert len(PAGES) > 10


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_files_that_are_named_are_there(page):
    for path in re.findall(r"`((?:Sources|Tests|docs|scripts|Benchmarks)/[^`\s*]+)`", prose(page)):
        assert (REPOSITORY / path).exists(), path


def test_no_two_decisions_have_the_same_number():
    numbers = [page.name[:4] for page in (REPOSITORY / "docs/decisions").glob("*.md")]
    assert sorted(set(numbers)) == sorted(numbers)


def test_the_way_through_the_code_names_files_that_are_there():
    text = (REPOSITORY / "docs/architecture.md").read_text()
    for path in re.findall(r"`([\w+]+/[\w/+]+\.swift)`", text):
        assert any((REPOSITORY / "Sources").rglob(path)), path


def test_frames_of_the_protocol_are_json():
    lines = re.findall(r"^[→←⇐] (.*)$", (REPOSITORY / "docs/protocol.md").read_text(), re.MULTILINE)
    assert len(lines) > 40
    for line in lines:
        if line.startswith("{"):
            assert isinstance(json.loads(line.replace("…", "")), dict), line


def test_every_close_code_of_the_service_is_in_the_protocol():
    text = (REPOSITORY / "docs/protocol.md").read_text()
    codes = re.findall(r"code: (\d{4})\)", (REPOSITORY / "Sources/Gateway/Sessions/CloseReason.swift").read_text())
    assert len(codes) > 10
    assert [code for code in codes if f"| {code} |" not in text] == []


def test_every_reason_of_a_refusal_is_in_a_table():
    sources = "".join(file.read_text() for file in (REPOSITORY / "Sources").rglob("*.swift"))
    reasons = set(re.findall(r'(?:reason: |unavailable\(\s*)"([a-z_]+)"', sources))
    assert len(reasons) > 30
    table = (REPOSITORY / "docs/protocol.md").read_text().split("Every reason that the service sends:")[1]
    rows = [line for line in table.split("\n## ")[0].splitlines() if line.startswith("|")]
    named = set(re.findall(r"`([a-z_]+)`", "\n".join(rows)))
    assert reasons - named == set()
