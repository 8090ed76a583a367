"""Any two configurations: nothing differs from itself, and what differs one way differs the other way, mirrored."""

from __future__ import annotations

from collections import Counter
from typing import Any

import yaml
from hypothesis import given, reject
from hypothesis import strategies as st

from lpconf.engine.difference.comparison import difference
from lpconf.model.difference import FieldDifference, ThingDifference, Turn
from lpconf.model.errors import InvalidConfiguration
from lpconf.model.site import Site
from lpconf.report.difference_json import difference as document
from lpconf.report.review_of_difference import of_difference
from lpconf.report.review_text import render
from tests.properties.accounts import account
from tests.properties.conftest import examples
from tests.properties.sites import site
from tests.properties.strategies import load_text
from tests.properties.values import CANARY, Pick

MIRRORED = {Turn.ADDED: Turn.REMOVED, Turn.REMOVED: Turn.ADDED, Turn.CHANGED: Turn.CHANGED, Turn.RENAMED: Turn.RENAMED}


@st.composite
def pairs_of_sites(draw: st.DrawFn) -> tuple[Site, Site]:
    """Two configurations for one account; often the second is an edited copy of the first."""
    pick = Pick(draw)
    held = account(pick, pick.flag())
    old = site(pick, held)
    new = _edited(pick, old) if pick.flag() else site(pick, held)
    return _loaded(old), _loaded(new)


def _loaded(document: dict[str, Any]) -> Site:
    try:
        return load_text(yaml.safe_dump(document, sort_keys=False))
    except InvalidConfiguration:
        reject()


def _edited(pick: Pick, document: dict[str, Any]) -> dict[str, Any]:
    """A copy whose things stand in another order and have other names; a few fields are gone."""
    copy: dict[str, Any] = yaml.safe_load(yaml.safe_dump(document))
    for collection in ("connectors", "campaigns"):
        for thing in copy.get(collection, ()):
            for each in (thing, *thing.get("engagements", ())):
                _edit(pick, each)
            if "engagements" in thing:
                thing["engagements"] = pick.shuffled(thing["engagements"])
        if collection in copy:
            copy[collection] = pick.shuffled(copy[collection])
    return copy


def _edit(pick: Pick, thing: dict[str, Any]) -> None:
    if "name" in thing and pick.seldom(3):
        former, thing["name"] = thing["name"], pick.text()
        if "lifecycle" not in thing and pick.flag():
            thing["lifecycle"] = {"renamed_from": former}
    fields = [word for word in thing if word not in {"name", "id", "find", "engagements", "delete_undeclared"}]
    for word in pick.some(fields, 1) if fields and pick.seldom(3) else ():
        del thing[word]


def _fields(fields: tuple[FieldDifference, ...], *, mirrored: bool = False) -> Counter[str]:
    found = ((each.word, *((each.after, each.before) if mirrored else (each.before, each.after))) for each in fields)
    return Counter(map(repr, found))


def _thing(thing: ThingDifference, *, mirrored: bool = False) -> tuple[object, ...]:
    addresses = (thing.former or thing.address, thing.address)
    # To ask for a deletion has no mirror: the other way round the thing is changed, renamed or no longer declared.
    turn = None if any(field.word == "lifecycle.state" for field in thing.fields) else thing.turn
    if mirrored:
        mirror = MIRRORED[turn] if turn else None
        return *reversed(addresses), mirror, frozenset(_fields(thing.fields, mirrored=True).items())
    return *addresses, turn, frozenset(_fields(thing.fields).items())


@given(pairs_of_sites())
@examples(40, 5_000)
def test_a_configuration_does_not_differ_from_itself(sites: tuple[Site, Site]) -> None:
    for each in sites:
        found = difference(each, each)
        assert found.empty
        assert found.unchanged == len(each.things)


@given(pairs_of_sites())
@examples(80, 10_000)
def test_the_other_way_round_is_the_mirror(sites: tuple[Site, Site]) -> None:
    old, new = sites
    there, back = difference(old, new), difference(new, old)
    assert Counter(map(_thing, there.things)) == Counter(_thing(each, mirrored=True) for each in back.things)
    assert _fields(there.settings) == _fields(back.settings, mirrored=True)
    assert there.unchanged == back.unchanged


@given(pairs_of_sites())
@examples(40, 5_000)
def test_every_thing_of_both_is_counted_once(sites: tuple[Site, Site]) -> None:
    old, new = sites
    found = difference(old, new)
    in_both = found.unchanged + found.count(Turn.CHANGED) + found.count(Turn.RENAMED)
    assert len(new.things) == in_both + found.count(Turn.ADDED) + found.count(Turn.DELETED)
    # What is asked to be deleted need not have been declared before.
    assert 0 <= len(old.things) - in_both - found.count(Turn.REMOVED) <= found.count(Turn.DELETED)
    assert len({(thing.turn, thing.address) for thing in found.things}) == len(found.things)
    assert found.empty == (not found.things and not found.settings)


@given(pairs_of_sites())
@examples(40, 5_000)
def test_no_secret_is_in_any_report(sites: tuple[Site, Site]) -> None:
    found = difference(*sites)
    assert CANARY not in render(of_difference(found), color=False)
    assert CANARY not in repr(document(found))
