"""A plan as JSON: what `plan -o json` prints and `plan --out` saves. `lpconf.engine.decoding` reads it again."""

from __future__ import annotations

from lpconf.engine import digest
from lpconf.engine.button import encoding as button_encoding
from lpconf.engine.encoding_schema import FORMAT_VERSION, NAME
from lpconf.model.address import Kind
from lpconf.model.button import Button
from lpconf.model.diagnostic import Diagnostic
from lpconf.model.json import Json
from lpconf.model.json_schema import marked
from lpconf.model.plan import (
    Absent,
    Action,
    Change,
    Comparison,
    FieldChange,
    KnownAfterApply,
    Plan,
    Side,
    Step,
    Unprotected,
    Wire,
)
from lpconf.model.policy import Policy
from lpconf.model.site import SecretReference
from lpconf.resources.secrecy import masked_value


def document(plan: Plan, version: str) -> dict[str, Json]:
    """The plan as JSON (schemas/plan.schema.json). `version` is lpconf's own. No secret is ever in it.

    Left out: the source lines of the diagnostics, what the plan does not change (`managed`), which environment
    variables were set, and what each of several writes of one thing leaves to the other.
    """
    buttons = button_encoding.numbered(plan.changes)
    content: dict[str, Json] = {
        **marked(NAME, FORMAT_VERSION),
        "lpconf_version": version,
        "target": {
            "account": plan.target.account,
            "label": plan.target.label,
            "discovery_host": plan.target.discovery_host,
            "sandbox": plan.target.sandbox,
        },
        "policy": _policy(plan.policy),
        "configuration": plan.configuration,
        "rolls_back": plan.rolls_back,
        "summary": summary(plan),
        "changes": [_change(change, buttons) for change in plan.changes],
        "steps": [_step(step) for step in plan.steps],
        "buttons": [button_encoding.encoded(each) for each in buttons],
        "protected": [str(address) for address in plan.protected],
        "unprotected": [_unprotected(each) for each in plan.unprotected],
        "conflicts": list(plan.conflicts),
        "diagnostics": [_diagnostic(each) for each in plan.diagnostics],
    }
    return {**content, digest.OWN: digest.of_document(content)}


def summary(plan: Plan) -> dict[str, Json]:
    """How many things `apply` creates, updates and deletes, how many changes are blocked, and what stays."""
    return {
        **{action.value: plan.count(action) for action in Action},
        "blocked": len(plan.blocked),
        "unchanged": plan.unchanged,
    }


def _policy(policy: Policy) -> dict[str, Json]:
    return {
        "accept_unverified": sorted(policy.accept_unverified),
        "allow_demo_key": policy.allow_demo_key,
        "allow_delete": policy.allow_delete,
        "max_deletes": policy.max_deletes,
        "max_delete_share": policy.max_delete_share,
        "write_secrets": sorted(policy.write_secrets),
        "secret_hosts": sorted(policy.secret_hosts),
    }


def _change(change: Change, buttons: dict[Button, int]) -> dict[str, Json]:
    return {
        "address": str(change.address),
        "kind": change.address.kind.value,
        "action": change.action.value,
        "name": change.name,
        "id": change.live_id,
        "campaign_id": change.campaign_id,
        "operation": change.operation,
        "evidence": change.evidence.value,
        "fields": [_field(change.address.kind, field) for field in change.fields],
        "unchanged_fields": change.unchanged_fields,
        "digests": dict(change.digests),
        "risks": [{"text": each.text, "kind": each.kind.value, "details": list(each.details)} for each in change.risks],
        "blocks": [{"reason": block.reason, "allowed_by": block.allowed_by} for block in change.blocks],
        "notes": list(change.notes),
        "position": str(change.position) if change.position else None,
        "appearance": button_encoding.encoded_appearance(change.appearance, buttons),
    }


def _field(kind: Kind, field: FieldChange) -> dict[str, Json]:
    return {
        "field": field.word,
        "liveperson_field": digest.place(field.path),
        "comparison": field.comparison.value,
        "origin": field.origin.value,
        "sensitive": field.sensitive,
        "before": _side(kind, field, field.before),
        "after": _side(kind, field, field.after),
        "details": list(field.details),
    }


def kept(kind: Kind, field: FieldChange, side: Side) -> Wire:
    """The LivePerson value of a side as a document keeps it: secrets in it are masked.

    Of what stands in a key field and is no key there is only a digest: somebody may have pasted a private key there.
    """
    wire = side.wire
    if isinstance(wire, Absent | KnownAfterApply | SecretReference):
        return wire
    if _is_no_key(field, wire):
        return digest.of_key(str(wire))
    return wire if field.comparison is Comparison.PUBLIC_KEY else masked_value(kind, field.path, wire)


def _is_no_key(field: FieldChange, wire: Json) -> bool:
    return field.comparison is Comparison.PUBLIC_KEY and isinstance(wire, str) and not digest.may_show_key(wire)


def _side(kind: Kind, field: FieldChange, side: Side) -> dict[str, Json]:
    wire = kept(kind, field, side)
    if isinstance(wire, Absent):
        return {"text": side.text, "absent": True}
    if isinstance(wire, KnownAfterApply):
        return {"text": side.text, "known_after_apply": str(wire.address)}
    if isinstance(wire, SecretReference):
        return {"text": side.text, "secret": wire.variable}
    return {"text": side.text, "digest" if _is_no_key(field, wire) else "value": wire}


def _step(step: Step) -> dict[str, Json]:
    return {
        "address": str(step.address),
        "action": step.action.value,
        "fields": [digest.place(field.path) for field in step.fields],
        "needs": sorted(str(address) for address in step.needs),
    }


def _unprotected(unprotected: Unprotected) -> dict[str, Json]:
    return {
        "address": str(unprotected.address),
        "id": unprotected.live_id,
        "in_public": unprotected.in_public,
        "position": str(unprotected.position) if unprotected.position else None,
    }


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Json]:
    return {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "path": diagnostic.path,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "position": str(diagnostic.position) if diagnostic.position else None,
    }
