"""A difference between two configurations as a document for programs."""

from __future__ import annotations

from lpconf.model.difference import DeclaredValue, Difference, FieldDifference, ThingDifference, Turn
from lpconf.model.json import Json
from lpconf.model.plan import Risk
from lpconf.model.site import Declaration, ReferenceById, SecretReference, Unset
from lpconf.report.json import FORMAT_VERSION, diagnostic_document, position_document


def difference(difference: Difference) -> dict[str, Json]:
    """What differs.

    `old` and `new` name the sides; `account` and `label` are those of the newer one. `changed` is whether anything
    differs, `nothing_before` whether the older side has no configuration. `counts` has the numbers of things that are
    `added`, `changed`, `renamed`, `removed` (no longer declared) and `deleted` (asked to be deleted from now on), and
    `unchanged`, and of `settings` that differ. Each of `things` has `address`, `change` (one of the five), `former`
    (its older address where that is another, or null), `renamed_from` (whether the YAML says that it stays the same
    live thing), `fields`, `risks` (`kind`, `text`, `details`), `notes` and `position` (`file`, `line`, `column`, or
    null). Each of its `fields` has `field`, `change` (`added`, `changed`, `removed`: newly, differently, no longer
    declared), `before` and `after`, `becomes`, `details` and `position`. `before` of what is added and `after` of what
    is removed are null; `becomes` is what the newer flow or key source makes of a field that was removed, or null.
    Values are in the YAML's words; of a key they are its size and fingerprint, of a secret the reference to its
    variable. `settings` are fields outside of all things and `risks` theirs; `unprotected` lists addresses that were
    protected and are not any more; `findings` are the warnings that are new, as `validate -o json` has them;
    `unset_variables` are names.
    """
    counts: dict[str, Json] = {turn.value: difference.count(turn) for turn in Turn}
    return {
        "format_version": FORMAT_VERSION,
        "old": difference.old,
        "new": difference.new,
        "account": difference.account,
        "label": difference.label,
        "changed": not difference.empty,
        "nothing_before": difference.nothing_before,
        "counts": {**counts, "unchanged": difference.unchanged, "settings": len(difference.settings)},
        "unprotected": [str(address) for address in difference.unprotected],
        "settings": [_field(field) for field in difference.settings],
        "risks": [_risk(risk) for risk in difference.risks],
        "things": [_thing(thing) for thing in difference.things],
        "findings": [diagnostic_document(each) for each in difference.findings],
        "unset_variables": list(difference.unset_variables),
    }


def _thing(thing: ThingDifference) -> dict[str, Json]:
    return {
        "address": str(thing.address),
        "change": thing.turn.value,
        "former": str(thing.former) if thing.former else None,
        "renamed_from": thing.renamed_from,
        "fields": [_field(field) for field in thing.fields],
        "risks": [_risk(risk) for risk in thing.risks],
        "notes": list(thing.notes),
        "position": position_document(thing.position) if thing.position else None,
    }


def _field(field: FieldDifference) -> dict[str, Json]:
    turn = Turn.ADDED if field.before is None else Turn.REMOVED if field.after is None else Turn.CHANGED
    return {
        "field": field.word,
        "change": turn.value,
        "before": _value(field.before),
        "after": _value(field.after),
        "becomes": _value(field.becomes),
        "details": list(field.details),
        "position": position_document(field.position) if field.position else None,
    }


def _value(value: DeclaredValue | None) -> Json:
    if value is None:
        return None
    declared: Declaration = value.declared
    if isinstance(declared, tuple):
        return [{"id": each.id} if isinstance(each, ReferenceById) else each for each in declared]
    match declared:
        case Unset():
            return {"unset": True}
        case SecretReference():
            return {"env": declared.variable}
        case ReferenceById():
            return {"id": declared.id}
        case _:
            return declared


def _risk(risk: Risk) -> dict[str, Json]:
    return {"kind": risk.kind.value, "text": risk.text, "details": list(risk.details)}
