"""Members by REST: R70. Their rules are the socket's, so what is tested here is the way in."""

from rest_fixtures import backend, keys  # noqa: F401


def test_members_are_added_changed_and_removed(backend, user):
    alice, bob, carol = user(), user("bob|+@"), user()
    caller = backend(alice)
    room = caller.create(members=[bob])
    members = f"/v1/conversations/{room}/members"
    added = caller.ok("POST", members, {"userIds": [bob, carol], "role": "moderator"})
    assert added["added"] == [carol]
    encoded = bob.replace("|", "%7C")
    assert caller.ok("PATCH", f"{members}/{encoded}", {"role": "readonly"})["role"] == "readonly"
    roles = {item["userId"]: item["role"] for item in caller.ok("GET", members)["members"]}
    assert roles == {alice: "owner", bob: "readonly", carol: "moderator"}
    offset = caller.ok("DELETE", f"{members}/{encoded}", ban="true", reason="off topic")["offset"]
    assert offset == 3
    caller.refused("DELETE", f"{members}/{encoded}", status=404, code="NOT_FOUND", field="userId", reason="member")
    caller.refused("POST", members, {"userIds": [bob]}, status=403, code="FORBIDDEN", field="userIds", reason="banned")
    page = caller.ok("GET", members, limit=1)
    assert len(page["members"]) == 1 and "cursor" in page
