"""The button of every engagement that changes, before and after."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from lpconf.engine import digest
from lpconf.engine.body import merged
from lpconf.engine.button.encoding import encoded
from lpconf.engine.button.parsing import LOOKED_AT, button_of
from lpconf.engine.values import json_of
from lpconf.model.address import Address, Kind
from lpconf.model.button import Appearance, Button, Omission
from lpconf.model.json import JsonObject
from lpconf.model.live import Live
from lpconf.model.plan import Action, Change, Wire
from lpconf.model.quirks import Quirks

LARGEST_SUM = 8_000_000
"""Characters of JSON that all different buttons of a plan may take, so that its document can still be read again."""


def with_appearance(changes: Sequence[Change], live: Live, quirks: Quirks) -> tuple[Change, ...]:
    """The changes; those of engagements with their button. Other changes stay as they are."""
    ids = {change.live_id for change in changes if change.address.kind is Kind.ENGAGEMENT}
    bodies = {each.id: each.body for each in live.of(Kind.ENGAGEMENT) if each.id in ids} if ids else {}
    published = _Published(changes, live, quirks)
    gallery = _Gallery(quirks)
    return tuple(
        replace(change, appearance=_appearance(change, bodies.get(change.live_id or 0), published, gallery))
        if change.address.kind is Kind.ENGAGEMENT
        else change
        for change in changes
    )


def _appearance(change: Change, body: JsonObject | None, published: _Published, gallery: _Gallery) -> Appearance:
    before = gallery.button(body, published.before(change)) if body is not None else None
    if change.action is Action.DELETE:
        return Appearance(before, None)
    seen = [each for each in change.fields if each.path[0] in LOOKED_AT]
    if before is not None and not seen:
        # Most changes are beside the button, and a drawing takes longer than the rest of a change.
        after = published.after(change)
        return Appearance(before, before if before.published == after else gallery.button(body or {}, after))
    try:
        planned = merged(body or {}, seen, json_of)
    except ValueError:
        # A rollback's fields may meet in one value. It says so itself; here there is nothing to draw.
        return Appearance(before, Button(False, None, (), (Omission.BUTTON,)))
    return Appearance(before, gallery.button(planned, published.after(change)))


class _Published:
    """Whether the campaigns of engagements are published, before and after some changes. None where nobody knows."""

    def __init__(self, changes: Sequence[Change], live: Live, quirks: Quirks) -> None:
        self._known = {quirks.status["published"]: True, quirks.status["unpublished"]: False}
        self._live = {each.id: self._of(each.body.get("status")) for each in live.of(Kind.CAMPAIGN)}
        self._planned: dict[Address | int, bool | None] = {}
        for change in changes:
            if change.address.kind is Kind.CAMPAIGN and not change.blocked:
                key = change.address if change.live_id is None else change.live_id
                for each in change.fields:
                    if each.path == ("status",):
                        self._planned[key] = self._of(each.after.wire)

    def before(self, change: Change) -> bool | None:
        """Of the campaign that the engagement of a change is in."""
        return self._live.get(change.campaign_id or 0)

    def after(self, change: Change) -> bool | None:
        """The same once all changes are made that may be made."""
        campaign = change.campaign_id if change.campaign_id is not None else change.address.parent
        return self._planned[campaign] if campaign in self._planned else self.before(change)

    def _of(self, status: Wire) -> bool | None:
        return self._known.get(status) if isinstance(status, int) and not isinstance(status, bool) else None


class _Gallery:
    """The different buttons so far. One that is too much is replaced by one that says that it is left out."""

    def __init__(self, quirks: Quirks) -> None:
        self._quirks = quirks
        self._of_bodies: dict[str, Button] = {}
        self._known: dict[Button, Button] = {}
        self._left = LARGEST_SUM

    def button(self, body: JsonObject, published: bool | None) -> Button:
        """The button of a body. Engagements mostly look alike, so one is made of each different look only."""
        looked_at = {key: value for key, value in body.items() if key in LOOKED_AT}
        # As JSON, because true is not 1, and as a digest, because a look takes thousands of characters.
        key = digest.of_json([published, looked_at])
        found = self._of_bodies.get(key)
        if found is None:
            found = self._kept(button_of(body, self._quirks, published=published))
            self._of_bodies[key] = found
        return found

    def _kept(self, button: Button) -> Button:
        """The button itself, an equal one that is known, or what stands for one too many."""
        known = self._known.get(button)
        if known is not None:
            return known
        size = len(json.dumps(encoded(button)))
        if size > self._left:
            return Button(button.shown, None, (), (Omission.BUTTON,))
        self._left -= size
        self._known[button] = button
        return button
