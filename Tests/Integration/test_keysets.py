"""Tokens that an issuer signs with keys of its own, made and shown by stock libraries: R57."""

import hmac
import json
import os
from base64 import urlsafe_b64encode
from pathlib import Path

import jwt
import pytest
from client import Client
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from rest import Rest, make_key
from service import run_caas, unique
from websockets.exceptions import ConnectionClosed

MAKERS = {
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "RS256": lambda: rsa.generate_private_key(public_exponent=65_537, key_size=2_048),
}


class Issuer:
    """Signs with one key at a time; publishes them all in its file."""

    def __init__(self, file):
        self.file = Path(file)
        self.keys = {}

    def add(self, id, algorithm):
        self.keys[id] = algorithm, MAKERS[algorithm]()

    def entry(self, id):
        algorithm, key = self.keys[id]
        maker = jwt.get_algorithm_by_name(algorithm)
        return maker.to_jwk(key.public_key(), as_dict=True) | {"kid": id, "use": "sig", "alg": algorithm}

    def publish(self, *ids):
        """Replaces the file as one does: written beside it, then renamed."""
        draft = self.file.with_suffix(".new")
        draft.write_text(json.dumps({"keys": [self.entry(id) for id in ids]}))
        os.rename(draft, self.file)

    def token(self, server, user, id, tenant=None, headers=None, **claims):
        algorithm, key = self.keys[id]
        return server.token(user, tenant, secret=key, algorithm=algorithm, headers={"kid": id} | (headers or {}), **claims)


@pytest.fixture
def issuer(tmp_path):
    return Issuer(tmp_path / "keys.json")


def signed_with(secret, token):
    """The claims of a token under HS256, as libraries refuse to sign them with a public key."""
    header = urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "rsa"}).encode()).rstrip(b"=")
    message = header + b"." + token.split(".")[1].encode()
    signature = urlsafe_b64encode(hmac.digest(secret, message, "sha256")).rstrip(b"=")
    return (message + b"." + signature).decode()


def opened(server, token):
    """The first frame of a connection with this token."""
    client = Client(server.ws_url, token)
    try:
        return client.receive()
    finally:
        client.close()


def reason(server, token):
    """Why the token is refused, which also ends the connection."""
    client = Client(server.ws_url, token)
    error = client.receive()
    assert (error["type"], error["data"]["code"]) == ("error", "AUTH_INVALID"), error
    with pytest.raises(ConnectionClosed) as closed:
        client.receive()
    assert closed.value.rcvd.code == 4402
    return error["data"]["details"]["reason"]


def start(make_server, issuer, **options):
    return make_server("--jwks-file", issuer.file, tenants=(), **options).start()


def test_users_with_keys_of_every_kind_talk_to_each_other(make_server, issuer):
    for algorithm in MAKERS:
        issuer.add(f"key-{algorithm}", algorithm)
    issuer.publish(*issuer.keys)
    server = start(make_server, issuer)
    clients = []
    for id in issuer.keys:
        client = Client(server.ws_url, issuer.token(server, unique("user"), id, name=id))
        client.ready = client.receive()
        assert client.ready["type"] == "session:ready", client.ready
        clients.append(client)
    users = [client.ready["data"]["userId"] for client in clients]
    room = clients[0].create(members=users[1:])
    clients[0].say(room, "signed by different keys")
    for client in clients[1:]:
        assert client.expect("message:new", content="signed by different keys")["data"]["senderId"] == users[0]
    for client in clients:
        client.close()
    assert not (server.data / "jwt-secret").exists(), "nobody needs a secret"
    server.stop()


def test_forged_tokens_are_refused(make_server, issuer):
    issuer.add("ed", "EdDSA")
    issuer.add("rsa", "RS256")
    issuer.publish(*issuer.keys)
    server = start(make_server, issuer)
    stranger = Issuer(issuer.file)
    stranger.add("ed", "EdDSA")
    assert reason(server, stranger.token(server, "eve", "ed")) == "signature"
    assert reason(server, issuer.token(server, "eve", "ed", headers={"kid": "rsa"})) == "algorithm"
    assert reason(server, issuer.token(server, "eve", "ed", headers={"kid": "nobody"})) == "kid"
    public = issuer.keys["rsa"][1].public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert reason(server, signed_with(public, issuer.token(server, "eve", "rsa"))) == "algorithm"
    assert reason(server, server.token("eve", None, algorithm="none", headers={"kid": "ed"})) == "algorithm"
    jwk = {"jwk": stranger.entry("ed"), "jku": "http://127.0.0.1:1/"}
    assert reason(server, stranger.token(server, "eve", "ed", headers=jwk)) == "signature"
    assert opened(server, issuer.token(server, "alice", "ed"))["type"] == "session:ready"


