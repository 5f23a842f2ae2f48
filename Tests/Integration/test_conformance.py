"""What `make conformance` says of a report, and of a machine that cannot run it; the run itself is its own target."""

import subprocess
import sys

import pytest
from service import REPOSITORY

sys.path.append(str(REPOSITORY / "Tests/Conformance"))
import report  # noqa: E402


def results(whole=True, **changes):
    """A report in which everything is well, but for `changes`."""
    cases = {f"{group}.{number}": good() for group in report.GROUPS for number in range(report.expected_of(group, whole))}
    return cases | {name.replace("_", ".").removeprefix("case."): result for name, result in changes.items()}


def good(**changes):
    return {"behavior": "OK", "behaviorClose": "OK", "reportfile": "case.json"} | changes


@pytest.mark.parametrize("whole", [True, False])
def test_a_whole_report_without_failures_is_good_and_has_a_line_for_each_group(whole):
    seen = results(whole, case_7_3=good(behavior="INFORMATIONAL"), case_6_1=good(behavior="NON-STRICT"))
    lines, faults = report.judge(seen, whole)
    assert faults == []
    assert [line.split()[1] for line in lines] == ["1", "2", "3", "4", "5", "6", "7", "9", "10", "12", "13"]
    assert "1 INFORMATIONAL, 36 OK" in lines[6]


@pytest.mark.parametrize(
    "bad",
    [
        good(behavior="FAILED"),
        good(behavior="UNIMPLEMENTED"),
        good(behaviorClose="UNCLEAN"),
        good(behaviorClose="WRONG CODE"),
        {},
    ],
)
def test_one_bad_case_makes_a_report_bad_and_is_named(bad):
    _, faults = report.judge(results(case_6_7=bad), whole=True)
    assert len(faults) == 1 and faults[0].startswith("case 6.7:")


@pytest.mark.parametrize("group", [9, 12, 13])
@pytest.mark.parametrize("part", ["behavior", "behaviorClose"])
@pytest.mark.parametrize("word", ["NON-STRICT", "INFORMATIONAL"])
def test_where_nothing_is_left_open_only_ok_is_good(group, part, word):
    lines, faults = report.judge(results(**{f"case_{group}_1": good(**{part: word})}), whole=True)
    assert faults == [f"case {group}.1: {part} {word} (see case.json)"]
    ok = report.GROUPS[group] - (part == "behavior")
    assert any(line.endswith(f"{ok} OK") for line in lines if line.split()[1] == str(group))


def test_cases_that_did_not_run_make_a_report_bad():
    cut = results()
    del cut["10.0"]
    assert report.judge(cut, whole=True)[1] == ["group 10: 0 cases ran, 1 were expected"]
    assert len(report.judge({}, whole=True)[1]) == len(report.GROUPS)


def test_the_cases_that_run_are_as_many_as_are_counted():
    named = [name for name in report.cases(whole=False) if "*" not in name]
    for group in report.PARTS:
        mine = [name for name in named if name.startswith(f"{group}.")]
        assert len(set(mine)) == len(mine) == report.expected_of(group, whole=False)
        assert report.GROUPS[group] == report.PARTS[group] * 18
    assert report.cases(whole=True) == [f"{group}.*" for group in report.GROUPS]
    assert report.judge(results(whole=False), whole=True)[1] == [
        "group 12: 40 cases ran, 90 were expected",
        "group 13: 56 cases ran, 126 were expected",
    ]


def test_a_machine_without_python_27_is_told_so_and_fails(tmp_path):
    done = subprocess.run(
        [sys.executable, REPOSITORY / "scripts/conformance", "--find-python"],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 3 and done.stdout == ""
    assert done.stderr.startswith("conformance: the Autobahn suite needs Python 2.7")


def test_a_program_that_is_only_named_like_one_is_passed_over(tmp_path):
    for name, body in {"python2.7": "exit 127", "pypy": f'exec {sys.executable} "$@"'}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        [sys.executable, REPOSITORY / "scripts/conformance", "--find-python"],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 3


@pytest.mark.parametrize(
    ("status", "result", "said"),
    [(0, 0, "make conformance"), (3, 0, "LEFT OUT: make conformance"), (1, 1, "FAILED"), (127, 1, "FAILED")],
    ids=["there-is-one", "there-is-none", "it-broke", "it-is-missing"],
)
def test_ci_leaves_the_suite_out_for_want_of_python_27_alone(tmp_path, status, result, said):
    for name, body in {".ci/run": None, "scripts/conformance": f"exit {status}", "bin/make": "exit 0"}.items():
        file = tmp_path / name
        file.parent.mkdir()
        file.write_text(f"#!/bin/sh\n{body}\n" if body else (REPOSITORY / name).read_text())
        file.chmod(0o755)
    done = subprocess.run(
        [tmp_path / ".ci/run"],
        env={"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == result
    assert said in done.stdout + done.stderr
    assert ("all passed" in done.stdout) == (result == 0)
    assert ("LEFT OUT" in done.stdout) == (status == 3)
