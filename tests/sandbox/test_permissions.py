"""Who may sign in, and do what: users with privileges, clients with scopes, applications (facts 2)."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest
import requests

from lpconf.sandbox.quirks import parse
from lpconf.sandbox.server import Address

from .client import ACCOUNT, CAMPAIGN, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, Client, error, implicit
from .test_server import signed_in

SKILLS = "le-users/skills"
GOAL = {"name": "Paid", "type": 0, "indicatorType": 0, "indicatorValue": {}}


def login(client: Client, body: object, account: str = ACCOUNT) -> requests.Response:
    return client.http.post(f"{client.url}/api/account/{account}/login?v=1.3", json=body)


class TestUsers:
    @pytest.mark.parametrize(
        ("user", "status", "message"),
        [("locked", 401, "The user is locked"), ("blacklisted", 451, "The user is blacklisted")],
    )
    def test_some_may_not_sign_in(self, stranger: Client, user: str, status: int, message: str) -> None:
        assert error(login(stranger, {"username": user, "password": "sandbox"})) == (status, message)
        assert error(login(stranger, {"username": user, "password": "wrong"})) == (401, "Wrong user or password")

    def test_a_bot_has_no_password(self, stranger: Client) -> None:
        assert error(login(stranger, {"username": "bot", "password": "sandbox"}))[0] == 401

    @pytest.mark.parametrize(
        ("user", "privileges"), [("viewer", []), ("editor", [40001]), ("campaigns", [40001, 40002])]
    )
    def test_the_login_tells_their_privileges(self, stranger: Client, user: str, privileges: list[int]) -> None:
        config = stranger.sign_in(user)["config"]
        assert (config["loginName"], config["userPrivileges"], config["isAdmin"]) == (user, privileges, False)

    @pytest.mark.parametrize(
        ("user", "may"),
        [
            ("admin", {"connector", "engagement", "goal", "skill", "lob", "property"}),
            ("viewer", set()),
            ("campaigns", {"engagement", "goal"}),
            ("connectors", {"connector"}),
        ],
    )
    def test_writes_need_a_privilege_and_reads_none(self, stranger: Client, user: str, may: set[str]) -> None:
        stranger.sign_in(user)
        calls = {
            "connector": (CONNECTORS, "2.0", implicit()),
            "engagement": (ENGAGEMENTS, "3.4", {**stranger.get(ENGAGEMENTS)[0], "name": "New"}),
            "goal": ("le-goals/goals", "3.0", GOAL),
            "skill": (SKILLS, "2.0", {"name": "new"}),
            "lob": ("le-users/lobs", "2.0", {"name": "new"}),
        }
        statuses = {
            what: stranger.call("POST", path, body, v=version).status_code
            for what, (path, version, body) in calls.items()
        }
        body = stranger.get("setting/properties/lob.enabled", v="3.0")
        put = stranger.call("PUT", "setting/properties/lob.enabled", body, match=-1, v="3.0")
        statuses["property"] = put.status_code
        assert {what for what, status in statuses.items() if status < 300} == may
        assert {status for what, status in statuses.items() if what not in may} <= {403}

    def test_a_tunnelled_write_is_a_write(self, stranger: Client) -> None:
        stranger.sign_in("viewer")
        path, headers = f"{ENGAGEMENTS}/{ENGAGEMENT}", {"X-HTTP-Method-Override": "DELETE"}
        assert error(stranger.call("POST", path, match=-1, headers=headers))[0] == 403

    def test_publishing_needs_a_privilege_of_its_own(self, stranger: Client) -> None:
        stranger.sign_in("editor")
        path = f"{CAMPAIGNS}/{CAMPAIGN}"
        body = stranger.get(path)
        assert stranger.call("PUT", path, {**body, "name": "Renamed"}, match=-1).status_code == 200
        refused = stranger.call("PUT", path, {**body, "status": 0}, match=-1)
        assert error(refused) == (403, "Publishing needs the permission 40002")
        new = {"name": "Summer", "startDate": "2026-06-01 00:00:00"}
        assert error(stranger.call("POST", CAMPAIGNS, {**new, "status": 1}))[0] == 403
        assert stranger.call("POST", CAMPAIGNS, new).status_code == 201

        stranger.sign_in("campaigns")
        assert stranger.call("PUT", path, {**body, "status": 0}, match=-1).status_code == 200


class TestApplications:
    OAUTH2: ClassVar = {
        "username": "bot",
        "appKey": "sandbox-client",
        "secret": "sandbox-client-secret",
        "accessToken": "dummy",
        "accessTokenSecret": "dummy",
    }
    OAUTH1: ClassVar = {
        "username": "bot",
        "appKey": "sandbox-app-key",
        "secret": "sandbox-app-secret",
        "accessToken": "sandbox-access-token",
        "accessTokenSecret": "sandbox-access-token-secret",
    }

    def test_sign_in_as_a_bot_with_the_secret_of_a_client(self, stranger: Client) -> None:
        reply = login(stranger, self.OAUTH2)
        assert reply.json()["config"]["loginName"] == "bot"
        stranger.headers = {"Authorization": f"Bearer {reply.json()['bearer']}"}
        stranger.create(CONNECTORS, implicit())

    @pytest.mark.parametrize(
        "change", [{"username": "admin"}, {"username": "nobody"}, {"secret": "x"}, {"appKey": "x"}]
    )
    def test_wrong_ones(self, stranger: Client, change: dict[str, str]) -> None:
        assert error(login(stranger, {**self.OAUTH2, **change})) == (401, "Wrong bot user, key or secret")

    @pytest.mark.parametrize("missing", ["username", "secret", "accessToken", "accessTokenSecret"])
    def test_all_five_fields_are_there(self, stranger: Client, missing: str) -> None:
        body = {name: value for name, value in self.OAUTH2.items() if name != missing}
        assert error(login(stranger, body))[0] == 400

    def test_of_an_unknown_account(self, stranger: Client) -> None:
        assert error(login(stranger, self.OAUTH2, "87654321"))[0] == 401

    def test_the_keys_of_oauth_1_have_ended(self, stranger: Client) -> None:
        status, message = error(login(stranger, self.OAUTH1))
        assert (status, "no longer supported" in message) == (401, True)
        assert error(login(stranger, {**self.OAUTH1, "accessToken": "x"}))[1] == "Wrong bot user, key or secret"

    def test_unless_switched_on(self, state_file: Path) -> None:
        with signed_in(state_file, settings=parse(["oauth1-login=accepted"])) as client:
            assert login(client, self.OAUTH1).status_code == 200
            assert error(login(client, {**self.OAUTH1, "accessTokenSecret": "x"}))[0] == 401


def sign_in(client: Client, client_id: str) -> dict[str, str]:
    """The header of a client's token."""
    form = {
        "client_id": client_id,
        "client_secret": "sandbox-client-secret",
        "grant_type": "client_credentials",
    }
    reply = client.http.post(f"{client.url}/sentinel/api/v2/account/{ACCOUNT}/app/token", data=form)
    return {"Authorization": f"Bearer {reply.json()['access_token']}"}


