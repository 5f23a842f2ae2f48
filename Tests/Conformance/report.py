"""Judges the report of an Autobahn run."""

from collections import Counter

# What `make conformance` runs of groups 12 and 13, each of whose parts has 18 cases of 1,000 messages: those with short
# messages in one frame, up to 16 KiB, and some of 8 KiB in fragments. `make conformance-all` runs the long ones too.
SHORT = [1, 2, 3, 4, 5, 6, 7, 11]
PARTS = {12: 5, 13: 7}
# The groups that must hold, each with the number of its cases in the suite's pinned version.
GROUPS = {1: 16, 2: 11, 3: 7, 4: 10, 5: 20, 6: 145, 7: 37, 9: 54, 10: 1, 12: 90, 13: 126}
TITLES = {
    1: "framing",
    2: "pings and pongs",
    3: "reserved bits",
    4: "opcodes",
    5: "fragmentation",
    6: "UTF-8",
    7: "closing",
    9: "limits and performance",
    10: "automatic fragmentation",
    12: "compression",
    13: "compression, what is agreed upon",
}
GOOD = {"OK", "NON-STRICT", "INFORMATIONAL"}
# Groups in which there is one right answer to each case, and nothing is left open.
STRICT = {9, 12, 13}


def good_in(group):
    """What a case of a group may come to."""
    return {"OK"} if group in STRICT else GOOD


def cases(whole):
    """The suite's names for the cases that are run: all, or without the long ones."""
    names = [f"{group}.*" for group in GROUPS if whole or group not in PARTS]
    if not whole:
        names += [f"{group}.{part + 1}.{case}" for group, parts in PARTS.items() for part in range(parts) for case in SHORT]
    return names


def expected_of(group, whole):
    """How many cases of a group there must be."""
    return GROUPS[group] if whole or group not in PARTS else PARTS[group] * len(SHORT)


def judge(results, whole):
    """A line for each group, and the faults: cases that failed, and groups that are not whole.

    `results` is what the report's index has of one agent: for each case its behaviour, and that of its closing.
    """
    lines, faults = [], []
    for group in GROUPS:
        expected = expected_of(group, whole)
        mine = {case: result for case, result in results.items() if case.split(".")[0] == str(group)}
        counts = Counter(result.get("behavior", "MISSING") for result in mine.values())
        shown = ", ".join(f"{count} {behaviour}" for behaviour, count in sorted(counts.items()))
        lines.append(f"group {group:>2}  {TITLES[group]:<24} {len(mine):>3} of {expected}: {shown or 'nothing'}")
        if len(mine) != expected:
            faults.append(f"group {group}: {len(mine)} cases ran, {expected} were expected")
        for case, result in mine.items():
            bad = {part: result.get(part) for part in ("behavior", "behaviorClose") if result.get(part) not in good_in(group)}
            if bad:
                said = ", ".join(f"{part} {value}" for part, value in bad.items())
                faults.append(f"case {case}: {said} (see {result.get('reportfile', 'no report')})")
    return lines, faults
