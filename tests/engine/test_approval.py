"""Whether a saved plan is for this configuration, this account and these flags."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lpconf.engine.approval import changed, refusal
from lpconf.engine.decoding import decode
from lpconf.engine.encoding import document
from lpconf.model.address import Kind
from lpconf.model.live import LiveThing
from lpconf.model.plan import Plan, Target
from lpconf.model.policy import Policy
from tests.account import (
    DEMO_KEY,
    REAL,
    SANDBOX,
    campaign,
    connector,
    engagement,
    make_key,
    other,
    plan,
    site,
)

ENGAGEMENT = "campaigns: [{{find: default, engagements: [{{find: default, {0}}}]}}]"
THINGS: tuple[LiveThing, ...] = (
    campaign(1, "C"),
    engagement(2, "E", 1),
    other(Kind.SKILL, 5, "S"),
    other(Kind.SKILL, 6, "T"),
    other(Kind.ENTRY_POINT, 7, "P"),
    other(Kind.ENTRY_POINT, 8, "Q"),
)


def saved(text: str, *things: LiveThing, **more: object) -> Plan:
    made = plan(text, *(things or THINGS), **more)  # type: ignore[arg-type]
    return decode(document(made, "1.2.3")).plan


def refused(approved: Plan, now: str, policy: Policy | None = None, target: Target = SANDBOX) -> str:
    from lpconf.engine.digest import of_site

    declared = site(now)
    return refusal(approved, declared, of_site(declared), policy or Policy(), target)


TEXT = ENGAGEMENT.format("language: de-DE")


class TestThePlace:
    def test_the_same_is_fine(self) -> None:
        assert refused(saved(TEXT), TEXT) == ""

    @pytest.mark.parametrize(
        ("target", "why"),
        [
            (replace(SANDBOX, account="1"), "is for account 12345678, and the configuration is for account 1."),
            (REAL, "The plan was made in the sandbox.\nAdd --sandbox"),
            (replace(SANDBOX, discovery_host="x"), "through 127.0.0.1, and lpconf would use x now."),
        ],
    )
    def test_another_is_named(self, target: Target, why: str) -> None:
        assert why in refused(saved(TEXT), TEXT, target=target)

    def test_a_label_makes_no_difference(self) -> None:
        assert refused(saved(TEXT), TEXT, target=replace(SANDBOX, label="Bank")) == ""


class TestTheFlags:
    @pytest.mark.parametrize(
        ("then", "now", "why"),
        [
            (
                Policy(allow_delete=True),
                Policy(),
                "--allow-delete was given when the plan was made, and is not given now.",
            ),
            (Policy(), Policy(max_delete_share=9), "--max-delete-share was 30 when the plan was made, and is 9 now."),
            (
                Policy(write_secrets=frozenset("ba")),
                Policy(write_secrets=frozenset("c")),
                "--write-secret was a, b when the plan was made, and is c now.",
            ),
            (
                Policy(),
                Policy(secret_hosts=frozenset("h")),
                "--allow-secret-host was not given when the plan was made, and is h now.",
            ),
        ],
    )
    def test_each_is_named_with_both_values(self, then: Policy, now: Policy, why: str) -> None:
        approved = replace(saved(TEXT), policy=then)
        assert refused(approved, TEXT, now) == f"{why}\nGive apply the same flags as plan, or plan again."

    def test_which_variables_are_set_is_no_flag(self) -> None:
        assert refused(saved(TEXT), TEXT, Policy(secrets=frozenset({"LPCONF_SECRET_A"}))) == ""


class TestTheConfiguration:
    @pytest.mark.parametrize(
        ("then", "now"),
        [
            ("language: de-DE", "language: fr-FR"),
            ("language: de-DE", "enabled: true"),
            ("enabled: false", "enabled: true"),
            ("conversation: messaging", "conversation: live_chat"),
            ("skill: S", "skill: T"),
            ("skill: S", "skill: {id: 6}"),
            ("entry_points: [P]", "entry_points: [P, Q]"),
            ("extra: {new: {a: 1}}", "extra: {new: {a: 2}}"),
            ("extra: {new: {a: 1}}", "extra: {new: {b: 1}}"),
        ],
    )
    def test_a_planned_value_that_is_declared_differently_is_named(self, then: str, now: str) -> None:
        reason = refused(saved(ENGAGEMENT.format(then)), ENGAGEMENT.format(now))
        assert reason == (
            "The configuration has changed since the plan was made, among others here:\n"
            "  campaign[default]/engagement[default]\nPlan again."
        )

    @pytest.mark.parametrize(
        ("then", "now"),
        [
            ("skill: S", "skill: {id: 5}"),
            ("entry_points: [P]", "entry_points: [{id: 7}]"),
            ("entry_points: [P, Q]", "entry_points: [Q, P]"),
            ("language: de-DE", "language: de-DE, enabled: true"),
        ],
    )
    def test_what_the_plan_cannot_tell_is_a_change_all_the_same(self, then: str, now: str) -> None:
        reason = refused(saved(ENGAGEMENT.format(then)), ENGAGEMENT.format(now))
        assert reason == "The configuration has changed since the plan was made.\nPlan again."

    def test_clearing_a_value_is_not_setting_it(self) -> None:
        things = (
            campaign(1, "C"),
            engagement(2, "E", 1, skillId=5),
            other(Kind.SKILL, 5, "S"),
            other(Kind.SKILL, 6, "T"),
        )
        approved = saved(ENGAGEMENT.format("skill: {unset: true}"), *things)
        assert list(changed(approved, site(ENGAGEMENT.format("skill: {unset: true}")))) == []
        assert len(list(changed(approved, site(ENGAGEMENT.format("skill: T"))))) == 1
        approved = saved(ENGAGEMENT.format("skill: T"), *things)
        assert len(list(changed(approved, site(ENGAGEMENT.format("skill: {unset: true}"))))) == 1

    def test_what_is_not_declared_any_more_is_named(self) -> None:
        two = "connectors: [{name: A, js_method_name: f}, {name: B, js_method_name: f}]"
        approved = saved(two, connector(5, "A"), connector(6, "B"))
        reason = refused(approved, "connectors: [{name: A, js_method_name: f}]")
        assert 'here:\n  connector["B"]\n' in reason

    def test_another_key_and_another_secret_are_named(self) -> None:
        text = f"""
