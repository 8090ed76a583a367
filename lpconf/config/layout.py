"""Which places of the YAML hold what."""

from __future__ import annotations

from collections.abc import Mapping

from lpconf.config.document import Spot
from lpconf.config.lifecycle import DELETE_UNDECLARED, LIFECYCLE
from lpconf.resources.campaign import CAMPAIGN
from lpconf.resources.connector import CONNECTOR
from lpconf.resources.engagement import ENGAGEMENT
from lpconf.resources.field import Field, Resource, ValueType

SELECTORS = ("name", "id", "find")
UNSUPPORTED = ("add",)
"""Words of the design that this version does not know yet."""

UNDECLARED_IN_SITE = ("connectors", "campaigns")
UNDECLARED_IN_CAMPAIGN = ("engagements",)
"""What `delete_undeclared` can name, in the file and in a campaign."""

COLLECTIONS: Mapping[tuple[str, ...], Resource] = {
    ("connectors",): CONNECTOR,
    ("campaigns",): CAMPAIGN,
    ("campaigns", "engagements"): ENGAGEMENT,
}


def collection_of(spot: Spot) -> Resource | None:
    """The kind whose collection stands at the spot, such as `("campaigns", 0, "engagements")`."""
    if not spot or not isinstance(spot[-1], str):
        return None
    return COLLECTIONS.get(tuple(step for step in spot if isinstance(step, str)))


def split(spot: Spot) -> tuple[Resource | None, Spot, Spot]:
    """The kind of the thing that a spot lies in, the thing's own spot, and the rest of the way.

    Without a kind the whole way is the rest: the spot lies outside of all things.
    """
    length = 2
    if len(spot) >= 4 and spot[0] == "campaigns" and spot[2] == "engagements":
        length = 4
    thing = spot[:length]
    resource = collection_of(thing[:-1]) if len(thing) == length else None
    return (resource, thing, spot[length:]) if resource else (None, (), spot)


def field_of(resource: Resource, word: object) -> Field | None:
    """The field of a word, or None where the kind has no such word."""
    return next((field for field in resource.fields if field.word == word), None)


def hides_value(field: Field | None) -> bool:
    """Whether messages must show neither the value nor its line."""
    return field is not None and (field.sensitive or field.type is ValueType.PUBLIC_KEY)


def words_of(resource: Resource) -> tuple[str, ...]:
    """All words that a thing of this kind may have."""
    children = ("engagements", DELETE_UNDECLARED) if resource is CAMPAIGN else ()
    fields = (field.word for field in resource.fields)
    return (*dict.fromkeys((*SELECTORS, *fields, *children, "extra", LIFECYCLE)),)
