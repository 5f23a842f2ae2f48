"""docs/operating.md, done as it is printed: the configuration, the systemd unit, the online copy."""

import json
import re
import subprocess
import threading

import pytest
from printed import block, put
from service import BINARY, REPOSITORY, run_caas, write_secret

# The configuration and the unit


@pytest.fixture
def configuration(tmp_path):
    """The printed file, with the test's own paths."""
    secret = write_secret(tmp_path / "jwt.secret", "s" * 48)
    file = tmp_path / "caas.json"
    file.write_text(
        put(
            block("json"),
            secret=("/etc/caas/jwt.secret", secret),
            data=("/var/lib/caas", tmp_path / "data"),
            port=('"port": 8080', '"port": 0'),
        )
    )
    return file


def test_the_printed_configuration_is_good(configuration):
    done = run_caas("serve", "--config", configuration, "--check-config")
    assert (done.returncode, done.stdout) == (0, "configuration ok\n"), done.stderr


@pytest.fixture
def unit(tmp_path):
    file = tmp_path / "caas.service"
    file.write_text(put(block("ini"), binary=("/usr/local/bin/caas", BINARY.resolve())))
    return file


def test_the_printed_unit_is_one(unit):
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, timeout=60
    )
    said = [line for line in done.stderr.splitlines() if unit.name in line]
    assert done.returncode == 0 and not said, done.stderr


def test_the_printed_unit_leaves_little_to_break_out_with(unit):
    """systemd's own measure, from 0 to 10: below 2 it calls a unit OK, and 9.6 is one without any of it."""
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", unit]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


# The online copy


def backup(server, target):
    """Runs the printed commands."""
    script = put(
        block("sh"),
        source=("/var/lib/caas/caas.sqlite", server.data / "caas.sqlite"),
        target=("/var/backups/caas/caas.sqlite", target),
    )
    done = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "ok\n"), done.stderr


class Writer(threading.Thread):
    """Sends without a pause until it is told to stop; `acknowledged` has what the service took."""

    def __init__(self, client, conversation, name):
        super().__init__(daemon=True)
        self.client, self.conversation, self.sender = client, conversation, name
        self.acknowledged, self.enough, self.stopping = [], threading.Event(), threading.Event()
        self.failure = None

    def run(self):
        try:
            while not self.stopping.is_set():
                content = f"{self.sender} {len(self.acknowledged)}"
                self.acknowledged.append((self.client.say(self.conversation, content)["seq"], content))
                if len(self.acknowledged) >= 50:
                    self.enough.set()
        except BaseException as failure:
            self.failure = failure
            self.enough.set()


def test_a_copy_made_while_messages_are_written_has_every_message_acknowledged_before(make_server, connect, user):
    first, second = make_server("--no-rate-limits").start(), make_server()
    owner, names = user(), [user("writer") for _ in range(4)]
    conversation = connect(owner, server=first).create("group", names)
    writers = [Writer(connect(name, server=first), conversation, name) for name in names]
    for writer in writers:
        writer.start()
    for writer in writers:
        assert writer.enough.wait(60)
    before = dict(pair for writer in writers for pair in list(writer.acknowledged))
    second.data.mkdir(mode=0o700)
    backup(first, second.data / "caas.sqlite")
    after = sum(len(writer.acknowledged) for writer in writers)
    for writer in writers:
        writer.stopping.set()
        writer.join(30)
        assert writer.failure is None
    assert after > len(before), "nothing was written during the copy, so it shows nothing"
    first.stop()

    restored = whole_history(connect(owner, server=second.start()), conversation)
    assert before.items() <= restored.items()
    # And no others than those sent: a state that was, without holes.
    assert restored.items() <= dict(pair for writer in writers for pair in writer.acknowledged).items()
    assert sorted(restored) == list(range(1, len(restored) + 1))


def whole_history(client, conversation):
    """All messages of a conversation: content by place."""
    found, more = {}, True
    while more:
        page = client.history(conversation, afterSeq=max(found, default=0), limit=100)
        found |= {message["seq"]: message["content"] for message in page["messages"]}
        more = page["hasMore"]
    return found


def test_a_restored_copy_goes_on_where_it_was_made(make_server, connect, user):
    first, second = make_server().start(), make_server()
    alice, bob = user(), user()
    conversation = connect(alice, server=first).create("direct", [bob])
    kept = connect(alice, server=first).say(conversation, "kept")
    secret = "deleted-before-the-copy"
    gone = connect(alice, server=first).say(conversation, secret)
    connect(alice, server=first).ok("message:delete", {"messageId": gone["messageId"]}, conversation)
    second.data.mkdir(mode=0o700)
    backup(first, second.data / "caas.sqlite")
    assert secret.encode() not in (second.data / "caas.sqlite").read_bytes()

    client = connect(bob, server=second.start())
    assert client.history(conversation)["messages"][0]["messageId"] == kept["messageId"]
    assert client.say(conversation, "and on")["seq"] == 3
    with pytest.raises(AssertionError):
        backup(first, second.data / "caas.sqlite")


def test_the_page_names_only_settings_that_there_are():
    known = re.findall(r"^\| `(\w+)`", (REPOSITORY / "docs/configuration.md").read_text(), re.MULTILINE)
    assert set(json.loads(block("json"))) <= set(known)
