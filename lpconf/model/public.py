"""The addresses of a plan as everybody may read them: names that the configuration declares, and no others.

What nobody declares (`delete_undeclared`, the engagements of a campaign that goes, a rollback) has its live name for an
address.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from itertools import count

from lpconf.model.address import Address, SelectBy, Selector
from lpconf.model.plan import Change, Plan

Addresses = Mapping[Address, Address]
"""Addresses with what is shown for each."""


def addresses(plan: Plan) -> Addresses:
    """What to show for the address of each change: itself if it is declared, else the same with ids for names.

    Something new has no id yet; a number tells it from others.
    """
    declared = _declared(plan)
    numbers = count(1)
    shown: dict[Address, Address] = {}
    for change in sorted(plan.changes, key=lambda each: each.address.parent is not None):
        if change.address in declared:
            shown[change.address] = change.address
            continue
        new = next(numbers) if change.live_id is None else None
        own = _selector(change.address, change.live_id, new)
        shown[change.address] = Address(change.address.kind, own, _parent(change, plan, shown))
    return shown


def address(known: Addresses, wanted: Address) -> Address:
    """What to show for an address. Of one that is not known no name is shown."""
    return known.get(wanted) or _nameless(wanted)


def former(address: Address, live_id: int, declared: Container[Address]) -> Address:
    """What to show for the address that a live thing had in an earlier configuration: no name but of `declared`."""
    if address in declared:
        return address
    parent = address.parent if address.parent is None or address.parent in declared else _nameless(address.parent)
    return Address(address.kind, _selector(address, live_id), parent)


def _declared(plan: Plan) -> frozenset[Address]:
    """What is declared. A rollback names what it touches as the run did, whoever declared it then."""
    if plan.rolls_back is not None:
        return frozenset()
    placed = (change.address for change in plan.changes if change.position is not None)
    return frozenset((*placed, *(each.address for each in plan.managed), *plan.protected))


def _parent(change: Change, plan: Plan, shown: Addresses) -> Address | None:
    parent = change.address.parent
    if parent is None or parent in shown:
        return shown[parent] if parent is not None else None
    if plan.rolls_back is None:
        # Nothing in an undeclared campaign changes but with the campaign's own deletion, which is in the same plan.
        return parent
    return Address(parent.kind, _selector(parent, change.campaign_id))


def _selector(address: Address, live_id: int | None, new: int | None = None) -> Selector:
    if address.selector.by is not SelectBy.NAME:
        return address.selector
    return Selector(SelectBy.HIDDEN, new) if live_id is None else Selector(SelectBy.ID, live_id)


def _nameless(address: Address) -> Address:
    return Address(address.kind, _selector(address, None), _nameless(address.parent) if address.parent else None)
