"""Inviting, removing, banning, and who may do what by role: R30, R31."""

import pytest


def id_of(client):
    return client.ready["data"]["userId"]


@pytest.fixture
def crew(connect, user):
    """Connected users by their role in one private group, and the group."""

    def make(**data):
        names = ("owner", "moderator", "member", "readonly", "stranger")
        by_role = {name: connect(user(name)) for name in names}
        conversation = by_role["owner"].create(**data)
        for role in ("moderator", "member", "readonly"):
            invitation = {"userIds": [id_of(by_role[role])], "role": role}
            by_role["owner"].ok("conversation:invite", invitation, conversation)
        return by_role, conversation

    return make


def test_who_is_invited_sees_the_conversation_and_receives_without_joining(crew):
    by_role, conversation = crew(name="crew")
    owner, stranger = by_role["owner"], by_role["stranger"]
    ack = owner.ok("conversation:invite", {"userIds": [id_of(stranger), id_of(by_role["member"])]}, conversation)
    assert ack["added"] == [id_of(stranger)]
    shown = stranger.expect("conversation:updated", conversationId=conversation)["data"]
    assert (shown["role"], shown["name"]) == ("member", "crew")
    change = by_role["member"].expect("member:updated", userId=id_of(stranger))["data"]
    assert (change["change"], change["role"]) == ("joined", "member")
    sent = owner.say(conversation, "welcome")
    assert stranger.expect("message:new", content="welcome")["data"]["offset"] == sent["offset"] == change["offset"] + 1


@pytest.mark.parametrize(
    "visibility, role, allowed",
    [
        ("private", "owner", True),
        ("private", "moderator", True),
        ("private", "member", False),
        ("private", "readonly", False),
        ("public", "member", True),
        ("public", "readonly", False),
    ],
)
def test_who_may_invite(crew, user, visibility, role, allowed):
    by_role, conversation = crew(visibility=visibility)
    invitation = {"userIds": [user()]}
    if allowed:
        assert by_role[role].ok("conversation:invite", invitation, conversation)["added"] == invitation["userIds"]
    else:
        by_role[role].refused("conversation:invite", invitation, conversation, code="FORBIDDEN")


def test_nobody_invites_with_a_role_above_their_own(crew, user):
    by_role, conversation = crew()
    invitation = {"userIds": [user()], "role": "owner"}
    by_role["moderator"].refused("conversation:invite", invitation, conversation, code="FORBIDDEN")
    by_role["moderator"].ok("conversation:invite", invitation | {"role": "moderator"}, conversation)


@pytest.mark.parametrize("role, allowed", [("owner", True), ("moderator", True), ("member", True), ("readonly", False)])
def test_who_may_post(crew, role, allowed):
    by_role, conversation = crew()
    if allowed:
        by_role[role].say(conversation)
    else:
        by_role[role].refused("message:send", {"content": "x"}, conversation, code="FORBIDDEN")
        assert by_role[role].history(conversation)["messages"] == []


@pytest.mark.parametrize(
    "actor, target, allowed",
    [
        ("owner", "moderator", True),
        ("moderator", "member", True),
        ("moderator", "readonly", True),
        ("moderator", "owner", False),
        ("member", "readonly", False),
        ("member", "moderator", False),
    ],
)
def test_who_may_remove_whom(crew, actor, target, allowed):
    by_role, conversation = crew()
    removal = {"userId": id_of(by_role[target])}
    if not allowed:
        by_role[actor].refused("conversation:remove", removal, conversation, code="FORBIDDEN")
        return
    by_role[actor].ok("conversation:remove", removal, conversation)
    removed = by_role[target].expect("conversation:removed", conversationId=conversation)["data"]
    assert (removed["reason"], removed["by"]) == ("kicked", id_of(by_role[actor]))
    by_role[target].refused("message:send", {"content": "x"}, conversation, code="NOT_MEMBER")
    watcher = by_role["owner" if actor != "owner" else "member"]
    assert watcher.expect("member:updated", userId=id_of(by_role[target]), change="removed")["data"]["offset"]


