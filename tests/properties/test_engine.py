"""What holds for every plan, whatever the account, the configuration and the flags."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

from hypothesis import given

from lpconf import __version__
from lpconf.engine.decoding import decode
from lpconf.engine.encoding import document
from lpconf.engine.staleness import moved
from lpconf.engine.values import leaves
from lpconf.model.address import Kind
from lpconf.model.live import Live
from lpconf.model.plan import Action, Change, Comparison, KnownAfterApply, Plan
from lpconf.model.site import Declared, Site
from lpconf.report import text as report
from lpconf.resources.kinds import RESOURCES
from tests.account import QUIRKS
from tests.properties.conftest import examples
from tests.properties.declared import unlike
from tests.properties.memory import done
from tests.properties.strategies import Case, blocked, cases, load_text, plan_of
from tests.properties.values import CANARY


@examples(150, 5000)
@given(cases(any_policy=True))
def test_every_plan(case: Case) -> None:
    plan = case.plan
    the_same_again_is_the_same_plan(case, plan)
    the_order_of_what_is_live_does_not_matter(case, plan)
    if plan is None:
        return
    the_steps_are_what_is_not_blocked(plan)
    what_a_step_needs_comes_before_it(plan)
    a_step_needs_nothing_that_it_has_nothing_to_do_with(case, plan)
    nothing_waits_for_a_connector_to_go(plan)
    nothing_but_what_is_declared_changes(case.site, plan)
    what_is_not_declared_stays(case, plan)
    only_what_the_configuration_gives_up_is_deleted(case, plan)
    what_must_not_be_touched_is_not(case, plan)
    no_secret_is_in_a_plan(plan)
    a_saved_plan_is_the_plan(plan)


def the_same_again_is_the_same_plan(case: Case, plan: Plan | None) -> None:
    assert plan_of(load_text(case.text), case.live, case.policy, case.target) == plan


def the_order_of_what_is_live_does_not_matter(case: Case, plan: Plan | None) -> None:
    backwards = Live({kind: tuple(reversed(things)) for kind, things in case.live.things.items()})
    assert plan_of(case.site, backwards, case.policy, case.target) == plan


def the_steps_are_what_is_not_blocked(plan: Plan) -> None:
    assert {step.address for step in plan.steps} == {change.address for change in plan.allowed}
    for change in plan.allowed:
        own = [step for step in plan.steps if step.address == change.address]
        if change.action is Action.CREATE and change.address.kind is Kind.CAMPAIGN and len(own) == 2:
            first, second = own
            assert (first.action, second.action) == (Action.CREATE, Action.UPDATE)
            (status,) = second.fields
            assert status.after.wire == QUIRKS.status["published"]
            written = {each.path: each.after for each in (*first.fields, *second.fields)}
            assert written == {each.path: each.after for each in change.fields}
            assert [each.after.wire for each in first.fields if each.path == ("status",)] == [
                QUIRKS.status["unpublished"]
            ]
        else:
            assert [(step.action, step.fields) for step in own] == [(change.action, change.fields)]


def what_a_step_needs_comes_before_it(plan: Plan) -> None:
    before: set[object] = set()
    for step in plan.steps:
        assert step.needs <= before
        referred = {each.after.wire.address for each in step.fields if isinstance(each.after.wire, KnownAfterApply)}
        assert referred <= step.needs
        before.add(step.address)


def a_step_needs_nothing_that_it_has_nothing_to_do_with(case: Case, plan: Plan) -> None:
    changes = {change.address: change for change in plan.changes}
    users = {each.id: each.body.get("connectorId") for each in case.live.of(Kind.ENGAGEMENT)}
    for step in plan.steps:
        change = changes[step.address]
        referred = {each.after.wire.address for each in step.fields if isinstance(each.after.wire, KnownAfterApply)}
        for address in step.needs - referred - {step.address.parent}:
            needed = changes[address]
            match change.address.kind, needed.address.kind:
                case Kind.ENGAGEMENT, Kind.CONNECTOR:
                    planned = [each.after.wire for each in step.fields if each.path == ("connectorId",)]
                    assert (*planned, users.get(change.live_id or 0))[0] == needed.live_id is not None
                case Kind.CAMPAIGN, Kind.CONNECTOR:
                    inside = case.live.of(Kind.ENGAGEMENT, change.live_id)
                    assert needed.live_id in [users[each.id] for each in inside]
                case Kind.CAMPAIGN, Kind.ENGAGEMENT:
                    assert needed.address.parent == change.address
                case Kind.CONNECTOR, Kind.ENGAGEMENT:
                    assert (change.action, users[needed.live_id or 0]) == (Action.DELETE, change.live_id)
                case _:
                    raise AssertionError(f"{step.address} needs {address}")


def nothing_waits_for_a_connector_to_go(plan: Plan) -> None:
    reasons = {block.reason for change in plan.blocked for block in change.blocks}
    going = [c.address for c in plan.changes if c.action is Action.DELETE and c.address.kind is Kind.CONNECTOR]
    assert not [address for address in going if f"It needs {address}, which is blocked." in reasons]


def nothing_but_what_is_declared_changes(site: Site, plan: Plan) -> None:
    declared = {thing.address: thing for thing in site.things}
    for change in plan.changes:
        assert len({each.path for each in change.fields}) == len(change.fields)
        for each in change.fields:
            before, after = each.before.wire, each.after.wire
            if each.comparison is Comparison.ID_SET and isinstance(before, list) and isinstance(after, list):
                assert set(map(str, before)) != set(map(str, after))
        if change.action is Action.UPDATE:
            assert not [
                each for each in change.fields if each.path not in declared_paths(declared[change.address], change)
            ]


def declared_paths(thing: Declared, change: Change) -> set[tuple[str, ...]]:
    """The LivePerson fields that a declaration says something about."""
    resource = RESOURCES[thing.address.kind]
    fields = [resource.field(word) for word in thing.fields]
    paths = {field.path for field in fields} | {field.copies for field in fields}
    paths |= {implied.path for implied in resource.implied(thing.fields)} | {path for path, _ in leaves(thing.extra)}
    if thing.lifecycle.renamed_from == change.name:
        paths.add(("name",))
    return paths - {()}


def what_is_not_declared_stays(case: Case, plan: Plan) -> None:
    declared = {thing.address for thing in case.site.things}
    for change in plan.changes:
        assert change.action is Action.DELETE or change.address in declared
    nothing = replace(case.site, things=(), delete_undeclared=())
    policy = replace(case.policy, write_secrets=frozenset(), secret_hosts=frozenset())
    empty = plan_of(nothing, case.live, policy, case.target)
    assert empty is not None
    assert (empty.changes, empty.steps) == ((), ())


def only_what_the_configuration_gives_up_is_deleted(case: Case, plan: Plan) -> None:
    things = {thing.address: thing for thing in case.site.things}
    collections = {(each.kind, each.parent) for each in case.site.delete_undeclared}
    live_ids = Counter((change.address.kind, change.live_id) for change in plan.changes)
    for change in plan.changes:
        if change.action is not Action.DELETE:
            continue
        assert live_ids[change.address.kind, change.live_id] == 1
        thing, parent = things.get(change.address), change.address.parent
        around = things.get(parent) if parent else None
        assert (
            (thing is not None and thing.lifecycle.absent)
            or (thing is None and (change.address.kind, parent) in collections)
            or (thing is None and around is not None and around.lifecycle.absent)
            or (thing is None and parent is not None and around is None and (Kind.CAMPAIGN, None) in collections)
        )
        assert change.address not in plan.protected
        assert case.policy.allow_delete or change.blocked


def what_must_not_be_touched_is_not(case: Case, plan: Plan) -> None:
    live = {(each.kind, each.id): each for each in case.live}
    changes = {change.address: change for change in plan.changes}
    after = done(plan, case.live)
    for step in plan.steps:
        change = changes[step.address]
        assert not change.blocked
        if change.live_id is not None:
            target = live[change.address.kind, change.live_id]
            assert RESOURCES[target.kind].recognised(target.body, QUIRKS)
    held = {each.id for each in after.of(Kind.CONNECTOR)}
    gone = {each.id for each in case.live.of(Kind.CONNECTOR)} - held
    assert not [each for each in after.of(Kind.ENGAGEMENT) if each.body.get("connectorId") in gone]
    touched = {(change.address.kind, change.live_id) for change in plan.allowed}
    kept = {(each.kind, each.id): each for each in after}
    assert all(kept[place] == each for place, each in live.items() if place not in touched)


def no_secret_is_in_a_plan(plan: Plan) -> None:
    assert CANARY not in json.dumps(document(plan, __version__))
    assert CANARY not in report.plan(plan, color=False)


def a_saved_plan_is_the_plan(plan: Plan) -> None:
    saved = decode(json.loads(json.dumps(document(plan, __version__)))).plan
    assert moved(saved, plan) == ()
    assert moved(plan, saved) == ()


@examples(100, 3000)
@given(cases(any_policy=True))
def test_after_a_plan_the_account_is_as_declared_and_nothing_is_left_to_do(case: Case) -> None:
    if case.plan is None:
        return
    after = done(case.plan, case.live)
    left_out = frozenset(change.address for change in case.plan.blocked)
    assert unlike(case.site, after, apart_from=left_out) == []
    again = plan_of(case.site, after, replace(case.policy, write_secrets=frozenset()), case.target)
    assert again is not None
    assert again.allowed == ()
    assert blocked(again) <= blocked(case.plan)
