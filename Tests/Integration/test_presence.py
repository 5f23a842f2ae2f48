"""Who sees whom there, on every wire: R34 to R38."""

import time

import pytest
from client import check_error
from presence import patient, status, statuses, watch  # noqa: F401
from process import wait_until
from socketio_client import POLLING, WEBSOCKET, SocketIOClient, socketio_connect  # noqa: F401


@pytest.fixture(params=["plain", "polling", "websocket"])
def open_on_wire(request, connect, socketio_connect):  # noqa: F811
    """Connects a user by one of the wires."""

    def open_on_wire(user, server):
        if request.param == "plain":
            return connect(user, server=server)
        return socketio_connect(user, server=server, transports=POLLING if request.param == "polling" else WEBSOCKET)

    return open_on_wire


def leave(client):
    """Ends as the client's own library does."""
    client.leave() if isinstance(client, SocketIOClient) else client.close()


def test_a_direct_partner_is_told_by_itself_who_comes_and_goes(patient, connect, open_on_wire, user):
    alice, bob = user("alice"), user("bob")
    reader = open_on_wire(bob, patient)
    reader.create("direct", members=[alice])
    for _ in range(2):
        device = open_on_wire(alice, patient)
        event = reader.expect("presence:update", userId=alice, status="online")
        assert event["data"]["lastSeen"] % 60_000 == 0 and "conversationId" not in event
        leave(device)
        gone = reader.expect("presence:update", userId=alice, status="offline")
        assert gone["data"]["v"] > event["data"]["v"]


def test_a_snapshot_and_what_follows_on_every_wire(patient, connect, open_on_wire, user):
    alice, bob, stranger = user("alice"), user("bob"), user("stranger")
    reader, device = open_on_wire(bob, patient), connect(alice, server=patient)
    connect(stranger, server=patient)
    reader.create(members=[alice])
    device.ok("presence:update", {"status": "busy", "customMessage": "é 😀"})
    answer = reader.ok("presence:subscribe", {"userIds": [stranger, alice, bob]})["presences"]
    assert [seen["userId"] for seen in answer] == [stranger, alice, bob]
    assert [seen["status"] for seen in answer] == ["offline", "busy", "online"]
    assert answer[1]["customMessage"] == "é 😀" and "lastSeen" not in answer[0]
    device.ok("presence:update", {"status": "away", "customMessage": "", "customMessageUntil": 5})
    event = reader.expect("presence:update", userId=alice, status="away")["data"]
    assert "customMessage" not in event and "customMessageUntil" not in event and event["v"] > answer[1]["v"]
    device.ok("presence:update", {"status": "invisible"})
    event = reader.expect("presence:update", userId=alice, status="offline")["data"]
    assert "lastSeen" not in event
    reader.ok("presence:unsubscribe", {"userIds": [alice]})
    device.ok("presence:update", {"status": "online"})
    assert status(reader, alice) == "online"
    assert statuses(reader.events, alice) == []


def test_the_end_of_a_line_is_told_by_the_service(patient, connect, socketio_connect, user):  # noqa: F811
    """R34: nobody does anything while its time comes."""
    alice, bob = user("alice"), user("bob")
    device = connect(alice, server=patient)
    readers = [
        connect(bob, server=patient),
        socketio_connect(bob, server=patient, transports=POLLING),
        socketio_connect(bob, server=patient, transports=WEBSOCKET),
    ]
    device.create("direct", members=[bob])
    for reader in readers:
        assert status(reader, alice) == "online"
    end = int(time.time() * 1_000) + 5_000
    line = {"status": "busy", "customMessage": "back soon", "customMessageUntil": end}
    device.ok("presence:update", line)
    told = [reader.expect("presence:update", userId=alice, **line)["data"] for reader in readers]
    for reader, before in zip(readers, told):
        after = reader.next(
            lambda frame: (
                frame["type"] == "presence:update"
                and frame["data"]["userId"] == alice
                and frame["data"]["v"] > before["v"]
            ),
            "end of the line",
        )
        assert after["data"]["status"] == "busy" and after["timestamp"] >= end
        assert "customMessage" not in after["data"] and "customMessageUntil" not in after["data"]
        assert "customMessage" not in watch(reader, alice)[alice]


def test_several_devices_are_one_user(patient, connect, socketio_connect, user):  # noqa: F811
    alice, bob = user("alice"), user("bob")
    reader = connect(bob, server=patient)
    conversation = reader.create(members=[alice])
    devices = [
        connect(alice, server=patient),
        socketio_connect(alice, server=patient, transports=POLLING),
        socketio_connect(alice, server=patient, transports=WEBSOCKET),
    ]
    assert status(reader, alice) == "online"
    devices[0].ok("presence:update", {"status": "busy"})
    for device in (reader, *devices[1:]):
        device.expect("presence:update", userId=alice, status="busy")
    for device in devices[:2]:
        leave(device)
    devices[2].say(conversation, "still here")
    seen, _ = reader.until("message:new", content="still here")
    assert statuses(seen, alice) == []
    leave(devices[2])
    reader.expect("presence:update", userId=alice, status="offline")


