#!/usr/bin/env python3
"""Measures the service beside the yardsticks, in turns, and judges by ratios (see README.md)."""

import argparse
import json
import os
import platform
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

from processes import Children, ForeignLoad, bare_server, service, tokens

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FILES = 20_000  # open descriptors: 2,000 connections and room to spare
IDLE_WARM, IDLE = 100, 1000

# name, rooms, members of each (the sender among them), messages in flight, goal for service / yardstick
FAN_OUT = [
    ("fan-out 1 × 1,000", 1, 1000, 1, 0.5),
    ("fan-out 1 × 1,000, 16 in flight", 1, 1000, 16, 4.0),
    ("fan-out 200 × 10", 200, 10, 1, None),
    ("fan-out 200 × 10, 8 in flight", 200, 10, 8, None),
]
# name, dialect, rooms, members, messages in flight, goal for it / the service's plain frames in the same run
WIRES = [
    ("Socket.IO 1 × 1,000", "socketio", 1, 1000, 1, 0.9),
    ("Socket.IO 200 × 10", "socketio", 200, 10, 1, 0.9),
    ("polling 1 × 100, 16 in flight", "polling", 1, 100, 16, None),
]
# A message:new of 4 KiB takes about so much more than its content.
DEFLATE, DEFLATE_GOAL, DEFLATE_BYTES, ENVELOPE_BYTES = "deflate 1 × 1,000, 4 KB", 0.7, 4_096, 400
# What a slow reader may make of the p99 of others, beside theirs without it in the same run.
SLOW_GOAL = 1.2
# Bytes by which compression may raise what an idle connection takes.
IDLE_DEFLATE_GOAL = 200
CONVERSATIONS, DURABLE_IN_FLIGHT, DURABLE_GOAL = 256, 8, 0.4
# Cores that other processes may use during a run before its figures stop meaning anything.
FOREIGN_LIMIT = 0.15


def compile_tools(build: Path) -> None:
    flags = ["-O2", "-Wall", "-Wextra", "-Werror"]
    for name, libraries in (("yardstick", []), ("load", []), ("bare_sqlite", ["-lsqlite3"])):
        command = ["cc", *flags, "-o", str(build / name), str(HERE / f"{name}.c"), *libraries]
        subprocess.run(command, check=True, timeout=120)


