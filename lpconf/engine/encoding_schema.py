"""The schema of a plan as JSON (see `lpconf.engine.encoding`)."""

from __future__ import annotations

from lpconf.engine.button import encoding_schema as button_schema
from lpconf.model import document_parts
from lpconf.model.diagnostic import Severity
from lpconf.model.json_schema import (
    Schema,
    choice,
    closed,
    closed_record,
    count,
    flag,
    listed,
    nullable,
    number,
    text,
    texts,
    whole,
)
from lpconf.model.plan import Action, Comparison, Origin
from lpconf.model.quirks import Evidence

NAME = "plan"
FORMAT_VERSION = "4.0"
"""Another one means that what was approved cannot be compared with what would be done."""


def schema() -> Schema:
    """The JSON schema of a plan document."""
    return whole(
        NAME,
        FORMAT_VERSION,
        closed_record(
            "What would change in one LivePerson account.",
            lpconf_version=text("The lpconf that made the plan."),
            target=closed(document_parts.target()),
            policy=_policy_schema(),
            configuration=text("The digest of what the configuration declares; empty for a plan without one."),
            rolls_back=nullable(text("The run that the plan takes back.")),
            summary=closed_record(
                "How much changes.",
                create=count("Things that apply creates."),
                update=count("Things that apply changes."),
                delete=count("Things that apply deletes."),
                blocked=count("Changes that a safety rule stops."),
                unchanged=count("Declared things that already are as declared."),
            ),
            changes=listed("The changes, in the configuration's order.", _change_schema()),
            steps=listed(
                "The writes that apply makes, in order.",
                closed_record(
                    "One write.",
                    address=text("The thing's address."),
                    action=choice("What the write does.", Action),
                    fields=texts("The LivePerson fields that it sets."),
                    needs=texts("The addresses of what must have succeeded before."),
                ),
            ),
            buttons=listed("The different buttons of the engagements that change.", button_schema.schema()),
            protected=texts("The addresses that the configuration protects from being deleted."),
            unprotected=listed("What it protected at the last run only.", _unprotected_schema()),
            conflicts=texts("What a rollback leaves alone, because it has changed since."),
            diagnostics=listed("Warnings.", _diagnostic_schema()),
            digest=_digest("Of everything else: SHA-256 over JSON with sorted keys, without space, in ASCII."),
        ),
    )


def _digest(description: str) -> Schema:
    return text(description, pattern="^sha256:[0-9a-f]{64}$")


def _policy_schema() -> Schema:
    return closed_record(
        "What the flags allowed. They must be the same when the plan is applied.",
        accept_unverified=texts("Writes that may run although they are only a guess."),
        allow_demo_key=flag("Whether the tutorial's public demo key may be written."),
        allow_delete=flag("Whether anything may be deleted."),
        max_deletes=count("How many things may be deleted."),
        max_delete_share=count("How many percent of a collection may be deleted."),
        write_secrets=texts("Secrets to write although nothing else changes."),
        secret_hosts=texts("Where LivePerson may send a connector's secret."),
    )


def _change_schema() -> Schema:
    return closed_record(
        "What happens to one thing.",
        address=text('The thing\'s address, such as campaign[default]/engagement["Sales chat"].'),
        kind=text("connector, campaign or engagement."),
        action=choice("What happens to it.", Action),
        name=text("Its live name, or the name that it gets."),
        id=nullable(number("Its LivePerson id; null if it is created.")),
        campaign_id=nullable(number("Of an engagement: the id of its live campaign.")),
        operation=text("The kind of write, such as connector.update."),
        evidence=choice("How sure the write is to work.", Evidence),
        fields=listed("The fields that change.", _field_schema()),
        unchanged_fields=count("Declared fields that already are as declared."),
        digests={
            "type": "object",
            "description": "Of every field that it had live, the first 16 digits of a SHA-256, by LivePerson field.",
            "additionalProperties": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
        },
        risks=listed("What a reviewer must know.", closed(document_parts.risk())),
        blocks=listed("Why apply leaves it out; empty if it does not.", closed(document_parts.block())),
        notes=texts("More to know."),
        position=nullable(text("Where it is declared: file, line and column.")),
        appearance=button_schema.appearance_schema(),
    )


def _field_schema() -> Schema:
    return closed_record(
        "One field.",
        field=text("The YAML's word, or LivePerson's path for a field without one."),
        liveperson_field=text("The field in LivePerson's body, such as configuration.jwtPublicKey."),
        comparison=choice("When two of its values are the same.", Comparison),
        origin=choice("Why it changes.", Origin),
        sensitive=flag("Whether it holds a secret, which is never shown."),
        before=_side_schema("The live side."),
        after=_side_schema("The planned side."),
        details=texts("What differs inside a long value."),
    )


def _side_schema(description: str) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": {
            "text": {"description": "The value in the YAML's words; a key as its fingerprint, a secret as a mask."},
            "value": {"description": "The value in LivePerson's spelling."},
            "absent": {"const": True, "description": "LivePerson has no such field here."},
            "known_after_apply": text("The address of the new thing whose id this will be."),
            "secret": text("The environment variable that holds the secret."),
            "digest": _digest("Of a value that is not shown: what stands in a key field and is no public key."),
        },
        "required": ["text"],
        "oneOf": [{"required": [each]} for each in ("value", "absent", "known_after_apply", "secret", "digest")],
        "additionalProperties": False,
    }


def _unprotected_schema() -> Schema:
    return closed_record(
        "One thing.",
        address=text("The address that it had at the last run."),
        id=number("Its LivePerson id."),
        in_public=text("The address without the names of what nothing declares any more."),
        position=nullable(text("Where it is declared now: file, line and column.")),
    )


def _diagnostic_schema() -> Schema:
    return closed_record(
        "One warning.",
        severity=choice("How bad it is.", Severity),
        code=text("The rule, stable."),
        path=text("The place in the configuration."),
        message=text("What was found and what was expected."),
        hint=text("What to do."),
        position=nullable(text("File, line and column.")),
    )
