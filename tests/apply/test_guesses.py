"""The same commands whichever way a guess about LivePerson turns out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from lpconf.apply.executor import execute
from lpconf.engine.plan import plan
from lpconf.liveperson.connection import connect
from lpconf.liveperson.credentials import UserPassword
from lpconf.liveperson.endpoint import Endpoint
from lpconf.liveperson.read import read
from lpconf.model.address import Kind
from lpconf.model.errors import ExitCode
from lpconf.model.plan import Plan
from lpconf.model.policy import Policy, Waits
from lpconf.model.quirks import Quirks
from lpconf.resources.connector import recognised
from lpconf.sandbox.quirks import parse
from lpconf.sandbox.server import running
from tests.account import ACCOUNT, DEMO_KEY, connector, site, texts
from tests.canary import CANARY
from tests.gateway import Fault, gateway
from tests.sandbox.client import Client as Editor

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
CONNECTORS = "le-connectors/connectors"
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


@pytest.mark.parametrize(
    ("guesses", "flow"),
    [
        ((), {"implicit": 1, "code": 2}),
        (("connector-type-code=1",), {"implicit": 1, "code": 1}),
        (("connector-type-implicit=0", "connector-type-code=1"), {"implicit": 0, "code": 1}),
        (("connector-type-implicit=0", "connector-type-code=0"), {"implicit": 0, "code": 0}),
        (("connector-type-implicit=2", "connector-type-code=1"), {"implicit": 2, "code": 1}),
    ],
)
def test_whichever_numbers_stand_for_the_flows(
    tmp_path: Path, guesses: tuple[str, ...], flow: Mapping[str, int]
) -> None:
    quirks, policy = Quirks(flow=flow), Policy(secrets=frozenset(SECRETS))
    with running(tmp_path / "state" / "sandbox.db", ACCOUNT, settings=parse(guesses)) as address:
        endpoint = Endpoint.for_sandbox(address.url)
        credentials = UserPassword(address.username, address.password)
        with connect(ACCOUNT, endpoint=endpoint, credentials=credentials, quirks=quirks, waits=WAITS) as client:

            def made(text: str) -> Plan:
                declared = site(text)
                live = read(declared, client, quirks)
                return plan(declared, live, target=client.target, quirks=quirks, policy=policy)

            def applied(text: str) -> Plan:
                found = made(text)
                run = execute(found, client, secrets=SECRETS, quirks=quirks, waits=WAITS)
                assert run.exit_code is ExitCode.DONE, [result for result in run.results if result.reason]
                return found

            created = [each for each in applied(SITE).changes if each.address.kind is Kind.CONNECTOR]
            numbers = [field.after.wire for each in created for field in each.fields if field.word == "flow"]
            assert numbers == [flow["implicit"], flow["code"]]
            assert made(SITE).changes == ()
            assert len(applied(SITE.replace("METHOD", "other")).steps) == 5
            assert made(SITE.replace("METHOD", "other")).changes == ()
            with Editor(address) as editor:
                editor.sign_in()
                for path in (f"{CONNECTORS}/{each['id']}" for each in editor.get(CONNECTORS)):
                    body = editor.get(path)
                    editor.put(path, {**body, "configuration": {**body["configuration"], "jsMethodName": "theirs"}})
            drifted = made(SITE.replace("METHOD", "other"))
            assert [set(texts(each)) for each in drifted.changes] == [
                {"js_method_name"},
                {"js_method_name", "client_secret"},
            ]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_unauthenticated_connector_is_left_alone_in_each_reading(number: int) -> None:
    for flow in ({"implicit": 1, "code": 2}, {"implicit": 1, "code": 1}, {"implicit": 0, "code": 1}):
        assert not recognised(connector(1, "ACR-0", type=number, acrValues=["0"]).body, Quirks(flow=flow))
        assert not recognised(connector(1, "ACR-0", type=number, jwtValidationType=None).body, Quirks(flow=flow))
