"""`extra`: LivePerson fields that have no word. Refuses those that have one, are read-only or sensitive (design, 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lpconf.config import checks
from lpconf.config.document import Broken, Spot, Value
from lpconf.config.layout import hides_value
from lpconf.config.problems import BadValueError, Complaint
from lpconf.config.variables import Variables
from lpconf.config.words import printable
from lpconf.model.json import Json
from lpconf.resources.field import Resource
from lpconf.resources.secrecy import places

_UNSET = "unset"
_UNSET_ALONE = Complaint("schema.unset", "{unset: true} stands alone, in the place of one field's value")
_NO_VALUE = Complaint(
    "schema.null",
    "there is no value here",
    "Leave it out to leave it as it is in the account, write {unset: true} to clear it, or [] to empty a list.",
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A field that `extra` must not name; `path` is the way to it below `extra`."""

    path: Spot
    complaint: Complaint
    hidden: bool = False


def refused(resource: Resource, value: Value) -> Iterator[Refused]:
    """The fields below `extra` that must not be there."""
    words = {field.path: field for field in resource.fields if field.path}
    for place in places(resource.kind, value):
        if place not in words:
            message = f"{printable('.'.join(map(str, place)))} looks like a secret, and no secret stands in a file"
            yield Refused(place, Complaint("extra.secret", message, "Remove it, and set it in the console."), True)
    inner = {path[:length] for path in (*words, *resource.reserved) for length in range(1, len(path))}
    copies = {copy for field in resource.fields for copy in field.copies}
    open_maps: list[tuple[tuple[str, ...], Value]] = [((), value)]
    while open_maps:
        above, members = open_maps.pop()
        for name, member in members.items():
            path = (*above, name)
            shown = printable(".".join(path))
            if path in words:
                field = words[path]
                complaint = Complaint("extra.word", f"{shown} has a word of its own", f"Write {field.word}: instead.")
                yield Refused(path, complaint, hidden=hides_value(field))
            elif path in resource.reserved:
                yield Refused(path, Complaint("extra.reserved", f"{shown} follows from other words", "Remove it."))
            elif len(path) == 1 and (name in resource.ignored or name in copies):
                complaint = Complaint("extra.read_only", f"{shown} is LivePerson's own and cannot be set", "Remove it.")
                yield Refused(path, complaint)
            elif path in inner:
                if isinstance(member, dict) and _UNSET not in member:
                    open_maps.append((path, member))
                else:
                    message = f"{shown} holds fields that have words; expected a map of single fields"
                    yield Refused(path, Complaint("extra.whole", message, "Write the single fields that have no word."))


def fill(value: Value, variables: Variables, complain: Callable[[Spot, Complaint], None], spot: Spot = ()) -> Json:
    """A copy of the value as LivePerson is to hold it: variables filled in, `{unset: true}` as null.

    A list is one value in LivePerson's own spelling, so in it null and maps stand for themselves. What is wrong goes to
    `complain`, with its place.
    """
    # Recursive: the parser bounds the depth.
    whole = any(isinstance(step, int) for step in spot)
    if isinstance(value, str):
        try:
            text = variables.fill(value)
            checks.many_lines(text)
        except BadValueError as error:
            complain(spot, error.complaint)
            return value
        return text
    if isinstance(value, dict):
        if _UNSET in value and not whole:
            if not spot or len(value) > 1 or value[_UNSET] is not True:
                complain(spot, _UNSET_ALONE)
            return None
        return {name: fill(member, variables, complain, (*spot, name)) for name, member in value.items()}
    if isinstance(value, list):
        return [fill(member, variables, complain, (*spot, index)) for index, member in enumerate(value)]
    if value is None and not whole:
        complain(spot, _NO_VALUE)
    return None if isinstance(value, Broken) else value
