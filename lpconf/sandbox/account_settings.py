"""What the server does with account properties (facts 6.7) and feature grants (facts 3.10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from lpconf.sandbox.kinds import Behaviour, Desk, Draft
from lpconf.sandbox.store import Body

FEATURES = "feature-grants"
MESSAGING = "Common.Async_Messaging"
UNAUTHENTICATED = "Messaging.Un_Auth_Messaging"

# Facts 6.7 [ONE].
_VALUES: Mapping[int, tuple[str, Callable[[object], bool]]] = MappingProxyType(
    {
        1: ("a boolean", lambda value: isinstance(value, bool)),
        2: ("a string", lambda value: isinstance(value, str)),
        3: ("an array", lambda value: isinstance(value, list)),
        4: ("an object", lambda value: isinstance(value, dict)),
    }
)


class Properties(Behaviour):
    """The rule `property-type`."""

    def check(self, draft: Draft) -> None:
        rules, body = draft.desk.rules, draft.body
        if not rules.on("property-type"):
            return
        if draft.live is not None and body.get("type") != draft.live.body.get("type"):
            raise rules.refusal("property-type", "The type of a property cannot be changed")
        wanted, fits = _VALUES.get(body["type"], ("", _anything))
        if not fits(body["propertyValue"].get("value")):
            raise rules.refusal("property-type", f"propertyValue.value must be {wanted}")


class Features(Behaviour):
    """The nested list (facts 3.10 [ONE])."""

    def listed(self, bodies: list[Body]) -> Any:
        inner = {"accountList": [{"itemsCollection": {"data": bodies}}]}
        return {"appDataList": [{"accountList": inner}]}


def granted(desk: Desk, feature: str) -> bool:
    """Whether the account has the feature. One that no grant tells of it has, as accounts of earlier versions."""
    found = desk.tx.named(desk.place(FEATURES), feature)
    if found is None:
        return True
    value = found.body.get("value")
    return not found.deleted and not (isinstance(value, dict) and value.get("value") in (False, "false"))


def _anything(_value: object) -> bool:
    return True
