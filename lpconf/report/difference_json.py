"""A difference between two configurations as a document for programs."""

from __future__ import annotations

from lpconf.model.difference import DeclaredValue, Difference, FieldDifference, ThingDifference, Turn
from lpconf.model.json import Json
from lpconf.model.json_schema import marked
from lpconf.model.plan import Risk
from lpconf.model.site import Declaration, ReferenceById, SecretReference, Unset
from lpconf.report.json import FORMAT_VERSION, diagnostic_document, position_document


def difference(difference: Difference) -> dict[str, Json]:
    """What differs: the document `diff` (`lpconf.report.json_schemas`). Of a secret there is the reference alone."""
    counts: dict[str, Json] = {turn.value: difference.count(turn) for turn in Turn}
    return {
        **marked("diff", FORMAT_VERSION),
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
