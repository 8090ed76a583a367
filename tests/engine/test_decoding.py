"""A saved plan becomes the plan again; anything else is refused, with its place."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpconf.engine import digest
from lpconf.engine.decoding import InvalidPlanError, SavedPlan, decode
from lpconf.engine.encoding import document
from lpconf.model.address import Kind
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.plan import Action, Change, FieldChange, Plan, Side, Unprotected
from lpconf.model.policy import Policy
from lpconf.model.site import Position
from tests.account import (
    DEMO_KEY,
    REAL,
    TUTORIAL,
    campaign,
    connector,
    engagement,
    named,
    other,
    plan,
)

SECRET = f"""
connectors:
  - name: A
    flow: code
    jwt_public_key: {DEMO_KEY}
    token_endpoint: https://idp.bank.com/token
    client_id: lp
    client_secret: {{env: LPCONF_SECRET_IDP}}
"""
GONE = """
delete_undeclared: [connectors]
connectors: [{name: A, js_method_name: f}]
"""
PUBLISHED = """
campaigns:
  - name: New
    status: published
    start_date: "2026-01-05 00:00:00"
    time_zone: UTC
    goal: G
    audiences: [V]
    engagements: [{name: E, window: W, entry_points: [P], behaviors: [B]}]
"""
LOOKED_UP = tuple(
    other(kind, number, name)
    for number, (kind, name) in enumerate(
        [(Kind.GOAL, "G"), (Kind.AUDIENCE, "V"), (Kind.WINDOW, "W"), (Kind.ENTRY_POINT, "P"), (Kind.BEHAVIOR, "B")], 50
    )
)
POLICY = Policy(
    accept_unverified=frozenset({"connector.update", "connector.delete"}),
    allow_demo_key=True,
    allow_delete=True,
    max_deletes=7,
    max_delete_share=50,
    secret_hosts=frozenset({'connector["A"]=idp.bank.com'}),
    secrets=frozenset({"LPCONF_SECRET_IDP"}),
)


def saved(made: Plan) -> dict[str, Any]:
    """The document as a file holds it."""
    found: dict[str, Any] = json.loads(json.dumps(document(made, "1.2.3")))
    return found


def sealed(content: dict[str, Any]) -> dict[str, Any]:
    """A document with a digest that fits, as somebody could write it."""
    return {**content, "digest": digest.of_document(content)}


def as_saved(made: Plan) -> Plan:
    """The plan without what its document leaves out on purpose."""
    changes = tuple(replace(change, fields=tuple(map(_as_saved, change.fields))) for change in made.changes)
    by_path = {change.address: {field.path: field for field in change.fields} for change in changes}
    return replace(
        made,
        changes=changes,
        # A campaign that is made unpublished and then published: the document has its fields once.
        steps=tuple(
            replace(step, fields=tuple(by_path[step.address][each.path] for each in step.fields)) for step in made.steps
        ),
        diagnostics=tuple(replace(each, source=None) for each in made.diagnostics),
        managed=(),
        seen=frozenset(),
        policy=replace(made.policy, secrets=frozenset()),
    )


def _as_saved(field: FieldChange) -> FieldChange:
    return replace(field, before=_json(field.before), after=_json(field.after))


def _json(side: Side) -> Side:
    """What a file keeps of tuples: lists."""
    wire: Any = list(side.wire) if isinstance(side.wire, tuple) else side.wire
    return Side(wire, list(side.text) if isinstance(side.text, tuple) else side.text)


PLANS = {
    "empty": plan("campaigns: [{find: default}]", campaign(1, "C")),
    "tutorial": plan(TUTORIAL, campaign(1, "C"), engagement(2, "E", 1), target=REAL),
    "secret": plan(SECRET, target=REAL, policy=POLICY),
    "blocked": plan(SECRET, connector(1, "A", type=2), target=replace(REAL, label="Bank (one)")),
    "deletion": plan(GONE, connector(1, "A"), connector(2, "B", clientSecret="s"), policy=POLICY),
    "published": plan(PUBLISHED, *LOOKED_UP),
    "rollback": replace(
        plan("campaigns: [{find: default, name: D}]", campaign(1, "C")),
        rolls_back="1f2e3d4c",
        conflicts=("a line",),
        protected=(named(Kind.CONNECTOR, "A"),),
        unprotected=(
            Unprotected(named(Kind.CONNECTOR, "B"), 5, "connector[id=5]"),
            Unprotected(named(Kind.CONNECTOR, "C"), 6, 'connector["C"]', Position("b.yaml", 3, 4)),
        ),
        diagnostics=(
            Diagnostic(Severity.WARNING, "a.b", "m", "p", "h", Position("a:1:b.yaml", 3, 4), "source"),
            Diagnostic(Severity.NOTE, "c", "n"),
        ),
    ),
}


@pytest.mark.parametrize("made", PLANS.values(), ids=PLANS)
def test_a_plan_survives_being_saved(made: Plan) -> None:
    content = saved(made)
    assert decode(content) == SavedPlan(as_saved(made), content["digest"], "1.2.3")


@pytest.mark.parametrize("made", PLANS.values(), ids=PLANS)
def test_a_plan_that_was_read_is_saved_as_it_was(made: Plan) -> None:
    content = saved(made)
    assert document(decode(content).plan, "1.2.3") == content


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
TEXTS = st.text(max_size=12)


@given(
    bodies=st.lists(st.dictionaries(TEXTS, VALUES, max_size=4), min_size=1, max_size=4),
    names=st.lists(TEXTS.filter(bool), min_size=4, max_size=4, unique=True),
    language=st.none() | TEXTS,
)
def test_whatever_the_account_holds_a_plan_of_it_survives(
    bodies: list[dict[str, Any]], names: list[str], language: str | None
) -> None:
    declared = "campaigns:\n- find: default\n  engagements:\n" + "".join(
        f"  - {{id: {number}, language: xx-XX, description: {json.dumps('a' * number)}}}\n"
        for number in range(2, 2 + len(bodies))
    )
    things = [
        engagement(number, name, 1, **{**body, "language": language})
        for number, (name, body) in enumerate(zip(names, bodies, strict=False), 2)
        if not {"id", "name", "campaign_id"} & body.keys()
    ]
    if len(things) < len(bodies):
        return
    made = plan(declared, campaign(1, "C"), *things)
    assert decode(saved(made)).plan == as_saved(made)


def test_what_stands_in_a_key_field_and_is_no_key_stays_a_digest() -> None:
    made = plan(f"connectors: [{{name: A, jwt_public_key: {DEMO_KEY}}}]", connector(1, "A", jwtPublicKey="a secret"))
    content = saved(made)
    read = decode(content).plan
    assert read.changes[0].fields[0].before.wire == digest.of_key("a secret")
    assert document(read, "1.2.3") == content


class TestRefusals:
    def test_another_format_version(self) -> None:
        content = sealed({**saved(PLANS["tutorial"]), "format_version": "9.0"})
        with pytest.raises(InvalidPlanError, match=r"It has version 9\.0 of the plan format, and this lpconf knows"):
            decode(content)

    def test_an_edit(self) -> None:
        content = saved(PLANS["tutorial"])
        content["changes"][0]["name"] = "Another"
        with pytest.raises(InvalidPlanError, match="edited or damaged after it was saved"):
            decode(content)

    @pytest.mark.parametrize("content", [None, 5, "plan", [], {}, {"format_version": 2}])
    def test_what_is_no_plan(self, content: Any) -> None:
        with pytest.raises(InvalidPlanError, match="not a plan that lpconf saved"):
            decode(content)

    @pytest.mark.parametrize(
        ("edit", "complaint"),
        [
            (lambda doc: doc.pop("target"), "the document lacks target"),
            (lambda doc: doc.update(more=1), 'the document has "more", which is not known'),
            (lambda doc: doc.update({"x" * 90: 1}), f'the document has "{"x" * 60}..."'),
            (lambda doc: doc["target"].update(sandbox=1), "target.sandbox must be true or false"),
            (lambda doc: doc["target"].update(label=5), "target.label must be a text"),
            (lambda doc: doc["policy"].update(max_deletes=-1), "policy.max_deletes must not be negative"),
            (lambda doc: doc["policy"].update(max_deletes=True), "policy.max_deletes must be a whole number"),
            (lambda doc: doc["policy"].update(accept_unverified="x"), "policy.accept_unverified must be a list"),
            (lambda doc: doc["summary"].update(create=9), "summary does not count the changes"),
            (lambda doc: doc.update(changes={}), "changes must be a list"),
            (lambda doc: doc["changes"].append(5), "changes[2] must be an object"),
            (lambda doc: doc["changes"].append(doc["changes"][0]), "changes name one address twice"),
            (lambda doc: doc["changes"][0].update(address="x"), "changes[0].address is not an address"),
            (lambda doc: doc["changes"][0].update(kind="campaign"), "changes[0].kind is another kind than the address"),
            (lambda doc: doc["changes"][0].update(action="destroy"), "changes[0].action must be one of create, update"),
            (
                lambda doc: doc["changes"][0].update(digests={"a": "b"}),
                'changes[0].digests["a"] must be a digest of 16',
            ),
            (
                lambda doc: doc["changes"][0]["fields"][0].update(liveperson_field="a..b"),
                "changes[0].fields[0].liveperson_field is not a LivePerson field",
            ),
            (
                lambda doc: doc["changes"][0]["fields"][0].update(after={"text": 1}),
                "changes[0].fields[0].after lacks value",
            ),
            (
                lambda doc: doc["changes"][0]["fields"][0].update(after={"text": 1, "value": 1, "absent": True}),
                'changes[0].fields[0].after has "absent", which is not known',
            ),
            (
                lambda doc: doc["changes"][0]["fields"][0].update(after={"text": 1, "absent": False}),
                "changes[0].fields[0].after.absent is nothing that a field can be",
            ),
            (lambda doc: doc["steps"][0].update(address='connector["B"]'), "steps[0].address is no change that apply"),
            (lambda doc: doc["steps"][0].update(fields=["odd"]), "steps[0].fields[0] is not among the fields"),
            (
                lambda doc: doc.update(
                    diagnostics=[
                        {"severity": "note", "code": "", "path": "", "message": "", "hint": "", "position": "a:1"}
                    ]
                ),
                "diagnostics[0].position is no position",
            ),
        ],
    )
    def test_a_malformed_one_even_with_a_digest_that_fits(
        self, edit: Callable[[dict[str, Any]], object], complaint: str
    ) -> None:
        content = saved(plan(TUTORIAL, campaign(1, "C"), engagement(2, "E", 1)))
        edit(content)
        with pytest.raises(InvalidPlanError) as refused:
            decode(sealed(content))
        assert complaint in str(refused.value)

    @given(st.data())
    def test_any_value_of_another_type(self, data: st.DataObject) -> None:
        content = copy.deepcopy(saved(PLANS["tutorial"]))
        holder, key = data.draw(st.sampled_from(list(_spots(content))))
        free = key in {"value", "text"} and not isinstance(holder, list)
        holder[key] = data.draw(st.sampled_from([{"odd": []}, [[{}]], -1.5]))
        if free:
            return
        with pytest.raises(InvalidPlanError, match="not a plan that lpconf saved"):
            decode(sealed(content))


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a document, as its holder and its key."""
    for key, inner in list(value.items()) if isinstance(value, dict) else list(enumerate(value)):
        if key == "digest":
            continue
        yield value, key
        if isinstance(inner, dict | list):
            yield from _spots(inner)


def test_a_change_is_counted_by_what_apply_makes_of_it() -> None:
    made = PLANS["deletion"]
    assert [each.action for each in made.changes] == [Action.UPDATE, Action.DELETE]
    assert all(isinstance(each, Change) for each in decode(saved(made)).plan.changes)


def test_flags_name_things_whatever_their_names_hold() -> None:
    name = "no\u00a0break \U0001f468\u200d\U0001f469"
    policy = Policy(secret_hosts=frozenset({f'connector["{name}"]=idp.bank.com'}))
    made = plan(f'connectors: [{{name: "{name}", js_method_name: f}}]', connector(1, name), policy=policy)
    assert decode(document(made, "1.0")).plan.policy.secret_hosts == policy.secret_hosts
