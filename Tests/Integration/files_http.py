"""Files by HTTP, as a client sends them and a test may stop in the middle."""

import json
import socket

import pytest
from files import Upload
from rest_fixtures import backend, keys, person  # noqa: F401

MEGABYTE = 1024 * 1024
# Longer than anything that the service waits for.
PATIENCE = 60


@pytest.fixture
def sent(connect, user):
    """A file of a conversation of alice and bob that has arrived, and the two names."""

    def sent(content=b"content of a file", mime="image/png", name="a.png"):
        names = [user("alice"), user("bob")]
        alice = connect(names[0])
        conversation = alice.create(members=names[1:])
        upload = Upload(content, conversation, name=name, mime=mime).begin(alice)
        upload.send(alice)
        return upload, *names

    return sent


def begin(caller, conversation, content, **fields):
    body = {"conversationId": conversation, "name": "a.bin", "mimeType": "application/zip", "size": len(content)}
    return caller.ok("POST", "/v1/files", body | fields)["fileId"]


def put(caller, file, content, start=None, size=None, **headers):
    headers = {"Content-Type": "application/octet-stream"} | headers
    if start is not None:
        headers["Content-Range"] = f"bytes {start}-{start + len(content) - 1}/{size or '*'}"
    # All of it is looked at again at its end.
    caller.client.timeout = PATIENCE
    return caller.ask("PUT", f"/v1/files/{file}", content, headers=headers)


def place(caller, file, size):
    """How much of a file is there; it belongs to whoever asks."""
    answer = caller.ask("PUT", f"/v1/files/{file}", b"", headers={"Content-Range": f"bytes */{size}"})
    assert answer.status_code == 200, answer.text
    return answer.json()["offset"]


class Body:
    """A PUT whose body goes as the test says. Entered, it is the one that sends the file."""

    def __init__(self, server, token, file, size, start=0, fields="", expects=True):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
        length = "" if "Transfer-Encoding" in fields else f"Content-Length: {size - start}\r\n"
        self.socket.sendall(
            (
                f"PUT /v1/files/{file} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Range: bytes {start}-{size - 1}/{size}\r\n{length}{fields}"
                f"{'Expect: 100-continue' if expects else 'X-Expects: nothing'}\r\n\r\n"
            ).encode()
        )
        if expects:
            assert self.head() == 100

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, content):
        self.socket.sendall(content)

    def head(self):
        """The status of an answer, whose head is read."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = self.socket.recv(1)
            assert byte, head
            head += byte
        self.length = next(
            (int(line[15:]) for line in head.decode().split("\r\n") if line.lower().startswith("content-length:")), 0
        )
        return int(head.split()[1])

    def answer(self):
        """The status and the body of the answer."""
        status, body = self.head(), b""
        while len(body) < self.length:
            part = self.socket.recv(self.length - len(body))
            assert part, body
            body += part
        return status, json.loads(body or "null")

    def ended(self):
        """Waits until the service has closed the connection, and drops what still comes."""
        try:
            while self.socket.recv(65_536):
                pass
        except ConnectionResetError:
            pass
