"""The metrics page, the admin port and the details of the health: docs/metrics.md holds what they promise."""

import json

import pytest
from client import Client
from files import Upload
from metrics_page import admin_port, documented, get, scrape, scrape_until
from metrics_values import FREE, allowed, listed
from peer import Peer
from rest import Rest, make_key
from service import Server
from websockets.exceptions import InvalidStatus

AUDIENCE = "caas-tests"


@pytest.fixture
def own(make_server):
    """A server with its rates on, which nobody else uses."""
    return make_server().start()


@pytest.fixture
def production(make_server):
    """A server as in production, its admin port picked by the system."""
    server = make_server("--environment", "production", audience=AUDIENCE, settings={"adminPort": 0}).start()
    server.admin_port = admin_port(server)
    return server


def test_everything_documented_is_served_and_nothing_else(own, user):
    page = play(own, user)
    table = documented()
    assert len(table) >= 19
    assert page.types == {name: kind for name, (kind, _) in table.items()}
    assert set(page.helps) == set(page.types)
    assert {name: page.labels(name) for name in table} == {name: {labels} for name, (_, labels) in table.items()}


# Series that are there from the start, whatever happens.
COMPLETE = {"transport", "tenant", "dir", "route", "status"}


def test_every_value_of_a_label_is_one_that_is_documented(own, user):
    page = play(own, user)
    known = allowed(own.secrets)
    assert {label for _, labels in known for label in labels} | FREE == {
        label for _, labels in documented().values() for label in labels
    } | {"le"}
    for (name, labels), wanted in known.items():
        served = {
            tuple(dict(pairs)[label] for label in labels)
            for (family, pairs) in page.samples
            if family in (name, name + "_count")
        }
        assert served, name
        assert served <= wanted, f"{name} has values of {labels} that docs/metrics.md does not list"
        if COMPLETE.intersection(labels):
            assert served == wanted, f"{name} lacks values of {labels}"


def test_every_label_has_its_row(own):
    rows = {name for cell in listed() for name in cell.replace("`", "").split(" of ")[0].split(", ")}
    assert rows == {label for _, labels in documented().values() for label in labels} - FREE


def test_requests_are_counted_by_route_and_status(own, user):
    backend = Rest(own, make_key(own), as_user=user())
    room = backend.create()
    backend.say(room)
    backend.history(room)
    backend.refused("GET", "/v1/conversations/nowhere", status=404, code="NOT_FOUND")
    Rest(own).refused("POST", "/v1/tokens", {}, status=401, code="AUTH_REQUIRED")
    assert backend.ask("HEAD", f"/v1/conversations/{room}").status_code == 200
    # Neither a path nor a method that is none, nor a preflight, is a request of the interface.
    assert backend.ask("GET", "/v1/nothing").status_code == 404
    assert backend.ask("PUT", "/v1/tokens", {}).status_code == 405
    assert backend.ask("OPTIONS", "/v1/tokens").status_code < 500
    page = scrape(own.port)
    counts = {}
    for (name, pairs), value in page.samples.items():
        if name == "caas_rest_requests_total" and value:
            counts[tuple(dict(pairs).values())] = value
    assert counts == {
        ("conversations", "2xx"): 2,
        ("conversations", "4xx"): 1,
        ("messages", "2xx"): 2,
        ("tokens", "4xx"): 1,
    }
    for route in page.values("caas_rest_requests_total", "route"):
        answered = page.value("caas_rest_requests_total", route=route)
        assert page.value("caas_rest_seconds_count", route=route) == answered
        assert (page.value("caas_rest_seconds_sum", route=route) > 0) == (answered > 0)


def test_buckets_ascend_and_end_with_the_count(own, user):
    page = play(own, user)
    for family in [name for name, kind in page.types.items() if kind == "histogram"]:
        series = {}
        for (name, pairs), value in page.samples.items():
            if name == family + "_bucket":
                labels = dict(pairs)
                bound = float(labels.pop("le"))
                series.setdefault(tuple(labels.items()), []).append((bound, value))
        assert series
        for labels, buckets in series.items():
            assert buckets == sorted(buckets), "bounds and counts ascend"
            assert buckets[-1] == (float("inf"), page.value(family + "_count", **dict(labels)))
            counted = page.value(family + "_count", **dict(labels)) > 0
            assert (page.value(family + "_sum", **dict(labels)) > 0) == counted


