from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lpconf.liveperson.client import Client, id_of
from lpconf.liveperson.errors import Conflict, NotFound, OutcomeUnknown, Refused, UnexpectedAnswer
from lpconf.model.address import Kind
from lpconf.model.errors import AccessError, LpconfError
from lpconf.model.json import JsonObject
from tests.canary import CANARY

from .scripted import PAGE, LivePerson, Reply, Request, error_reply, json_reply, queue

BASE = "/api/account/12345678/configuration"


def last(liveperson: LivePerson) -> Request:
    return liveperson.server.requests[-1]


class TestList:
    def test_the_documented_shape_is_a_bare_list(self, client: Client, liveperson: LivePerson) -> None:
        liveperson.settings = queue(json_reply([{"id": 1, "name": "a"}, {"id": "2", "name": ""}], ac_revision="692"))
        listing = client.list(Kind.CONNECTOR)
        assert listing.items == ({"id": 1, "name": "a"}, {"id": "2", "name": ""})
        assert listing.revision == 692
        assert last(liveperson).line == f"GET {BASE}/le-connectors/connectors"
        assert last(liveperson).query == [("v", "2.0")]
        assert "if-match" not in last(liveperson).headers

    def test_a_list_without_revision_has_none(self, client: Client) -> None:
        assert client.list(Kind.SKILL).revision is None

    def test_the_fields_of_a_kind_are_asked_for_one_by_one(self, client: Client, liveperson: LivePerson) -> None:
        client.list(Kind.CAMPAIGN)
        assert last(liveperson).query == [
            ("v", "3.4"),
            *(("fields", name) for name in ("id", "name", "status", "engagementIds", "isDeleted", "deleted")),
        ]

    def test_engagements_are_listed_in_their_campaign(self, client: Client, liveperson: LivePerson) -> None:
        client.list(Kind.ENGAGEMENT, campaign_id=7)
        assert last(liveperson).line == f"GET {BASE}/le-campaigns/campaigns/7/engagements"

    def test_engagements_without_a_campaign_are_a_mistake_of_the_caller(self, client: Client) -> None:
        with pytest.raises(ValueError, match="needs its campaign's id"):
            client.list(Kind.ENGAGEMENT)

    @pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.ENGAGEMENT}))
    def test_every_kind_can_be_listed(self, client: Client, liveperson: LivePerson, kind: Kind) -> None:
        client.list(kind)
        assert last(liveperson).query[0][0] == "v"

    def test_what_is_marked_as_deleted_is_left_out(self, client: Client, liveperson: LivePerson) -> None:
        gone = [{"id": 1, "deleted": True}, {"id": 2, "isDeleted": True}]
        kept = [{"id": 3, "name": "c", "deleted": False}, {"id": 4, "name": "d", "isDeleted": None}]
        liveperson.settings = queue(json_reply([*gone, *kept]))
        assert list(client.list(Kind.SKILL).items) == kept

    @pytest.mark.parametrize(
        ("reply", "says"),
        [
            (json_reply({"items": []}), "the answer is not a list"),
            (json_reply(None), "the answer is not a list"),
            (json_reply([{"id": 1, "name": "a"}, 17]), "has an item that is not an object, at position 1"),
            (json_reply([{"name": "a"}]), "has an item without a number as id, at position 0"),
            (json_reply([{"id": True, "name": "a"}]), "without a number as id"),
            (json_reply([{"id": "x1", "name": "a"}]), "without a number as id"),
            (json_reply([{"id": 1.5, "name": "a"}]), "without a number as id"),
            (json_reply([{"id": 1, "name": 5}]), "has an item without a text as name, at position 0"),
            (PAGE, "was answered with 200 and an HTML page"),
            (Reply(204), "was answered with 204 and an empty body"),
        ],
        ids=str,
    )
    def test_another_shape_is_an_error(self, client: Client, liveperson: LivePerson, reply: Reply, says: str) -> None:
        liveperson.settings = queue(reply)
        with pytest.raises(UnexpectedAnswer, match=says) as raised:
            client.list(Kind.SKILL)
        assert str(raised.value).startswith(f"GET {BASE}/le-users/skills")


