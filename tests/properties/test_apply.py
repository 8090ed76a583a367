"""What holds for every apply, whatever the account and the configuration: over real HTTP, on the simulator."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given

from lpconf.engine.values import at, leaves
from lpconf.model.address import Address, Kind
from lpconf.model.errors import ExitCode
from lpconf.model.plan import Absent, Action, Change, KnownAfterApply, Origin, Plan, Step
from lpconf.model.run import Outcome, Run
from lpconf.model.site import SecretReference
from lpconf.sandbox.rules import Settings
from tests.properties.conftest import examples
from tests.properties.strategies import Case, blocked, cases
from tests.properties.world import SECRET_VALUES, Row, World, kind_of, world

Rows = Mapping[tuple[str, int], Row]


@pytest.fixture(scope="module")
def unique(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An account in which a name is live once in its collection."""
    with world(tmp_path_factory.mktemp("unique") / "sandbox.db", Settings()) as found:
        yield found


@pytest.fixture(scope="module")
def twinned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An account in which things may share a name."""
    settings = Settings(off=frozenset({"duplicate"}))
    with world(tmp_path_factory.mktemp("twinned") / "sandbox.db", settings) as found:
        yield found


@examples(30, 600)
@given(cases(twins=False))
def test_every_apply(unique: World, case: Case) -> None:
    check(unique, case)


@examples(15, 300)
@given(cases(twins=True))
def test_every_apply_where_things_share_names(twinned: World, case: Case) -> None:
    check(twinned, case)


def check(account: World, case: Case) -> None:
    account.fill(case.account)
    before = account.rows()
    plan = account.plan(case.site, case.policy)
    assert account.writes() == []
    if plan is None:
        return
    run = account.apply(plan)
    everything_is_done_but_what_is_blocked(run)
    the_writes_are_the_steps(account, run)
    nothing_else_has_changed(run, before, account.rows())
    sent = account.writes()
    after = account.rows()
    again = account.plan(case.site, replace(case.policy, write_secrets=frozenset()))
    nothing_is_left_to_do(plan, again)
    assert again is not None
    account.apply(again)
    assert account.writes() == sent
    assert account.rows() == after


def everything_is_done_but_what_is_blocked(run: Run) -> None:
    assert [(result.outcome, result.reason, result.differences) for result in run.results] == [
        (Outcome.CONFIRMED, "", ())
    ] * len(run.plan.steps)
    assert run.exit_code is (ExitCode.BLOCKED if run.plan.blocked else ExitCode.DONE)


def nothing_is_left_to_do(plan: Plan, again: Plan | None) -> None:
    assert again is not None
    assert again.allowed == ()
    assert blocked(again) <= blocked(plan)


def the_writes_are_the_steps(account: World, run: Run) -> None:
    ids = {result.address: result.live_id for result in run.results if result.live_id is not None}
    changes = {change.address: change for change in run.plan.changes}
    wanted = [
        request(step, changes[step.address], ids)
        for step, result in zip(run.plan.steps, run.results, strict=True)
        if not result.already
    ]
    assert account.writes() == wanted
    # Preferring one connector takes it from another: that one may be as planned before its turn comes.
    for step, result in zip(run.plan.steps, run.results, strict=True):
        if result.already:
            assert [each.path for each in step.fields] == [("configuration", "preferred")]


def request(step: Step, change: Change, ids: Mapping[Address, int]) -> tuple[str, str]:
    """The one request that a step stands for."""
    verb = {Action.CREATE: "POST", Action.UPDATE: "PUT", Action.DELETE: "DELETE"}[step.action]
    parent = change.address.parent
    campaign = change.campaign_id if parent is None or change.campaign_id is not None else ids[parent]
    path = {
        Kind.CONNECTOR: "le-connectors/connectors",
        Kind.CAMPAIGN: "le-campaigns/campaigns",
        Kind.ENGAGEMENT: f"le-campaigns/campaigns/{campaign}/engagements",
    }[change.address.kind]
    if step.action is Action.CREATE:
        return verb, path
    return verb, f"{path}/{change.live_id if change.live_id is not None else ids[step.address]}"


def nothing_else_has_changed(run: Run, before: Rows, after: Rows) -> None:
    ids = {result.address: result.live_id for result in run.results}
    planned = {(change.address.kind, ids[change.address]): change for change in run.plan.allowed}
    if any(each.word == "preferred" and each.after.wire is True for c in run.plan.allowed for each in c.fields):
        # LivePerson takes it from whoever had it.
        before, after = without_preferred(before), without_preferred(after)
    for place in {**before, **after}:
        collection, number = place
        kind = kind_of(collection)
        change = planned.get((kind, number)) if kind else None
        if change is None:
            assert exactly(before.get(place)) == exactly(after.get(place)), place
        elif change.action is Action.CREATE:
            assert place not in before
            assert not after[place].deleted
            assert after[place].name == change.name
        elif change.action is Action.DELETE:
            assert after[place].deleted
            assert exactly(after[place].body) == exactly(before[place].body)
        else:
            only_the_planned_fields_changed(change, before[place], after[place])
        if change is not None and change.action is not Action.DELETE:
            the_planned_values_are_there(change, after[place], ids)


def the_planned_values_are_there(change: Change, row: Row, ids: Mapping[Address, int | None]) -> None:
    secrets = [SECRET_VALUES[f.after.wire.variable] for f in change.fields if isinstance(f.after.wire, SecretReference)]
    if secrets:
        assert list(row.secrets.values()) == secrets
    for each in change.fields:
        wire, found = each.after.wire, at(row.body, each.path)
        if (
            each.sensitive
            or each.word == "preferred"
            or each.origin not in {Origin.DECLARED, Origin.EXTRA, Origin.GROUP}
        ):
            continue
        assert not isinstance(wire, SecretReference | Absent)
        value = ids[wire.address] if isinstance(wire, KnownAfterApply) else wire
        # What the simulator keeps of null in a connector is nothing.
        assert exactly(value) == exactly(None if isinstance(found, Absent) else found), each.path


def only_the_planned_fields_changed(change: Change, old: Row, new: Row) -> None:
    planned = {each.path for each in change.fields}
    assert kept(old.body, planned) == kept(new.body, planned)
    assert (new.campaign_id, new.deleted, new.dates[0]) == (old.campaign_id, old.deleted, old.dates[0])
    if ("configuration", "clientSecret") not in planned:
        assert new.secrets == old.secrets


def kept(body: Mapping[str, Any], planned: set[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """Every value of a body that no planned field is in, as JSON, to the byte."""
    found = {
        path: exactly(value)
        for path, value in leaves(body)
        if not any(path[: len(each)] == each for each in planned)
        # A map in the place of null is how a field inside it is set.
        and not (value is None and any(each[: len(path)] == path for each in planned))
    }
    # Maps without anything in them are no leaves.
    empty = {path: "{}" for path in empty_maps(body) if not any(each[: len(path)] == path for each in planned)}
    return found | {path: text for path, text in empty.items() if not any(path[: len(p)] == p for p in planned)}


def empty_maps(body: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in body.items():
        if isinstance(value, Mapping):
            if not value:
                yield (*above, key)
            yield from empty_maps(value, (*above, key))


def without_preferred(rows: Rows) -> Rows:
    found = {}
    for place, row in rows.items():
        settings = row.body.get("configuration") if kind_of(place[0]) is Kind.CONNECTOR else None
        if isinstance(settings, Mapping):
            kept_settings = {key: value for key, value in settings.items() if key != "preferred"}
            found[place] = replace(row, body={**row.body, "configuration": kept_settings})
        else:
            found[place] = row
    return found


def exactly(value: Any) -> str:
    """The value as JSON: 1, 1.0 and true are three values, and keys keep their order."""
    return json.dumps(asdict(value) if isinstance(value, Row) else value)
