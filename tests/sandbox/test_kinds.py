"""The neighbours of campaigns and connectors: skills, windows, locations, goals and the like (facts 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lpconf.sandbox import accounts
from lpconf.sandbox.server import running

from .client import ACCOUNT, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, Client, error


@dataclass(frozen=True)
class Kind:
    path: str
    version: str
    new: dict[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()


KINDS = [
    Kind("le-users/skills", "4.0", {"name": "support"}, ("name",)),
    Kind("le-users/lobs", "2.0", {"name": "Retail", "description": "Shops"}, ("name",)),
    Kind("engagement-window/window-confs", "2.0", {"name": "Blue", "json": {"language": "de"}}, ("name", "json")),
    Kind(
        "le-targeting/onsite-locations", "3.0", {"name": "Help", "conditionBoxes": [{"type": 0}]}, ("conditionBoxes",)
    ),
    Kind("le-targeting/visitor-behaviors", "2.0", {"name": "Returning", "conditionBoxes": [{"type": 5}]}, ("name",)),
    Kind("le-targeting/visitor-profiles", "2.0", {"name": "Members"}, ("name",)),
    Kind(
        "le-goals/goals",
        "3.0",
        {"name": "Paid", "type": 0, "indicatorType": 0, "indicatorValue": {"url": "paid"}},
        ("type", "indicatorType", "indicatorValue"),
    ),
]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)


class TestEveryKind:
    @each_kind
    def test_can_be_created_changed_and_deleted(self, client: Client, kind: Kind) -> None:
        created = client.call("POST", kind.path, kind.new, v=kind.version)
        assert created.status_code == 201
        assert created.json().items() >= kind.new.items()
        address = created.headers["location"]
        assert address == f"/api/account/{ACCOUNT}/configuration/{kind.path}/{created.json()['id']}"

        path, revision = f"{kind.path}/{created.json()['id']}", int(created.headers["ac-revision"])
        changed = {**created.json(), "name": "Another", "unheardOf": 1}
        put = client.call("PUT", path, changed, match=revision, v=kind.version)
        assert (put.status_code, put.json()["name"], put.json()["unheardOf"]) == (200, "Another", 1)

        assert client.call("DELETE", path, match=revision + 1, v=kind.version).status_code == 200
        assert error(client.call("GET", path, v=kind.version))[0] == 404

    @each_kind
    def test_has_required_fields(self, client: Client, kind: Kind) -> None:
        for name in kind.required:
            body = {key: value for key, value in kind.new.items() if key != name}
            assert error(client.call("POST", kind.path, body, v=kind.version)) == (400, f"Required: {name}")

    @each_kind
    def test_keeps_its_revision_like_all(self, client: Client, kind: Kind) -> None:
        created = client.call("POST", kind.path, kind.new, v=kind.version)
        path = f"{kind.path}/{created.json()['id']}"
        assert error(client.call("DELETE", path, v=kind.version))[0] == 412
        assert error(client.call("PUT", path, kind.new, match=0, v=kind.version))[0] == 412


class TestSystemDefaults:
    PROFILES = "le-targeting/visitor-profiles"

    def test_cannot_be_deleted(self, client: Client) -> None:
        (profile,) = client.get(self.PROFILES, v="2.0")
        reply = client.call("DELETE", f"{self.PROFILES}/{profile['id']}", match=-1, v="2.0")
        assert error(reply) == (400, "All visitors is a system default and cannot be deleted")

    def test_are_neither_made_nor_unmade(self, client: Client) -> None:
        (profile,) = client.get(self.PROFILES, v="2.0")
        path = f"{self.PROFILES}/{profile['id']}"
        after = client.call("PUT", path, {"name": "Everybody", "systemDefault": False}, match=-1, v="2.0").json()
        assert (after["name"], after["systemDefault"]) == ("Everybody", True)
        made = client.call("POST", self.PROFILES, {"name": "Mine", "systemDefault": True}, v="2.0").json()
        assert made["systemDefault"] is False


class TestSkills:
    PATH = "le-users/skills"

    def test_get_the_documented_defaults(self, client: Client) -> None:
        made = client.call("POST", self.PATH, {"name": "support", "maxWaitTime": 60}, v="2.0").json()
        assert (made["maxWaitTime"], made["canTransfer"], made["fallbackWhenAllAgentsAreAway"]) == (60, True, True)
        assert made["dateUpdated"] == "2026-09-21T14:13:20Z"

    def test_come_and_go_in_lists(self, client: Client) -> None:
        reply = client.call("POST", self.PATH, [{"name": "a"}, {"name": "b"}], v="2.0")
        assert (reply.status_code, [item["name"] for item in reply.json()]) == (201, ["a", "b"])
        assert "location" not in reply.headers

        bodies = [{**item, "name": item["name"] * 2} for item in reply.json()]
        put = client.call("PUT", self.PATH, bodies, match=reply.headers["ac-revision"], v="2.0")
        assert [item["name"] for item in put.json()] == ["aa", "bb"]

        ids = [str(item["id"]) for item in put.json()]
        assert client.call("DELETE", self.PATH, ids, match=put.headers["ac-revision"], v="2.0").status_code == 200
        assert [item["name"] for item in client.get(self.PATH, v="2.0")] == ["sales"]

    def test_a_list_is_written_as_a_whole_or_not_at_all(self, client: Client) -> None:
        assert error(client.call("POST", self.PATH, [{"name": "a"}, {"name": "sales"}], v="2.0"))[0] == 409
        assert (
            error(client.call("PUT", self.PATH, [{"id": 1000001130, "name": "x"}, {"id": 5}], match=-1, v="2.0"))[0]
            == 404
        )
        assert [item["name"] for item in client.get(self.PATH, v="2.0")] == ["sales"]

    @pytest.mark.parametrize(("verb", "body"), [("PUT", {}), ("PUT", [1]), ("POST", ["a"]), ("DELETE", ["x"])])
    def test_lists_have_a_form(self, client: Client, verb: str, body: object) -> None:
        assert error(client.call(verb, self.PATH, body, match=-1, v="2.0"))[0] == 400

    def test_a_list_is_as_careful_about_the_revision(self, client: Client) -> None:
        assert error(client.call("DELETE", self.PATH, ["1000001130"], match=1, v="2.0"))[0] == 412

    def test_a_list_may_be_tunnelled(self, client: Client) -> None:
        headers = {"X-HTTP-Method-Override": "DELETE"}
        reply = client.call("POST", self.PATH, ["1000001130"], match=-1, headers=headers, v="2.0")
        assert reply.status_code == 200
        assert client.get(self.PATH, v="2.0") == []

    def test_other_kinds_take_no_lists(self, client: Client) -> None:
        assert error(client.call("POST", CONNECTORS, []))[0] == 400


class TestProperties:
    PATH = "setting/properties"
    SHARING = f"{PATH}/messaging.file.sharing.enabled"

    def test_are_read_by_their_dotted_id(self, client: Client) -> None:
        assert client.get(self.SHARING, v="3.0") == {
            "id": "messaging.file.sharing.enabled",
            "createdDate": "2026-01-05 09:00:00",
            "deleted": False,
            "type": 1,
            "propertyValue": {"value": True},
        }
        assert self.SHARING.rpartition("/")[2] in {item["id"] for item in client.get(self.PATH, v="3.0")}

    def test_are_put_as_a_whole(self, client: Client) -> None:
        before = client.get(self.SHARING, v="3.0")
        body = {**before, "propertyValue": {"value": False}}
        assert error(client.call("PUT", self.SHARING, body, match=1, v="3.0"))[0] == 412
        after = client.call("PUT", self.SHARING, body, match=-1, v="3.0")
        assert (after.status_code, after.json()) == (200, body)
        assert client.get(self.SHARING, v="3.0") == body

    @pytest.mark.parametrize("change", [{"type": 2}, {"propertyValue": {"value": "yes"}}, {"propertyValue": {}}])
    def test_keep_their_type(self, client: Client, change: dict[str, Any]) -> None:
        body = {**client.get(self.SHARING, v="3.0"), **change}
        assert error(client.call("PUT", self.SHARING, body, match=-1, v="3.0"))[0] == 400

    def test_are_neither_created_nor_deleted(self, client: Client) -> None:
        assert error(client.call("PUT", f"{self.PATH}/no.such", {}, match=-1, v="3.0"))[0] == 404
        assert error(client.call("DELETE", self.SHARING, match=-1, v="3.0"))[0] == 405


class TestFeatureGrants:
    PATH = "provision/featureGrants"

    def test_come_nested(self, client: Client) -> None:
        reply = client.get(self.PATH, v="2.0", excludeLegacy="true", jsonProvider="gson")
        grants = reply["appDataList"][0]["accountList"]["accountList"][0]["itemsCollection"]["data"]
        assert grants[0] == {
            "compoundFeatureID": "Common.Async_Messaging",
            "isDeleted": False,
            "startDate": "2026-01-05 00:00:00",
            "endDate": None,
            "value": {"value": True},
        }

    def test_are_read_only(self, client: Client) -> None:
        assert error(client.call("POST", self.PATH, {}, v="2.0"))[0] == 405
        assert error(client.call("GET", f"{self.PATH}/5", v="2.0"))[0] == 404


class TestMessagingNeedsItsFeature:
    MESSAGING = "Common.Async_Messaging"
    TO_ALL = "Messaging.Un_Auth_Messaging"

    @pytest.fixture
    def account_without(self, state_file: Path, request: pytest.FixtureRequest) -> Iterator[Client]:
        accounts.reset(state_file, ACCOUNT)
        document = accounts.export(state_file, ACCOUNT)
        for grant in document["collections"]["provision/featureGrants"]["items"]:
            grant["isDeleted"] = grant["compoundFeatureID"] == request.param
        accounts.import_(state_file, document)
        with running(state_file, ACCOUNT) as address, Client(address) as client:
            client.sign_in()
            yield client

    def put(self, client: Client, **change: object) -> int:
        path = f"{ENGAGEMENTS}/{ENGAGEMENT}"
        return client.call("PUT", path, {**client.get(path), **change}, match=-1).status_code

    @pytest.mark.parametrize("account_without", [MESSAGING], indirect=True)
    def test_messaging(self, account_without: Client) -> None:
        assert self.put(account_without, conversationType=1, allowUnauthMsg=False) == 400
        assert self.put(account_without, conversationType=0) == 200

    @pytest.mark.parametrize("account_without", [TO_ALL], indirect=True)
    def test_messaging_to_all(self, account_without: Client) -> None:
        assert self.put(account_without, conversationType=1, allowUnauthMsg=True) == 400
        assert self.put(account_without, conversationType=1, allowUnauthMsg=False) == 200
