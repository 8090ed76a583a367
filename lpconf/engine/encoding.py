"""A plan as JSON, and the schema of that JSON. What `plan -o json` prints."""

from __future__ import annotations

import hashlib
from typing import Any

from lpconf.engine.values import parsed_key
from lpconf.model.diagnostic import Diagnostic
from lpconf.model.json import Json
from lpconf.model.plan import Absent, Action, Change, Comparison, FieldChange, KnownAfterApply, Plan, Side, Wire
from lpconf.model.quirks import Evidence
from lpconf.model.site import SecretReference
from lpconf.resources.connector import CONSUMER_DELEGATION

FORMAT_VERSION = "1.0"


def document(plan: Plan, version: str) -> dict[str, Json]:
    """The plan as JSON (schemas/plan.schema.json). `version` is lpconf's own. No secret is ever in it."""
    return {
        "format_version": FORMAT_VERSION,
        "lpconf_version": version,
        "target": {
            "account": plan.target.account,
            "label": plan.target.label,
            "discovery_host": plan.target.discovery_host,
            "sandbox": plan.target.sandbox,
        },
        "summary": {
            "create": plan.count(Action.CREATE),
            "update": plan.count(Action.UPDATE),
            "blocked": len(plan.blocked),
            "unchanged": plan.unchanged,
        },
        "changes": [_change(change) for change in plan.changes],
        "steps": [
            {"address": str(step.address), "action": step.action.value, "fields": [each.word for each in step.fields]}
            for step in plan.steps
        ],
        "diagnostics": [_diagnostic(each) for each in plan.diagnostics],
    }


def _change(change: Change) -> dict[str, Json]:
    return {
        "address": str(change.address),
        "kind": change.address.kind.value,
        "action": change.action.value,
        "name": change.name,
        "id": change.live_id,
        "operation": change.operation,
        "evidence": change.evidence.value,
        "fields": [_field(field) for field in change.fields],
        "unchanged_fields": change.unchanged_fields,
        "risks": [{"text": risk.text, "weakens": risk.weakens, "details": list(risk.details)} for risk in change.risks],
        "blocks": [{"reason": block.reason, "allowed_by": block.allowed_by} for block in change.blocks],
        "notes": list(change.notes),
    }


def _field(field: FieldChange) -> dict[str, Json]:
    return {
        "field": field.word,
        "liveperson_field": ".".join(field.path),
        "origin": field.origin.value,
        "sensitive": field.sensitive,
        "before": _side(field.before, field.comparison),
        "after": _side(field.after, field.comparison),
        "details": list(field.details),
    }


def _side(side: Side, comparison: Comparison) -> dict[str, Json]:
    if comparison is Comparison.PUBLIC_KEY and isinstance(side.wire, str) and not _may_show(side.wire):
        # Somebody may have pasted a private key into the console.
        return {"text": side.text, "digest": f"sha256:{hashlib.sha256(side.wire.encode()).hexdigest()}"}
    return {"text": side.text, **_wire(side.wire)}


def _may_show(key: str) -> bool:
    return key in {"", CONSUMER_DELEGATION} or parsed_key(key) is not None


def _wire(wire: Wire) -> dict[str, Json]:
    if isinstance(wire, Absent):
        return {"absent": True}
    if isinstance(wire, KnownAfterApply):
        return {"known_after_apply": str(wire.address)}
    if isinstance(wire, SecretReference):
        return {"secret": wire.variable}
    return {"value": wire}


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Json]:
    return {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "path": diagnostic.path,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "position": str(diagnostic.position) if diagnostic.position else None,
    }