def play(server, user):
    """A session in which everything happens that is counted; the page after it."""
    with pytest.raises(InvalidStatus):
        Client(server.ws_url, subprotocols=["bearer.x"])
    stranger = Client(server.ws_url, server.token(user(), secret="w" * 48))
    assert stranger.close_code() == 4402
    alice, bob = (Client.connect(server, user()) for _ in range(2))
    room = alice.create(members=[bob.ready["data"]["userId"]])
    bob.expect("conversation:updated")
    for id in ("one", "one"):
        alice.ok("message:send", {"content": "hello"}, room, id=id)
    bob.expect("message:new")
    alice.refused("conversation:join", {"conversationId": "x" * 200}, code="INVALID_PAYLOAD")
    ids = [bob.send("message:send", {"content": "x"}, room) for _ in range(60)]
    backend = Rest(server, server.token(user()))
    backend.create()
    backend.refused("GET", "/v1/conversations/nowhere", status=404, code="NOT_FOUND")
    Rest(server, "garbage").refused("GET", "/v1/conversations", status=401, code="AUTH_INVALID", reason="malformed")
    assert not all(bob.answer(id)["data"]["success"] for id in ids)
    bob.close()
    gone = lambda page: page.value("caas_connections") == 1 and page.value("caas_loop_lag_seconds_count") > 0
    page = scrape_until(server.port, gone)
    alice.close()
    return page


def test_connections_are_counted_by_tenant(own, user):
    assert scrape(own.port).value("caas_connections") == 0
    a, b = Client.connect(own, user(), "a"), Client.connect(own, user(), "b")
    silent = Client(own.ws_url)
    page = scrape_until(own.port, lambda page: page.value("caas_connections") == 3)
    by_tenant = {tenant: page.value("caas_connections", tenant=tenant) for tenant in ("a", "b", "", "other")}
    assert by_tenant == {"a": 1, "b": 1, "": 1, "other": 0}
    for client in (a, b, silent):
        client.close()
    page = scrape_until(own.port, lambda page: page.value("caas_connections") == 0)
    assert page.value("caas_connects_total", result="ready") == 2
    assert page.value("caas_disconnects_total", code="1000") == 3
    # The silent one said goodbye before it had a session.
    assert page.value("caas_connects_total") == 3


def test_a_hundred_tenants_have_their_names_and_the_rest_shares_one(make_server, user):
    tenants = [f"t{number:03}" for number in range(102)]
    server = make_server(tenants=tenants).start()
    clients = [Client.connect(server, user(), tenant) for tenant in (tenants[99], tenants[100], tenants[101])]
    page = scrape_until(server.port, lambda page: page.value("caas_connections") == 3)
    assert page.value("caas_connections", tenant="t099") == 1
    assert page.value("caas_connections", tenant="other") == 2
    assert page.values("caas_connections", "tenant") == {*tenants[:100], "other", ""}
    for client in clients:
        client.close()


def test_frames_are_counted_by_type_and_direction_once_for_each_reader(own, user):
    clients = [Client.connect(own, user()) for _ in range(4)]
    alice, *others = clients
    room = alice.create(members=[client.ready["data"]["userId"] for client in others])
    for number in range(3):
        alice.say(room, str(number))
    for client in others:
        client.expect("message:new", content="2")
    alice.send_text("{")
    alice.expect("error")
    page = scrape(own.port)
    frames = lambda type, direction: page.value("caas_frames_total", type=type, dir=direction)
    assert frames("message:send", "in") == 3
    assert frames("message:new", "out") == 9
    assert frames("conversation:create", "in") == 1
    assert frames("session:ready", "out") == 4
    assert frames("ack", "out") == 4
    assert frames("invalid", "in") == 1
    assert frames("error", "out") == 1
    assert page.value("caas_ack_seconds_count") == 4
    assert page.value("caas_commit_seconds_count") == page.value("caas_commit_batch_size_count") > 0
    # Each of the four connects, the creation and the messages went through a commit.
    assert page.value("caas_commit_batch_size_sum") >= 8
    for client in clients:
        client.close()


def test_bytes_of_files_are_counted_by_every_way(own, user):
    alice = Client.connect(own, user("alice"))
    caller = Rest(own, own.token(alice.ready["data"]["userId"]))
    about = {"conversationId": alice.create(), "name": "a.bin", "mimeType": "text/plain", "size": 3_000, "chunkSize": 1_024}
    file = caller.ok("POST", "/v1/files", about)["fileId"]
    caller.ask("PUT", f"/v1/files/{file}", b"x" * 3_000)
    for asked in ({}, {"Range": "bytes=0-999"}):
        caller.ask("GET", f"/v1/files/{file}", headers=asked)
    Upload(b"y" * 3_000, about["conversationId"], chunk=1_024).begin(alice).send(alice)
    page = scrape(own.port)
    assert page.value("caas_file_bytes_total", dir="in") == 6_000
    assert page.value("caas_file_bytes_total", dir="out") == 4_000
    alice.close()


