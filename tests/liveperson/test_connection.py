"""Signing in and out, over HTTP."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl

import pytest

from lpconf.liveperson.client import Client
from lpconf.liveperson.connection import connect
from lpconf.liveperson.credentials import Bearer, ClientCredentials
from lpconf.liveperson.endpoint import Endpoint
from lpconf.model.address import Kind
from lpconf.model.errors import AccessError, LpconfError
from lpconf.model.plan import Target
from lpconf.model.policy import Waits
from lpconf.model.quirks import Quirks
from tests.canary import CANARY

from .conftest import Connecting
from .scripted import (
    BEARERS,
    COOKIE,
    CSRF,
    HANG,
    PAGE,
    PASSWORD,
    RESET,
    TRUNCATED,
    LivePerson,
    Reply,
    error_reply,
    json_reply,
    queue,
    serving,
)

DISCOVERY = "GET /api/account/12345678/service/baseURI.json"
LOGIN = "POST /api/account/12345678/login"
LOGOUT = "POST /api/account/12345678/logout"
TOKEN = "POST /sentinel/api/v2/account/12345678/app/token"
SKILLS = "GET /api/account/12345678/configuration/le-users/skills"
SECRETS = (PASSWORD, CSRF, COOKIE, *BEARERS)


class TestAUserWithAPassword:
    def test_a_connection_takes_discovery_login_and_logout(
        self, connecting: Connecting, liveperson: LivePerson
    ) -> None:
        with connecting():
            pass
        assert liveperson.server.lines == [DISCOVERY, LOGIN, LOGOUT]

    def test_the_login_is_as_documented(self, connecting: Connecting, liveperson: LivePerson) -> None:
        with connecting():
            pass
        login = liveperson.server.requests[1]
        assert login.query == [("v", "1.3")]
        assert login.json == {"username": "config-bot", "password": PASSWORD}
        assert login.headers["content-type"] == "application/json"
        assert "authorization" not in login.headers

    def test_the_logout_shows_cookie_and_csrf(self, connecting: Connecting, liveperson: LivePerson) -> None:
        with connecting():
            pass
        logout = liveperson.server.requests[2]
        assert logout.json == {"csrf": CSRF}
        assert logout.headers["cookie"] == f"Session_id={COOKIE}"

    def test_calls_carry_the_bearer_and_no_cookie(self, connecting: Connecting, liveperson: LivePerson) -> None:
        with connecting() as client:
            client.list(Kind.SKILL)
        call = liveperson.server.requests[2]
        assert call.line == SKILLS
        assert call.headers["authorization"] == f"Bearer {BEARERS[0]}"
        assert "cookie" not in call.headers

    @pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, AccessError])
    def test_the_logout_comes_whatever_happens(
        self, connecting: Connecting, liveperson: LivePerson, error: type[BaseException]
    ) -> None:
        with pytest.raises(error), connecting():
            raise error
        assert liveperson.server.lines[-1] == LOGOUT

    @pytest.mark.parametrize(
        "reply", [RESET, HANG, PAGE, TRUNCATED, error_reply(401, CSRF), Reply(302), Reply(500)], ids=str
    )
    def test_a_logout_that_fails_is_only_logged(
        self, connecting: Connecting, liveperson: LivePerson, reply: Reply, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        liveperson.logout = reply
        # The waits are long, except that for a connection, which is also the longest that a logout waits.
        with connecting(waits=Waits(connect=0.2, answer=60)):
            pass
        assert liveperson.server.lines == [DISCOVERY, LOGIN, LOGOUT]
        assert ("logging out failed" in caplog.text) is (reply is not PAGE)
        assert ("no answer within 0.2 s" in caplog.text) is (reply is HANG)
        assert CSRF not in caplog.text

    def test_a_login_without_csrf_or_cookie_still_works(self, connecting: Connecting, liveperson: LivePerson) -> None:
        liveperson.login = queue(json_reply({"bearer": "abc"}))
        with connecting():
            pass
        assert liveperson.server.lines == [DISCOVERY, LOGIN, LOGOUT]


class TestALoginThatFails:
    @pytest.mark.parametrize("status", [400, 401, 403])
    def test_a_refusal_says_who_and_where(self, connecting: Connecting, liveperson: LivePerson, status: int) -> None:
        liveperson.login = queue(error_reply(status, f"bad password {PASSWORD}"))
        with pytest.raises(AccessError) as raised, connecting():
            pass
        text = str(raised.value)
        assert f"refuses the user config-bot in account 12345678 ({status})" in text
        assert "bad password (hidden)" in text
        assert PASSWORD not in text
        assert liveperson.server.lines == [DISCOVERY, LOGIN]

    def test_a_blocked_account_is_named(self, connecting: Connecting, liveperson: LivePerson) -> None:
        liveperson.login = queue(Reply(451))
        with pytest.raises(AccessError, match="blocks the account or the user"), connecting():
            pass

    @pytest.mark.parametrize("status", [404, 418])
    def test_any_other_refusal_is_about_access_too(
        self, connecting: Connecting, liveperson: LivePerson, status: int
    ) -> None:
        liveperson.login = queue(error_reply(status, "no"))
        with pytest.raises(AccessError, match=str(status)), connecting():
            pass

    def test_too_many_logins_take_a_wait(
        self, connecting: Connecting, liveperson: LivePerson, pauses: list[float]
    ) -> None:
        liveperson.login = queue(error_reply(429, "slow"), Reply(503), RESET, liveperson.bearer())
        with connecting(waits=Waits()):
            pass
        assert pauses == [5, 10, 15]
        assert liveperson.server.lines == [DISCOVERY, *[LOGIN] * 4, LOGOUT]

    def test_and_an_end(self, connecting: Connecting, liveperson: LivePerson) -> None:
        liveperson.login = queue(error_reply(429, "slow"))
        with pytest.raises(AccessError, match="too many requests"), connecting():
            pass
        assert len(liveperson.server.lines) == 5

    @pytest.mark.parametrize(
        "reply",
        [
            PAGE,
            Reply(),
            json_reply([]),
            json_reply({}),
            json_reply({"bearer": 17}),
            json_reply({"bearer": ""}),
            json_reply({"bearer": "a\r\nX-Evil: 1"}),
        ],
        ids=str,
    )
    def test_an_answer_without_a_bearer_is_an_error(
        self, connecting: Connecting, liveperson: LivePerson, reply: Reply
    ) -> None:
        liveperson.login = queue(reply)
        with pytest.raises(AccessError, match=r"^POST /api/account/12345678/login was answered"), connecting():
            pass

    def test_a_redirect_gets_no_password(self, connecting: Connecting, liveperson: LivePerson) -> None:
        with serving() as other:
            liveperson.login = queue(Reply(307, headers=(("Location", f"{other.url}/login"),)))
            with pytest.raises(AccessError, match="follows no redirects"), connecting():
                pass
            assert other.requests == []


class TestHostsThatAreNotTrusted:
    @pytest.mark.parametrize("service", ["agentVep", "accountConfigReadWrite"])
    @pytest.mark.parametrize("host", ["evil.example.com", "va.ac.liveperson.net", "user@127.0.0.1", None])
    def test_nothing_is_sent_anywhere(
        self, connecting: Connecting, liveperson: LivePerson, service: str, host: object
    ) -> None:
        liveperson.hosts[service] = host
        with pytest.raises(AccessError, match=f"the service {service}, which is not trusted"), connecting():
            pass
        assert liveperson.server.lines == [DISCOVERY]

    @pytest.mark.parametrize("service", ["agentVep", "accountConfigReadWrite"])
    def test_another_port_of_this_machine_is_another_host(
        self, connecting: Connecting, liveperson: LivePerson, service: str
    ) -> None:
        with serving() as other:
            liveperson.hosts[service] = other.host
            with pytest.raises(AccessError, match="not trusted"), connecting():
                pass
            assert other.requests == []

    def test_services_that_are_not_needed_do_not_matter(self, connecting: Connecting, liveperson: LivePerson) -> None:
        liveperson.hosts["sentinel"] = "evil.example.com"
        with connecting():
            pass
        assert liveperson.server.lines == [DISCOVERY, LOGIN, LOGOUT]

    def test_an_oauth_client_secret_goes_to_trusted_hosts_only(
        self, connecting: Connecting, liveperson: LivePerson
    ) -> None:
        liveperson.hosts["sentinel"] = "evil.example.com"
        with pytest.raises(AccessError, match="the service sentinel"), connecting(ClientCredentials("id", CANARY)):
            pass
        assert liveperson.server.lines == [DISCOVERY]

    @pytest.mark.parametrize("account", ["", "../x", "1" * 21, "a b", "\u0661"])
    def test_an_odd_account_gets_no_request_at_all(self, liveperson: LivePerson, waits: Waits, account: str) -> None:
        endpoint = Endpoint.for_sandbox(liveperson.server.url)
        with (
            pytest.raises(AccessError, match="is not an account id"),
            connect(account, endpoint=endpoint, credentials=Bearer("x"), quirks=Quirks(), waits=waits),
        ):
            pass
        assert liveperson.server.requests == []


class TestASessionThatEnds:
    def test_one_new_login_and_the_call_again(self, client: Client, liveperson: LivePerson) -> None:
        liveperson.valid = BEARERS[1]
        client.list(Kind.SKILL)
        assert liveperson.server.lines == [DISCOVERY, LOGIN, SKILLS, LOGIN, SKILLS]

    def test_a_write_is_sent_again_too_since_it_was_refused(self, client: Client, liveperson: LivePerson) -> None:
        liveperson.valid = BEARERS[1]
        liveperson.settings = queue(json_reply({"id": 5}, 201))
        assert client.create(Kind.CONNECTOR, {"name": "x"}).body == {"id": 5}
        assert len([line for line in liveperson.server.lines if line.endswith("/connectors")]) == 2

    def test_a_second_refusal_is_the_end(self, client: Client, liveperson: LivePerson) -> None:
        liveperson.valid = "nobody's"
        with pytest.raises(AccessError, match=r"refused as not signed in \(401\), right after signing in"):
            client.list(Kind.SKILL)
        assert liveperson.server.lines == [DISCOVERY, LOGIN, SKILLS, LOGIN, SKILLS]

    def test_the_new_session_is_the_one_that_is_logged_out(
        self, connecting: Connecting, liveperson: LivePerson
    ) -> None:
        with connecting() as client:
            liveperson.valid = BEARERS[1]
            liveperson.login = queue(json_reply({"bearer": BEARERS[1], "csrf": "new"}))
            client.list(Kind.SKILL)
        assert liveperson.server.requests[-1].json == {"csrf": "new"}

    def test_calls_side_by_side_make_one_login(self, client: Client, liveperson: LivePerson) -> None:
        liveperson.valid = BEARERS[1]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(client.list, [Kind.SKILL] * 8))
        assert liveperson.server.lines.count(LOGIN) == 2

    def test_a_login_that_is_refused_is_not_tried_by_each_of_them(self, client: Client, liveperson: LivePerson) -> None:
        liveperson.valid = "nobody's"
        liveperson.login = queue(error_reply(401, "locked"))
        with ThreadPoolExecutor(4) as pool:
            failures = [pool.submit(client.list, Kind.SKILL).exception() for _ in range(8)]
        assert all(isinstance(failure, AccessError) for failure in failures)
        assert liveperson.server.lines.count(LOGIN) == 2


class TestAGivenBearer:
    def test_it_is_used_as_it_is_and_not_logged_out(self, connecting: Connecting, liveperson: LivePerson) -> None:
        with connecting(Bearer("given")) as client:
            client.list(Kind.SKILL)
        assert liveperson.server.lines == [DISCOVERY, SKILLS]
        assert liveperson.server.requests[1].headers["authorization"] == "Bearer given"

    def test_when_it_has_expired_that_is_said(self, connecting: Connecting, liveperson: LivePerson) -> None:
        liveperson.valid = "another"
        with connecting(Bearer("given")) as client, pytest.raises(AccessError, match="may have expired"):
            client.list(Kind.SKILL)
        assert liveperson.server.lines == [DISCOVERY, SKILLS]


class TestAnOauthClient:
    def test_it_gets_a_token_and_is_not_logged_out(self, connecting: Connecting, liveperson: LivePerson) -> None:
        with connecting(ClientCredentials("id", "s3 cret&")) as client:
            client.list(Kind.SKILL)
        assert liveperson.server.lines == [DISCOVERY, TOKEN, SKILLS]
        token = liveperson.server.requests[1]
        assert dict(parse_qsl(token.body.decode())) == {
            "client_id": "id",
            "client_secret": "s3 cret&",
            "grant_type": "client_credentials",
        }
        assert token.headers["content-type"] == "application/x-www-form-urlencoded"
        assert liveperson.server.requests[2].headers["authorization"] == "Bearer token-one"

    def test_a_refusal_says_who(self, connecting: Connecting, liveperson: LivePerson) -> None:
        liveperson.token = queue(error_reply(401, "bad client s3+cret"))
        refused = pytest.raises(AccessError, match="refuses the OAuth 2 client id in account")
        with refused as raised, connecting(ClientCredentials("id", "s3 cret")):
            pass
        assert "s3+cret" not in str(raised.value)

    def test_a_token_that_has_expired_is_fetched_anew(self, connecting: Connecting, liveperson: LivePerson) -> None:
        with connecting(ClientCredentials("id", CANARY)) as client:
            liveperson.valid = "token-two"
            liveperson.token = queue(json_reply({"access_token": "token-two"}))
            client.list(Kind.SKILL)
        assert liveperson.server.lines == [DISCOVERY, TOKEN, SKILLS, TOKEN, SKILLS]

    def test_a_403_says_that_no_scope_is_documented(self, connecting: Connecting, liveperson: LivePerson) -> None:
        liveperson.settings = queue(Reply(403))
        no_scope = pytest.raises(AccessError, match="documents no scope for campaigns and connectors")
        with connecting(ClientCredentials("id", CANARY)) as client, no_scope:
            client.list(Kind.CONNECTOR)


def test_the_client_knows_what_plans_are_made_for(connecting: Connecting, liveperson: LivePerson) -> None:
    with connecting(label="production") as client:
        assert client.account == "12345678"
        assert client.target == Target("12345678", "sandbox", "production", sandbox=True)
    own = Endpoint.from_environment({"LPCONF_DISCOVERY_URL": liveperson.server.url})
    with connecting(endpoint=own) as client:
        assert client.target == Target("12345678", liveperson.server.host)


def test_a_client_that_only_reads_sends_no_write(connecting: Connecting, liveperson: LivePerson) -> None:
    with connecting(read_only=True) as client:
        client.list(Kind.SKILL)
        with pytest.raises(LpconfError, match="only reads"):
            client.create(Kind.CONNECTOR, {"name": "x"})
        with pytest.raises(LpconfError, match="only reads"):
            client.update(Kind.CONNECTOR, 5, {"name": "x"}, 1)
    assert liveperson.server.lines == [DISCOVERY, LOGIN, SKILLS, LOGOUT]


def test_no_secret_is_logged_even_at_the_finest_level(
    connecting: Connecting, liveperson: LivePerson, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    liveperson.valid = BEARERS[1]
    liveperson.logout = error_reply(401, CSRF)
    with connecting() as client:
        client.list(Kind.SKILL)
    assert "/login" in caplog.text
    assert not [secret for secret in SECRETS if secret in caplog.text]


def test_a_hanging_login_ends(connecting: Connecting, liveperson: LivePerson) -> None:
    liveperson.login = queue(HANG)
    late = pytest.raises(AccessError, match=r"no answer within 0\.05 s")
    with late, connecting(waits=Waits(connect=5, answer=0.05, tries=0)):
        pass
