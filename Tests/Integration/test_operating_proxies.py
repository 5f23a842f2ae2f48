"""The proxies of docs/operating.md before the service, with the settings that are printed there: nginx and Caddy."""

import http.client
import json
import socket
from contextlib import ExitStack, closing

import pytest
from client import Client
from files import MEGABYTE, content_of, sha256
from limits_table import rows
from printed import block, put
from process import wait_until
from proxy import caddy, free_port, make_certificate, nginx
from service import Server
from tls import trusting
from websockets.exceptions import InvalidStatus

NAME = "chat.example.com"
PRODUCTION = ["--environment", "production"]
BY_NAME = {row.code: row for row in rows()}


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxied(request, tmp_path_factory):
    """A service of production, and what connects to it by TLS through a proxy."""
    folder = tmp_path_factory.mktemp("proxied")
    printed = json.loads(block("json"))
    settings = {name: printed[name] for name in ("publicHosts", "trustedProxies")}
    settings |= {"adminPort": 0, "waitingSockets": 2}
    server = Server(folder, *PRODUCTION, audience="caas", settings=settings).start()
    port, certified = free_port(), make_certificate(folder, NAME)
    make = nginx_as_printed if request.param == "nginx" else caddy_as_printed
    try:
        with make(folder, server, port, *certified):
            yield Proxied(server, port, trusting(certified[0]))
        server.stop()
    finally:
        server.close()


def nginx_as_printed(folder, server, port, certificate, key):
    sample = put(
        block("nginx"),
        service=("127.0.0.1:8080", f"127.0.0.1:{server.port}"),
        listen=("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        certificate=(f"/etc/ssl/{NAME}.pem", certificate),
        key=(f"/etc/ssl/{NAME}.key", key),
    )
    return nginx(folder, sample, port)


def caddy_as_printed(folder, server, port, certificate, key):
    """With a certificate, where Caddy would fetch one."""
    sample = put(
        block("caddyfile"),
        service=("127.0.0.1:8080", f"127.0.0.1:{server.port}"),
        site=(f"{NAME} {{", f"{NAME}:{port} {{\n    bind 127.0.0.1\n    tls {certificate} {key}"),
    )
    return caddy(folder, sample, port)


class Proxied:
    """Where the service is reached through the proxy."""

    def __init__(self, server, port, trust):
        self.server, self.port, self.trust = server, port, trust

    def open(self, token=None, **options):
        return Client(
            f"wss://{NAME}:{self.port}/v1/socket",
            token,
            address=("127.0.0.1", self.port),
            ssl=self.trust,
            server_hostname=NAME,
            **options,
        )

    def connect(self, user, **options):
        client = self.open(None if "subprotocols" in options else self.server.token(user), **options)
        assert client.receive()["type"] == "session:ready"
        return client

    def dial(self):
        """A connection for HTTP, by TLS."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.sock = self.trust.wrap_socket(plain, server_hostname=NAME)
        return closing(connection)

    def ask(self, method, path, body=None, host=NAME, **fields):
        with self.dial() as connection:
            connection.request(method, path, body, fields | {"Host": host})
            response = connection.getresponse()
            return response.status, response.read()


def test_frames_go_through_a_proxy_in_both_directions_as_they_come(proxied, user):
    alice, bob = user(), user()
    sender, reader = proxied.connect(alice), proxied.connect(bob)
    conversation = sender.create("direct", [bob])
    for number in range(20):
        sender.say(conversation, f"message {number}")
        assert reader.expect("message:new", content=f"message {number}")["data"]["senderId"] == alice
    sender.close()
    reader.close()


def test_a_browser_with_the_largest_token_comes_through_a_proxy(proxied, user):
    # With the name of its field in front it is longer than the 8 KiB that nginx takes unless it is told otherwise.
    token = next(
        token for size in range(5_000, 6_200) if len(token := proxied.server.token(user(), padding="p" * size)) > 8_180
    )
    assert len(token) <= BY_NAME["TokenAuthority.tokenBytes"].number
    client = proxied.connect(
        user(), subprotocols=["caas.v1", f"bearer.{token}"], origin=f"https://{NAME}:{proxied.port}"
    )
    assert client.socket.subprotocol == "caas.v1"
    client.ping()
    client.close()


def test_a_close_code_comes_through_a_proxy(proxied, user):
    client = proxied.connect(user())
    for _ in range(5):
        client.send_text("no frame")
    assert client.close_code() == 4400


def test_health_and_refusals_come_through_a_proxy(proxied):
    assert proxied.ask("GET", "/readyz") == (200, b"ok\n")
    assert proxied.ask("POST", "/nowhere", b" " * 1_048_577)[0] == 413


def test_another_host_gets_nothing_from_the_service(proxied):
    # nginx passes it on; Caddy answers by itself, with nothing.
    assert proxied.ask("GET", "/readyz", host="other.example") in [(421, b"Misdirected Request\n"), (200, b"")]


def test_clients_are_told_apart_by_the_address_that_the_proxy_saw(proxied):
    """Each address may have two connections that have not signed in, whatever it says of itself."""
    with ExitStack() as stack:

        def connect(address, **headers):
            client = proxied.open(source_address=(address, 0), **headers)
            stack.callback(client.close)

        for address in ("127.0.0.8", "127.0.0.9"):
            connect(address)
            connect(address)
            for headers in ({}, {"headers": {"X-Forwarded-For": "198.51.100.1"}}):
                with pytest.raises(InvalidStatus) as refused:
                    connect(address, **headers)
                assert refused.value.response.status_code == 503


def test_a_large_file_is_passed_on_while_it_comes_and_parts_of_it_come_back(proxied, user):
    name, content = user(), content_of(3 * MEGABYTE)
    client = proxied.connect(name)
    conversation = client.create("direct", [user()])
    announced = {"conversationId": conversation, "name": "a.zip", "mimeType": "application/zip", "size": len(content)}
    signed = {"Authorization": f"Bearer {proxied.server.token(name)}"}
    kind = {"Content-Type": "application/json"}
    status, answer = proxied.ask("POST", "/v1/files", json.dumps(announced), **signed, **kind)
    assert status == 200, answer
    path = f"/v1/files/{json.loads(answer)['fileId']}"
    kept = proxied.server.data / "files" / path.rpartition("/")[2]
    with proxied.dial() as connection:
        connection.putrequest("PUT", path, skip_host=True)
        fields = {"Host": NAME, "Content-Type": "application/zip", "Content-Length": str(len(content))}
        for field, value in (fields | signed).items():
            connection.putheader(field, value)
        connection.endheaders()
        connection.send(content[: 2 * MEGABYTE])
        # More than other bodies may have, while a third of it is not sent yet.
        wait_until(lambda: kept.exists() and kept.stat().st_size > MEGABYTE, "the first of it is on the disk")
        connection.send(content[2 * MEGABYTE :])
        response = connection.getresponse()
        assert response.status == 200, response.read()
        assert json.loads(response.read())["sha256"] == sha256(content)
    status, part = proxied.ask("GET", path, Range=f"bytes={MEGABYTE - 1}-{2 * MEGABYTE}", **signed)
    assert (status, part) == (206, content[MEGABYTE - 1 : 2 * MEGABYTE + 1])
    assert proxied.ask("GET", path, **signed) == (200, content)
    client.close()
