"""Export, import and reset of an account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lpconf.sandbox import accounts
from lpconf.sandbox.server import running
from tests.canary import CANARY

from .client import (
    ACCOUNT,
    CAMPAIGN,
    CAMPAIGNS,
    CONNECTORS,
    ENGAGEMENT,
    ENGAGEMENTS,
    Client,
    code_flow,
    error,
    implicit,
)
from .test_server import signed_in

Json = dict[str, Any]


@pytest.fixture
def lived_in(state_file: Path) -> Path:
    """A state whose account has been worked on in every way."""
    with signed_in(state_file) as client:
        client.create(CONNECTORS, code_flow())
        gone = client.create(CONNECTORS, implicit("Gone"))
        client.delete(f"{CONNECTORS}/{gone['id']}")
        engagement = client.get(f"{ENGAGEMENTS}/{ENGAGEMENT}")
        client.put(f"{ENGAGEMENTS}/{ENGAGEMENT}", {**engagement, "skillId": 1000001130, "unheardOf": [None, 1.5]})
        other = client.create(CAMPAIGNS, {"name": "Größe 🙂", "startDate": "2026-06-01 00:00:00"})
        client.create(f"{CAMPAIGNS}/{other['id']}/engagements", {**engagement, "name": "In it"})
        client.delete(f"{CAMPAIGNS}/{other['id']}")
        body = client.get("setting/properties/lob.enabled", v="3.0")
        body["propertyValue"] = {"value": True}
        client.call("PUT", "setting/properties/lob.enabled", body, match=-1, v="3.0")
        client.call("POST", "le-users/lobs", {"name": "Retail"}, v="2.0")
    return state_file


class TestRoundTrip:
    def test_export_import_export(self, lived_in: Path, tmp_path: Path) -> None:
        first = accounts.export(lived_in, ACCOUNT)
        accounts.import_(tmp_path / "other.db", json.loads(json.dumps(first)))
        assert accounts.export(tmp_path / "other.db", ACCOUNT) == first

    def test_clients_see_the_same(self, lived_in: Path, tmp_path: Path) -> None:
        accounts.import_(tmp_path / "other.db", accounts.export(lived_in, ACCOUNT))
        with signed_in(lived_in) as one, signed_in(tmp_path / "other.db") as other:
            for path in (CONNECTORS, CAMPAIGNS, ENGAGEMENTS):
                replies = [client.call("GET", path, select="$all", include_deleted="true") for client in (one, other)]
                volatile = [json.loads(reply.text) for reply in replies]
                for item in [item for items in volatile for item in items]:
                    item.pop("startTimeInMinutes", None)
                assert volatile[0] == volatile[1]
                assert replies[0].headers["ac-revision"] == replies[1].headers["ac-revision"]
            new = [client.create(CONNECTORS, implicit("New"))["id"] for client in (one, other)]
            assert new[0] == new[1]

    def test_has_tombstones_and_no_secrets(self, lived_in: Path) -> None:
        document = accounts.export(lived_in, ACCOUNT)
        connectors = document["collections"][CONNECTORS]["items"]
        assert [(item["name"], item["deleted"]) for item in connectors] == [("Code", False), ("Gone", True)]
        assert CANARY not in json.dumps(document)
        assert "clientSecret" not in json.dumps(document)

    def test_into_another_account(self, lived_in: Path) -> None:
        assert accounts.import_(lived_in, accounts.export(lived_in, ACCOUNT), "copy") == "copy"
        assert accounts.names(lived_in) == [ACCOUNT, "copy"]
        with signed_in(lived_in, "copy") as client:
            assert client.get(f"{CAMPAIGNS}/{CAMPAIGN}")["accountId"] == "copy"
            client.delete(f"{CAMPAIGNS}/{CAMPAIGN}")
        assert not accounts.export(lived_in, ACCOUNT)["collections"][CAMPAIGNS]["items"][0]["deleted"]


class TestWhileAServerRuns:
    def test_all_three_are_seen_at_once(self, state_file: Path) -> None:
        with signed_in(state_file) as client:
            fresh = accounts.export(state_file, ACCOUNT)
            client.create(CONNECTORS, implicit())
            assert [
                item["name"] for item in accounts.export(state_file, ACCOUNT)["collections"][CONNECTORS]["items"]
            ] == ["Consumer authentication"]
            accounts.import_(state_file, {"account": ACCOUNT, "collections": {CONNECTORS: [implicit("Theirs")]}})
            assert [item["name"] for item in client.get(CONNECTORS)] == ["Theirs"]
            assert client.get(CAMPAIGNS) == []
            accounts.reset(state_file, ACCOUNT)
            assert accounts.export(state_file, ACCOUNT) == fresh
            assert client.get(CONNECTORS) == []

    def test_who_read_before_is_out_of_date(self, state_file: Path) -> None:
        with signed_in(state_file) as client:
            connector = client.create(CONNECTORS, implicit())
            revision = client.revision(CONNECTORS)
            accounts.import_(state_file, {"account": ACCOUNT, "collections": {CONNECTORS: [connector]}})
            reply = client.call("PUT", f"{CONNECTORS}/{connector['id']}", connector, match=revision)
            assert error(reply)[0] == 412

    def test_other_accounts_stay_as_they_are(self, lived_in: Path) -> None:
        before = accounts.export(lived_in, ACCOUNT)
        accounts.reset(lived_in, "other")
        accounts.import_(lived_in, {"account": "third", "collections": {}})
        assert accounts.export(lived_in, ACCOUNT) == before


class TestByHand:
    """A few lists in LivePerson's shapes, as somebody has them from an account."""

    def test_a_campaign_as_its_get_gives_it_with_what_it_points_to(self, state_file: Path) -> None:
        campaign = {
            "id": 4012345610,
            "name": "Shop",
            "status": 1,
            "goalId": 4012340010,
            "startTimeInMinutes": 5,
            "engagementCollectionRevision": 692,
            "engagements": [{"id": 4012345710, "name": "Chat", "channel": 1, "type": 6, "subType": 24,
                             "conversationType": 1, "windowId": 4012340110, "onsiteLocations": [4012340210]}],
        }  # fmt: skip
        accounts.import_(state_file, {"account": "real", "collections": {CAMPAIGNS: [campaign]}})

        with signed_in(state_file, "real") as client:
            (listed,) = client.get(CAMPAIGNS)
            assert listed["engagementIds"] == [4012345710]
            path = f"{CAMPAIGNS}/4012345610/engagements/4012345710"
            assert client.revision(path) == 692
            assert client.put(path, {**client.get(path), "name": "Renamed"})["name"] == "Renamed"
            assert client.get("le-goals/goals/4012340010", v="3.0")["name"] == "Imported 4012340010"
            assert client.create(CONNECTORS, implicit())["id"] == 4012345810
            assert client.get("setting/properties", v="3.0")

    def test_ids_and_revisions_may_be_left_out(self, state_file: Path) -> None:
        document = {"account": "real", "collections": {CONNECTORS: [implicit("a"), implicit("b")]}}
        accounts.import_(state_file, document)
        with running(state_file, "real") as address, Client(address, "real") as client:
            client.sign_in()
            assert [item["id"] for item in client.get(CONNECTORS)] == [1000001330, 1000001430]
            assert client.create(CONNECTORS, implicit("c"))["id"] == 1000001530
            assert client.revision(CONNECTORS) == 3

    def test_domains_show_in_the_public_read(self, state_file: Path) -> None:
        lists = {"domainprotection/refererrestrictions": [{"domain": "example.com"}, {"domain": "*.example.com"}]}
        accounts.import_(state_file, {"account": ACCOUNT, "collections": lists})
        with signed_in(state_file) as client:
            url = f"{client.url}/api/account/{ACCOUNT}/configuration/domainprotection/refererrestrictions"
            assert client.http.get(url).json() == ["example.com", "*.example.com"]

    def test_a_secret_is_stored_and_not_shown(self, state_file: Path) -> None:
        accounts.import_(state_file, {"account": ACCOUNT, "collections": {CONNECTORS: [code_flow()]}})
        assert CANARY not in json.dumps(accounts.export(state_file, ACCOUNT))

    @pytest.mark.parametrize(
        ("document", "message"),
        [
            ([], 'an object "collections"'),
            ({"account": "a"}, 'an object "collections"'),
            ({"collections": {}}, "does not name its account"),
            ({"account": "a/b", "collections": {}}, "'a/b' is no account"),
            ({"account": "a", "format": 2, "collections": {}}, "has format 2"),
            ({"account": "a", "nextId": 0, "collections": {}}, '"nextId" must be'),
            (
                {"account": "a", "nextId": 5, "collections": {"le-users/lobs": [{"id": 7, "name": "x"}]}},
                '"nextId" must be',
            ),
            ({"account": "a", "collections": {"le-users/users": []}}, "'le-users/users' is no collection"),
            ({"account": "a", "collections": {"le-users/lobs": 5}}, "le-users/lobs must be a list"),
            ({"account": "a", "collections": {"le-users/lobs": {"items": {}}}}, "le-users/lobs must be a list"),
            ({"account": "a", "collections": {"le-users/lobs": {"revision": 0, "items": []}}}, "revision must be"),
            ({"account": "a", "collections": {"le-users/lobs": [5]}}, "item 1 must be an object"),
            ({"account": "a", "collections": {"le-users/lobs": [{}]}}, 'item 1 must have a "name"'),
            ({"account": "a", "collections": {"le-users/lobs": [{"name": "x", "id": "7"}]}}, "id must be a number"),
            ({"account": "a", "collections": {"le-users/lobs": [{"name": "x", "deleted": 1}]}}, "deleted must be"),
            ({"account": "a", "collections": {"le-goals/goals": [{"name": "x", "createdDate": "May"}]}}, "createdDate"),
            (
                {"account": "a", "collections": {"le-users/lobs": [{"id": 7, "name": "x"}] * 2}},
                "two things with the id 7",
            ),
            ({"account": "a", "collections": {"setting/properties": [{"name": "x"}]}}, 'must have a "id"'),
            (
                {"account": "a", "collections": {CONNECTORS: [{**implicit("x"), "type": "1"}]}},
                r"item 1 \(x\): type must be an integer",
            ),
            ({"account": "a", "collections": {ENGAGEMENTS: []}}, f"There is no {CAMPAIGN}"),
            (
                {"account": "a", "collections": {CAMPAIGNS: [{"id": 7, "name": "x", "engagements": [{}]}]}},
                'its engagement must have a "name"',
            ),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_written(self, state_file: Path, document: Any, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            accounts.import_(state_file, document)
        assert accounts.names(state_file) == []

    def test_an_account_that_is_not_there(self, lived_in: Path) -> None:
        with pytest.raises(ValueError, match=f"does not have account 5. It has: {ACCOUNT}."):
            accounts.export(lived_in, "5")
