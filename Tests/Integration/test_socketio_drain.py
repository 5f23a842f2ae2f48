"""A node that ends, as a polling client sees it that holds no GET at that moment: R13, R68, wire §5."""

import http.client
import json

from process import wait_until

SESSION = "/socket.io/?EIO=4&transport=polling"


def test_the_end_is_told_by_the_connection_that_is_there(make_server):
    server = make_server(settings={"reconnectWindow": 0}).start()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)

    def ask(method, path, body=None):
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.read().decode(), answer.headers["Connection"]

    opening = ask("GET", SESSION)[0]
    session = f"{SESSION}&sid={json.loads(opening[1:])['sid']}"
    assert ask("POST", session, "40" + json.dumps({"token": server.token("alice")}))[0] == "ok"
    packets = ask("GET", session)[0]
    while "session:ready" not in packets:
        packets = ask("GET", session)[0]

    server.process.terminate()
    wait_until(lambda: "stopping" in server.log_tail(), "the server has begun to end")
    packets, connection_field = ask("GET", session)
    # No close packet follows, after which clients in Python would stay away: the session is gone with the connection.
    assert packets.startswith('42["server:drain",') and "\x1e" not in packets and connection_field == "close"
    assert server.process.wait(timeout=30) == 0
