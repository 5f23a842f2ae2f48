"""An nginx of the test's own, with the settings that docs/operating.md shows."""

import os
import random
import shutil
import socket
import subprocess
import time
from pathlib import Path

from service import REPOSITORY

# scripts/bootstrap unpacks one there where the machine has none.
UNPACKED = REPOSITORY / ".tools/nginx/usr/sbin/nginx"
START_TIMEOUT = 10
FRAME = """
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


def nginx():
    """The program; a machine without one has not been bootstrapped."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or UNPACKED
    assert Path(found).exists(), "no nginx: run `scripts/bootstrap tests`"
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
    """One nginx process, which a `with` block starts and ends."""

    def __init__(self, folder, sample, port):
        self.folder, self.port = Path(folder), port
        (self.folder / "nginx.conf").write_text(FRAME.format(sample=sample))

    def __enter__(self):
        command = [nginx(), "-p", self.folder, "-c", self.folder / "nginx.conf", "-e", self.folder / "nginx.log"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + START_TIMEOUT
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.02)
        self.process.kill()
        raise AssertionError(f"nginx did not start: {self.process.communicate()[1]}")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
