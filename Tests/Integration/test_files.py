"""Files by chunks on both wires: announced, cut off, taken up again, attached, and gone without a trace: R53."""

import random

import pytest
from client import Client
from files import (  # noqa: F401
    CHUNK,
    MEGABYTE,
    WINDOW,
    WIRES,
    Lined,
    Lost,
    Upload,
    content_of,
    enter,
    nothing_left,
    sha256,
    stored,
)
from media import header, pack, unpack
from socketio_client import WEBSOCKET, SocketIOClient, socketio_connect  # noqa: F401


def on_disk(server, upload):
    return (server.data / "files" / upload.id).read_bytes()


@WIRES
def test_a_file_arrives_and_a_message_carries_it_to_others(enter, server, user, wire):
    alice, bob = enter(wire, user("alice")), enter("plain", user("bob"))
    conversation = alice.create(members=[bob.ready["data"]["userId"]])
    content = content_of(3 * MEGABYTE + 17)
    upload = Upload(content, conversation, name="Größe 1.png", mime="image/png").begin(alice, sha256=sha256(content))
    whole = upload.send(alice)
    assert whole["sha256"] == sha256(content)
    assert whole["conversationId"] == conversation
    assert on_disk(server, upload) == content
    attachment = {"attachmentId": whole["attachmentId"]}
    alice.ok("message:send", {"content": "", "type": "image", "attachments": [attachment]}, conversation)
    [told] = bob.expect("message:new")["data"]["attachments"]
    assert told == attachment | {"name": "Größe 1.png", "mimeType": "image/png", "size": len(content)}
    assert alice.history(conversation)["messages"][0]["attachments"] == [told]
    # A year later the sender asks again where to go on.
    assert upload.resume(alice)


@WIRES
def test_progress_names_the_chunk_that_is_wanted_and_comes_for_a_lonely_chunk_too(enter, user, wire):
    alice = enter(wire, user("alice"))
    upload = Upload(content_of(40 * CHUNK), alice.create()).begin(alice)
    told = 0
    for sent in (16, 17):
        upload.send(alice, until=sent)
        while told < sent:
            # It may come for the first of them by themselves, where the others are late.
            before, told = told, alice.expect("file:progress", fileId=upload.id)["data"]["nextIndex"]
            assert before < told <= sent


