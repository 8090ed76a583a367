"""Whom the connectors of an account trust once a plan is carried out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lpconf.engine.values import at, live_side
from lpconf.engine.wording import quoted
from lpconf.model.address import Kind
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.json import Json
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import Action, Change, KnownAfterApply, Wire
from lpconf.model.quirks import Quirks
from lpconf.model.site import Declared
from lpconf.resources.connector import CONNECTOR, CONSUMER_DELEGATION, recognised

_TRUSTED = ("jwt_issuer", "jwt_public_key", "jwks_endpoint")
"""The words that say whose tokens are accepted."""


def unsigned(thing: Declared, target: LiveThing) -> Diagnostic | None:
    """A warning for an engagement that is as declared, for signed-in visitors only, and has nothing to sign them in."""
    if thing.fields.get("authenticated_visitors_only") is not True or target.body.get("connectorId") is not None:
        return None
    return Diagnostic(
        Severity.WARNING,
        "engagement.connector",
        f"only signed-in visitors may see {quoted(target.name)} (id {target.id}), but it has no connector to sign "
        "them in",
        f"{thing.path}.authenticated_visitors_only",
        "Declare connector.",
        thing.position_of("authenticated_visitors_only"),
    )


class Trust:
    """The connectors as they are after some changes. Built once, so that each answer is a look-up.

    A connector is asked for as an engagement refers to it: by its id, or by what stands for it until it is created.
    """

    def __init__(self, live: Live, changes: Iterable[Change], quirks: Quirks) -> None:
        self._quirks = quirks
        self._live = {str(each.id): each for each in live.of(Kind.CONNECTOR)}
        planned = [each for each in changes if each.address.kind is Kind.CONNECTOR and each.action is not Action.DELETE]
        self._changed = {str(each.live_id): each for each in planned if each.live_id is not None}
        self._created = {each.address: each for each in planned if each.live_id is None}

    def is_foreign(self, connector: Wire) -> bool:
        """Whether it is one that signs nobody in, or that lpconf does not know."""
        live, _ = self._sides(connector)
        return live is not None and not recognised(live.body, self._quirks)

    def delegates(self, connector: Wire) -> bool:
        """Whether it serves only OAuth delegation in unauthenticated conversations."""
        live, change = self._sides(connector)
        path = CONNECTOR.field("jwt_public_key").path
        planned = next((each.after.wire for each in change.fields if each.path == path), None) if change else None
        held = planned if planned is not None else at(live.body, path) if live else None
        return held == CONSUMER_DELEGATION

    def trusted(self, connector: Wire) -> tuple[str, ...]:
        """Its name, and what it checks tokens with, one thing each. Not escaped: it holds live text."""
        live, change = self._sides(connector)
        if live is None and change is None:
            return ()
        return (quoted(change.name if change else live.name if live else ""), *self._means(live, change))

    def _means(self, live: LiveThing | None, change: Change | None) -> Iterator[str]:
        for word in _TRUSTED:
            text = self._text(word, live, change)
            if text not in (None, ""):
                yield f"{word}: {text if word == 'jwt_public_key' else quoted(str(text))}"

    def _text(self, word: str, live: LiveThing | None, change: Change | None) -> Json:
        field = CONNECTOR.field(word)
        for each in change.fields if change else ():
            if each.path == field.path:
                return each.after.text
        return live_side(field, at(live.body, field.path), self._quirks, {}).text if live else None

    def _sides(self, connector: Wire) -> tuple[LiveThing | None, Change | None]:
        if isinstance(connector, KnownAfterApply):
            return None, self._created.get(connector.address)
        return self._live.get(str(connector)), self._changed.get(str(connector))
