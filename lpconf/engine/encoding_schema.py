"""The schema of a plan as JSON (see `lpconf.engine.encoding`)."""

from __future__ import annotations

from typing import Any

from lpconf.engine.button import encoding as button_encoding
from lpconf.model.diagnostic import Severity
from lpconf.model.plan import Action, Comparison, Origin, RiskKind
from lpconf.model.quirks import Evidence

FORMAT_VERSION = "3.0"
"""Another one means that what was approved cannot be compared with what would be done."""


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
            policy=_policy_schema(),
            configuration=_text("The digest of what the configuration declares; empty for a plan without one."),
            rolls_back={"type": ["string", "null"], "description": "The run that the plan takes back."},
            summary=_object(
                "How much changes.",
                create=_count("Things that apply creates."),
                update=_count("Things that apply changes."),
                delete=_count("Things that apply deletes."),
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
                    fields=_list("The LivePerson fields that it sets.", {"type": "string"}),
                    needs=_list("The addresses of what must have succeeded before.", {"type": "string"}),
                ),
            ),
            buttons=_list("The different buttons of the engagements that change.", button_encoding.schema()),
            protected=_list("The addresses that the configuration protects from being deleted.", {"type": "string"}),
            unprotected=_list("Those that it protected at the last run only.", {"type": "string"}),
            conflicts=_list("What a rollback leaves alone, because it has changed since.", {"type": "string"}),
            diagnostics=_list("Warnings.", _diagnostic_schema()),
            digest=_digest("Of everything else: SHA-256 over JSON with sorted keys, without space, in ASCII."),
        ),
    }


def _digest(description: str) -> dict[str, Any]:
    return _text(description, pattern="^sha256:[0-9a-f]{64}$")


def _policy_schema() -> dict[str, Any]:
    return _object(
        "What the flags allowed. They must be the same when the plan is applied.",
        accept_unverified=_list("Writes that may run although they are only a guess.", {"type": "string"}),
        allow_demo_key={"type": "boolean", "description": "Whether the tutorial's public demo key may be written."},
        allow_delete={"type": "boolean", "description": "Whether anything may be deleted."},
        max_deletes=_count("How many things may be deleted."),
        max_delete_share=_count("How many percent of a collection may be deleted."),
        write_secrets=_list("Secrets to write although nothing else changes.", {"type": "string"}),
        secret_hosts=_list("Where LivePerson may send a connector's secret.", {"type": "string"}),
    )


def _change_schema() -> dict[str, Any]:
    return _object(
        "What happens to one thing.",
        address=_text('The thing\'s address, such as campaign[default]/engagement["Sales chat"].'),
        kind=_text("connector, campaign or engagement."),
        action={"enum": [each.value for each in Action], "description": "What happens to it."},
        name=_text("Its live name, or the name that it gets."),
        id={"type": ["integer", "null"], "description": "Its LivePerson id; null if it is created."},
        campaign_id={"type": ["integer", "null"], "description": "Of an engagement: the id of its live campaign."},
        operation=_text("The kind of write, such as connector.update."),
        evidence={"enum": [each.value for each in Evidence], "description": "How sure the write is to work."},
        fields=_list("The fields that change.", _field_schema()),
        unchanged_fields=_count("Declared fields that already are as declared."),
        digests={
            "type": "object",
            "description": "Of every field that it had live, the first 16 digits of a SHA-256, by LivePerson field.",
            "additionalProperties": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
        },
        risks=_list(
            "What a reviewer must know.",
            _object(
                "One risk.",
                text=_text("The risk in words."),
                kind=_text("What it is about; authentication: it gets weaker.", enum=[each.value for each in RiskKind]),
                details=_list("What it is about, one thing each.", {"type": "string"}),
            ),
        ),
        blocks=_list(
            "Why apply leaves it out; empty if it does not.",
            _object("One reason.", reason=_text("The reason."), allowed_by=_text("The flag that allows it, or empty.")),
        ),
        notes=_list("More to know.", {"type": "string"}),
        position={"type": ["string", "null"], "description": "Where it is declared: file, line and column."},
        appearance=button_encoding.appearance_schema(),
    )


def _field_schema() -> dict[str, Any]:
    return _object(
        "One field.",
        field=_text("The YAML's word, or LivePerson's path for a field without one."),
        liveperson_field=_text("The field in LivePerson's body, such as configuration.jwtPublicKey."),
        comparison=_text("When two of its values are the same.", enum=[each.value for each in Comparison]),
        origin=_text("Why it changes.", enum=[each.value for each in Origin]),
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
            "digest": _digest("Of a value that is not shown: what stands in a key field and is no public key."),
        },
        "required": ["text"],
        "oneOf": [{"required": [each]} for each in ("value", "absent", "known_after_apply", "secret", "digest")],
        "additionalProperties": False,
    }


def _diagnostic_schema() -> dict[str, Any]:
    return _object(
        "One warning.",
        severity=_text("How bad it is.", enum=[each.value for each in Severity]),
        code=_text("The rule, stable."),
        path=_text("The place in the configuration."),
        message=_text("What was found and what was expected."),
        hint=_text("What to do."),
        position={"type": ["string", "null"], "description": "File, line and column."},
    )
