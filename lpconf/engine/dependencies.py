"""What must succeed before a change is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lpconf.model.address import Address, Kind
from lpconf.model.live import Live
from lpconf.model.plan import Action, Change, FieldChange, KnownAfterApply
from lpconf.model.quirks import Quirks


class Dependencies:
    """The dependencies between the changes of one plan. Built once, so that each answer is a look-up."""

    def __init__(self, changes: Sequence[Change], live: Live, quirks: Quirks) -> None:
        self._published = quirks.status["published"]
        # Nobody waits for one to be deleted, and a new one is waited for by those that refer to it.
        self._connectors = {
            str(change.live_id): change.address
            for change in changes
            if change.address.kind is Kind.CONNECTOR and change.action is Action.UPDATE
        }
        self._connector_of = {each.id: each.body.get("connectorId") for each in live.of(Kind.ENGAGEMENT)}
        self._engagements = {
            change.live_id: change for change in changes if change.address.kind is Kind.ENGAGEMENT and change.live_id
        }
        self._users: dict[str, set[int]] = {}
        for each in live.of(Kind.ENGAGEMENT):
            self._users.setdefault(str(each.body.get("connectorId")), set()).add(each.id)
        self._inside: dict[Address, set[Address]] = {}
        self._used_in: dict[int | None, set[Address]] = {}
        for change in changes:
            if change.address.parent is not None:
                self._inside.setdefault(change.address.parent, set()).add(change.address)
        for each in live.of(Kind.ENGAGEMENT):
            connector = self._connectors.get(str(each.body.get("connectorId")))
            if connector is not None and not _leaves_connector(self._engagements.get(each.id)):
                self._used_in.setdefault(each.campaign_id, set()).add(connector)

    def of(self, change: Change, fields: Iterable[FieldChange]) -> frozenset[Address]:
        """What must succeed before these fields of a change are written.

        The new things that they refer to, and the new campaign around an engagement. What lets visitors in needs
        more: an engagement that is enabled, or signs visitors in, needs the change of its connector; a campaign that
        is published needs all changes of its engagements and of the connectors that they use. What is deleted needs
        the deletion of what is in it, and the changes that take its users away from it.
        """
        if change.action is Action.DELETE:
            return self._before_deletion(change)
        by_path = {field.path: field for field in fields}
        needed = {each.after.wire.address for each in by_path.values() if isinstance(each.after.wire, KnownAfterApply)}
        if change.address.parent is not None and change.campaign_id is None:
            needed.add(change.address.parent)
        if change.address.kind is Kind.ENGAGEMENT and _lets_in(by_path):
            needed |= self._connector(change, by_path)
        status = by_path.get(("status",))
        if change.address.kind is Kind.CAMPAIGN and status is not None and status.after.wire == self._published:
            needed |= self._inside.get(change.address, set()) | self._used_in.get(change.live_id, set())
        return frozenset(needed)

    def _before_deletion(self, change: Change) -> frozenset[Address]:
        if change.address.kind is Kind.CAMPAIGN:
            return frozenset(self._inside.get(change.address, set()))
        if change.address.kind is not Kind.CONNECTOR:
            return frozenset()
        users = (self._engagements.get(each) for each in self._users.get(str(change.live_id), ()))
        return frozenset(each.address for each in users if each is not None)

    def _connector(self, change: Change, fields: dict[tuple[str, ...], FieldChange]) -> set[Address]:
        planned = fields.get(("connectorId",))
        used = planned.after.wire if planned is not None else self._connector_of.get(change.live_id or 0)
        connector = self._connectors.get(str(used))
        return {connector} if connector is not None else set()


def _leaves_connector(change: Change | None) -> bool:
    """Whether an engagement uses its connector no more after its change."""
    return change is not None and (
        change.action is Action.DELETE or any(field.path == ("connectorId",) for field in change.fields)
    )


def _lets_in(fields: dict[tuple[str, ...], FieldChange]) -> bool:
    enabled = fields.get(("enabled",))
    return (
        (enabled is not None and enabled.after.wire is True)
        or ("connectorId",) in fields
        or ("allowUnauthMsg",) in fields
    )
