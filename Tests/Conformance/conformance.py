"""Runs the Autobahn suite against the service's echo, and against the client role of its WebSocket module."""

import json
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import python27
import report

REPOSITORY = python27.REPOSITORY
BUILD = REPOSITORY / ".build/debug"
ARTIFACTS = REPOSITORY / ".artifacts/conformance"
AGENT = "caas"
START_TIMEOUT, STOP_TIMEOUT = 30, 30
# Of one direction: without the long cases, and with them.
RUN_TIMEOUT, WHOLE_TIMEOUT = 300, 3_600
# The exit status where there is no Python 2.7; any other failure has another one.
NO_PYTHON = 3


def against_the_server(wstest, scratch, whole):
    """The suite's client against `/v1/echo`."""
    outdir = fresh(ARTIFACTS / "server")
    with running(BUILD / "caas", "serve", *echo_settings(scratch), log=scratch / "server.log", shows=True) as server:
        ready = server.stdout.readline()
        if not ready.startswith("caas ready http://"):
            sys.exit(f"conformance: the server did not start: {(scratch / 'server.log').read_text()}")
        url = ready.split()[2].replace("http://", "ws://") + "/v1/echo"
        spec = {"outdir": str(outdir), "servers": [{"agent": AGENT, "url": url}]}
        command = [wstest, "-m", "fuzzingclient", "-s", written(scratch / "client.json", spec, whole)]
        to_the_end(command, outdir / "suite.log", whole)
    return outdir


def echo_settings(scratch):
    return ["--environment", "development", "--port", "0", "--data", scratch / "data", "--conformance"]


def against_the_client(wstest, scratch, whole):
    """The suite's server against the client role."""
    outdir, port = fresh(ARTIFACTS / "client"), free_port()
    server = {"outdir": str(outdir), "url": f"ws://127.0.0.1:{port}"}
    spec = written(scratch / "server.json", server, whole)
    with running(wstest, "-m", "fuzzingserver", "-u", "0", "-s", spec, log=outdir / "suite.log") as suite:
        wait_for_port(port, suite)
        to_the_end([BUILD / "ConformanceClient", str(port), AGENT], outdir / "client.log", whole)
    return outdir


@contextmanager
def running(*command, log, shows=False):
    """A process that is asked to end when the block does; what it `shows` is read here, the rest goes to its log."""
    with log.open("wb") as file:
        output = subprocess.PIPE if shows else file
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=file, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def to_the_end(command, log, whole):
    timeout = WHOLE_TIMEOUT if whole else RUN_TIMEOUT
    with log.open("wb") as output:
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=timeout)
        except subprocess.TimeoutExpired:
            sys.exit(f"conformance: {Path(command[0]).name} was not done in {timeout} s, see {log}")
    if done.returncode != 0:
        sys.exit(f"conformance: {Path(command[0]).name} ended with {done.returncode}, see {log}")


def free_port():
    """A port that nobody has, below those that the system gives to outgoing connections: these come and go."""
    while True:
        with socket.socket() as probe:
            try:
                probe.bind(("", random.randrange(16_384, 32_768)))
                return probe.getsockname()[1]
            except OSError:
                continue


def wait_for_port(port, process):
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("conformance: the suite's server did not start")


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def written(file, spec, whole):
    file.write_text(json.dumps(spec | {"cases": report.cases(whole), "exclude-cases": [], "exclude-agent-cases": {}}))
    return file


def verdict(name, outdir, whole):
    """Prints what a run's report says, and tells whether it is good."""
    index = outdir / "index.json"
    results = json.loads(index.read_text()).get(AGENT, {}) if index.exists() else {}
    lines, faults = report.judge(results, whole)
    print(f"{name}: {outdir.relative_to(REPOSITORY)}/index.html", *lines, *faults, sep="\n  ")
    return not faults


def main(arguments):
    python = python27.find()
    if not python:
        message = "conformance: the Autobahn suite needs Python 2.7, and no program on the PATH or of pyenv is one"
        print(message, file=sys.stderr)
        sys.exit(NO_PYTHON)
    if arguments == ["--find-python"]:
        print(python)
        return
    whole = arguments == ["--all"]
    if arguments and not whole:
        sys.exit("usage: scripts/conformance [--find-python | --all]")
    wstest = python27.wstest(python)
    good = True
    for name, run in (("server", against_the_server), ("client role", against_the_client)):
        with tempfile.TemporaryDirectory(prefix="conformance-") as scratch:
            good &= verdict(name, run(wstest, Path(scratch), whole), whole)
    if not whole:
        print("left out: the long cases of groups 12 and 13, which `make conformance-all` runs")
    sys.exit(0 if good else 1)
