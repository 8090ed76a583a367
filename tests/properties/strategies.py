"""One case: an account, a configuration that fits it in part, and what the flags allow."""

from __future__ import annotations

import tempfile
from contextlib import chdir
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from hypothesis import reject
from hypothesis import strategies as st

from lpconf.config import load
from lpconf.engine.plan import plan
from lpconf.model.address import Kind
from lpconf.model.errors import InvalidConfiguration
from lpconf.model.live import Live
from lpconf.model.plan import Plan, Target
from lpconf.model.policy import Policy
from lpconf.model.quirks import Evidence
from lpconf.model.site import Site
from tests.account import QUIRKS, REAL, SANDBOX
from tests.properties.accounts import Account, account, live_of
from tests.properties.sites import SECRETS, site
from tests.properties.values import URLS, Pick

GUESSES = frozenset(name for name, evidence in QUIRKS.evidence.items() if evidence is Evidence.GUESS)
GENEROUS = Policy(
    accept_unverified=GUESSES,
    allow_demo_key=True,
    allow_delete=True,
    max_deletes=1000,
    max_delete_share=100,
    secrets=frozenset(SECRETS),
)
"""Allows whatever a flag can allow without naming a connector."""


def blocked(plan: Plan) -> set[tuple[Kind, object]]:
    """What a plan blocks. The address of what nobody declared may be another one when its twin is gone."""
    return {(change.address.kind, change.live_id or change.address) for change in plan.blocked}


@dataclass(frozen=True)
class Case:
    """An account as a sandbox document, and a configuration as YAML."""

    account: Account
    text: str
    site: Site
    policy: Policy
    target: Target

    @cached_property
    def live(self) -> Live:
        """All of the account."""
        return live_of(self.account)

    @cached_property
    def plan(self) -> Plan | None:
        """The plan, None where the configuration does not fit the account."""
        return plan_of(self.site, self.live, self.policy, self.target)

    def __repr__(self) -> str:
        return f"the account {self.account!r}\nwith {self.policy!r}\nfor {self.target!r}:\n{self.text}"


def load_text(text: str) -> Site:
    """The site of a YAML text. Its places do not depend on where the file lay."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        file = Path("site.yaml")
        file.write_text(text, "utf-8")
        return load([file], variables={}, environ={})


def plan_of(site: Site, live: Live, policy: Policy, target: Target) -> Plan | None:
    """The plan of a site against an account, None where the configuration does not fit it."""
    try:
        return plan(site, live, target=target, quirks=QUIRKS, policy=policy)
    except InvalidConfiguration:
        return None


_ALLOWED = st.sampled_from([True, True, False])
POLICIES = st.builds(
    Policy,
    accept_unverified=st.one_of(st.just(GUESSES), st.frozensets(st.sampled_from(sorted(GUESSES)))),
    allow_demo_key=_ALLOWED,
    allow_delete=_ALLOWED,
    max_deletes=st.sampled_from([0, 1, 2, 5, 1000]),
    max_delete_share=st.sampled_from([0, 30, 100]),
    secrets=st.frozensets(st.sampled_from(SECRETS)),
)
"""What flags can say."""


@st.composite
def cases(draw: st.DrawFn, *, any_policy: bool = False, twins: bool | None = None) -> Case:
    """A case; with `any_policy`, for any account and with any flags, else in the sandbox with nearly all of them."""
    pick = Pick(draw)
    held = account(pick, pick.flag() if twins is None else twins)
    text = yaml.safe_dump(site(pick, held), allow_unicode=pick.flag(), sort_keys=False)
    declared = _loaded(text)
    policy = _with_secrets(pick, draw(POLICIES) if any_policy and pick.flag() else GENEROUS, declared)
    return Case(held, text, declared, policy, pick.one([SANDBOX, REAL]) if any_policy else SANDBOX)


def _loaded(text: str) -> Site:
    """What the text declares. Names that came up twice make no case; every other error is one of these strategies."""
    try:
        return load_text(text)
    except InvalidConfiguration as error:
        if {each.code for each in error.diagnostics} <= {"duplicate", "lifecycle.renamed_from"}:
            reject()
        raise


def _with_secrets(pick: Pick, policy: Policy, declared: Site) -> Policy:
    """The flags that name a connector: where its secret may go, and that it is written in any case."""
    connectors = [thing for thing in declared.things if thing.address.kind is Kind.CONNECTOR]
    hosts = {f"{each.address}={urlsplit(url).netloc}" for each in connectors for url in URLS if pick.flag()}
    secrets = {f"{each.address}.client_secret" for each in connectors if "client_secret" in each.fields}
    return replace(policy, secret_hosts=frozenset(hosts), write_secrets=frozenset(secrets if pick.seldom(3) else ()))
