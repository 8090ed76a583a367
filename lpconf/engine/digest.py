"""Digests: whether something is what it was, without holding what it was. SHA-256 over canonical JSON."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from lpconf.engine.values import leaves
from lpconf.model.address import Kind
from lpconf.model.json import Json, JsonObject
from lpconf.model.live import LiveThing
from lpconf.model.plan import Comparison
from lpconf.model.site import Declaration, Declared, ReferenceById, SecretReference, Site, Unset
from lpconf.resources import public_key
from lpconf.resources.connector import CONSUMER_DELEGATION
from lpconf.resources.kinds import RESOURCES
from lpconf.resources.secrecy import without_secrets

OWN = "digest"
"""Where a document holds its own digest."""

_FIELD_DIGITS = 16
"""Of a field's digest. It only tells whether a field has moved, and a plan may hold many of them."""
_MOST_REMEMBERED = 20_000
"""Values whose digests are remembered: some megabytes."""
_NO_KEY = f"sha256:{'0' * 64}"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_STRING = json.JSONDecoder()
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")


def of_document(document: JsonObject) -> str:
    """The digest of a JSON document without its own one, such as `sha256:5f2a...`."""
    return of_json({key: value for key, value in document.items() if key != OWN})


def of_json(value: Json) -> str:
    """The digest of a JSON value: keys in order, no space, ASCII."""
    return f"sha256:{_sha256(value)}"


def of_site(site: Site) -> str:
    """The digest of what is declared: the account, its things and what is to be deleted.

    Where something stands in which file does not count, nor comments, the label, and values that look like a secret.
    """
    deletions = sorted([each.kind.value, str(each.parent or "")] for each in site.delete_undeclared)
    things = sorted(_CANONICAL.encode(_thing(each)) for each in site.things)
    lines = "\n".join([_CANONICAL.encode([site.account, deletions]), *things])
    return f"sha256:{hashlib.sha256(lines.encode('ascii')).hexdigest()}"


class FieldDigests:
    """Digests of live things' fields. It remembers those of values that it has met, for things mostly look alike."""

    def __init__(self) -> None:
        self._known: dict[tuple[Kind, str, object], dict[str, str]] = {}

    def of(self, thing: LiveThing) -> dict[str, str]:
        """A digest of every field of a live thing, by `place`; 16 hexadecimal digits each.

        Without LivePerson's own fields (the kind's `ignored`), without null, which is as good as absent, without empty
        maps, and without secrets: a digest of a short one would tell it.
        """
        ignored = RESOURCES[thing.kind].ignored
        digests: dict[str, str] = {}
        for key, value in thing.body.items():
            if value is not None and key not in ignored:
                digests.update(self._of(thing.kind, key, value))
        return digests

    def _of(self, kind: Kind, key: str, value: Json) -> dict[str, str]:
        # Two values may only count as the same if their JSON is: unlike Python's equality, true is not 1.
        same = (type(value), value) if isinstance(value, str | int) else _sha256(value)
        found = self._known.get((kind, key, same))
        if found is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            found = self._known[kind, key, same] = _of_field(kind, key, value)
        return found


def _of_field(kind: Kind, key: str, value: Json) -> dict[str, str]:
    sets = {field.path for field in RESOURCES[kind].fields if field.comparison is Comparison.ID_SET}
    body, _ = without_secrets(kind, {key: value})
    digests = {}
    for path, each in leaves(body):
        if each is None or each == {}:
            continue
        in_order = sorted(each, key=str) if path in sets and isinstance(each, list | tuple) else each
        digests[place(path)] = _sha256(in_order)[:_FIELD_DIGITS]
    return digests


def may_show_key(value: str) -> bool:
    """Whether what stands in a field for a public key is one, or stands for one."""
    return value in {"", CONSUMER_DELEGATION} or public_key.parsed(value) is not None


def of_key(value: str) -> str:
    """What stands for a value in a key field that is no public key: the same for each, for a digest would tell it.

    Somebody may have pasted a password there. Who exchanges one for another is not noticed then.
    """
    return _NO_KEY if value else value


def place(path: Sequence[str]) -> str:
    """A LivePerson path as one text, such as `configuration.jwtPublicKey`. Odd keys stand in quotes."""
    return ".".join(key if _PLAIN_KEY.fullmatch(key) else json.dumps(key) for key in path)


def path_of(text: str) -> tuple[str, ...]:
    """The LivePerson path that `place` makes a text of. Raises ValueError for any other text."""
    path: list[str] = []
    rest = text
    while True:
        if rest.startswith('"'):
            key, end = _STRING.raw_decode(rest)
        elif (match := _PLAIN_KEY.match(rest)) is not None:
            key, end = match[0], match.end()
        else:
            raise ValueError("not a path")
        path.append(key)
        if end == len(rest):
            break
        if rest[end] != ".":
            raise ValueError("not a path")
        rest = rest[end + 1 :]
    if place(path) != text:
        raise ValueError("not a path")
    return tuple(path)


def _thing(thing: Declared) -> Json:
    lifecycle = thing.lifecycle
    extra, hidden = without_secrets(thing.address.kind, thing.extra) if thing.extra else ({}, ())
    return {
        "address": str(thing.address),
        "fields": {word: _declaration(value) for word, value in thing.fields.items()},
        "extra": {place(path): value for path, value in leaves(extra)},
        "hidden": [list(each) for each in hidden],
        "lifecycle": [lifecycle.absent, lifecycle.protect, lifecycle.renamed_from],
    }


def _declaration(value: Declaration) -> Json:
    match value:
        case Unset():
            return {"unset": True}
        case SecretReference(variable):
            return {"secret": variable}
        case ReferenceById(number):
            return {"id": number}
        case tuple():
            return {"references": [each.id if isinstance(each, ReferenceById) else each for each in value]}
        case _:
            return {"value": value}


def _sha256(value: Json) -> str:
    return hashlib.sha256(_CANONICAL.encode(value).encode("ascii")).hexdigest()


def _plain(value: object) -> object:
    """Read-only maps, which `json` does not know."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=_plain)
"""Made once: `json.dumps` makes a new one at each call that sets an option."""
