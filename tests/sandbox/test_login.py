from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest
import requests

from .client import ACCOUNT, CONNECTORS, Client, Clock, error


def login(client: Client, body: object, query: str = "v=1.3", account: str = ACCOUNT) -> requests.Response:
    return client.http.post(f"{client.url}/api/account/{account}/login?{query}", json=body)


RIGHT = {"username": "admin", "password": "sandbox"}


class TestUser:
    @pytest.mark.parametrize("version", ["1.2", "1.3"])
    def test_the_reply_has_the_fields_of_a_real_one_in_its_order(self, stranger: Client, version: str) -> None:
        reply = login(stranger, RIGHT, f"v={version}")
        body = reply.json()

        assert list(body) == [
            "csrf", "wsuk", "config", "csdsCollectionResponse", "accountData", "sessionTTl", "bearer",
        ]  # fmt: skip
        assert list(body["config"]) == [
            "loginName", "userId", "userPid", "userPrivileges", "serverCurrentTime", "timeDiff", "serverTimeZoneName",
            "serverTimeGMTDiff", "isLPA", "isAdmin", "accountTimeZoneId",
        ]  # fmt: skip
        assert bytes.fromhex(body["bearer"])
        assert bytes.fromhex(body["csrf"])
        assert body["sessionTTl"] == "28800000"
        assert body["config"]["loginName"] == "admin"
        assert body["config"]["serverCurrentTime"] == 1_790_000_000_000
        assert {"service": "agentVep", "account": ACCOUNT, "baseURI": stranger.url.removeprefix("http://")} in body[
            "csdsCollectionResponse"
        ]["baseURIs"]
        assert "Session_id" in reply.cookies

    @pytest.mark.parametrize(
        ("body", "account"),
        [
            ({"username": "admin", "password": "Sandbox"}, ACCOUNT),
            ({"username": "Admin", "password": "sandbox"}, ACCOUNT),
            (RIGHT, "87654321"),
        ],
    )
    def test_wrong_password_user_or_account(self, stranger: Client, body: object, account: str) -> None:
        assert error(login(stranger, body, account=account)) == (401, "Wrong user or password")

    @pytest.mark.parametrize("body", [{}, {"username": "admin"}, {"username": "admin", "password": 1}, []])
    def test_a_malformed_body(self, stranger: Client, body: object) -> None:
        assert error(login(stranger, body))[0] == 400

    def test_the_version_is_required(self, stranger: Client) -> None:
        assert error(login(stranger, RIGHT, ""))[0] == 400

    def test_a_bearer_runs_out_after_eight_hours(self, client: Client, clock: Clock) -> None:
        clock.now += 28_799
        assert client.call("GET", CONNECTORS).status_code == 200
        clock.now += 1
        assert error(client.call("GET", CONNECTORS))[0] == 401

    def test_a_bearer_is_stored_as_a_hash_only(self, stranger: Client, state_file: Path) -> None:
        body = stranger.sign_in()
        secrets = [body["bearer"], body["csrf"], stranger.http.cookies["Session_id"]]

        with closing(sqlite3.connect(state_file)) as state:
            dump = "\n".join(state.iterdump())
        assert "sessions" in dump
        assert not [secret for secret in secrets if secret in dump]


class TestLogout:
    def end(self, client: Client, csrf: object, verb: str = "logout") -> requests.Response:
        return client.http.post(f"{client.url}/api/account/{ACCOUNT}/{verb}", json={"csrf": csrf})

    def test_the_bearer_is_dead_afterwards(self, stranger: Client) -> None:
        csrf = stranger.sign_in()["csrf"]
        assert stranger.call("GET", CONNECTORS).status_code == 200

        reply = self.end(stranger, csrf)

        assert (reply.status_code, reply.text) == (200, "")
        assert error(stranger.call("GET", CONNECTORS))[0] == 401

    def test_needs_the_csrf(self, client: Client) -> None:
        reply = self.end(client, "0f0e")

        assert reply.json() == {
            "error": {
                "time": "Sep 21, 2026 2:13:20 PM",
                "message": "CSRF token invalid",
                "internalCode": 10,
                "responseStatus": "UNAUTHORIZED",
            }
        }
        assert client.call("GET", CONNECTORS).status_code == 200

    def test_needs_the_cookie(self, stranger: Client) -> None:
        csrf = stranger.sign_in()["csrf"]
        stranger.http.cookies.clear()
        assert error(self.end(stranger, csrf))[0] == 401

    def test_needs_a_body_with_csrf(self, client: Client) -> None:
        assert error(self.end(client, None))[0] == 400

    def test_refresh_keeps_the_session_alive(self, stranger: Client, clock: Clock) -> None:
        csrf = stranger.sign_in()["csrf"]
        clock.now += 20_000
        assert self.end(stranger, csrf, "refresh").status_code == 200
        clock.now += 20_000
        assert stranger.call("GET", CONNECTORS).status_code == 200


class TestClientCredentials:
    RIGHT: ClassVar = {
        "client_id": "sandbox-client",
        "client_secret": "sandbox-client-secret",
        "grant_type": "client_credentials",
    }

    def token(self, client: Client, form: dict[str, str], account: str = ACCOUNT) -> requests.Response:
        return client.http.post(f"{client.url}/sentinel/api/v2/account/{account}/app/token?v=2.0", data=form)

    def test_gives_a_token_that_configuration_takes(self, stranger: Client) -> None:
        body = self.token(stranger, self.RIGHT).json()

        assert body["token_type"] == "Bearer"
        assert body["expires_in"] == 3600
        assert body["access_token"].count(".") == 2
        stranger.headers = {"Authorization": f"Bearer {body['access_token']}"}
        assert stranger.get(CONNECTORS) == []

    def test_it_runs_out_after_an_hour(self, stranger: Client, clock: Clock) -> None:
        token = self.token(stranger, self.RIGHT).json()["access_token"]
        stranger.headers = {"Authorization": f"Bearer {token}"}
        clock.now += 3600
        assert error(stranger.call("GET", CONNECTORS))[0] == 401

    def test_wrong_secret_or_account(self, stranger: Client) -> None:
        assert error(self.token(stranger, {**self.RIGHT, "client_secret": "no"}))[0] == 401
        assert error(self.token(stranger, self.RIGHT, "87654321"))[0] == 401

    def test_wrong_grant_type(self, stranger: Client) -> None:
        assert error(self.token(stranger, {**self.RIGHT, "grant_type": "password"}))[0] == 400
