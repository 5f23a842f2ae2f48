"""Everybody does anything with calls at once, on every wire, and lines break: in the end all were told the same. R39–R48."""

import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pytest
from calling import cut
from service import unique

STEPS = int(os.environ.get("STORM_STEPS", "100"))
SEED = int(os.environ.get("STORM_SEED", "0")) or random.randrange(1, 1 << 32)
PEOPLE = 5
# The wire of each device, and whose it is.
DEVICES = [
    ("plain", 0), ("plain", 1), ("websocket", 2), ("polling", 3), ("plain", 4), ("websocket", 0), ("plain", 1), ("polling", 4),
]  # fmt: skip
# What is said to whoever comes too late or is not in the call; any other refusal is a fault.
LATE = "call_ended answered_elsewhere answered not_callee in_call other_device not_answered peer_away".split()


class Device:
    """One that calls, answers, ends and loses its line, as chance has it."""

    def __init__(self, connect, person, people, seed):
        self.connect, self.person, self.people = connect, person, people
        self.name, self.chance = unique("dev"), random.Random(seed)
        self.lines, self.calls = [], {}
        self.open()

    def open(self):
        self.line = self.connect(self.person, claims={"dev": self.name})
        self.lines.append(self.line)

    def storm(self):
        steps = {self.ring: 22, self.answer: 28, self.reject: 6, self.end: 12, self.signal: 18, self.renew: 4, self.lose: 6}
        for step in self.chance.choices(list(steps), list(steps.values()), k=STEPS):
            self.listen()
            step()

    def listen(self):
        self.calls |= dict.fromkeys(frame["data"]["callId"] for frame in self.line.events if frame["type"] == "call:incoming")

    def ask(self, type, data):
        ack = self.line.request(type, data)
        assert ack["success"] or ack["error"]["details"]["reason"] in LATE, (type, ack)
        return ack

    def about(self, type, **data):
        """Something about one of the last calls, most often the very last."""
        if self.calls:
            self.ask(type, {"callId": self.chance.choice([*list(self.calls)[-3:], list(self.calls)[-1]])} | data)

    def ring(self):
        callee = self.chance.choice([person for person in self.people if person != self.person])
        ack = self.ask("call:initiate", {"targetUserId": callee, "type": "audio"})
        if ack["success"]:
            self.calls[ack["callId"]] = None

    def answer(self):
        self.about("call:answer")

    def reject(self):
        self.about("call:reject")

    def end(self):
        self.about("call:end")

    def signal(self):
        self.about("call:signal", kind="app", payload="x" * self.chance.randrange(1, 200))

    def renew(self):
        self.about("call:ice")

    def lose(self):
        """The line breaks, or ends with a goodbye; the device is back at once, or a moment later than another has acted."""
        if self.chance.random() < 0.3:
            self.line.leave() if hasattr(self.line, "leave") else self.line.close()
        else:
            self.line.break_off() if hasattr(self.line, "break_off") else cut(self.line)
        self.open()

    def end_all(self):
        for call in self.calls:
            self.ask("call:end", {"callId": call})

    def heard(self, line):
        """What was told of each call on a line, in order."""
        heard = {}
        for frame in line.events:
            if frame["type"].startswith("call:"):
                heard.setdefault(frame["data"]["callId"], []).append((frame["type"], frame["data"].get("reason")))
        return heard


def ends(told):
    return [reason for type, reason in told if type == "call:ended" and reason != "answered_elsewhere"]


@pytest.fixture(params=[False, True], ids=["busy", "waiting"])
def devices(request, make_server, dial, user):
    settings = {"calls": {"grace": 1, "callerGrace": 1, "ringTimeout": 5, "waiting": request.param}}
    server = make_server("--no-rate-limits", settings=settings).start()
    people = [user() for _ in range(PEOPLE)]

    def connect(wire):
        return lambda person, **options: dial(wire, person, server=server, **options)

    devices = [
        Device(connect(wire), people[whose], people, SEED + number) for number, (wire, whose) in enumerate(DEVICES)
    ]
    devices[0].line.create(members=people[1:])
    return devices


def test_all_are_told_the_same(devices):
    print(f"seed {SEED}")
    with ThreadPoolExecutor(len(devices)) as threads:
        list(threads.map(Device.storm, devices))
    for device in devices:
        device.listen()
        device.end_all()
    for device in devices:
        device.line.ok("conversation:list")
    told = {}
    for device in devices:
        for line in device.lines:
            for call, news in device.heard(line).items():
                assert len(ends(news)) <= 1, f"seed {SEED}: {device.person} was told of the end of {call} twice: {news}"
                told.setdefault(call, set()).update(ends(news))
                if line is device.line:
                    assert ends(news), f"seed {SEED}: {device.person} heard of {call}, and not of its end: {news}"
    known = history(devices)
    assert not [reasons for reasons in told.values() if len(reasons) > 1], f"seed {SEED}"
    for call in {call for device in devices for call in device.calls}:
        # The two of them read the same entry, and nobody else has one.
        [reason] = known[call]
        assert known[call][reason] == 2, f"seed {SEED}, {call}"
        assert told.get(call, set()) <= {reason}, f"seed {SEED}, {call}: {told[call]}, not {reason}"
    assert len({reason for entry in known.values() for reason in entry}) > 2, f"seed {SEED}: a lull, and no storm"


def history(devices):
    """How often each call's end stands in the histories of all people."""
    lines = {device.person: device.line for device in devices}
    known = {}
    for one, other in combinations(lines.values(), 2):
        conversation = one.create(kind="direct", members=[other.ready["data"]["userId"]])
        for line in (one, other):
            for entry in entries(line, conversation):
                known.setdefault(entry["callId"], Counter())[entry["reason"]] += 1
    return known


def entries(line, conversation):
    before = {}
    while True:
        page = line.history(conversation, limit=100, **before)
        yield from (message["metadata"] for message in page["messages"] if message["type"] == "call")
        if not page["hasMore"]:
            return
        before = {"beforeSeq": page["messages"][0]["seq"]}
