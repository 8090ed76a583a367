"""Which fields of a declared thing differ, and how people read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lpconf.engine.details import details
from lpconf.engine.difference.pairs import Pair, own_name
from lpconf.engine.values import key_text, leaves, same
from lpconf.model.address import SelectBy
from lpconf.model.difference import DeclaredValue, FieldDifference
from lpconf.model.json import Json
from lpconf.model.plan import Comparison
from lpconf.model.site import Declaration, Declared, Position, ReferenceById, SecretReference, Unset
from lpconf.resources.connector import KEY_SOURCES
from lpconf.resources.field import Field, ValueType
from lpconf.resources.kinds import RESOURCES
from lpconf.resources.secrecy import MASK, looks_secret, masked_value


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields that differ, in the order of the field table, and how many do not."""

    different: tuple[FieldDifference, ...]
    unchanged: int


def compared(pair: Pair) -> Fields:
    """The words, `extra` and `lifecycle` of a pair, field by field."""
    found = [*_words(pair), *_extra(pair), *_lifecycle(pair)]
    different = tuple(each for each in found if each is not None)
    return Fields(different, len(found) - len(different))


def plain(value: Json) -> DeclaredValue:
    """A value that is no secret, as it is."""
    return DeclaredValue(value, value)


def _words(pair: Pair) -> Iterator[FieldDifference | None]:
    """None stands for a field that is declared alike."""
    old = pair.old.fields if pair.old else {}
    new = pair.new.fields if pair.new else {}
    decided = _decided(pair.new)
    for field in RESOURCES[pair.thing.address.kind].fields:
        before, after = old.get(field.word), new.get(field.word)
        if field.word == "name" and pair.old and pair.new:
            before, after = _names(pair.old, pair.new)
        # No declared value is null.
        if before is None and after is None:
            continue
        if before is not None and after is not None and _same(field, before, after):
            yield None
            continue
        yield FieldDifference(
            field.word,
            _value(field, before) if before is not None else None,
            _value(field, after) if after is not None else None,
            field.comparison,
            field.sensitive,
            position=_position(pair, field.word, after is not None),
            becomes=decided.get(field.word) if after is None else None,
        )


def _decided(new: Declared | None) -> Mapping[str, DeclaredValue]:
    """What flow and key source make of the fields of their group, by word (design: Managed or not)."""
    if new is None or new.lifecycle.absent:
        return {}
    resource = RESOURCES[new.address.kind]
    implied = resource.implied(new.fields)
    if not implied:
        return {}
    words = {field.path: field.word for field in resource.fields if field.path}
    found = {
        words[each.path]: DeclaredValue(Unset(), None) if each.value is None else plain(each.value)
        for each in implied
        if each.path in words
    }
    if any(new.fields.get(word) for word in KEY_SOURCES):
        # It is no field of LivePerson's but a key source without a key.
        found["consumer_delegation"] = plain(False)
    return found


def _names(old: Declared, new: Declared) -> tuple[str | None, str | None]:
    """The names, as far as the addresses do not show all there is to say about them."""
    before, after = own_name(old), own_name(new)
    by_name = [each.address.selector.by is SelectBy.NAME for each in (old, new)]
    if all(by_name) or (before == after and any(by_name)) or (any(by_name) and None in {before, after}):
        return None, None
    return before, after


def _same(field: Field, before: Declaration, after: Declaration) -> bool:
    if isinstance(before, tuple) and isinstance(after, tuple):
        return set(before) == set(after)
    if _is_own_type(before) or _is_own_type(after):
        return before == after
    # References are names here, not ids: "05" and "5" are two.
    comparison = Comparison.EXACT if field.target else field.comparison
    return same(comparison, before, after)  # type: ignore[arg-type]  # what is left is JSON


def _is_own_type(value: Declaration) -> bool:
    return isinstance(value, Unset | SecretReference | ReferenceById | tuple)


def _value(field: Field, value: Declaration) -> DeclaredValue:
    match value:
        case Unset():
            return DeclaredValue(value, None)
        case SecretReference():
            return DeclaredValue(value, MASK)
        case ReferenceById():
            return DeclaredValue(value, f"id {value.id}")
        case tuple():
            return DeclaredValue(
                value, [f"id {each.id}" if isinstance(each, ReferenceById) else each for each in value]
            )
    if field.type is ValueType.PUBLIC_KEY:
        return plain(key_text(value))
    return plain(MASK if looks_secret("", value) else value)


def _extra(pair: Pair) -> Iterator[FieldDifference | None]:
    kind = pair.thing.address.kind
    old = dict(leaves(pair.old.extra)) if pair.old else {}
    new = dict(leaves(pair.new.extra)) if pair.new else {}
    for path in (*new, *(path for path in old if path not in new)):
        if path in old and path in new and same(Comparison.EXACT, old[path], new[path]):
            yield None
            continue
        before, after = (plain(masked_value(kind, path, side[path])) if path in side else None for side in (old, new))
        inside = details(_json(before), _json(after)) if before and after else ()
        position = _position(pair, "extra", path in new)
        yield FieldDifference(".".join(("extra", *path)), before, after, details=inside, position=position)


def _json(value: DeclaredValue | None) -> Json:
    return value.text if value else None


def _lifecycle(pair: Pair) -> Iterator[FieldDifference | None]:
    before, after = _lifecycle_words(pair.old), _lifecycle_words(pair.new)
    if pair.renamed:
        after.pop("renamed_from", None)
    if pair.old and pair.new and pair.reselected and pair.old.lifecycle.renamed_from == own_name(pair.new):
        before.pop("renamed_from", None)
    for word in ("state", "protect", "renamed_from"):
        if word not in before and word not in after:
            continue
        if before.get(word) == after.get(word):
            yield None
            continue
        yield FieldDifference(
            f"lifecycle.{word}",
            plain(before[word]) if word in before else None,
            plain(after[word]) if word in after else None,
            position=_position(pair, "lifecycle", word in after),
        )


def _lifecycle_words(thing: Declared | None) -> dict[str, Json]:
    """What `lifecycle` says beyond what it says when it is left out."""
    if thing is None:
        return {}
    found: Mapping[str, Json] = {
        "state": "absent" if thing.lifecycle.absent else None,
        "protect": thing.lifecycle.protect or None,
        "renamed_from": thing.lifecycle.renamed_from,
    }
    return {word: value for word, value in found.items() if value is not None}


def _position(pair: Pair, word: str, is_new: bool) -> Position:
    declared = pair.new if is_new else pair.old
    return (declared or pair.thing).position_of(word)