def test_a_user_is_away_without_a_frame_and_pings_are_none(make_server, connect, open_on_wire, user):
    server = make_server("--no-rate-limits", settings={"presence": {"awayAfter": 1_000, "interval": 100}}).start()
    alice, bob = user("alice"), user("bob")
    reader = connect(bob, server=server)
    reader.create("direct", members=[alice])
    device = open_on_wire(alice, server)
    reader.expect("presence:update", userId=alice, status="away")
    device.ping()
    assert status(reader, alice) == "away"

    # Among them that alice came, if that was told before she fell silent.
    reader.events.clear()

    def is_told_of_frames():
        device.ok("conversation:list")
        reader.ping()
        return "online" in statuses(reader.events, alice)

    wait_until(is_told_of_frames, "a frame is a sign of its user")
    reader.expect("presence:update", userId=alice, status="online")
    reader.expect("presence:update", userId=alice, status="away")


def test_a_choice_and_last_seen_survive_the_end_of_the_process(make_server, connect, user):
    server = make_server("--no-rate-limits").start()
    alice, bob = user("alice"), user("bob")
    device, reader = connect(alice, server=server), connect(bob, server=server)
    reader.create(members=[alice])
    device.ok("presence:update", {"status": "busy", "customMessage": "deep in work"})
    before = watch(reader, alice)[alice]
    server.restart()
    reader = connect(bob, server=server)
    gone = watch(reader, alice)[alice]
    assert (gone["status"], gone["customMessage"]) == ("offline", "deep in work")
    assert gone["lastSeen"] >= before["lastSeen"] and gone["v"] > before["v"]
    connect(alice, server=server)
    event = reader.expect("presence:update", userId=alice)["data"]
    assert (event["status"], event["customMessage"]) == ("busy", "deep in work")
    server.kill()
    server.start()
    again = watch(connect(bob, server=server), alice)[alice]
    assert (again["status"], again["customMessage"]) == ("offline", "deep in work")
    assert again["lastSeen"] >= before["lastSeen"] and again["v"] > event["v"]


def test_who_hides_when_it_was_last_seen_does_so_over_the_end_of_the_process(make_server, connect, user):
    server = make_server("--no-rate-limits").start()
    alice, bob = user("alice"), user("bob")
    device, reader = connect(alice, server=server), connect(bob, server=server)
    reader.create("direct", members=[alice])
    assert "lastSeen" in watch(reader, alice)[alice]
    device.refused("presence:update", {"status": "online", "hideLastSeen": 1}, code="INVALID_PAYLOAD", field="data.hideLastSeen")
    device.ok("presence:update", {"status": "online", "hideLastSeen": True})
    assert "lastSeen" not in reader.expect("presence:update", userId=alice)["data"]
    device.ok("presence:update", {"status": "busy"})
    server.kill()
    server.start()
    reader = connect(bob, server=server)
    assert "lastSeen" not in watch(reader, alice)[alice]
    device = connect(alice, server=server)
    event = reader.expect("presence:update", userId=alice, status="busy")["data"]
    assert "lastSeen" not in event
    device.ok("presence:update", {"status": "busy", "hideLastSeen": False})
    event = reader.expect("presence:update", userId=alice)["data"]
    assert event["lastSeen"] % 60_000 == 0


def test_the_end_of_a_membership_is_told_and_hides(patient, connect, user):
    alice, bob = user("alice"), user("bob")
    reader, device = connect(bob, server=patient), connect(alice, server=patient)
    conversation = reader.create(members=[alice])
    assert status(reader, alice) == "online"
    reader.ok("conversation:remove", {"userId": alice}, conversation)
    reader.expect("presence:update", userId=alice, status="offline")
    device.ok("presence:update", {"status": "busy", "customMessage": "secret"})
    seen = watch(reader, alice)[alice]
    assert seen["status"] == "offline" and "customMessage" not in seen and "lastSeen" not in seen
    assert statuses(reader.events, alice) == []


def test_the_tenant_sees_everybody_where_it_may(make_server, connect, user):
    server = make_server("--no-rate-limits", settings={"presence": {"visibility": "tenant", "watchedUsers": 2}}).start()
    alice, bob = user("alice"), user("bob")
    connect(alice, server=server)
    reader, other = connect(bob, server=server), connect(bob, tenant="b", server=server)
    assert [status(each, alice) for each in (reader, other)] == ["online", "offline"]
    error = reader.refused("presence:subscribe", {"userIds": ["x", "y"]}, code="RATE_LIMITED", reason="watch_limit")
    assert error["details"]["limit"] == 2
    assert len(watch(other, "x")) == 1


def test_presence_takes_its_scope(server, connect, socketio_connect, user):  # noqa: F811
    claims = {"claims": {"scope": "chat:read chat:write"}}
    for client in (connect(user(), **claims), socketio_connect(user(), **claims)):
        for type in ("presence:update", "presence:subscribe", "presence:unsubscribe"):
            data = {"status": "busy"} if type == "presence:update" else {"userIds": ["a"]}
            client.refused(type, data, code="FORBIDDEN", reason="scope")


def test_a_status_that_there_is_not_is_refused(server, connect, user):
    client = connect(user())
    client.refused("presence:update", {"status": "asleep"}, code="INVALID_PAYLOAD", field="data.status")
    client.refused("presence:update", {}, code="MISSING_FIELD", field="data.status")
    failed = client.answer(client.send("presence:update", {"status": 5}, ack=False))
    check_error(failed["data"], "INVALID_PAYLOAD", "data.status")
