"""What a declared thing should look like, field by field, in LivePerson's spelling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lpconf.engine.references import References, unresolved
from lpconf.engine.values import key_text, leaves
from lpconf.model.address import Kind
from lpconf.model.diagnostic import Diagnostic
from lpconf.model.json import Json
from lpconf.model.plan import Comparison, Origin, Side
from lpconf.model.quirks import Quirks
from lpconf.model.site import Declaration, Declared, ReferenceById, SecretReference, Site, Unset
from lpconf.resources.field import Field, Implied, ValueType
from lpconf.resources.kinds import RESOURCES
from lpconf.resources.secrecy import MASK


@dataclass(frozen=True, slots=True)
class Desired:
    """One field as it should be. `field` is None for a field of `extra` and for one that has no word of its own."""

    word: str
    path: tuple[str, ...]
    side: Side
    comparison: Comparison
    origin: Origin
    field: Field | None = None

    @property
    def sensitive(self) -> bool:
        """Whether the field holds a secret."""
        return self.field is not None and self.field.sensitive


def desired(
    thing: Declared, site: Site, references: References, quirks: Quirks
) -> tuple[tuple[Desired, ...], tuple[Diagnostic, ...]]:
    """All fields that the declaration manages, in the order of the field table, and the references that fail."""
    wanted: list[Desired] = []
    failed: list[Diagnostic] = []
    resource = RESOURCES[thing.address.kind]
    for field in resource.fields:
        if field.word not in thing.fields or not field.path:
            continue
        value = thing.fields[field.word]
        problem = _reference_problem(field, value, references)
        if problem is not None:
            failed.append(unresolved(thing, field.word, problem, site))
            continue
        wanted.extend(_wanted(field, value, references, quirks))
    wanted.extend(_implied(each, resource.field_at(each.path)) for each in resource.implied(thing.fields))
    wanted.extend(
        Desired(".".join(path), path, Side(value, value), Comparison.EXACT, Origin.EXTRA)
        for path, value in leaves(thing.extra)
        # Maps merge by key: an empty one names no field.
        if value != {}
    )
    return tuple(wanted), tuple(failed)


def _implied(implied: Implied, field: Field | None) -> Desired:
    """A field whose value follows from others. `field` is None where it has no word of its own."""
    text = key_text(implied.value) if implied.comparison is Comparison.PUBLIC_KEY else implied.value
    word = field.word if field is not None else implied.word
    return Desired(word, implied.path, Side(implied.value, text), implied.comparison, Origin.GROUP, field)


def _reference_problem(field: Field, value: Declaration, references: References) -> str | None:
    for each in _references_in(field, value):
        result = references.resolve(_target(field), each)
        if isinstance(result, str):
            return result
    return None


def _references_in(field: Field, value: Declaration) -> Iterator[str | ReferenceById]:
    if field.type is ValueType.REFERENCE and isinstance(value, str | ReferenceById):
        yield value
    if field.type is ValueType.REFERENCES and isinstance(value, tuple):
        yield from value


def _target(field: Field) -> Kind:
    if field.target is None:
        raise ValueError(f"{field.word} refers to nothing")
    return field.target


def _wanted(field: Field, value: Declaration, references: References, quirks: Quirks) -> Iterator[Desired]:
    side, copy = _side(field, value, references, quirks)
    yield Desired(field.word, field.path, side, field.comparison, Origin.DECLARED, field)
    if field.copies:
        yield Desired(".".join(field.copies), field.copies, Side(copy, copy), Comparison.TEXT, Origin.COPY)


def _side(field: Field, value: Declaration, references: References, quirks: Quirks) -> tuple[Side, Json]:
    """The value in both spellings, and for a reference the name that LivePerson keeps as a copy."""
    if isinstance(value, Unset):
        return Side(None, None), None
    if isinstance(value, SecretReference):
        return Side(value, MASK), None
    if field.type is ValueType.REFERENCE:
        found = [references.resolve(_target(field), each) for each in _references_in(field, value)]
        resolved = next(each for each in found if not isinstance(each, str))
        return Side(resolved.id, resolved.name), resolved.name
    if field.type is ValueType.REFERENCES:
        each_found = [references.resolve(_target(field), each) for each in _references_in(field, value)]
        known = [each for each in each_found if not isinstance(each, str) and isinstance(each.id, int)]
        return Side([each.id for each in known if isinstance(each.id, int)], [each.name for each in known]), None
    if isinstance(value, ReferenceById | tuple):
        raise TypeError(f"{field.word} is no reference")
    return Side(to_wire(field, value, quirks), key_text(value) if field.type is ValueType.PUBLIC_KEY else value), None


def to_wire(field: Field, value: Json, quirks: Quirks) -> Json:
    """A declared value in LivePerson's spelling."""
    if field.choices_from is not None:
        choices: Mapping[str, Json] = field.choices_from(quirks)
        return choices[str(value)]
    if field.inverted and isinstance(value, bool):
        return not value
    return value