class Bench:
    """One run of everything: where the tools are, and the results so far."""

    def __init__(self, options: argparse.Namespace, build: Path, scratch: Path, children: Children) -> None:
        self.options, self.build, self.scratch, self.children = options, build, scratch, children
        self.rows: list[dict] = []

    def load(self, port: int, server: int, *arguments: object) -> dict:
        """Runs the load client to its end and returns its line of figures."""
        command = [self.build / "load", "--port", port, "--seconds", self.options.seconds, *arguments]
        foreign = ForeignLoad(server)
        figures = json.loads(self.children.run(command, core=1, timeout=self.options.seconds + 90))
        figures["foreign_cores"] = foreign.cores()
        if figures["client_cpu"] > 0.97:
            print("  note: the load client used its whole core, and may be what was measured", file=sys.stderr)
        return figures

    def bare_run(self, *shape: object) -> dict:
        with bare_server(self.children, self.build, self.options.seconds + 90) as (port, server):
            return self.load(port, server, "--dialect", "bare", *shape)

    def service_run(self, users: int, *shape: object, dialect: str = "caas") -> dict:
        with service(self.children, self.options.binary, self.scratch) as (port, data, server):
            file = tokens(data, users)
            own = ["--dialect", dialect, "--tokens", file, "--query", self.options.query]
            return self.load(port, server, *own, *shape)

    def bare_rows(self) -> dict:
        folder = self.scratch / "bare"
        folder.mkdir()
        try:
            command = [self.build / "bare_sqlite", "--data", folder / "chat.db", "--seconds", self.options.seconds]
            foreign = ForeignLoad(None)
            figures = json.loads(self.children.run(command, core=0, timeout=self.options.seconds + 60))
            return figures | {"foreign_cores": foreign.cores()}
        finally:
            shutil.rmtree(folder)

    def compare(self, name: str, goal: float | None, unit: str, yardstick, measured) -> None:
        """Yardstick and what is measured in turns; the row's ratio is the median of the pairs' ratios."""
        pairs = []
        for number in range(self.options.pairs):
            bare, own = yardstick(), measured()
            bare_rate = bare.get("deliveries_per_s", bare.get("rows_per_s"))
            ratio = own["deliveries_per_s"] / bare_rate
            print(f"  {name}, pair {number + 1}: {own['deliveries_per_s']:,.0f} / {bare_rate:,.0f} = {ratio:.2f}",
                  file=sys.stderr)
            pairs.append({"bare": bare, "service": own, "bare_per_s": bare_rate, "ratio": ratio})
        ratio = statistics.median(pair["ratio"] for pair in pairs)
        foreign = max(pair[side]["foreign_cores"] for pair in pairs for side in ("bare", "service"))
        self.rows.append({
            "name": name, "unit": unit, "goal": goal, "ratio": ratio,
            "met": None if goal is None else ratio >= goal,
            "foreign_cores": foreign, "disturbed": foreign > FOREIGN_LIMIT,
            "bare_per_s": statistics.median(pair["bare_per_s"] for pair in pairs),
            "service_per_s": statistics.median(pair["service"]["deliveries_per_s"] for pair in pairs),
            "p50_ms": statistics.median(pair["service"]["p50_ms"] for pair in pairs),
            "p99_ms": statistics.median(pair["service"]["p99_ms"] for pair in pairs),
            "client_cpu": max(pair["service"]["client_cpu"] for pair in pairs),
            "pairs": pairs,
        })

    def fan_out(self, name: str, rooms: int, members: int, in_flight: int, goal: float | None) -> None:
        shape = ["--rooms", rooms, "--members", members, "--in-flight", in_flight]
        self.compare(name, goal, "deliveries/s", lambda: self.bare_run(*shape),
                     lambda: self.service_run(rooms * members, *shape))

    def wire(self, name: str, dialect: str, rooms: int, members: int, in_flight: int, goal: float | None) -> None:
        shape, users = ["--rooms", rooms, "--members", members, "--in-flight", in_flight], rooms * members
        self.compare(name, goal, "deliveries/s", lambda: self.service_run(users, *shape),
                     lambda: self.service_run(users, *shape, dialect=dialect))

    def deflate(self) -> None:
        """The same bytes of JSON: compressed by the service, and as they are by the yardstick."""
        shape = ["--rooms", 1, "--members", 1000, "--in-flight", 1]
        self.compare(DEFLATE, DEFLATE_GOAL, "deliveries/s",
                     lambda: self.bare_run(*shape, "--bytes", DEFLATE_BYTES),
                     lambda: self.service_run(1000, *shape, "--bytes", DEFLATE_BYTES - ENVELOPE_BYTES, "--deflate"))

    def durable(self) -> None:
        shape = ["--rooms", CONVERSATIONS, "--members", 1, "--in-flight", DURABLE_IN_FLIGHT]
        self.compare("durable, 256 conversations", DURABLE_GOAL, "messages/s acked", self.bare_rows,
                     lambda: self.service_run(CONVERSATIONS, *shape))

    def media(self) -> dict:
        """Packets of media relayed, what one costs, and the others beside a reader of video that reads nothing."""
        with service(self.children, self.options.binary, self.scratch) as (port, data, server):
            command = [sys.executable, HERE / "media_load.py", "--port", port, "--server", server,
                       "--tokens", tokens(data, 26), "--seconds", self.options.seconds, "--pairs", self.options.pairs]
            foreign = ForeignLoad(server)
            parts = 2 + 2 * self.options.pairs
            figures = json.loads(self.children.run(command, core=1, timeout=parts * self.options.seconds + 180))
            others = foreign.cores()
        for row in figures["beside_slow"].values():
            row |= {"goal": SLOW_GOAL, "met": row["ratio"] <= SLOW_GOAL}
        return figures | {"foreign_cores": others, "disturbed": others > FOREIGN_LIMIT}

    def idle(self) -> tuple[float, float]:
        """Bytes of an idle connection without compression and with it: medians of runs in turns.

        One run says little: whether a table of the service has just grown when the last connection comes is a hundred bytes of each.
        """
        pairs = []
        for number in range(self.options.pairs):
            pairs.append((self.idle_bytes(), self.idle_bytes("--deflate")))
            print("  memory, pair {}: {:,.0f} and {:,.0f} bytes".format(number + 1, *pairs[-1]), file=sys.stderr)
        return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)

    def idle_bytes(self, *more: str) -> float:
        """Anonymous memory that each of 1,000 idle signed-in connections adds, after 100 have warmed the server up."""
        with service(self.children, self.options.binary, self.scratch) as (port, data, pid):
            file = tokens(data, IDLE_WARM + IDLE)
            anonymous, holders = [], []
            for count in (IDLE_WARM, IDLE):
                command = [self.build / "load", "--port", port, "--dialect", "caas", "--idle", "--members", count,
                           "--tokens", file, "--query", self.options.query, "--seconds", 30, *more]
                holders.append(self.children.start(command, core=1, ready="idle ", timeout=60)[0])
                anonymous.append(settled_anonymous(pid))
            for holder in holders:  # before the server, whose end they would report as a failure
                self.children.stop(holder)
            return (anonymous[1] - anonymous[0]) / IDLE


def media_lines(media: dict) -> list[str]:
    """Rows of the table: what a packet costs by each wire, and whether others notice a slow reader."""
    names = {"plain": "plain frames", "socketio": "Socket.IO"}
    lines = [
        f"| media to {row['readers']} by {names[wire]} (packets/s) | – | {row['packets_per_s']:,} | – | – | – | – "
        f"| {row['cpu_us_per_packet']} µs of the server's core each |"
        for wire, row in media["relay"].items()
    ]
    for name, row in media["beside_slow"].items():
        verdict = "met" if row["met"] else "**missed**"
        if media["disturbed"]:
            verdict = f"disturbed: others used {media['foreign_cores']:.1f} cores"
        lines.append(
            f"| {name} beside a slow reader (p99 ms), beside without | {row['p99_alone_ms']:.2f} "
            f"| {row['p99_beside_slow_ms']:.2f} | {row['ratio']:.2f} | ≤ {row['goal']} | – | {row['p99_beside_slow_ms']:.2f} "
            f"| {verdict} |")
    return lines


