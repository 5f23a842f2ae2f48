"""Thousands of Socket.IO clients in one conversation: order, upgrades, and a server that goes away: R3, R12, R13, R68."""

import asyncio
import os

import pytest
from crowd import Crowd, allow_descriptors

STORM = int(os.environ.get("CAAS_STORM_CLIENTS", "2000"))
# Half of them poll, and of those a fifth goes on by WebSocket.
CROWD = int(os.environ.get("CAAS_CROWD_CLIENTS", "2000"))
# The crowd is one process, which may take its time to answer a ping.
PATIENT = {"pingTimeout": 200_000}


@pytest.fixture(autouse=True)
def descriptors():
    allow_descriptors(4 * max(STORM, CROWD))


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("ending", "count"), [("kill", STORM), ("stop", STORM // 4)])
def test_all_come_back_by_themselves_when_the_server_does(make_server, connect, ending, count):
    """Many are turned away at first, because not all are admitted at once: that too is nothing to stay away for."""
    server = make_server(settings={"connectRate": 400, "reconnectWindow": 0, "socketIO": PATIENT}).start()

    async def storm():
        speaker = connect("speaker", server=server)
        conversation = speaker.create("channel", visibility="public")
        ways = [("polling", "websocket", "upgrade")[number % 3] for number in range(count)]
        async with Crowd(server, conversation, ways) as crowd:
            await asyncio.to_thread(speaker.say, conversation, "all are here")
            await crowd.until("all are here")
            crowd.heard["joined"].clear()
            await asyncio.to_thread(getattr(server, ending))
            await asyncio.to_thread(server.start)
            await crowd.until("joined")
            assert crowd.refusals() == []
            speaker = await asyncio.to_thread(connect, "speaker", server=server)
            await asyncio.to_thread(speaker.say, conversation, "all are back")
            await crowd.until("all are back")
            assert crowd.places == [[1, 2]] * count

    asyncio.run(storm())


@pytest.mark.timeout(900)
def test_a_crowd_hears_all_in_order_while_some_of_it_upgrades(make_server, connect, user):
    server = make_server("--no-rate-limits", settings={"socketIO": PATIENT}).start()
    upgrading = CROWD // 10
    ways = ["websocket" if number < CROWD // 2 else "polling" for number in range(CROWD)]

    async def speak():
        speaker = connect(user("speaker"), server=server)
        conversation = speaker.create("channel", visibility="public")
        async with Crowd(server, conversation, ways) as crowd:
            said = 0

            async def say(content):
                nonlocal said
                said += 1
                ack = await asyncio.to_thread(speaker.say, conversation, content)
                assert ack["seq"] == said

            for _ in range(5):
                await say("before")
            await crowd.until("before")
            for client in crowd.clients[-upgrading:]:
                client.upgrades = True
            upgrades = asyncio.gather(*(client.upgraded.wait() for client in crowd.clients[-upgrading:]))
            while not upgrades.done() or said < 30:
                await say("meanwhile")
            for _ in range(5):
                await say("after")
            await say("the end")
            await crowd.until("the end")
            everything = list(range(1, said + 1))
            assert [places for places in crowd.places if places != everything] == []
            assert crowd.refusals() == [] and [client.troubles for client in crowd.clients if client.troubles] == []

    asyncio.run(speak())