connectors:
- name: A
  flow: code
  jwt_public_key: {DEMO_KEY}
  token_endpoint: https://idp.bank.com/token
  client_id: lp
  client_secret: {{env: LPCONF_SECRET_A}}
"""
        approved = saved(text, connector(9, "Other"))
        assert list(changed(approved, site(text))) == []
        for other_text in (text.replace(DEMO_KEY, make_key()), text.replace("SECRET_A", "SECRET_B")):
            assert [str(each) for each in changed(approved, site(other_text))] == ['connector["A"]']

    def test_a_deletion_that_is_wanted_no_more_is_named(self) -> None:
        gone = "connectors: [{name: A, lifecycle: {state: absent}}]"
        approved = saved(gone, connector(5, "A"))
        assert list(changed(approved, site(gone))) == []
        assert "among others here" in refused(approved, "connectors: [{name: A, js_method_name: f}]")

    def test_a_change_of_what_is_to_go_now_is_named(self) -> None:
        approved = saved("connectors: [{name: A, js_method_name: f}]", connector(5, "A"))
        assert "among others here" in refused(approved, "connectors: [{name: A, lifecycle: {state: absent}}]")

    def test_a_deletion_of_what_nobody_declares_cannot_be_told(self) -> None:
        declared = "connectors: [{name: A, js_method_name: f}]"
        approved = saved(f"delete_undeclared: [connectors]\n{declared}", connector(5, "A"), connector(6, "B"))
        assert refused(approved, declared) == "The configuration has changed since the plan was made.\nPlan again."

    def test_a_long_list_is_cut(self) -> None:
        text = "connectors:\n" + "".join(f"- {{name: C{number}, js_method_name: f}}\n" for number in range(25))
        approved = saved(text, *(connector(number + 1, f"C{number}") for number in range(25)))
        reason = refused(approved, text.replace("js_method_name: f", "js_method_name: g"))
        assert reason.count('connector["C') == 20
        assert "\n  and 5 more\n" in reason


def test_the_plan_of_a_rollback_is_for_rollback() -> None:
    reason = refused(replace(saved(TEXT), rolls_back="1f2e3d4c"), TEXT)
    assert reason.endswith("Use lpconf rollback 1f2e3d4c.")
