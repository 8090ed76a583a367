"""The query parameters of reads (facts 3.6), and the answer to who knows the revision already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lpconf.sandbox.server import Address
from tests.canary import CANARY

from .client import CAMPAIGN, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, Client, error, implicit

GOALS = "le-goals/goals"
SKILLS = "le-users/skills"


class TestSelect:
    def test_picks_inside_of_fields_and_lists(self, client: Client) -> None:
        (picked,) = client.get(
            ENGAGEMENTS, select="id,displayInstances(displayInstanceType,events(click(target))),name"
        )
        assert picked["id"] == ENGAGEMENT
        assert picked["name"] == "Default engagement"
        assert picked["displayInstances"][0] == {"displayInstanceType": 2, "events": {"click": {"target": "_blank"}}}

    def test_unknown_fields_mean_nothing(self, client: Client) -> None:
        assert client.get(SKILLS, v="2.0", select="name,nonsense,name2(x)") == [{"name": "sales"}]

    def test_works_on_one_thing_too(self, client: Client) -> None:
        assert client.get(f"{CAMPAIGNS}/{CAMPAIGN}", select="id") == {"id": CAMPAIGN}
        assert client.get(f"{CAMPAIGNS}/{CAMPAIGN}", fields=["id", "nonsense"]) == {"id": CAMPAIGN}
        assert "engagements" in client.get(f"{CAMPAIGNS}/{CAMPAIGN}", select="$all")

    @pytest.mark.parametrize("select", ["id)", "data(id", "(id)", "a,(b)", "a((b))", "a(" * 1000 + ")" * 1000])
    def test_brackets_match(self, client: Client, select: str) -> None:
        assert error(client.call("GET", CAMPAIGNS, select=select)) == (400, "The brackets of select do not match")

    def test_summary_deleted_adds_that_field(self, client: Client) -> None:
        assert "deleted" not in client.get(CAMPAIGNS)[0]
        assert client.get(CAMPAIGNS, select="$summaryDeleted")[0]["deleted"] is False


class TestFilter:
    @pytest.fixture
    def names(self, client: Client) -> Callable[[str], list[str]]:
        client.create(CONNECTORS, implicit("Second", preferred=True, issuer='it\'s "me"'))
        client.create(CONNECTORS, implicit("First"))

        def names(condition: str) -> list[str]:
            return [item["name"] for item in client.get(CONNECTORS, filter=condition)]

        return names

    @pytest.mark.parametrize(
        ("condition", "found"),
        [
            ("type==1", ["Second", "First"]),
            ("type != 1", []),
            ("type==true", []),
            ("deleted==false", ["Second", "First"]),
            ('name=="First"', ["First"]),
            ("name!='First'", ["Second"]),
            ("configuration.preferred==true", ["Second"]),
            ("nonsense==0", []),
            ("nonsense!=0", ["Second", "First"]),
            ("id==1000001330", ["Second"]),
        ],
    )
    def test_compares_a_field(self, names: Callable[[str], list[str]], condition: str, found: list[str]) -> None:
        assert names(condition) == found

    def test_sees_what_a_plain_list_does_not_show(self, client: Client) -> None:
        assert len(client.get(SKILLS, v="2.0", filter="canTransfer==true")) == 1
        assert client.get(SKILLS, v="2.0", filter="canTransfer==false") == []

    @pytest.mark.parametrize(
        "condition", ["enabled", "enabled=true", "enabled==yes", "a==1 and b==2", 'name=="x', "a>1"]
    )
    def test_everything_else_is_refused(self, client: Client, condition: str) -> None:
        assert error(client.call("GET", ENGAGEMENTS, filter=condition))[0] == 400


class TestWhichThings:
    @pytest.mark.parametrize("ids", ["1000001330,1000001530", ["1000001330", "1000001530"], "1000001330, 1000001530,x"])
    def test_ids(self, client: Client, ids: str | list[str]) -> None:
        for name in "abc":
            client.create(CONNECTORS, implicit(name))
        assert [item["name"] for item in client.get(CONNECTORS, ids=ids)] == ["a", "c"]

    def test_ids_that_are_texts(self, client: Client) -> None:
        (only,) = client.get("setting/properties", v="3.0", ids="le.general.language")
        assert only["propertyValue"] == {"value": "en-US"}

    def test_return_active_leaves_out_the_deleted_and_the_disabled(self, client: Client) -> None:
        body = client.get(f"{ENGAGEMENTS}/{ENGAGEMENT}")
        client.create(ENGAGEMENTS, {**body, "name": "Off", "enabled": False})
        gone = client.create(ENGAGEMENTS, {**body, "name": "Gone"})
        client.delete(f"{ENGAGEMENTS}/{gone['id']}")

        def names(**query: str) -> list[str]:
            return [item["name"] for item in client.get(ENGAGEMENTS, **query)]

        assert names() == ["Default engagement", "Off"]
        assert names(include_deleted="true") == ["Default engagement", "Off", "Gone"]
        assert names(include_deleted="true", **{"return": "active"}) == ["Default engagement"]


class TestNotModified:
    @pytest.mark.parametrize("path", [CAMPAIGNS, f"{CAMPAIGNS}/{CAMPAIGN}"])
    def test_who_names_the_revision_of_now_gets_no_body(self, client: Client, path: str) -> None:
        known = {"If-None-Match": str(client.revision(path))}
        reply = client.call("GET", path, headers=known)
        assert (reply.status_code, reply.content, reply.headers["ac-revision"]) == (304, b"", "2")
        client.put(f"{CAMPAIGNS}/{CAMPAIGN}", client.get(f"{CAMPAIGNS}/{CAMPAIGN}"))
        assert client.call("GET", path, headers=known).status_code == 200


class TestPublicReads:
    """What visitors' browsers read from another host of LivePerson's; here it is the same one."""

    def get(self, client: Client, path: str, headers: dict[str, str] | None = None, **query: Any) -> tuple[int, Any]:
        url = f"{client.url}/api/account/{client.account}/configuration/{path}"
        reply = client.http.get(url, params=query, headers=headers)
        return reply.status_code, reply.json()

    def test_connectors_without_their_secrets(self, client: Client) -> None:
        body = implicit("Code", jwksEndpoint=None, tokenEndpoint="https://x", clientId="lp", clientSecret=CANARY)
        client.create(CONNECTORS, {**body, "type": 2})
        gone = client.create(CONNECTORS, implicit("Gone"))
        client.delete(f"{CONNECTORS}/{gone['id']}")
        status, found = self.get(client, "le-connectors/all-connectors")
        assert status == 200
        assert found == client.get(CONNECTORS)
        assert CANARY not in str(found)

    def test_properties_zones_and_domains(self, stranger: Client) -> None:
        status, properties = self.get(stranger, "setting/accountproperties")
        assert status == 200
        assert {"id": "lob.enabled", "propertyValue": {"value": False}}.items() <= properties[-1].items()
        assert self.get(stranger, "le-campaigns/zones", fields=["id", "zoneValue"]) == (200, [])
        assert self.get(stranger, "domainprotection/refererrestrictions") == (200, {"error": "No restrictions are set"})

    def test_one_window(self, stranger: Client, client: Client) -> None:
        path = "engagement-window/window-confs/1000000430"
        assert self.get(stranger, path) == (200, client.get(path, v="2.0"))
        assert self.get(stranger, "engagement-window/window-confs/5") == (404, {"error": "Unknown window 5"})

    def test_with_a_bearer_the_same_path_is_account_configuration(self, address: Address) -> None:
        with Client(address) as client:
            path, wrong = "engagement-window/window-confs/1000000430", {"Authorization": "Bearer 00"}
            assert error(client.call("GET", path, headers=wrong))[0] == 401
            client.sign_in()
            assert error(client.call("GET", path))[0] == 400
            assert error(client.call("PUT", path, headers={"Authorization": ""}, v="2.0"))[0] == 401

    def test_lists_of_windows_are_not_public(self, stranger: Client) -> None:
        assert error(stranger.call("GET", "engagement-window/window-confs", v="2.0"))[0] == 401

    def test_of_an_unknown_account(self, stranger: Client) -> None:
        stranger.account = "87654321"
        unknown = (404, {"error": "Unknown account 87654321"})
        assert self.get(stranger, "le-connectors/all-connectors", cb="f") == unknown

    def test_as_a_script(self, stranger: Client) -> None:
        url = f"{stranger.url}/api/account/{stranger.account}/configuration/le-connectors/all-connectors"
        reply = stranger.http.get(url, params={"cb": "lpTag.callbacks.$_1"})
        assert reply.text == "lpTag.callbacks.$_1([]);"
        assert reply.headers["content-type"].startswith("application/javascript")
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert not {name for name in reply.headers if name.lower().startswith("access-control")}

    @pytest.mark.parametrize("callback", ["", "alert(1)", "a;b", "a b", "<script>", "a" * 100, "1a"])
    def test_of_a_script_only_a_name_is_called(self, stranger: Client, callback: str) -> None:
        assert self.get(stranger, "le-connectors/all-connectors", cb=callback)[0] == 400

    def test_no_script_for_a_page_of_another_site(self, stranger: Client) -> None:
        for origin, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200)):
            url = f"{stranger.url}/api/account/{stranger.account}/configuration/le-connectors/all-connectors"
            assert stranger.http.get(url, params={"cb": "f"}, headers={"Sec-Fetch-Site": origin}).status_code == status
