"""The processes of a benchmark: each bounded in time, kept to one core, and ended by its own id."""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import resource
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

STOP_SECONDS = 15
READY_SECONDS = 60


class Children:
    """Starts processes, and ends those still running when the block is left."""

    def __init__(self) -> None:
        self.running: list[subprocess.Popen] = []

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, *_: object) -> None:
        for child in list(self.running):
            self.stop(child)

    def run(self, command: list, core: int, timeout: float) -> str:
        """Runs a command to its end and returns its standard output; a failure is an error."""
        child = self._spawn(command, core)
        try:
            output, _ = child.communicate(timeout=timeout)
        finally:
            self.stop(child)
        if child.returncode != 0:
            raise SystemExit(f"{Path(command[0]).name} ended with {child.returncode}: {output}")
        return output

    def start(self, command: list, core: int, ready: str, timeout: float) -> tuple[subprocess.Popen, str]:
        """Starts a command and waits for the line that begins with `ready`; returns what follows in it."""
        child = self._spawn(command, core)
        end = time.monotonic() + timeout
        line = ""
        while (left := end - time.monotonic()) > 0 and child.poll() is None:
            if select.select([child.stdout], [], [], left)[0]:
                line = child.stdout.readline()
                if line.startswith(ready):
                    return child, line.removeprefix(ready).strip()
                if not line:
                    break
        self.stop(child)
        raise SystemExit(f"{Path(command[0]).name} was not ready: {line}")

    def stop(self, child: subprocess.Popen) -> None:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if child.stdout:
            child.stdout.close()
        if child in self.running:
            self.running.remove(child)

    def _spawn(self, command: list, core: int) -> subprocess.Popen:
        words = [str(word) for word in command]
        if (os.cpu_count() or 1) > 1:
            words = ["taskset", "-c", str(core), *words]
        child = subprocess.Popen(words, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.running.append(child)
        return child


class ForeignLoad:
    """How many cores are busy with what is neither the server, nor a command that ended since, nor the kernel.

    The kernel's own threads and interrupts do the run's own work here: they carry out its fsyncs and its packets.
    """

    def __init__(self, server: int | None) -> None:
        self.server = server
        self.start = self._reading()

    def cores(self) -> float:
        busy, own, at = (new - old for new, old in zip(self._reading(), self.start, strict=True))
        return round(max(0.0, busy - own) / at, 3)

    def _reading(self) -> tuple[float, float, float]:
        tick = os.sysconf("SC_CLK_TCK")
        # user nice system idle iowait irq softirq steal: what others use is the first three and stolen time.
        fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        busy = fields[0] + fields[1] + fields[2] + fields[7] - kernel_thread_ticks()
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        own = ended.ru_utime + ended.ru_stime
        if self.server is not None:
            stat = Path(f"/proc/{self.server}/stat").read_text().rpartition(")")[2].split()
            own += (int(stat[11]) + int(stat[12])) / tick
        return busy / tick, own, time.monotonic()


def kernel_thread_ticks() -> int:
    """Time that the kernel's threads, which are the children of its thread 2, have used."""
    ticks = 0
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        with contextlib.suppress(OSError):  # it ended meanwhile
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            if fields[1] == "2":
                ticks += int(fields[11]) + int(fields[12])
    return ticks


@contextlib.contextmanager
def bare_server(children: Children, build: Path, seconds: int) -> Iterator[tuple[int, int]]:
    """The yardstick on a free port: port, process id."""
    command = [build / "yardstick", "--seconds", seconds]
    child, port = children.start(command, core=0, ready="yardstick ready ", timeout=READY_SECONDS)
    try:
        yield int(port), child.pid
    finally:
        children.stop(child)


@contextlib.contextmanager
def service(children: Children, binary: Path, scratch: Path) -> Iterator[tuple[int, Path, int]]:
    """The service on a free port with an empty data directory: port, directory, process id."""
    data = scratch / "data"
    data.mkdir(mode=0o700)
    command = [binary, "serve", "--environment", "development", "--no-rate-limits", "--port", 0, "--data", data]
    try:
        child, address = children.start(command, core=0, ready="caas ready ", timeout=READY_SECONDS)
        try:
            yield int(address.rsplit(":", 1)[1].rstrip("/")), data, child.pid
        finally:
            children.stop(child)
    finally:
        shutil.rmtree(data)


def tokens(data: Path, count: int) -> Path:
    """A file of one token a line, for `count` users, signed with the secret that the service made."""
    secret = (data / "jwt-secret").read_bytes().removesuffix(b"\n")
    now = int(time.time())
    header = _part({"alg": "HS256", "typ": "JWT"})
    lines = []
    for number in range(count):
        claims = {"sub": f"user{number}", "tid": "default", "iat": now, "exp": now + 3600}
        signed = header + b"." + _part(claims)
        lines.append(signed + b"." + _base64url(hmac.digest(secret, signed, hashlib.sha256)))
    file = data / "tokens"
    file.touch(mode=0o600)
    file.write_bytes(b"\n".join(lines) + b"\n")
    return file


def _part(value: dict) -> bytes:
    return _base64url(json.dumps(value, separators=(",", ":")).encode())


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
