"""The schemas of the documents for programs: what each field of `-o json` means. A plan's is the engine's.

A program should ignore fields that it does not know: a later lpconf may add some without another version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from lpconf.model import document_parts
from lpconf.model.diagnostic import Severity
from lpconf.model.difference import Turn
from lpconf.model.drift import Deviation
from lpconf.model.errors import ExitCode
from lpconf.model.json_schema import (
    Schema,
    anything,
    choice,
    count,
    flag,
    listed,
    nullable,
    number,
    record,
    text,
    texts,
    whole,
)
from lpconf.model.plan import Action
from lpconf.model.quirks import Evidence
from lpconf.model.record import Fate
from lpconf.model.run import Outcome
from lpconf.model.token import Status, Verdict
from lpconf.report.json import FORMAT_VERSION


def schema(document: str) -> Schema:
    """The JSON schema of a document, by its name. Raises KeyError for one that there is not."""
    return whole(document, FORMAT_VERSION, _DOCUMENTS[document]())


def _words(description: str, choices: Iterable[StrEnum]) -> Schema:
    """One of some words that people read with spaces."""
    return {"enum": [each.value.replace(" ", "_") for each in choices], "description": description}


def _exit_code(description: str) -> Schema:
    return {"enum": [int(each) for each in ExitCode], "description": description}


def _position(description: str) -> Schema:
    return nullable(
        record(
            description,
            file=text("The file, as it was named on the command line."),
            line=number("The line, counted from 1."),
            column=number("The character of the line, counted from 1."),
        )
    )


def _diagnostic() -> Schema:
    return record(
        "One problem, or something to know.",
        severity=choice("How bad it is.", Severity),
        code=text("The rule, stable."),
        message=text("What was found and what was expected."),
        path=text("The place in the configuration, or empty."),
        hint=text("What to do, or empty."),
        position=_position("The place in a file; null where there is none."),
        source=nullable(text("The line of the file; null where it is not to be shown.")),
    )


def _validation() -> Schema:
    severities = {each.value: count(f"How many {each.value}s there are.") for each in Severity}
    return record(
        "What is wrong with a configuration.",
        valid=flag("Whether there is no error."),
        counts=record("How many diagnostics there are.", **severities),
        diagnostics=listed("What was found.", _diagnostic()),
    )


def _difference() -> Schema:
    turns = {
        Turn.ADDED: "Things that are newly declared.",
        Turn.CHANGED: "Things that are declared differently.",
        Turn.RENAMED: "Things with another selector.",
        Turn.REMOVED: "Things that are no longer declared. They stay in the account.",
        Turn.DELETED: "Things that are asked to be deleted from now on.",
    }
    return record(
        "What differs between two configurations.",
        old=text("The older side, as it was named."),
        new=text("The newer side, as it was named."),
        account=text("The id of the newer side's account."),
        label=nullable(text("What the newer side calls the account.")),
        changed=flag("Whether anything differs."),
        nothing_before=flag("Whether the older side has no configuration, so that everything is new."),
        counts=record(
            "How much differs.",
            **{turn.value: count(meaning) for turn, meaning in turns.items()},
            unchanged=count("Things that are declared alike."),
            settings=count("Fields outside of all things that differ."),
        ),
        unprotected=texts("What was protected from being deleted and is not any more, by its older address."),
        settings=listed("The fields outside of all things that differ.", _field_difference()),
        risks=listed("The risks of the settings.", document_parts.risk()),
        things=listed("The things that differ.", _thing_difference()),
        findings=listed("The warnings that only the newer side has.", _diagnostic()),
        unset_variables=texts("Variables that nothing sets: values show them as ${var.name}."),
    )


def _thing_difference() -> Schema:
    return record(
        "One thing.",
        address=text("Its address; of what is no longer declared the older one."),
        change=choice("What becomes of its declaration.", Turn),
        former=nullable(text("Its older address, where that is another.")),
        renamed_from=flag("Whether lifecycle.renamed_from says that it stays the same live thing."),
        fields=listed("The fields that differ.", _field_difference()),
        risks=listed("What a reviewer must know, in the order in which to read it.", document_parts.risk()),
        notes=texts("More to know."),
        position=_position("Where it is declared; of what is no longer declared, where it was."),
    )


def _field_difference() -> Schema:
    return record(
        "One field. Of a key its size and fingerprint, of a secret the variable that holds it.",
        field=text("The YAML's word; extra. or lifecycle. before what stands in there."),
        change=choice("Newly, differently or no longer declared.", (Turn.ADDED, Turn.CHANGED, Turn.REMOVED)),
        before=anything("The older value; null where it was not declared."),
        after=anything("The newer value; null where it is no longer declared."),
        becomes=anything("What the newer flow or key source makes of a field that is no longer declared, or null."),
        details=texts("What differs inside a long value."),
        position=_position("Where it is declared; of what is no longer declared, where it was."),
    )


def _drift() -> Schema:
    field = record(
        "One field.",
        field=text("The YAML's word, or LivePerson's path for a field without one."),
        left=anything("The value that the last run left."),
        live=anything("The value that it has now."),
        declared=anything("The value that the configuration wants."),
        known=flag("Whether a run tells how the field was left."),
    )
    thing = record(
        "One thing.",
        address=text("Its address."),
        deviation=choice("What has happened to it.", Deviation),
        name=text("Its live name, or the one that it had."),
        id=nullable(number("Its LivePerson id.")),
        fields=listed("The fields that were changed.", field),
    )
    return record(
        "What was changed in an account since the last run, and not by lpconf.",
        target=document_parts.target(),
        since=nullable(text("The id of the run that it is measured from; null without a run.")),
        drifted=flag("Whether anything has drifted."),
        things=listed("What has drifted.", thing),
        pending=texts("The addresses of what the configuration declares and the last run did not apply, or took back."),
        unchanged=count("Declared things that are as they were left."),
    )


def _run() -> Schema:
    counts = {each.value.replace(" ", "_"): count(f"Steps that are {each.value}.") for each in Outcome}
    step = record(
        "One write.",
        address=text("The thing's address."),
        action=choice("What the write does.", Action),
        outcome=_words("What became of it.", Outcome),
        id=nullable(number("The thing's LivePerson id; null where there is none.")),
        reason=text("Why it is not confirmed, or empty."),
        differences=texts("Where LivePerson shows other values than were written."),
        notes=texts("More to know."),
    )
    blocked = record(
        "One change.",
        address=text("The thing's address."),
        action=choice("What would have happened to it.", Action),
        blocks=listed("Why it was not tried.", document_parts.block()),
    )
    return record(
        "What apply or rollback did.",
        target=document_parts.target(),
        result=_result("The exit code's name."),
        exit_code=_exit_code("The command's exit code."),
        counts=record(
            "How much was done.",
            **counts,
            blocked=count("Changes that a safety rule stopped."),
            unchanged=count("Declared things that already were as declared."),
        ),
        steps=listed("The writes, in their order.", step),
        blocked=listed("The changes that a safety rule stopped.", blocked),
        conflicts=texts("What a rollback left alone, because it had changed since."),
    )


def _result(description: str) -> Schema:
    return {"enum": [each.name.lower() for each in ExitCode], "description": description}


def _summary() -> Schema:
    revision = record(
        "The git revision of the configuration; null outside of git.",
        commit=text("The commit."),
        dirty=nullable(flag("Whether files differed from it; null where that is not known.")),
    )
    return record(
        "One run.",
        id=text("The run's id."),
        time=text("When it began: UTC, ISO 8601."),
        ended=nullable(text("When it ended; null without an end.")),
        user=text("Who ran it, by the name on that computer."),
        host=text("The computer that it ran on."),
        lpconf_version=text("The lpconf that ran."),
        target=document_parts.target(),
        revision=nullable(revision),
        plan_digest=text("The digest of its plan."),
        rolls_back=nullable(text("The run that it takes back.")),
        planned={
            "type": "object",
            "description": "What was planned: how much to create, update and delete, blocked changes, and steps.",
            "additionalProperties": {"type": "integer", "minimum": 0},
        },
        result=nullable(_result("The exit code's name; null without an end.")),
        exit_code=nullable(_exit_code("The command's exit code; null without an end.")),
        unknown=count("Outcomes that the end left open."),
        settled=nullable(text("When they were found out.")),
    )


def _history() -> Schema:
    damaged = record(
        "One journal.",
        id=text("The run's id."),
        time=text("When the run began: UTC, ISO 8601."),
        file=text("The journal's path."),
        reason=text("What is wrong with it, and where."),
    )
    return record(
        "The runs.",
        runs=listed("Newest first.", _summary()),
        damaged=listed("The journals that cannot be read, or not whole, newest first.", damaged),
    )


def _record() -> Schema:
    settled = record(
        "One step.",
        address=text("The thing's address."),
        action=choice("What the write does.", Action),
        fate=_words("What became of it.", Fate),
        id=nullable(number("The thing's LivePerson id.")),
        reason=text("How that was found out, or empty."),
        time=text("When: UTC, ISO 8601."),
    )
    return record(
        "One run of the past.",
        run=_summary(),
        reported={"$ref": "#/$defs/run", "description": "What apply reported: a document lpconf-run."},
        settled=listed("What was found out later of steps whose outcome was unknown.", settled),
    ) | {"$defs": {"run": _part("run", _run())}}


def _part(document: str, node: Schema) -> Schema:
    """A document inside of another one, which says itself what language its schema is in."""
    found = whole(document, FORMAT_VERSION, node)
    return {key: found[key] for key in found if key not in {"$schema", "$id"}}


def _token_check() -> Schema:
    finding = record(
        "One thing that was found.",
        status=_words("What it means for the token.", Status),
        code=text("The rule, stable."),
        message=text("What was found."),
        hint=text("What to do, or empty."),
        idp_codes=texts("LivePerson's codes for it; several where one of them is meant."),
        evidence=nullable(choice("How sure it is that LivePerson answers so; null for lpconf's own advice.", Evidence)),
    )
    members = {"type": "object"}
    return record(
        "What LivePerson would say to a visitor's token.",
        verdict=choice("What it would do.", Verdict),
        refused=flag("Whether it would refuse the token."),
        summary=text("The same in a sentence."),
        idp_codes=texts("The codes that LivePerson answers with."),
        connector=text("The address of the declared connector."),
        checked_at=number("When it was checked: seconds since 1970."),
        findings=listed("What was found.", finding),
        header={**members, "description": "The token's own header, without its signature."},
        claims={**members, "description": "The token's own claims."},
    )


_DOCUMENTS: Mapping[str, Callable[[], Schema]] = MappingProxyType(
    {
        "diff": _difference,
        "drift": _drift,
        "history": _history,
        "record": _record,
        "run": _run,
        "token-check": _token_check,
        "validation": _validation,
    }
)
