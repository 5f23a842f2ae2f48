"""Finds a Python 2.7 and makes the environment in which the Autobahn suite runs."""

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
FOLDER = REPOSITORY / ".venv-conformance"
ENVIRONMENT = FOLDER / "python27"
NAMES = ("python2.7", "python2", "pypy2.7", "pypy2", "pypy", "python")
# The last virtualenv that makes environments for 2.7.
VIRTUALENV = ("virtualenv==20.21.1", "distlib<0.4", "filelock<4", "platformdirs<4")
PROBE = "import sys, ssl, zlib, ctypes; sys.exit(sys.version_info[:2] != (2, 7))"


def candidates():
    """What could be one: on the PATH, and among pyenv's versions whether they are switched on or not."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders += sorted(pyenv.glob("versions/*/bin"))
    for folder in folders:
        for name in NAMES:
            if os.access(folder / name, os.X_OK):
                yield folder / name


def find():
    """The first candidate that runs and is one; a name alone says nothing, as pyenv's shims show."""
    for python in candidates():
        try:
            probe = subprocess.run([python, "-c", PROBE], capture_output=True, timeout=30)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if probe.returncode == 0:
            return python
    return None


def wstest(python):
    """The suite's command in an environment made with `python`; made anew when its list of packages changes."""
    command, stamp = ENVIRONMENT / "bin/wstest", FOLDER / "installed-requirements.txt"
    wanted = f"# {python}\n{REQUIREMENTS.read_text()}"
    if command.exists() and stamp.exists() and stamp.read_text() == wanted:
        return command
    print(f"conformance: installing the suite for {python}", file=sys.stderr)
    maker = FOLDER / "maker"
    stamp.unlink(missing_ok=True)
    run(sys.executable, "-m", "venv", "--clear", maker)
    run(maker / "bin/python", "-m", "pip", "install", *VIRTUALENV)
    run(maker / "bin/virtualenv", "--clear", "--python", python, ENVIRONMENT)
    run(ENVIRONMENT / "bin/python", "-m", "pip", "install", "--requirement", REQUIREMENTS)
    stamp.write_text(wanted)
    return command


def run(*command):
    """Runs a step to its end, and shows what it said only where it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\nconformance: failed with {done.returncode}: {' '.join(map(str, command))}")