def test_keys_are_changed_while_the_service_runs(make_server, issuer):
    issuer.add("old", "ES256")
    issuer.add("new", "EdDSA")
    issuer.publish("old")
    server = start(make_server, issuer)
    assert opened(server, issuer.token(server, "alice", "old"))["type"] == "session:ready"
    issuer.publish("old", "new")
    for id in ("new", "old"):
        assert opened(server, issuer.token(server, "alice", id))["type"] == "session:ready"
    issuer.publish("new")
    server.restart()
    assert opened(server, issuer.token(server, "alice", "new"))["type"] == "session:ready"
    assert reason(server, issuer.token(server, "alice", "old")) == "kid"


def test_a_file_that_breaks_while_the_service_runs_changes_nothing_and_is_logged(make_server, issuer):
    issuer.add("key", "EdDSA")
    issuer.publish("key")
    server = start(make_server, issuer)
    issuer.file.write_text('{"keys": [')
    assert reason(server, issuer.token(server, "alice", "key", headers={"kid": "unknown"})) == "kid"
    assert opened(server, issuer.token(server, "alice", "key"))["type"] == "session:ready"
    assert "key_set_refused" in server.log_tail() and issuer.file.name in server.log_tail()


def test_the_service_makes_no_tokens_for_an_issuer(make_server, issuer):
    issuer.add("key", "EdDSA")
    issuer.publish("key")
    server = start(make_server, issuer)
    backend = Rest(server, make_key(server, tenant="default"))
    backend.refused("POST", "/v1/tokens", {"userId": "alice"}, status=403, code="FORBIDDEN", reason="issuer")
    user = Rest(server, issuer.token(server, "alice", "key"))
    assert user.ok("GET", "/v1/conversations")["conversations"] == []


def test_one_tenant_has_a_secret_and_another_an_issuer(make_server, issuer, tmp_path):
    issuer.add("key", "RS256")
    issuer.publish("key")
    secret = tmp_path / "secret"
    secret.write_text("secret-of-tenant-a-".ljust(48, "x"))
    secret.chmod(0o600)
    tenants = [{"id": "a", "jwtSecretFile": str(secret)}, {"id": "b", "jwksFile": str(issuer.file)}]
    server = make_server(tenants=(), settings={"tenants": tenants})
    server.secrets["a"] = secret.read_text()
    server.start()
    assert opened(server, server.token("alice", "a"))["data"]["tenantId"] == "a"
    assert opened(server, issuer.token(server, "alice", "key", tenant="b"))["data"]["tenantId"] == "b"
    assert reason(server, issuer.token(server, "alice", "key", tenant="a")) == "algorithm"
    assert reason(server, server.token("alice", "b", secret=server.secrets["a"])) == "algorithm"
    server.stop()


def test_a_key_set_that_is_of_no_use_is_refused_before_the_start(issuer, tmp_path):
    issuer.add("key", "ES256")
    entry = issuer.entry("key")
    private = json.loads(jwt.get_algorithm_by_name("ES256").to_jwk(issuer.keys["key"][1]))
    small = rsa.generate_private_key(public_exponent=65_537, key_size=1_024).public_key()
    weak = jwt.get_algorithm_by_name("RS256").to_jwk(small, as_dict=True) | {"kid": "weak"}
    for keys, naming in [
        ([private | {"kid": "private"}], "key 1 is a private or shared key"),
        ([entry, weak], "key 2 has 1024 bits"),
        ([entry, entry], "key 2 has the `kid` of another key"),
        ([], "has no key for signatures"),
        ([entry | {"alg": "HS256"}], "key 1 must have the `alg` ES256"),
    ]:
        issuer.file.write_text(json.dumps({"keys": keys}))
        result = run_caas("serve", "--jwks-file", issuer.file, "--data", tmp_path / "data", "--check-config")
        assert result.returncode == 1 and result.stdout == ""
        assert naming in result.stderr and str(issuer.file) in result.stderr, result.stderr
    issuer.publish("key")
    both = ("--jwks-file", issuer.file, "--jwt-secret-file", issuer.file)
    result = run_caas("serve", *both, "--data", tmp_path / "data", "--check-config")
    assert result.returncode == 1 and "set one of them" in result.stderr