@WIRES
def test_who_does_not_keep_to_the_window_is_read_more_slowly_and_refused_nothing(enter, server, user, wire):
    alice = enter(wire, user("alice"))
    content = content_of(300 * CHUNK // 16)
    upload = Upload(content, alice.create(), chunk=CHUNK // 16).begin(alice, sha256=sha256(content))
    for index in range(upload.chunks):
        upload.put(alice, index)
    seen, whole = alice.until("file:complete", fileId=upload.id)
    assert whole["data"]["sha256"] == sha256(content)
    told = [frame["data"]["nextIndex"] for frame in seen if frame["type"] == "file:progress"]
    assert told == sorted(told) and all(nexts - last <= 16 for last, nexts in zip([0, *told], told))
    assert on_disk(server, upload) == content


@WIRES
def test_20_MiB_over_a_line_that_is_cut_ten_times_arrive_bit_by_bit(server, user, wire):
    seed = random.SystemRandom().randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    lined, name = Lined(server), user("alice")

    def enter():
        if wire == "plain":
            return Client.connect(lined, name)
        return SocketIOClient.connect(lined, name, transports=WEBSOCKET)

    content = content_of(20 * MEGABYTE, seed)
    client = enter()
    upload = Upload(content, client.create()).begin(client, sha256=sha256(content))
    cuts, whole = sorted(chance.sample(range(1, upload.chunks), 10)), None
    for cut in [*cuts, None]:
        # What was lost at the last cut is sent again first, so that each cut comes.
        while cut is None or upload.sent < cut:
            try:
                whole = upload.send(client, until=cut)
                break
            except Lost:
                raise AssertionError("the line was lost without a cut") from None
        if cut is None:
            break
        lined.cut()
        client.close()
        client = enter()
        upload.resume(client)
    assert whole["sha256"] == sha256(content)
    assert on_disk(server, upload) == content
    client.close()
    lined.line.cut()


@WIRES
def test_an_acknowledged_chunk_names_itself(enter, user, wire):
    alice = enter(wire, user("alice"))
    upload = Upload(content_of(2 * CHUNK), alice.create()).begin(alice)
    for index in range(2):
        upload.put(alice, index, id=f"c-{index}", ack=True)
        assert alice.answer(f"c-{index}")["data"]["sequence"] == index
    alice.expect("file:complete", fileId=upload.id)


def test_a_file_goes_with_its_message_and_with_its_conversation(make_server, connect, user):
    server = make_server("--no-rate-limits").start()
    alice = connect(user("alice"), server=server)
    rooms = [alice.create(), alice.create()]
    files = [Upload(content_of(100, number), rooms[number]).begin(alice) for number in range(2)]
    for file in files:
        file.send(alice)
    sent = alice.say(rooms[0], attachments=[{"attachmentId": files[0].id}])
    begun = Upload(content_of(2 * CHUNK), rooms[1]).begin(alice)
    begun.send(alice, until=1)
    alice.expect("file:progress", fileId=begun.id)
    assert stored(server) == {file.id for file in (*files, begun)}
    alice.ok("message:delete", {"messageId": sent["messageId"]})
    nothing_left(server, files[0].id)
    assert stored(server) == {files[1].id, begun.id}
    import httpx

    answer = httpx.delete(
        f"{server.url}/v1/conversations/{rooms[1]}",
        headers={"Authorization": f"Bearer {server.token(alice.ready['data']['userId'])}"},
        trust_env=False,
    )
    assert answer.status_code == 200, answer.text
    nothing_left(server, files[1].id, begun.id)


@WIRES
def test_what_was_told_outlives_kill_9(make_server, user, wire):
    server, name = make_server("--no-rate-limits").start(), user("alice")

    def enter():
        if wire == "plain":
            return Client.connect(server, name)
        return SocketIOClient.connect(server, name, transports=WEBSOCKET)

    client = enter()
    content = content_of(9 * MEGABYTE)
    upload = Upload(content, client.create()).begin(client, sha256=sha256(content))
    for number in range(3):
        upload.send(client, until=WINDOW * (number + 1))
        while upload.wanted < upload.sent - 15:
            upload.wanted = client.expect("file:progress", fileId=upload.id)["data"]["nextIndex"]
        told = upload.wanted
        server.kill()
        client.close()
        server.start()
        client = enter()
        assert upload.resume(client) is False
        assert told <= upload.sent <= upload.chunks
    assert upload.send(client)["sha256"] == sha256(content)
    assert on_disk(server, upload) == content
    client.close()


@WIRES
@pytest.mark.parametrize("named", [None, "my-file"], ids=["no-file", "a-file-of-the-clients-own"])
def test_a_chunk_without_a_beginning_is_relayed_and_not_stored(enter, server, user, wire, named):
    alice, bob = enter(wire, user("alice")), enter("socketio", user("bob"))
    room = alice.create(members=[bob.ready["data"]["userId"]])
    for client in (alice, bob):
        client.join(room)
    before = stored(server)
    fields = header(room, "file_chunk", totalChunks=1, **({"fileId": named} if named else {}))
    packet = pack(fields, b"bytes")
    alice.emit("binary", packet) if wire == "socketio" else alice.socket.send(packet)
    assert unpack(bob.media())[1:] == (fields | {"senderId": alice.ready["data"]["userId"]}, b"bytes")
    assert stored(server) == before


def test_within_the_rates_a_file_goes_through_as_fast_as_it_may(make_server, connect, user):
    server = make_server().start()
    alice = connect(user("alice"), server=server)
    content = content_of(12 * MEGABYTE)
    upload = Upload(content, alice.create()).begin(alice)
    assert upload.send(alice)["sha256"] == sha256(content)
    alice.ping()