class TestRead:
    def test_the_body_is_kept_as_it_came(self, client: Client, liveperson: LivePerson) -> None:
        body = {"id": 1000000030, "name": "ü", "unknown": {"deep": [1, 0.1, None]}, "connectorId": None}
        liveperson.settings = queue(json_reply(body, ac_revision="5"))
        entity = client.read(Kind.ENGAGEMENT, 1000000030, campaign_id=7)
        assert entity.body == body
        assert entity.revision == 5
        assert last(liveperson).line == f"GET {BASE}/le-campaigns/campaigns/7/engagements/1000000030"
        assert last(liveperson).query == [("v", "3.4")]

    @pytest.mark.parametrize(
        ("reply", "says"),
        [
            (json_reply([{"id": 1, "name": "a"}]), "is not an object"),
            (json_reply({"name": "a"}), "lacks a number as id"),
            (json_reply({"id": 1, "name": []}), "lacks a text as name"),
            (json_reply({"id": 2, "name": "a"}), "has the id 2"),
        ],
        ids=str,
    )
    def test_another_shape_is_an_error(self, client: Client, liveperson: LivePerson, reply: Reply, says: str) -> None:
        liveperson.settings = queue(reply)
        with pytest.raises(UnexpectedAnswer, match=says):
            client.read(Kind.SKILL, 1)

    @pytest.mark.parametrize("status", [404, 410])
    def test_a_thing_that_is_not_there_is_not_found(self, client: Client, liveperson: LivePerson, status: int) -> None:
        liveperson.settings = queue(error_reply(status, "gone"))
        with pytest.raises(NotFound, match=r"not found .*\nThe sandbox says: gone"):
            client.read(Kind.SKILL, 1)

    @pytest.mark.parametrize("mark", ["deleted", "isDeleted"])
    def test_nor_is_one_that_is_marked_as_deleted(self, client: Client, liveperson: LivePerson, mark: str) -> None:
        liveperson.settings = queue(json_reply({"id": 1, "name": "a", mark: True}))
        with pytest.raises(NotFound, match="this skill is marked as deleted"):
            client.read(Kind.SKILL, 1)


class TestCreate:
    def test_the_body_goes_out_whole_and_without_a_revision(self, client: Client, liveperson: LivePerson) -> None:
        liveperson.settings = queue(json_reply({"id": 5, "name": "a"}, 201, ac_revision="9"))
        created = client.create(Kind.CONNECTOR, {"name": "a", "configuration": {"jsContext": None}})
        assert created.body == {"id": 5, "name": "a"}
        assert created.revision == 9
        assert last(liveperson).line == f"POST {BASE}/le-connectors/connectors"
        assert last(liveperson).query == [("v", "1.0")]
        assert last(liveperson).json == {"name": "a", "configuration": {"jsContext": None}}
        assert last(liveperson).headers["content-type"] == "application/json"
        assert "if-match" not in last(liveperson).headers

    def test_an_engagement_is_created_in_its_campaign(self, client: Client, liveperson: LivePerson) -> None:
        liveperson.settings = queue(json_reply({"id": 5}, 201))
        client.create(Kind.ENGAGEMENT, {"name": "a"}, campaign_id=7)
        assert last(liveperson).line == f"POST {BASE}/le-campaigns/campaigns/7/engagements"

    @pytest.mark.parametrize(
        "reply", [Reply(204), PAGE, json_reply({}), json_reply([{"id": 5}]), json_reply({"id": None})], ids=str
    )
    def test_an_answer_without_an_id_leaves_it_open(self, client: Client, liveperson: LivePerson, reply: Reply) -> None:
        liveperson.settings = queue(reply)
        with pytest.raises(OutcomeUnknown, match="Nobody knows yet whether it took effect"):
            client.create(Kind.CONNECTOR, {"name": "a"})
        assert len([line for line in liveperson.server.lines if line.startswith("POST") and "config" in line]) == 1

    def test_a_value_that_json_does_not_have_is_not_sent(self, client: Client, liveperson: LivePerson) -> None:
        with pytest.raises(LpconfError, match="JSON has nothing like it"):
            client.create(Kind.CONNECTOR, {"name": "a", "weight": math.inf})
        assert len(liveperson.server.requests) == 2


