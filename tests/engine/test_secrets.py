"""When a connector's secret is written, and which host gets to know it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lpconf.model.errors import InvalidConfiguration
from lpconf.model.live import LiveThing
from lpconf.model.plan import Plan
from lpconf.model.policy import Policy
from tests.account import REAL, connector, make_key, only, plan, texts

KEY = make_key()
DECLARED = f"""
connectors:
  - name: A
    flow: code
    jwt_public_key: {KEY}
    token_endpoint: https://idp.bank.com/token
    client_id: lp
    client_secret: {{env: LPCONF_SECRET_IDP}}
"""
POLICY = Policy(secrets=frozenset({"LPCONF_SECRET_IDP"}), accept_unverified=frozenset({"connector.create_code_flow"}))
NAME = 'connector["A"].client_secret'


def live(endpoint: str = "https://idp.bank.com/token") -> LiveThing:
    return connector(5, "A", type=2, jwtPublicKey=KEY, tokenEndpoint=endpoint, clientId="lp")


def allowed_by(made: Plan) -> list[str]:
    return [block.allowed_by for change in made.blocked for block in change.blocks]


def test_a_secret_alone_changes_nothing_because_nobody_can_compare_it() -> None:
    assert plan(DECLARED, live(), policy=POLICY).changes == ()


def test_write_secret_sends_it_although_nothing_else_changes() -> None:
    change = only(plan(DECLARED, live(), policy=replace(POLICY, write_secrets=frozenset({NAME}))))
    assert texts(change) == {"client_secret": ("(sensitive value)", "(sensitive value)")}
    assert not change.blocked


@pytest.mark.parametrize("name", ['connector["B"].client_secret', 'connector["A"].jwt_issuer', "x"])
def test_write_secret_of_what_nobody_declares_is_an_error_that_lists_what_is(name: str) -> None:
    with pytest.raises(InvalidConfiguration) as raised:
        plan(DECLARED, live(), policy=replace(POLICY, write_secrets=frozenset({name})))
    (found,) = raised.value.diagnostics
    assert (found.path, found.hint) == (f"--write-secret {name}", f"Declared are: {NAME}.")


def test_any_other_change_of_the_connector_carries_the_secret() -> None:
    change = only(plan(DECLARED.replace("client_id: lp", "client_id: other"), live(), policy=POLICY))
    assert set(texts(change)) == {"client_id", "client_secret"}


def test_a_new_token_host_is_blocked_because_liveperson_would_send_the_secret_there() -> None:
    made = plan(DECLARED, live("https://old.bank.com/token"), policy=POLICY)
    assert allowed_by(made) == ["""--allow-secret-host 'connector["A"]=idp.bank.com'"""]
    named = replace(POLICY, secret_hosts=frozenset({'connector["A"]=idp.bank.com'}))
    assert not plan(DECLARED, live("https://old.bank.com/token"), policy=named).blocked


def test_allowing_another_host_does_not_help() -> None:
    policy = replace(POLICY, secret_hosts=frozenset({'connector["A"]=evil.bank.com'}))
    assert plan(DECLARED, live("https://old.bank.com/token"), policy=policy).blocked


@pytest.mark.parametrize(
    ("allowed", "message"),
    [
        ('connector["B"]=idp.bank.com', "no such connector is declared"),
        ('campaign["A"]=idp.bank.com', "no such connector is declared"),
        ('connector["A"]=', "this is not ADDRESS=HOST"),
        ("idp.bank.com", "this is not ADDRESS=HOST"),
    ],
)
def test_a_host_is_allowed_for_a_declared_connector_only(allowed: str, message: str) -> None:
    with pytest.raises(InvalidConfiguration) as error:
        plan(DECLARED, live(), policy=replace(POLICY, secret_hosts=frozenset({allowed})))
    (problem,) = error.value.diagnostics
    assert (problem.code, problem.message) == ("secret.unknown", message)
    assert problem.path == f"--allow-secret-host {allowed}"
    assert problem.hint == 'Declared are: connector["A"].'


@pytest.mark.parametrize(
    ("before", "blocked"),
    [
        ("https://idp.bank.com/other/path", False),
        ("https://IDP.bank.com:443/token?x", False),
        ("https://idp.bank.com:8443/token", True),
        ("https://idp.bank.com.evil.example/token", True),
        ("https://idp.bank.com@evil.example/token", True),
        ("https://[", True),
    ],
)
def test_host_and_port_decide(before: str, blocked: bool) -> None:
    assert bool(plan(DECLARED, live(before), policy=POLICY).blocked) is blocked


def test_a_new_connector_needs_its_host_named_on_a_real_account_and_says_so_in_the_sandbox() -> None:
    flag = """--allow-secret-host 'connector["A"]=idp.bank.com'"""
    assert allowed_by(plan(DECLARED, target=REAL, policy=POLICY)) == [flag]
    rehearsed = only(plan(DECLARED, policy=POLICY))
    assert not rehearsed.blocked
    assert any(flag in note for note in rehearsed.notes)


def test_a_connector_without_a_secret_may_move_to_another_host() -> None:
    implicit = f"""
    connectors:
      - {{name: A, flow: implicit, authentication_endpoint: 'https://new.bank.com', jwt_public_key: {KEY}}}
    """
    before = connector(5, "A", jwtPublicKey=KEY, authorizationEndpoint="https://old.bank.com")
    assert not plan(implicit, before).blocked


def test_the_plan_says_which_secret_goes_where() -> None:
    def risk(made: Plan) -> str:
        return only(made).risks[0].text

    said = "LivePerson will send the secret from LPCONF_SECRET_IDP to idp.bank.com."
    assert risk(plan(DECLARED, policy=POLICY)) == said
    other = "connectors: [{name: A, description: x, client_secret: {env: LPCONF_SECRET_OTHER}}]"
    swapped = plan(other, live(), policy=replace(POLICY, secrets=frozenset({"LPCONF_SECRET_OTHER"})))
    assert risk(swapped) == "LivePerson will send the secret from LPCONF_SECRET_OTHER to idp.bank.com."


def test_the_host_that_a_flag_allows_may_be_spelled_in_another_case() -> None:
    policy = replace(POLICY, secret_hosts=frozenset({'connector["A"]=IDP.bank.com'}))
    assert not plan(DECLARED, live("https://old.bank.com/token"), policy=policy).blocked
