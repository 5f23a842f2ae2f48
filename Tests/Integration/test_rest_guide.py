"""The lines of docs/rest.md do what they say, as they are printed."""

import json
import re
import shlex
import subprocess

import httpx
from service import BINARY, REPOSITORY, clean_environment

GUIDE = REPOSITORY / "docs/rest.md"


def test_the_first_minute_of_the_guide_works_as_it_is_printed(make_server):
    server = make_server(tenants=()).start()
    (block,) = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    # The service's address and data, and where the program is, are this test's own.
    printed = block.replace("http://localhost:8080", server.url).replace("./data", shlex.quote(str(server.data)))
    script = f"set -euo pipefail\ncaas() {{ {shlex.quote(str(BINARY))} \"$@\"; }}\n" + re.sub(
        r"^(curl (?:.*\\\n)*.*)$", r"\1; echo", printed, flags=re.MULTILINE
    )
    run = subprocess.run(["bash", "-c", script], env=clean_environment(), capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run
    token, made, sent, history = map(json.loads, run.stdout.splitlines())
    assert token["token"].count(".") == 2
    assert made["conversationId"] == "order-1234"
    assert sent["seq"] == 1
    (message,) = history["messages"]
    assert (message["senderId"], message["clientId"]) == ("alice", "parcel-1234")
    assert message["content"] == "Your parcel is on its way."


def test_the_guide_lists_every_route(server):
    paths = httpx.get(f"{server.url}/openapi.json", trust_env=False).json()["paths"]
    described = {
        f"{method.upper()} {path}" for path, item in paths.items() for method in item if method != "parameters"
    }
    assert set(re.findall(r"^\| `([A-Z]+ /v1[^`]*)`", GUIDE.read_text(), re.MULTILINE)) == described
