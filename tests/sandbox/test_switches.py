"""Rules of account configuration that are guesses, and how the simulator behaves with each turned off."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from .client import ACCOUNT, CAMPAIGN, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, Client, error, implicit
from .test_permissions import sign_in
from .test_quirks import switched

PATH = f"{ENGAGEMENTS}/{ENGAGEMENT}"
SKILLS = "le-users/skills"


class TestReachingAnAccount:
    def test_discovery_may_need_no_version(self, state_file: Path) -> None:
        with switched(state_file, "discovery-version=off") as client:
            reply = client.http.get(f"{client.url}/api/account/{ACCOUNT}/service/agentVep/baseURI.json")
            assert (reply.status_code, reply.json()["service"]) == (200, "agentVep")

    @pytest.mark.parametrize("query", ["", "?v=9.9"])
    def test_the_login_may_take_any_version(self, state_file: Path, query: str) -> None:
        with switched(state_file, "login-version=off") as client:
            body = {"username": "admin", "password": "sandbox"}
            reply = client.http.post(f"{client.url}/api/account/{ACCOUNT}/login{query}", json=body)
            assert (reply.status_code, reply.json()["config"]["loginName"]) == (200, "admin")

    def test_a_bot_may_sign_in_by_password(self, state_file: Path) -> None:
        with switched(state_file, "login-bot=off") as client:
            assert client.sign_in("bot")["config"]["loginName"] == "bot"

    def test_scopes_may_mean_nothing(self, state_file: Path) -> None:
        with switched(state_file, "token-scope=off") as client:
            client.headers = sign_in(client, "sandbox-users-client")
            client.create(CONNECTORS, implicit())


class TestLists:
    def test_active_may_be_whatever_is_not_deleted(self, state_file: Path) -> None:
        with switched(state_file, "return-active=off") as client:
            client.put(PATH, {**client.get(PATH), "enabled": False})
            assert len(client.get(ENGAGEMENTS, **{"return": "active"})) == 1
            client.delete(PATH)
            assert client.get(ENGAGEMENTS, **{"return": "active", "include_deleted": "true"}) == []

    def test_ids_may_mean_nothing(self, state_file: Path) -> None:
        with switched(state_file, "ids=off") as client:
            assert [item["id"] for item in client.get(CAMPAIGNS, ids="5")] == [CAMPAIGN]

    def test_a_select_that_cannot_be_read_may_mean_nothing(self, state_file: Path) -> None:
        with switched(state_file, "select=off") as client:
            whole = client.get(f"{CAMPAIGNS}/{CAMPAIGN}")
            assert client.get(f"{CAMPAIGNS}/{CAMPAIGN}", select="id(") == whole
            assert client.get(f"{CAMPAIGNS}/{CAMPAIGN}", select="id") == {"id": CAMPAIGN}

    def test_a_filter_that_cannot_be_read_may_mean_nothing(self, state_file: Path) -> None:
        with switched(state_file, "filter=off") as client:
            assert len(client.get(CAMPAIGNS, filter="name like x")) == 1
            assert client.get(CAMPAIGNS, filter='name=="x"') == []


class TestWrites:
    def test_a_body_may_be_of_any_media_type(self, state_file: Path) -> None:
        with switched(state_file, "media-type=off") as client:
            url = f"{client.url}/api/account/{ACCOUNT}/configuration/{SKILLS}?v=2.0"
            reply = client.http.post(
                url, data='{"name": "new"}', headers={**client.headers, "Content-Type": "text/plain"}
            )
            assert (reply.status_code, reply.json()["name"]) == (201, "new")

    @pytest.mark.parametrize(
        ("match", "status"), [('"2"', 200), ('W/"2"', 200), ('"1"', 412), ('"x"', 400), ('"2', 400)]
    )
    def test_a_revision_may_come_in_quotes(self, state_file: Path, match: str, status: int) -> None:
        with switched(state_file, "if-match-form=off") as client:
            assert client.call("PUT", PATH, client.get(PATH), match=match).status_code == status

    def create_three(self, client: Client) -> requests.Response:
        """Skills, the second of them without its name."""
        return client.call("POST", SKILLS, [{"name": "first"}, {"name": ""}, {"name": "third"}], v="2.0")

    @pytest.mark.parametrize(("value", "names"), [("on", ["sales"]), ("off", ["sales", "first"])])
    def test_a_list_may_be_written_up_to_its_first_fault(self, state_file: Path, value: str, names: list[str]) -> None:
        with switched(state_file, f"bulk-whole={value}") as client:
            before = client.revision(SKILLS)
            refused = self.create_three(client)
            assert error(refused) == (400, "Required: name")
            assert [item["name"] for item in client.get(SKILLS, v="2.0")] == names
            assert int(refused.headers["ac-revision"]) == client.revision(SKILLS) == before + len(names) - 1

    def test_of_one_thing_nothing_is_written_in_any_case(self, state_file: Path) -> None:
        with switched(state_file, "bulk-whole=off") as client:
            assert error(client.call("PUT", PATH, {**client.get(PATH), "connectorId": 5}, match=2))[0] == 400
            assert client.revision(ENGAGEMENTS) == 2
