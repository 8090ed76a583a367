"""The same commands whichever way a guess about LivePerson turns out."""

from __future__ import annotations

from pathlib import Path

import pytest

from lpconf.apply.executor import execute
from lpconf.engine.plan import plan
from lpconf.liveperson.connection import connect
from lpconf.liveperson.credentials import UserPassword
from lpconf.liveperson.endpoint import Endpoint
from lpconf.liveperson.read import read
from lpconf.model.errors import ExitCode
from lpconf.model.policy import Policy, Waits
from lpconf.model.quirks import Quirks
from lpconf.sandbox.quirks import parse
from lpconf.sandbox.server import running
from tests.account import ACCOUNT, DEMO_KEY, site
from tests.canary import CANARY
from tests.gateway import Fault, gateway

SITE = f"""
connectors:
  - name: Consumer authentication
    flow: implicit
    authentication_endpoint: https://dummy.com
    jwt_public_key: {DEMO_KEY}
    js_method_name: METHOD
  - name: Code flow
    flow: code
    jwks_endpoint: https://idp.bank.com/jwks
    token_endpoint: https://idp.bank.com/token
    client_id: lp
    client_secret: {{env: LPCONF_SECRET_IDP}}
    js_method_name: METHOD
campaigns:
  - find: default
    status: published
    description: METHOD
    engagements:
      - find: default
        conversation: messaging
        authenticated_visitors_only: true
        connector: Consumer authentication
        description: METHOD
  - name: Shop
    status: published
    start_date: "2026-01-05 00:00:00"
    time_zone: Europe/Berlin
    engagements:
      - {{name: Chat, enabled: true, connector: Code flow, description: METHOD}}
"""
SECRETS = {"LPCONF_SECRET_IDP": CANARY}
WAITS = Waits(server_error=0, too_many=0, too_many_logins=0, read_back=10, read_back_pause=0.02)


@pytest.mark.parametrize("guess", ["lag=1", "lag=3", "lag=50ms"])
def test_a_lost_answer_and_reads_that_lag_make_no_second_write(tmp_path: Path, guess: str) -> None:
    quirks = Quirks()
    declared = site("campaigns: [{find: default, engagements: [{find: default, conversation: messaging}]}]")
    with (
        running(tmp_path / "state" / "sandbox.db", ACCOUNT, settings=parse([guess])) as address,
        gateway(address.url) as front,
        connect(
            ACCOUNT,
            endpoint=Endpoint.for_sandbox(front.url),
            credentials=UserPassword(address.username, address.password),
            quirks=quirks,
            waits=WAITS,
        ) as client,
    ):
        made = plan(declared, read(declared, client, quirks), target=client.target, quirks=quirks, policy=Policy())
        front.add(Fault("PUT", "engagements", lose_answer=True))
        run = execute(made, client, secrets={}, quirks=quirks, waits=WAITS)
        assert run.exit_code is ExitCode.DONE
        assert [verb for verb, _ in front.writes()] == ["PUT"]


@pytest.mark.parametrize(
    "guess",
    [
        "mode=lenient",
        "stale-revision=409",
        "missing-if-match=accepted",
        "connector-revisions=no",
        "engagement-revisions=account",
        "revision-step=10",
        "put-without-secret=keeps",
        "secret-in-replies=null",
        "secret-in-replies=masked",
        "stale-engagements=refused",
        "stale-engagements=ignored",
        "engagement-edits=on-publish",
        "duplicate-names=allowed",
        "lag=1",
        "lag=3",
        "lag=50ms",
    ],
)
def test_create_then_change_then_nothing_to_do(tmp_path: Path, guess: str) -> None:
    quirks, policy = Quirks(), Policy(secrets=frozenset(SECRETS))
    with running(tmp_path / "state" / "sandbox.db", ACCOUNT, settings=parse([guess])) as address:
        endpoint = Endpoint.for_sandbox(address.url)
        credentials = UserPassword(address.username, address.password)
        with connect(ACCOUNT, endpoint=endpoint, credentials=credentials, quirks=quirks, waits=WAITS) as client:
            steps = []
            for method in ("first", "second", "second"):
                declared = site(SITE.replace("METHOD", method))
                made = plan(
                    declared, read(declared, client, quirks), target=client.target, quirks=quirks, policy=policy
                )
                steps.append(len(made.steps))
                run = execute(made, client, secrets=SECRETS, quirks=quirks, waits=WAITS)
                assert run.exit_code is ExitCode.DONE, [result for result in run.results if result.reason]
    assert steps == [7, 5, 0]