class TestClients:
    def test_one_without_scopes_may_do_all(self, stranger: Client) -> None:
        stranger.headers = sign_in(stranger, "sandbox-client")
        stranger.create(CONNECTORS, implicit())
        path = f"{CAMPAIGNS}/{CAMPAIGN}"
        assert stranger.call("PUT", path, {**stranger.get(path), "status": 0}, match=-1).status_code == 200

    def test_one_of_users_is_kept_to_them(self, stranger: Client) -> None:
        stranger.headers = sign_in(stranger, "sandbox-users-client")
        assert stranger.call("POST", SKILLS, {"name": "new"}, v="2.0").status_code == 201
        refused = stranger.call("GET", CONNECTORS)
        assert error(refused) == (403, "The token has no scope for GET of connectors")

    def test_nobody_knows_whether_one_without_scopes_may_do_anything(self, state_file: Path) -> None:
        with signed_in(state_file, settings=parse(["client-tokens=scopes"])) as client:
            client.headers = sign_in(client, "sandbox-client")
            assert error(client.call("GET", CONNECTORS))[0] == 403
            client.headers = sign_in(client, "sandbox-users-client")
            assert client.call("GET", SKILLS, v="2.0").status_code == 200


def test_no_privilege_goes_over_from_one_account_to_another(address: Address, stranger: Client) -> None:
    stranger.sign_in()
    with Client(address, "87654321") as other:
        other.headers = stranger.headers
        assert error(other.call("GET", CONNECTORS))[0] == 401