def test_refusals_are_counted_by_what_they_were(own, user):
    client = Client.connect(own, user())
    room = client.create()
    before = scrape(own.port)
    answers = [client.answer(client.send("message:send", {"content": "x"}, room)) for _ in range(40)]
    refused = sum(not answer["data"]["success"] for answer in answers)
    client.refused("message:history", {}, "nowhere", code="NOT_FOUND")
    client.ok("message:send", {"content": "x"}, room, id=answers[0]["replyTo"])
    page = scrape(own.port)
    assert page.value("caas_ratelimited_total", bucket="message:send") == refused > 0
    assert page.value("caas_errors_total", code="RATE_LIMITED", reason="bucket") == refused
    assert page.value("caas_errors_total", code="NOT_FOUND") == before.value("caas_errors_total", code="NOT_FOUND") + 1
    assert page.value("caas_duplicates_total") == 1
    client.close()


@pytest.mark.parametrize(
    "claims, reason", [({"secret": "w" * 48}, "signature"), ({"exp": 1_000}, "expired"), ({"sub": None}, "sub")]
)
def test_a_refused_token_is_counted_by_its_reason(server, user, claims, reason):
    before = scrape(server.port).value("caas_auth_failures_total", reason=reason)
    claims = {"iat": 900} | claims if "exp" in claims else claims
    Client(server.ws_url, server.token(user(), **claims)).close_code()
    page = scrape(server.port)
    assert page.value("caas_auth_failures_total", reason=reason) == before + 1


def test_no_label_has_an_id_or_a_text_of_a_client(own):
    marker = "marker7261"
    client = Client.connect(own, marker, claims={"name": marker, "dev": marker})
    client.send_text(json.dumps({"id": marker, "type": marker, "data": {}, "ack": True}))
    client.send("conversation:join", {"conversationId": marker}, id=marker + "2")
    client.send("message:send", {"content": marker}, marker)
    client.ping()
    client.socket.close(code=4999, reason=marker)
    page = scrape_until(own.port, lambda page: page.value("caas_connections") == 0)
    assert marker not in page.text
    assert page.value("caas_disconnects_total", code="other") == 1


def test_a_cut_reader_and_what_waited_for_it_are_counted(make_server, user):
    server = make_server("--no-rate-limits", settings={"queuedBytes": 65_536}).start()
    writer = Client.connect(server, user())
    reader = Peer(server, narrow=True)
    name = user()
    reader.upgrade(name)
    scrape_until(server.port, lambda page: page.value("caas_connections", tenant="a") == 2)
    room = writer.create(members=[name])
    page = scrape(server.port)
    for _ in range(2_000):
        writer.say(room, "x" * 16_000)
        if (page := scrape(server.port)).value("caas_slow_consumers_total"):
            break
    assert page.value("caas_slow_consumers_total") == 1
    reader.socket.close()
    page = scrape_until(server.port, lambda page: page.value("caas_connections") == 1)
    assert page.value("caas_disconnects_total", code="4102") == 1
    writer.close()


def test_in_production_metrics_are_on_the_admin_port_alone(production, user):
    assert get(production.port, "/metrics")[0] == 404
    client = Client.connect(production, user())
    page = scrape(production.admin_port)
    assert page.value("caas_connections", tenant="a") == 1
    assert page.value("caas_store_up") == 1
    client.close()


def test_the_admin_port_has_no_sockets_and_no_other_routes(production, user):
    url = f"ws://127.0.0.1:{production.admin_port}/v1/socket"
    with pytest.raises(InvalidStatus) as refusal:
        Client(url, production.token(user()))
    assert refusal.value.response.status_code == 404
    for path in ("/", "/v1/dev/token", "/v1/socket"):
        assert get(production.admin_port, path)[0] == 404


def test_the_admin_port_answers_loopback_names_alone(production):
    assert get(production.admin_port, "/metrics", host="metrics.example")[0] == 421
    assert get(production.admin_port, "/metrics", host="localhost")[0] == 200


def test_details_of_the_health_are_on_the_admin_port_alone(production):
    status, _, text = get(production.admin_port, "/readyz?verbose")
    assert (status, json.loads(text)) == (200, {"status": "ok", "draining": False, "store": {"writable": True}})
    for port in (production.port, production.admin_port):
        assert get(port, "/readyz")[2] == get(port, "/livez")[2] == "ok\n"
    assert get(production.port, "/readyz?verbose")[2] == "ok\n"


def test_development_may_have_an_admin_port_too(make_server):
    server = make_server(settings={"adminPort": 0}).start()
    assert get(server.port, "/metrics")[0] == 404
    scrape(admin_port(server))
    server.stop()


def test_a_taken_admin_port_is_said(make_server, production):
    server: Server = make_server(settings={"adminPort": production.admin_port})
    with pytest.raises(AssertionError):
        server.start()
    assert f"Port {production.admin_port} of 127.0.0.1 is in use." in server.log_tail()
