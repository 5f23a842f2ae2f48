"""What one port answers around the socket: health, Host and Origin, upgrades, the development sign-in: R55."""

import http.client
import json
import re
import socket
from urllib.parse import urlsplit

import pytest
from client import Client
from peer import SOCKET, Peer, statuses
from process import Process, wait_until
from websockets.exceptions import InvalidStatus


def ask(server, method, path, body=None, **headers):
    """One request on a connection of its own: status, headers and body."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    try:
        return response.status, response.headers, response.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_is_one_word(server, path):
    status, _, body = ask(server, "GET", path)
    assert status == 200
    assert len(body.split()) == 1


@pytest.mark.parametrize("path", ["/livez", "/", "/v1/dev/token", "/nowhere"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example"])
def test_a_host_that_is_not_this_machine_is_misdirected_before_any_route(server, path, host):
    assert ask(server, "GET", path, Host=host)[0] == 421


@pytest.mark.parametrize("path", ["/livez", "/nowhere"])
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example", "capacitor://localhost"]
)
def test_a_foreign_origin_is_forbidden_before_any_route(server, path, origin):
    assert ask(server, "GET", path, Origin=origin)[0] == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_foreign_origin_cannot_upgrade(server, user, origin):
    with pytest.raises(InvalidStatus) as refusal:
        Client(server.ws_url, server.token(user()), origin=origin)
    assert refusal.value.response.status_code == 403


def test_a_foreign_host_cannot_upgrade(server, user):
    port = urlsplit(server.url).port
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        with pytest.raises(InvalidStatus) as refusal:
            Client(f"ws://evil.example:{port}/v1/socket", server.token(user()), sock=connection)
    assert refusal.value.response.status_code == 421


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1:5173", "own"])
def test_loopback_origins_may_upgrade_in_development(server, connect, user, origin):
    connect(user(), origin=server.url if origin == "own" else origin).ping()


def test_an_unknown_path_is_not_found(server):
    assert ask(server, "GET", "/nowhere")[0] == 404


def test_a_request_without_upgrade_for_the_socket_is_answered(server):
    assert ask(server, "GET", "/v1/socket")[0] in (400, 426)


def test_an_upgrade_may_be_a_later_request_of_a_reused_connection(server, user):
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        for _ in range(2):
            connection.sendall(f"GET /livez HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
            response = http.client.HTTPResponse(connection)
            response.begin()
            assert response.status == 200 and not response.will_close
            response.read()
        client = Client(server.ws_url, server.token(user()), sock=connection)
        assert client.receive()["type"] == "session:ready"
        client.ping()
        client.close()


def test_pipelined_requests_are_answered_in_order(server):
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        paths = ["/livez", "/nowhere", "/livez"]
        connection.sendall(
            "".join(f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n" for path in paths[:2]).encode()
        )
        connection.sendall(f"GET {paths[2]} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n".encode())
        answers = b""
        while piece := connection.recv(65536):
            answers += piece
    statuses = re.findall(rb"HTTP/1\.1 (\d+) ", answers)
    assert statuses == [b"200", b"404", b"200"]


@pytest.mark.parametrize("path, status", [("/livez", 200), ("/readyz", 200), ("/nowhere", 404)])
@pytest.mark.parametrize("count", [1, 3])
def test_a_client_that_ends_its_side_behind_its_requests_gets_the_answers_and_the_end(server, path, status, count):
    with Peer(server) as peer:
        peer.socket.sendall(peer.head(f"GET {path}") * count)
        peer.socket.shutdown(socket.SHUT_WR)
        assert statuses(peer.to_end()) == [status] * count


def test_a_client_that_ends_its_side_within_a_request_is_told_so(server):
    with Peer(server) as peer:
        peer.socket.sendall(peer.head("GET /livez")[:-2])
        peer.socket.shutdown(socket.SHUT_WR)
        assert statuses(peer.to_end()) == [400]


@pytest.mark.parametrize("says_hello", [False, True])
def test_a_socket_whose_client_ends_its_side_is_gone(server, user, says_hello):
    with Peer(server) as peer:
        if says_hello:
            peer.sign_in(user())
            peer.socket.shutdown(socket.SHUT_WR)
        else:
            peer.socket.sendall(peer.head("GET /v1/socket", *SOCKET))
            peer.socket.shutdown(socket.SHUT_WR)
        descriptor, process = peer.descriptor(), Process(server)
        wait_until(lambda: not process.holds([descriptor]), "the connection is gone")


def sign_in(server, body, **headers):
    headers = {"Content_Type": "application/json"} | headers
    return ask(server, "POST", "/v1/dev/token", body if isinstance(body, str) else json.dumps(body), **headers)


@pytest.mark.parametrize("tenant, expected", [(None, "a"), ("b", "b")])
def test_the_development_sign_in_makes_a_token_that_opens_a_session(server, user, tenant, expected):
    alice = user()
    status, headers, body = sign_in(
        server, {"userId": alice, "name": "Alice"} | ({"tenantId": tenant} if tenant else {})
    )
    assert status == 200, body
    assert not [name for name in headers if name.lower().startswith("access-control-")]
    client = Client(server.ws_url, json.loads(body)["token"])
    data = client.receive()["data"]
    client.close()
    assert (data["userId"], data["tenantId"], data["name"]) == (alice, expected, "Alice")


def test_the_development_sign_in_wants_json_and_its_own_origin(server, user):
    body = {"userId": user()}
    assert sign_in(server, body, Content_Type="text/plain")[0] in (400, 415)
    assert sign_in(server, body, Origin="http://localhost:3000")[0] == 403
    assert sign_in(server, body, Origin=server.url)[0] == 200


@pytest.mark.parametrize("body", ["{", "[]", "{}", '{"userId":7}', '{"userId":"a b"}', '{"userId":""}'])
def test_the_development_sign_in_refuses_what_names_no_user(server, body):
    status, _, answer = sign_in(server, body)
    assert status == 400
    assert json.loads(answer)["error"]["code"] in ("INVALID_PAYLOAD", "MISSING_FIELD")


def test_the_page_is_served_with_a_strict_policy(server):
    status, headers, body = ask(server, "GET", "/")
    assert status == 200
    assert headers["Content-Type"].startswith("text/html")
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "<title>" in body
