"""The button of every engagement that changes, before and after."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from lpconf.engine.body import merged
from lpconf.engine.button.encoding import encoded
from lpconf.engine.button.parsing import button_of
from lpconf.model.address import Kind
from lpconf.model.button import Appearance, Button, Omission
from lpconf.model.json import Json, JsonObject
from lpconf.model.live import Live
from lpconf.model.plan import Absent, Action, Change, KnownAfterApply, Wire
from lpconf.model.quirks import Quirks
from lpconf.model.site import SecretReference

LARGEST_SUM = 8_000_000
"""Characters of JSON that all different buttons of a plan may take, so that its document can still be read again."""


def with_appearance(changes: Sequence[Change], live: Live, quirks: Quirks) -> tuple[Change, ...]:
    """The changes; those of engagements with their button. Other changes stay as they are."""
    ids = {change.live_id for change in changes if change.address.kind is Kind.ENGAGEMENT}
    bodies = {each.id: each.body for each in live.of(Kind.ENGAGEMENT) if each.id in ids} if ids else {}
    gallery = _Gallery()
    return tuple(
        replace(change, appearance=_appearance(change, bodies.get(change.live_id or 0), gallery, quirks))
        if change.address.kind is Kind.ENGAGEMENT
        else change
        for change in changes
    )


def _appearance(change: Change, body: JsonObject | None, gallery: _Gallery, quirks: Quirks) -> Appearance:
    before = gallery.kept(button_of(body, quirks)) if body is not None else None
    if change.action is Action.DELETE:
        return Appearance(before, None)
    try:
        planned = merged(body or {}, change.fields, _stand_in)
    except ValueError:
        # A rollback's fields may meet in one value. It says so itself; here there is nothing to draw.
        return Appearance(before, Button(False, None, (), (Omission.BUTTON,)))
    return Appearance(before, gallery.kept(button_of(planned, quirks)))


class _Gallery:
    """The different buttons so far. One that is too much is replaced by one that says that it is left out."""

    def __init__(self) -> None:
        self._known: dict[Button, Button] = {}
        self._left = LARGEST_SUM

    def kept(self, button: Button) -> Button:
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


def _stand_in(value: Wire) -> Json:
    return None if isinstance(value, Absent | KnownAfterApply | SecretReference) else value
