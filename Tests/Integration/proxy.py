"""Proxies of the test's own, nginx and Caddy, with the settings that docs/operating.md shows."""

import os
import random
import shutil
import socket
import subprocess
import time
from pathlib import Path

from service import REPOSITORY

START_TIMEOUT = 30
NGINX = """
daemon off;
master_process off;
pid nginx.pid;
error_log nginx.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path bodies;
    proxy_temp_path proxied;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
{sample}
}}
"""
CADDY = """
{{
    admin off
    auto_https disable_redirects
    storage file_system stored
}}
{sample}
"""


def program(name, folder):
    """The program; where the machine has none, scripts/bootstrap unpacks one."""
    unpacked = REPOSITORY / ".tools" / name / folder / name
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin") or unpacked
    assert Path(found).exists(), f"no {name}: run `scripts/bootstrap tests`"
    return found


def free_port():
    """A port that nobody has, below those that the system gives to outgoing connections: these come and go."""
    while True:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", random.randrange(16_384, 32_768)))
                return probe.getsockname()[1]
            except OSError:
                continue


def make_certificate(folder, name):
    """A certificate of its own for `name`, and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=30)
    return certificate, key


class Proxy:
    """One process of a proxy, which a `with` block starts and ends."""

    def __init__(self, folder, port, *command):
        self.folder, self.port, self.command = folder, port, command

    def __enter__(self):
        with (self.folder / "proxy.log").open("wb") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_TIMEOUT
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.02)
        self.process.kill()
        self.process.wait(timeout=30)
        raise AssertionError(f"{self.command[0]} did not start: {(self.folder / 'proxy.log').read_text()}")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=30)


def nginx(folder, sample, port):
    (folder / "nginx.conf").write_text(NGINX.format(sample=sample))
    command = [program("nginx", "usr/sbin"), "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "nginx.log"]
    return Proxy(folder, port, *command)


def caddy(folder, sample, port):
    (folder / "Caddyfile").write_text(CADDY.format(sample=sample))
    command = [program("caddy", "usr/bin"), "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"]
    return Proxy(folder, port, *command)
