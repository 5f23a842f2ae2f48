"""The standard JavaScript client of Socket.IO with options of its own, and in pages of other origins: wire §7, R55."""

import json

from stock_javascript import (  # noqa: F401
    STRANGER,
    WAYS,
    StockSocket,
    check_refusal,
    chromium,
    javascript,
    page_at,
    pages,
    stock_client,
    way,
)


# Options of the client


def test_all_transports_are_tried(page_at, pages, server, user):
    page = page_at(f"http://localhost:{pages}/")
    transports = ["webtransport", "websocket", "polling"]
    auth = {"token": server.token(user())}
    alice = StockSocket.open(page, server.url, auth=auth, transports=transports, tryAllTransports=True)
    alice.ready()
    assert alice.transport() == "websocket"


def test_an_upgrade_is_remembered(javascript, server, user):
    alice = StockSocket.open(javascript, server.url, auth={"token": server.token(user())}, rememberUpgrade=True)
    assert alice.take("open") == ["polling"]
    alice.ready()
    alice.upgraded()
    alice.drop()
    alice.take("disconnect")
    assert alice.take("open") == ["websocket"]
    alice.ready()
    assert alice.ok("ping")["serverTime"]


def test_a_path_without_its_slash_and_a_query_of_the_app_are_served(javascript, server, way, user):
    auth = {"token": server.token(user())}
    options = WAYS[way] | {"addTrailingSlash": False, "query": {"x": "y z", "sid2": "__proto__"}}
    alice = StockSocket.open(javascript, server.url, auth=auth, **options)
    alice.ready()
    assert alice.ok("ping")["serverTime"]


# Browsers


def test_a_page_of_the_server_itself_connects(page_at, server, way, user):
    page = page_at(f"{server.url}/livez")
    alice = StockSocket.open(page, server.url, auth={"token": server.token(user())}, **WAYS[way])
    alice.ready()
    assert alice.ok("ping")["serverTime"]


def test_a_page_elsewhere_may_send_fields_of_its_own_and_credentials(page_at, pages, server, user):
    page = page_at(f"http://localhost:{pages}/")
    options = {"extraHeaders": {"X-App": "1"}, "withCredentials": True, "transports": ["polling"]}
    alice = StockSocket.open(page, server.url, auth={"token": server.token(user())}, **options)
    alice.ready()
    assert alice.ok("ping")["serverTime"]
    # The page can read refusals too.
    fetch = "url => fetch(url, { credentials: 'include' }).then((answer) => answer.json())"
    assert page.page.evaluate(fetch, f"{server.url}/socket.io/?EIO=4&transport=polling&sid=none") == {
        "code": 1,
        "message": "Session ID unknown",
    }


def test_a_page_of_a_stranger_gets_in_only_where_a_tenant_lets_it(page_at, pages, make_server, way, user):
    origin = f"http://{STRANGER}:{pages}"
    server = make_server()
    settings = json.loads(server.config.read_text())
    settings["tenants"][0]["allowedOrigins"] = [origin]
    server.config.write_text(json.dumps(settings))
    server.start()
    page = page_at(f"{origin}/")
    alice = StockSocket.open(page, server.url, auth={"token": server.token(user())}, **WAYS[way])
    alice.ready()
    other = StockSocket.open(page, server.url, auth={"token": server.token(user(), "b")}, **WAYS[way])
    check_refusal(other, "FORBIDDEN")

    server.stop()
    del settings["tenants"][0]["allowedOrigins"]
    server.config.write_text(json.dumps(settings))
    server.start()
    alice.take("disconnect")
    assert alice.take("connect_error")[0] == ("websocket error" if way == "websocket" else "xhr poll error")
