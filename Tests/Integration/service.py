"""Starts, ends and kills the built server, and signs tokens for its tenants."""

import itertools
import json
import os
import queue
import signal
import subprocess
import threading
import time
from pathlib import Path

import jwt

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = REPOSITORY / os.environ.get("CAAS_BINARY", ".build/debug/caas")
TENANTS = ("a", "b")
START_TIMEOUT = 30
# Longer than the server's own limit for a drain, so that a slow end is told apart from one that never comes.
STOP_TIMEOUT = 45


def clean_environment(**settings):
    """The environment without this suite's own variables, which are no settings of the server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAAS_")}
    return kept | settings


def run_caas(*arguments, timeout=60, prefix=(), **settings):
    """Runs the command line to its end."""
    command = [*prefix, str(BINARY), *map(str, arguments)]
    return subprocess.run(
        command,
        env=clean_environment(**settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def write_secret(file, text, mode=0o600):
    """Writes a secret file; its trailing newline is no part of the secret."""
    file.write_text(text + "\n")
    file.chmod(mode)
    return file


class Server:
    """One server process at a time on one data directory; two tenants unless `tenants` says otherwise."""

    def __init__(self, folder, *flags, tenants=TENANTS, audience=None, prefix=(), prepare=None, settings=None):
        self.folder = Path(folder)
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self.flags = list(flags)
        self.prefix = list(prefix)
        self.prepare = prepare
        self.audience = audience
        self.secrets = {tenant: f"secret-of-tenant-{tenant}-".ljust(48, "x") for tenant in tenants}
        self.process = None
        self.url = None
        self.port = 0
        self.config = self.folder / "config.json"
        settings = dict(settings or {})
        if tenants:
            listed = [
                {
                    "id": tenant,
                    "jwtSecretFile": str(write_secret(self.folder / f"{tenant}.secret", secret)),
                    "audience": audience,
                }
                for tenant, secret in self.secrets.items()
            ]
            settings["tenants"] = listed
        if settings:
            self.config.write_text(json.dumps(settings))
            self.flags = ["--config", str(self.config), *self.flags]

    @property
    def ws_url(self):
        return self.url.replace("http://", "ws://") + "/v1/socket"

    def start(self):
        """Starts the process and waits for its ready line; a later start takes the port of the first."""
        where = ["--port", str(self.port), "--data", str(self.data)]
        command = [*self.prefix, str(BINARY), "serve", "--environment", "development", *where, *self.flags]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                preexec_fn=self.prepare,
            )
        self.lines = queue.Queue()
        threading.Thread(target=self._read_lines, args=(self.process.stdout, self.lines), daemon=True).start()
        try:
            line = self.lines.get(timeout=START_TIMEOUT)
        except queue.Empty:
            self.kill()
            raise AssertionError(f"no ready line within {START_TIMEOUT} s\n{self.log_tail()}") from None
        assert line and line.startswith("caas ready http://127.0.0.1:"), (
            f"the first line is {line!r}\n{self.log_tail()}"
        )
        self.url = line.split()[2]
        self.port = int(self.url.rpartition(":")[2])
        return self

    @staticmethod
    def _read_lines(stream, lines):
        with stream:
            for line in stream:
                lines.put(line.rstrip("\n"))
        lines.put(None)

    def stop(self):
        """Ends the process as a deploy does, and expects a clean end."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout=STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running {STOP_TIMEOUT} s after SIGTERM\n{self.log_tail()}") from None
        assert code == 0, f"ended with {code} after SIGTERM\n{self.log_tail()}"

    def kill(self):
        """Ends the process without a chance to tidy up."""
        self.process.kill()
        self.process.wait(timeout=STOP_TIMEOUT)

    def restart(self):
        """Ends the process cleanly and starts it again on the same data."""
        self.stop()
        return self.start()

    def close(self):
        """Makes sure that nothing is left running."""
        if self.process and self.process.poll() is None:
            self.kill()

    def log_tail(self, count=60):
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(["--- the server's log ends with", *lines[-count:]])

    def token(self, user, tenant="a", secret=None, algorithm="HS256", headers=None, **claims):
        """A token for `user`; a claim given as None is left out."""
        now = int(time.time())
        payload = {"sub": user, "tid": tenant, "iat": now, "exp": now + 3600}
        if self.audience:
            payload["aud"] = self.audience
        payload = {name: value for name, value in (payload | claims).items() if value is not None}
        key = "" if algorithm == "none" else secret or self.secrets[tenant]
        return jwt.api_jws.encode(json.dumps(payload).encode(), key, algorithm=algorithm, headers=headers)


_numbers = itertools.count(1)


def unique(prefix):
    """An id that no other test of this run uses."""
    return f"{prefix}-{os.getpid()}-{next(_numbers)}"