def _object(description: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


def _list(description: str, items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "description": description, "items": items}


def _count(description: str) -> dict[str, Any]:
    return {"type": "integer", "minimum": 0, "description": description}


def schema() -> dict[str, Any]:
    """The JSON schema (2020-12) of a plan document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:lpconf:plan:{FORMAT_VERSION}",
        "title": "lpconf plan",
        **_object(
            "What would change in one LivePerson account.",
            format_version={"const": FORMAT_VERSION, "description": "The version of this format."},
            lpconf_version=_text("The lpconf that made the plan."),
            target=_object(
                "The account.",
                account=_text("The account's id."),
                label={"type": ["string", "null"], "description": "What people call the account."},
                discovery_host=_text("The host that named the account's hosts."),
                sandbox={"type": "boolean", "description": "Whether this is lpconf's own sandbox."},
            ),
            summary=_object(
                "How much changes.",
                create=_count("Things that apply creates."),
                update=_count("Things that apply changes."),
                blocked=_count("Changes that a safety rule stops."),
                unchanged=_count("Declared things that already are as declared."),
            ),
            changes=_list("The changes, in the configuration's order.", _change_schema()),
            steps=_list(
                "The writes that apply makes, in order.",
                _object(
                    "One write.",
                    address=_text("The thing's address."),
                    action={"enum": [each.value for each in Action], "description": "What the write does."},
                    fields=_list("The fields that it sets.", {"type": "string"}),
                ),
            ),
            diagnostics=_list("Warnings.", _diagnostic_schema()),
        ),
    }


def _change_schema() -> dict[str, Any]:
    return _object(
        "What happens to one thing.",
        address=_text('The thing\'s address, such as campaign[default]/engagement["Sales chat"].'),
        kind=_text("connector, campaign or engagement."),
        action={"enum": [each.value for each in Action], "description": "What happens to it."},
        name=_text("Its live name, or the name that it gets."),
        id={"type": ["integer", "null"], "description": "Its LivePerson id; null if it is created."},
        operation=_text("The kind of write, such as connector.update."),
        evidence={"enum": [each.value for each in Evidence], "description": "How sure the write is to work."},
        fields=_list("The fields that change.", _field_schema()),
        unchanged_fields=_count("Declared fields that already are as declared."),
        risks=_list(
            "What a reviewer must know.",
            _object(
                "One risk.",
                text=_text("The risk in words."),
                weakens={"type": "boolean", "description": "Whether authentication gets weaker."},
                details=_list("What it is about, one thing each.", {"type": "string"}),
            ),
        ),
        blocks=_list(
            "Why apply leaves it out; empty if it does not.",
            _object("One reason.", reason=_text("The reason."), allowed_by=_text("The flag that allows it, or empty.")),
        ),
        notes=_list("More to know.", {"type": "string"}),
    )


def _field_schema() -> dict[str, Any]:
    return _object(
        "One field.",
        field=_text("The YAML's word, or LivePerson's path for a field without one."),
        liveperson_field=_text("The field in LivePerson's body."),
        origin=_text("Why it changes.", enum=["declared", "extra", "group", "template", "default", "copy"]),
        sensitive={"type": "boolean", "description": "Whether it holds a secret, which is never shown."},
        before=_side_schema("The live side."),
        after=_side_schema("The planned side."),
        details=_list("What differs inside a long value.", {"type": "string"}),
    )


def _side_schema(description: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": {
            "text": {"description": "The value in the YAML's words; a key as its fingerprint, a secret as a mask."},
            "value": {"description": "The value in LivePerson's spelling."},
            "absent": {"const": True, "description": "LivePerson has no such field here."},
            "known_after_apply": _text("The address of the new thing whose id this will be."),
            "secret": _text("The environment variable that holds the secret."),
            "digest": _text("Of a value that is not shown: what stands in a key field and is no public key."),
        },
        "required": ["text"],
        "oneOf": [{"required": [each]} for each in ("value", "absent", "known_after_apply", "secret", "digest")],
        "additionalProperties": False,
    }


def _diagnostic_schema() -> dict[str, Any]:
    return _object(
        "One warning.",
        severity=_text("How bad it is.", enum=["error", "warning", "note"]),
        code=_text("The rule, stable."),
        path=_text("The place in the configuration."),
        message=_text("What was found and what was expected."),
        hint=_text("What to do."),
        position={"type": ["string", "null"], "description": "File, line and column."},
    )
