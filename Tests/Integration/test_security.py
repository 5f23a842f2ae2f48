"""docs/security.md against the tests that it names."""

import ast
import re
from functools import cache

import pytest
from service import REPOSITORY

TESTS = REPOSITORY / "Tests"
ADVISORY = r"CVE-\d{4}-\d+|GHSA-[\w-]+"


def rows():
    """Each advisory with each test of its row, and those that no part of ours could have."""
    page = (REPOSITORY / "docs/security.md").read_text()
    for line in page.splitlines():
        cells = line.strip("|").split(" | ")
        advisories = re.findall(ADVISORY, cells[0])
        if not advisories or len(cells) < 4:
            continue
        for test in re.findall(r"`([^`]+)`", cells[3]):
            yield advisories, test


@cache
def python_tests(file):
    """The text of each test of a file, with the comments in it."""
    text = (TESTS / "Integration" / file).read_text()
    nodes = ast.parse(text).body
    return {node.name: ast.get_source_segment(text, node) for node in nodes if isinstance(node, ast.FunctionDef)}


def swift_tests(file, name):
    """What stands above each test of that name, up to the test before, in every file of that name."""
    for path in TESTS.rglob(file):
        before, found, _ = path.read_text().partition(f"func `{name}`")
        if found:
            yield before.rpartition("\n    }\n")[2] + name


def texts(test):
    """The text of a test that the page names; of more than one where several modules have it."""
    if "::" in test:
        file, name = test.split("::")
        return [python_tests(file)[name]]
    return list(swift_tests(*test.split(": ", 1)))


def test_the_page_has_rows():
    assert len(list(rows())) > 50


@pytest.mark.parametrize("advisories, test", list(rows()), ids=lambda value: value if isinstance(value, str) else "")
def test_a_test_that_is_named_is_there_and_names_its_advisories(advisories, test):
    assert texts(test), "there is no such test"
    for text in texts(test):
        assert [each for each in advisories if each not in text] == []


def test_every_advisory_that_a_test_names_is_on_the_page():
    page = set(re.findall(ADVISORY, (REPOSITORY / "docs/security.md").read_text()))
    for path in [*TESTS.rglob("*.swift"), *TESTS.glob("Integration/*.py"), *(REPOSITORY / "Sources").rglob("*.swift")]:
        assert set(re.findall(ADVISORY, path.read_text())) <= page, path


def test_nothing_is_read_by_a_pattern():
    """CVE-2021-32640, GHSA-5v72."""
    patterns = re.compile(r"\bRegex\b|NSRegularExpression|RegexBuilder|regularExpression|firstMatch\(of: /")
    for path in (REPOSITORY / "Sources").rglob("*.swift"):
        assert not patterns.search(path.read_text()), path