def test_after_the_removal_comes_silence_on_every_connection(crew, connect):
    by_role, conversation = crew()
    member, owner = by_role["member"], by_role["owner"]
    elsewhere = connect(id_of(member))
    elsewhere.join(conversation)
    owner.ok("conversation:remove", {"userId": id_of(member)}, conversation)
    owner.say(conversation, "among us")
    owner.say(owner.create("direct", [id_of(member)]), "to you")
    for client in (member, elsewhere):
        client.expect("conversation:removed", conversationId=conversation)
        seen, _ = client.until("message:new", content="to you")
        assert not [frame for frame in seen if frame["type"] == "message:new"]


def test_a_removed_user_may_join_a_public_conversation_again(crew):
    by_role, conversation = crew(visibility="public")
    member = by_role["member"]
    by_role["owner"].ok("conversation:remove", {"userId": id_of(member)}, conversation)
    assert member.join(conversation)["role"] == "member"
    member.say(conversation)


def test_a_banned_user_is_out_for_good(crew):
    by_role, conversation = crew(visibility="public")
    owner, member = by_role["owner"], by_role["member"]
    owner.ok("conversation:remove", {"userId": id_of(member), "ban": True, "reason": "spam"}, conversation)
    removed = member.expect("conversation:removed", conversationId=conversation)["data"]
    assert (removed["reason"], removed["by"]) == ("banned", id_of(owner))
    banned = {"code": "FORBIDDEN", "reason": "banned"}
    member.refused("message:send", {"content": "x"}, conversation, **banned)
    member.refused("conversation:join", {"conversationId": conversation}, **banned)
    owner.refused("conversation:invite", {"userIds": [id_of(member)]}, conversation, **banned)


@pytest.mark.parametrize("type, data", [("conversation:remove", {}), ("conversation:role", {"role": "member"})])
def test_who_is_no_member_is_not_found(crew, type, data):
    by_role, conversation = crew()
    for target in (id_of(by_role["stranger"]), "no-such-user"):
        by_role["owner"].refused(type, data | {"userId": target}, conversation, code="NOT_FOUND")


@pytest.mark.parametrize(
    "type, data",
    [
        ("conversation:invite", {"userIds": ["someone"]}),
        ("conversation:remove", {"userId": "someone"}),
        ("conversation:role", {"userId": "someone", "role": "member"}),
    ],
)
def test_a_stranger_changes_nothing(crew, type, data):
    by_role, conversation = crew()
    by_role["stranger"].refused(type, data, conversation, code="NOT_MEMBER")


def test_an_owner_gives_roles_and_the_new_one_counts_at_once(crew):
    by_role, conversation = crew()
    owner, member, readonly = by_role["owner"], by_role["member"], by_role["readonly"]
    ack = owner.ok("conversation:role", {"userId": id_of(readonly), "role": "member"}, conversation)
    assert ack["role"] == "member"
    change = member.expect("member:updated", userId=id_of(readonly), change="role")["data"]
    assert change["role"] == "member"
    readonly.say(conversation, "I can write")
    owner.ok("conversation:role", {"userId": id_of(readonly), "role": "readonly"}, conversation)
    readonly.refused("message:send", {"content": "x"}, conversation, code="FORBIDDEN")


@pytest.mark.parametrize("role", ["moderator", "member", "readonly"])
def test_others_give_no_roles(crew, role):
    by_role, conversation = crew()
    change = {"userId": id_of(by_role["readonly"]), "role": "moderator"}
    by_role[role].refused("conversation:role", change, conversation, code="FORBIDDEN")


@pytest.mark.parametrize(
    "scope, may_give_roles", [("chat:read chat:write moderate", False), ("chat:read chat:write admin", True)]
)
def test_scopes_give_rights_in_every_conversation(crew, connect, user, scope, may_give_roles):
    by_role, conversation = crew()
    helper = connect(user(), claims={"scope": scope})
    helper.ok("conversation:remove", {"userId": id_of(by_role["member"])}, conversation)
    change = {"userId": id_of(by_role["readonly"]), "role": "member"}
    if may_give_roles:
        helper.ok("conversation:role", change, conversation)
    else:
        helper.refused("conversation:role", change, conversation, code="FORBIDDEN")
