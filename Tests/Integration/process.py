"""A look at what the server's process uses, and waits that look again and again."""

import os
import select
import time

# Seconds for what is to come at once, or as soon as the service's own times allow; a green run does not take them.
DEADLINE = 30


class Process:
    """What the server's process uses."""

    def __init__(self, server):
        self.folder = f"/proc/{server.process.pid}"

    def _status(self, name):
        with open(f"{self.folder}/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith(f"{name}:"))

    def memory(self):
        """Resident bytes."""
        return self._status("VmRSS")

    def peak(self):
        """The most resident bytes since `forget_peak`, whenever that was."""
        return self._status("VmHWM")

    def forget_peak(self):
        """Lets the peak begin again at what is resident now."""
        with open(f"{self.folder}/clear_refs", "w") as file:
            file.write("5")

    def processor(self):
        """Seconds of processor time until now."""
        with open(f"{self.folder}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self):
        """How many are open."""
        return len(os.listdir(f"{self.folder}/fd"))

    def holds(self, descriptors):
        """Those of the sockets that are still open here."""
        held = set()
        for name in os.listdir(f"{self.folder}/fd"):
            try:
                held.add(os.readlink(f"{self.folder}/fd/{name}"))
            except FileNotFoundError:
                pass  # Closed since it was listed.
        return held & set(descriptors)


def wait_until(condition, what, timeout=DEADLINE):
    """Looks again and again; nothing else tells when the server has let go of a socket."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout} s: {what}"
        select.select([], [], [], 0.01)


def unread(server):
    """Bytes on their way to the server's connections that its process has not read."""
    port, waiting = f":{server.port:04X}", 0
    with open("/proc/net/tcp") as table:
        for line in table.readlines()[1:]:
            _, local, remote, _, queues, *_ = line.split()
            sending, receiving = (int(part, 16) for part in queues.split(":"))
            # The server's ends, and those of its peers. What listens has no bytes.
            waiting += receiving if local.endswith(port) and not remote.endswith(":0000") else 0
            waiting += sending if remote.endswith(port) else 0
    return waiting
