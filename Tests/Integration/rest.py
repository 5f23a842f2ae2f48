"""A stock HTTP client for the REST interface: a backend with its key, or a user with a token."""

import httpx
from client import check_error
from service import run_caas, unique

TIMEOUT = 30


def make_key(server, *arguments, tenant="a", scope="admin"):
    """Makes a backend's key by the command line, beside the running service."""
    made = run_caas(
        "key", "create", "--name", unique("key"), "--tenant", tenant, "--scope", scope, *arguments, "--data", server.data
    )
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


class Rest:
    """One caller. Requests go to the server of `server`, as `as_user` where that is given."""

    def __init__(self, server, credential=None, as_user=None):
        headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        self.client = httpx.Client(base_url=server.url, headers=headers, timeout=TIMEOUT, trust_env=False)
        self.as_user = as_user

    def acting_as(self, user):
        """The same caller as another user."""
        other = object.__new__(Rest)
        other.client, other.as_user = self.client, user
        return other

    def ask(self, method, path, body=None, key=None, headers=None, **query):
        """One request; the response as it is."""
        if self.as_user is not None:
            query.setdefault("asUser", self.as_user)
        headers = dict(headers or {}) | ({"Idempotency-Key": key} if key else {})
        content = {} if body is None else {"content": body} if isinstance(body, (str, bytes)) else {"json": body}
        if isinstance(body, (str, bytes)):
            headers.setdefault("Content-Type", "application/json")
        return self.client.request(method, path, params=query, headers=headers, **content)

    def ok(self, method, path, body=None, *, status=200, **options):
        """A request that must succeed; returns what stands in the answer."""
        response = self.ask(method, path, body, **options)
        assert response.status_code == status, response.text
        assert response.headers["Content-Type"] == "application/json"
        assert response.headers["Cache-Control"] == "no-store"
        assert ("Location" in response.headers) == (status == 201)
        return response.json()

    def refused(self, method, path, body=None, *, status, code, field=None, reason=None, **options):
        """A request that must fail as said; returns the error."""
        response = self.ask(method, path, body, **options)
        assert response.status_code == status, response.text
        assert response.headers["Content-Type"] == "application/json"
        assert response.headers["Cache-Control"] == "no-store"
        check_error(response.json()["error"], code, field, reason)
        return response.json()["error"]

    # What most tests do

    def create(self, kind="group", members=(), **data):
        """Makes a conversation and returns its id."""
        body = {"kind": kind, "memberIds": list(members)} | data
        return self.ok("POST", "/v1/conversations", body, status=201)["conversationId"]

    def say(self, conversation, content="hello", key=None, status=201, **data):
        """Sends a message and returns what stands in the answer."""
        path = f"/v1/conversations/{conversation}/messages"
        return self.ok("POST", path, {"content": content} | data, key=key, status=status)

    def history(self, conversation, **query):
        return self.ok("GET", f"/v1/conversations/{conversation}/messages", **query)

    def close(self):
        self.client.close()