class TestUpdate:
    def test_the_revision_is_sent_plain(self, client: Client, liveperson: LivePerson) -> None:
        liveperson.settings = queue(json_reply({"id": 5, "name": "b"}, ac_revision="693"))
        updated = client.update(Kind.CAMPAIGN, 5, {"id": 5, "name": "b"}, 692)
        assert updated.body == {"id": 5, "name": "b"}
        assert updated.revision == 693
        assert last(liveperson).line == f"PUT {BASE}/le-campaigns/campaigns/5"
        assert last(liveperson).headers["if-match"] == "692"
        assert last(liveperson).json == {"id": 5, "name": "b"}

    def test_without_a_revision_there_is_no_if_match(self, client: Client, liveperson: LivePerson) -> None:
        liveperson.settings = queue(json_reply({"id": 5}))
        client.update(Kind.CONNECTOR, 5, {"name": "b"}, None)
        assert "if-match" not in last(liveperson).headers

    def test_the_number_that_switches_the_check_off_is_never_sent(self, client: Client, liveperson: LivePerson) -> None:
        with pytest.raises(ValueError, match="never negative"):
            client.update(Kind.CONNECTOR, 5, {"name": "b"}, -1)
        liveperson.settings = queue(json_reply({"id": 5, "name": "b"}, ac_revision="-1"))
        assert client.read(Kind.CONNECTOR, 5).revision is None

    @pytest.mark.parametrize("status", [200, 204])
    def test_an_empty_answer_is_accepted(self, client: Client, liveperson: LivePerson, status: int) -> None:
        liveperson.settings = queue(Reply(status, headers=(("ac-revision", "8"),)))
        updated = client.update(Kind.ENGAGEMENT, 5, {"name": "b"}, 7, campaign_id=3)
        assert updated.body == {}
        assert updated.revision == 8
        assert last(liveperson).line == f"PUT {BASE}/le-campaigns/campaigns/3/engagements/5"

    @pytest.mark.parametrize("reply", [PAGE, json_reply([]), json_reply("done")], ids=str)
    def test_an_answer_of_another_shape_leaves_it_open(
        self, client: Client, liveperson: LivePerson, reply: Reply
    ) -> None:
        liveperson.settings = queue(reply)
        with pytest.raises(OutcomeUnknown):
            client.update(Kind.CONNECTOR, 5, {"name": "b"}, 7)

    @pytest.mark.parametrize("status", [409, 412])
    def test_a_conflict_is_one_by_either_status(self, client: Client, liveperson: LivePerson, status: int) -> None:
        liveperson.settings = queue(error_reply(status, "stale"))
        with pytest.raises(Conflict, match=rf"changed meanwhile.*\({status}\)") as raised:
            client.update(Kind.CONNECTOR, 5, {"name": "b"}, 7)
        assert raised.value.status == status

    @pytest.mark.parametrize("status", [400, 406, 415])
    def test_any_other_refusal_keeps_its_status(self, client: Client, liveperson: LivePerson, status: int) -> None:
        liveperson.settings = queue(error_reply(status, "bad name"))
        with pytest.raises(Refused, match=rf"was refused \({status}\)\.\nThe sandbox says: bad name") as raised:
            client.update(Kind.CONNECTOR, 5, {"name": "b"}, 7)
        assert raised.value.status == status

    def test_a_secret_that_is_written_is_never_quoted(self, client: Client, liveperson: LivePerson) -> None:
        body: JsonObject = {"name": "b", "configuration": {"clientSecret": CANARY, "clientId": "id"}}
        liveperson.settings = lambda request: Reply(400, b"cannot read " + request.body)
        with pytest.raises(Refused, match="cannot read") as raised:
            client.update(Kind.CONNECTOR, 5, body, 7)
        assert CANARY not in str(raised.value)
        assert "(hidden)" in str(raised.value)


class TestForbidden:
    @pytest.mark.parametrize(
        ("kind", "says"),
        [
            (Kind.CONNECTOR, "configure the authentication server (40012)"),
            (Kind.CAMPAIGN, "edit campaigns (40001) and to publish campaigns (40002)"),
            (Kind.ENGAGEMENT, "edit campaigns (40001) and to publish campaigns (40002)"),
            (Kind.SKILL, "may lack a privilege"),
        ],
    )
    def test_the_privilege_that_may_be_missing_is_named(
        self, client: Client, liveperson: LivePerson, kind: Kind, says: str
    ) -> None:
        liveperson.settings = queue(error_reply(403, "no"))
        with pytest.raises(AccessError, match=r"is not allowed \(403\)\.\nThe sandbox says: no") as raised:
            client.list(kind, campaign_id=7)
        assert says in str(raised.value)
        assert "OAuth" not in str(raised.value)

    def test_a_bearer_that_is_quoted_back_is_hidden(self, client: Client, liveperson: LivePerson) -> None:
        liveperson.settings = lambda request: error_reply(403, request.headers["authorization"])
        with pytest.raises(AccessError, match=r"The sandbox says: Bearer \(hidden\)"):
            client.list(Kind.SKILL)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["id", "name", "deleted", "x"]), inner),
    )
)
def test_no_json_breaks_the_client(client: Client, liveperson: LivePerson, value: object) -> None:
    liveperson.settings = queue(json_reply(value))
    with suppress(UnexpectedAnswer):
        client.list(Kind.SKILL)
    with suppress(UnexpectedAnswer, NotFound):
        client.read(Kind.SKILL, 1)
    with suppress(OutcomeUnknown):
        client.create(Kind.CONNECTOR, {"name": "a"})
    with suppress(OutcomeUnknown):
        client.update(Kind.CONNECTOR, 1, {"name": "a"}, 1)


def test_an_id_is_a_number_or_digits() -> None:
    assert id_of({"id": 5}) == 5
    assert id_of({"id": "-1"}) == -1
    assert id_of({"id": "٣"}) is None
    assert id_of({"id": False}) is None
    assert id_of({}) is None