def table(rows: list[dict], media: dict | None, idle: tuple[float, float] | None) -> str:
    lines = ["| what | yardstick | service | ratio | goal | p50 ms | p99 ms | |", "|---|--:|--:|--:|--:|--:|--:|---|"]
    for row in rows:
        goal = "–" if row["goal"] is None else f"≥ {row['goal']:g}"
        verdict = {None: "", True: "met", False: "**missed**"}[row["met"]]
        if row["disturbed"]:
            verdict = f"disturbed: others used {row['foreign_cores']:.1f} cores"
        lines.append(
            f"| {row['name']} ({row['unit']}) | {row['bare_per_s']:,.0f} | {row['service_per_s']:,.0f} "
            f"| {row['ratio']:.2f} | {goal} | {row['p50_ms']:.2f} | {row['p99_ms']:.2f} | {verdict} |")
    lines += media_lines(media) if media is not None else []
    if idle is not None:
        plain, deflating = idle
        verdict = "met" if deflating - plain <= IDLE_DEFLATE_GOAL else "**missed**"
        lines.append(f"| memory per idle connection (bytes) | – | {plain:,.0f} | – | – | – | – | |")
        lines.append(f"| the same with compression agreed upon (bytes), beside without | {plain:,.0f} | {deflating:,.0f} "
                     f"| – | ≤ {IDLE_DEFLATE_GOAL} more | – | – | {verdict} |")
    return "\n".join(lines)


def machine() -> dict:
    model = [line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]
    return {"processor": model[0] if model else platform.machine(), "cores": os.cpu_count(),
            "system": f"{platform.system()} {platform.release()}", "load_before": os.getloadavg()[0]}


def settled_anonymous(pid: int) -> int:
    """Bytes of anonymous memory, once the server has finished what the last sign-in set off: the same for a second."""
    seen: list[int] = []
    deadline = time.monotonic() + 30
    while len(seen) < 10 or len(set(seen[-10:])) > 1:
        if time.monotonic() > deadline:
            raise SystemExit("the memory of an idle server did not settle within 30 s")
        time.sleep(0.1)
        status = Path(f"/proc/{pid}/status").read_text()
        seen.append(int(status.split("RssAnon:")[1].split()[0]) * 1024)
    return seen[-1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, default=ROOT / ".build/release/caas")
    parser.add_argument("--seconds", type=int, default=5, help="measured time of each run")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--only", default="", help="the rows whose name contains this, or 'memory'")
    parser.add_argument("--query", default="", help="of the socket endpoint, such as inbox=false")
    parser.add_argument("--output", type=Path, default=ROOT / ".artifacts/bench.json")
    options = parser.parse_args()
    options.binary = options.binary.resolve()
    if not options.binary.exists():
        parser.error(f"{options.binary} is missing: build it with `swift build -c release --product caas`")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES if hard == resource.RLIM_INFINITY else min(FILES, hard), hard))

    # Beside the results, not in /tmp, which may be memory and then has no fsync worth the name.
    scratch = options.output.resolve().parent / f"bench-{os.getpid()}"
    scratch.mkdir(parents=True)
    result: dict = {"machine": machine(), "seconds": options.seconds, "pairs": options.pairs, "complete": False}
    idle = media = None
    try:
        with Children() as children:
            compile_tools(scratch)
            bench = Bench(options, scratch, scratch, children)
            result["rows"] = bench.rows
            for row in FAN_OUT:
                if options.only in row[0]:
                    bench.fan_out(*row)
            for row in WIRES:
                if options.only in row[0]:
                    bench.wire(*row)
            if options.only in DEFLATE:
                bench.deflate()
            if options.only in "durable, 256 conversations":
                bench.durable()
            if options.only in "media":
                media = bench.media()
            if options.only in "memory":
                idle = bench.idle()
        plain, deflating = idle or (None, None)
        result |= {"idle_connection_bytes": plain, "idle_deflate_connection_bytes": deflating, "media": media, "complete": True}
    finally:
        shutil.rmtree(scratch)
        options.output.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    print(table(bench.rows, media, idle))
    judged = [row for row in bench.rows if row["goal"] is not None]
    judged += [row | {"disturbed": media["disturbed"]} for row in media["beside_slow"].values()] if media else []
    if any(row["disturbed"] for row in judged):
        print("Other processes disturbed a row with a goal: this run decides nothing.", file=sys.stderr)
        return 3
    grown = idle is not None and idle[1] - idle[0] > IDLE_DEFLATE_GOAL
    return 1 if grown or any(not row["met"] for row in judged) else 0


if __name__ == "__main__":
    sys.exit(main())
