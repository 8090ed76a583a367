"""`lifecycle` and `delete_undeclared`: what a file says about lpconf's doing, and not about LivePerson."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lpconf.config.document import Spot, Value
from lpconf.config.expected import kind_of
from lpconf.config.problems import Complaint
from lpconf.config.words import did_you_mean, quoted
from lpconf.model.address import SelectBy, Selector
from lpconf.model.site import Lifecycle

LIFECYCLE = "lifecycle"
DELETE_UNDECLARED = "delete_undeclared"
_WORDS = ("state", "protect", "renamed_from")


def lifecycle_schema() -> dict[str, Any]:
    """The JSON schema of `lifecycle`."""
    return {
        "title": "Lifecycle",
        "description": "What lpconf does with the thing, besides its settings.",
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {
            "state": {
                "title": "State",
                "description": "`absent` deletes the thing. It also needs `--allow-delete`.",
                "enum": ["absent"],
            },
            "protect": {
                "title": "Protect",
                "description": "Whether the thing must never be deleted, whatever else the configuration says.",
                "type": "boolean",
                "examples": [True],
            },
            "renamed_from": {
                "title": "Renamed from",
                "description": "The name that the live thing may still have. It then gets the declared name.",
                "type": "string",
                "minLength": 1,
                "examples": ["Old name"],
            },
        },
    }


def delete_undeclared_schema(collections: tuple[str, ...]) -> dict[str, Any]:
    """The JSON schema of `delete_undeclared` beside some collections."""
    return {
        "title": "Delete what is not declared",
        "description": "Collections in which everything that is live and not declared here is to be deleted. "
        "It also needs `--allow-delete`.",
        "type": "array",
        "minItems": 1,
        "items": {"enum": list(collections)},
        "examples": [list(collections)],
    }


def wrong_lifecycle(rest: Spot, value: Value) -> Complaint:
    """What is wrong with a value that does not fit the schema. `rest` is the way from the thing to the value."""
    if value is None:
        return Complaint("schema.null", "there is no value here", "Leave it out, or write one.")
    word = rest[1] if len(rest) > 1 else None
    if word == "state":
        shown = quoted(value) if isinstance(value, str) else kind_of(value)
        guess = did_you_mean(value, ("absent",)) if isinstance(value, str) else ""
        return Complaint("schema.enum", f"{shown} is not absent{guess}", "state: absent is its only form.")
    if word == "protect":
        return Complaint("schema.type", f"this is {kind_of(value)}; expected true or false")
    if word == "renamed_from":
        if value == "":
            return Complaint("value.empty", "this text is empty", "Write the old name, or leave it out.")
        return Complaint("schema.type", f"this is {kind_of(value)}; expected a name")
    if not isinstance(value, Mapping):
        return Complaint("schema.type", f"this is {kind_of(value)}; expected a map such as {{protect: true}}")
    unknown = next((key for key in value if key not in _WORDS), None)
    if unknown is None:
        return Complaint("schema.empty", "this map is empty", f"Leave it out, or write one of {', '.join(_WORDS)}.")
    guess = did_you_mean(str(unknown), _WORDS)
    return Complaint("schema.unknown", f"{quoted(str(unknown))} is not one of {', '.join(_WORDS)}{guess}")


def wrong_delete_undeclared(value: Value, collections: tuple[str, ...]) -> Complaint:
    """What is wrong with a `delete_undeclared`, or with one of its items."""
    choices = " or ".join(collections)
    if value is None:
        return Complaint("schema.null", "there is no value here", "Leave it out, or write the collection.")
    if value == []:
        return Complaint("schema.empty", "this list is empty", "Leave it out, or write the collection.")
    if value in collections:
        return Complaint("schema.type", f"{quoted(value)} is not a list", f"Write it as a list: [{value}].")
    if isinstance(value, str):
        return Complaint("schema.enum", f"{quoted(value)} is not {choices}{did_you_mean(value, collections)}")
    return Complaint("schema.type", f"this is {kind_of(value)}; expected a list of {choices}")


def lifecycle_of(members: Mapping[str, Value], wrong: frozenset[Spot], spot: Spot) -> Lifecycle:
    """The lifecycle of a thing. What is wrong in it, and was told already, counts as left out."""
    value = members.get(LIFECYCLE)
    here = (*spot, LIFECYCLE)
    if here in wrong or not isinstance(value, dict):
        return Lifecycle()
    good = {word: each for word, each in value.items() if (*here, word) not in wrong}
    return Lifecycle(
        absent=good.get("state") == "absent",
        protect=good.get("protect") is True,
        renamed_from=good.get("renamed_from"),
    )


def contradictions(
    lifecycle: Lifecycle, selector: Selector, members: Mapping[str, Value]
) -> Iterator[tuple[Spot, Complaint]]:
    """What cannot be together in one thing: the way from the thing to the place, and the complaint."""
    if lifecycle.absent:
        if lifecycle.protect:
            yield (
                (LIFECYCLE, "protect"),
                Complaint(
                    "lifecycle.protect", "this thing is protected, and state: absent deletes it", "Keep one of the two."
                ),
            )
        if selector.by is SelectBy.DEFAULT:
            yield (
                (LIFECYCLE, "state"),
                Complaint(
                    "lifecycle.default",
                    "find: default may mean another thing tomorrow, so it cannot be deleted",
                    "Select what is to be deleted by name or id.",
                ),
            )
        if "engagements" in members:
            yield (
                ("engagements",),
                Complaint(
                    "lifecycle.engagements",
                    "the campaign is to be deleted, and all of its engagements go with it",
                    "Remove engagements here, or remove state: absent.",
                ),
            )
    if lifecycle.renamed_from is not None:
        if selector.by is not SelectBy.NAME:
            yield (
                (LIFECYCLE, "renamed_from"),
                Complaint(
                    "lifecycle.renamed_from",
                    "renamed_from goes with a thing that is selected by name",
                    "With id or find, name: is the name that it should have.",
                ),
            )
        elif lifecycle.renamed_from == selector.value:
            yield (
                (LIFECYCLE, "renamed_from"),
                Complaint("lifecycle.renamed_from", "this is the name that it has already", "Remove it."),
            )


def undeclared_without_collection(name: str) -> Complaint:
    """For `delete_undeclared` without the collection beside it."""
    return Complaint(
        "lifecycle.collection",
        f"no {name} are declared beside it, so that all of them would be deleted",
        f"Declare the {name} that stay, or write state: absent for each that goes.",
    )
