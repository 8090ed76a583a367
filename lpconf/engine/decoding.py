"""JSON to a plan: what `lpconf.engine.encoding` made. Strict, and trusting nothing: the plan is shown and compared."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from lpconf.engine import digest
from lpconf.engine.button import decoding as button_decoding
from lpconf.engine.encoding import summary
from lpconf.engine.encoding_schema import FORMAT_VERSION, NAME
from lpconf.engine.json_reader import MalformedError, Reader
from lpconf.model import address as addresses
from lpconf.model.address import Address, Kind
from lpconf.model.button import Button
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.errors import LpconfError
from lpconf.model.json import Json
from lpconf.model.json_schema import format_name
from lpconf.model.plan import (
    Absent,
    Action,
    Block,
    Change,
    Comparison,
    FieldChange,
    KnownAfterApply,
    Origin,
    Plan,
    Risk,
    RiskKind,
    Side,
    Step,
    Target,
    Unprotected,
    Wire,
)
from lpconf.model.policy import Policy
from lpconf.model.quirks import Evidence
from lpconf.model.site import Position, SecretReference

T = TypeVar("T")

_ACCOUNT = re.compile(r"[A-Za-z0-9_]{1,20}", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]{1,255}", re.ASCII)
_RUN = re.compile(r"[0-9a-f]{8}", re.ASCII)
_FORMAT = re.compile(re.escape(format_name(NAME)))
_VERSION = re.compile(r"[A-Za-z0-9.+-]{1,50}", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_FIELD_DIGEST = re.compile(r"[0-9a-f]{16}")
# Not all that is unprintable: names may hold a no-break space, or the joiner of an emoji.
_BREAKS_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_POSITION = re.compile(r"(?P<file>.*):(?P<line>[0-9]{1,9}):(?P<column>[0-9]{1,9})", re.DOTALL)


class InvalidPlanError(LpconfError):
    """A document is not a plan that this lpconf has saved. The message is the end of a sentence, or sentences."""

    in_public = "The plan is not one that this lpconf has saved."


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan as it was saved: its digest, and the lpconf that made it."""

    plan: Plan
    digest: str
    lpconf_version: str


def decode(document: Json) -> SavedPlan:
    """The plan that a document holds.

    The plan equals the one that the document was made of, but for what `encoding.document` leaves out; where the
    document has the digest of a key field that holds no key, the digest stands for the value.
    Raises InvalidPlanError for another format version, a digest that does not fit, and anything unknown, missing or
    malformed, with its place.
    """
    try:
        return _decoded(Reader(document))
    except MalformedError as error:
        raise InvalidPlanError(f"It is not a plan that lpconf saved: {error}.") from None


def _decoded(root: Reader) -> SavedPlan:
    root.member("format").matching(_FORMAT, format_name(NAME))
    # The version first: it decides what everything else means, the digest included.
    version = root.member("format_version").text()
    if version != FORMAT_VERSION:
        shown = version if _VERSION.fullmatch(version) else "an odd text"
        raise InvalidPlanError(
            f"It has version {shown} of the plan format, and this lpconf knows version {FORMAT_VERSION} only.\n"
            "Plan again with this lpconf."
        )
    own = root.member(digest.OWN).matching(_DIGEST, "a digest")
    if own != digest.of_document(root.object()):
        raise InvalidPlanError("It was edited or damaged after it was saved.\nPlan again.")
    members = root.members(
        *("format", "format_version", "lpconf_version", "target", "policy", "configuration", "rolls_back", "summary"),
        *("changes", "steps", "buttons", "protected", "unprotected", "conflicts", "diagnostics", digest.OWN),
    )
    buttons = tuple(button_decoding.decoded(each) for each in members["buttons"].items())
    changes = tuple(_change(each, buttons) for each in members["changes"].items())
    if len({change.address for change in changes}) < len(changes):
        raise members["changes"].malformed("name one address twice")
    plan = Plan(
        _target(members["target"]),
        changes,
        _steps(members["steps"], changes),
        members["summary"].member("unchanged").count(),
        tuple(_diagnostic(each) for each in members["diagnostics"].items()),
        protected=tuple(_address(each) for each in members["protected"].items()),
        unprotected=tuple(_unprotected(each) for each in members["unprotected"].items()),
        configuration=members["configuration"].text(),
        policy=_policy(members["policy"]),
        rolls_back=members["rolls_back"].optional(_run_id),
        conflicts=members["conflicts"].texts(),
    )
    if members["summary"].object() != summary(plan):
        raise members["summary"].malformed("does not count the changes")
    return SavedPlan(plan, own, members["lpconf_version"].matching(_VERSION, "a version"))


def _run_id(reader: Reader) -> str:
    return reader.matching(_RUN, "the id of a run")


def _target(reader: Reader) -> Target:
    members = reader.members("account", "label", "discovery_host", "sandbox")
    return Target(
        members["account"].matching(_ACCOUNT, "an account"),
        members["discovery_host"].matching(_HOST, "a host"),
        members["label"].optional(Reader.text),
        members["sandbox"].boolean(),
    )


def _flags(reader: Reader) -> frozenset[str]:
    """Values of a flag. Messages quote them, so each must be one line."""
    texts = reader.texts()
    if any(_BREAKS_A_LINE.search(text) for text in texts):
        raise reader.malformed("holds what no flag can be")
    return frozenset(texts)


def _policy(reader: Reader) -> Policy:
    members = reader.members(
        *("accept_unverified", "allow_demo_key", "allow_delete", "max_deletes", "max_delete_share"),
        *("write_secrets", "secret_hosts"),
    )
    return Policy(
        accept_unverified=_flags(members["accept_unverified"]),
        allow_demo_key=members["allow_demo_key"].boolean(),
        allow_delete=members["allow_delete"].boolean(),
        max_deletes=members["max_deletes"].count(),
        max_delete_share=members["max_delete_share"].count(),
        write_secrets=_flags(members["write_secrets"]),
        secret_hosts=_flags(members["secret_hosts"]),
    )


def _change(reader: Reader, buttons: tuple[Button, ...]) -> Change:
    members = reader.members(
        *("address", "kind", "action", "name", "id", "campaign_id", "operation", "evidence", "fields"),
        *("unchanged_fields", "digests", "risks", "blocks", "notes", "position", "appearance"),
    )
    address = _address(members["address"])
    if members["kind"].one_of(Kind) is not address.kind:
        raise members["kind"].malformed("is another kind than the address has")
    return Change(
        address=address,
        action=members["action"].one_of(Action),
        name=members["name"].text(),
        live_id=members["id"].optional(Reader.integer),
        campaign_id=members["campaign_id"].optional(Reader.integer),
        fields=tuple(_field(each) for each in members["fields"].items()),
        operation=members["operation"].text(),
        evidence=members["evidence"].one_of(Evidence),
        unchanged_fields=members["unchanged_fields"].count(),
        risks=tuple(_risk(each) for each in members["risks"].items()),
        blocks=tuple(_block(each) for each in members["blocks"].items()),
        notes=members["notes"].texts(),
        digests={
            key: value.matching(_FIELD_DIGEST, "a digest of 16 digits")
            for key, value in members["digests"].any_members().items()
        },
        position=members["position"].optional(_position),
        appearance=members["appearance"].optional(lambda each: button_decoding.decoded_appearance(each, buttons)),
    )


def _field(reader: Reader) -> FieldChange:
    members = reader.members(
        *("field", "liveperson_field", "comparison", "origin", "sensitive", "before", "after", "details")
    )
    return FieldChange(
        members["field"].text(),
        _parsed(members["liveperson_field"], digest.path_of, "a LivePerson field"),
        _side(members["before"]),
        _side(members["after"]),
        members["comparison"].one_of(Comparison),
        members["origin"].one_of(Origin),
        members["sensitive"].boolean(),
        members["details"].texts(),
    )


def _side(reader: Reader) -> Side:
    form = next((key for key in reader.object() if key != "text"), "value")
    members = reader.members("text", form)
    return Side(_wire(form, members[form]), members["text"].value)


def _wire(form: str, reader: Reader) -> Wire:
    match form:
        case "value":
            return reader.value
        case "absent" if reader.value is True:
            return Absent()
        case "known_after_apply":
            return KnownAfterApply(_address(reader))
        case "secret":
            return SecretReference(reader.text())
        case "digest":
            return reader.matching(_DIGEST, "a digest")
        case _:
            raise reader.malformed("is nothing that a field can be")


def _risk(reader: Reader) -> Risk:
    members = reader.members("text", "kind", "details")
    return Risk(members["text"].text(), members["kind"].one_of(RiskKind), members["details"].texts())


def _block(reader: Reader) -> Block:
    members = reader.members("reason", "allowed_by")
    return Block(members["reason"].text(), members["allowed_by"].text())


def _steps(reader: Reader, changes: tuple[Change, ...]) -> tuple[Step, ...]:
    fields = {change.address: {each.path: each for each in change.fields} for change in changes if not change.blocked}
    return tuple(_step(each, fields) for each in reader.items())


def _step(reader: Reader, fields: dict[Address, dict[tuple[str, ...], FieldChange]]) -> Step:
    members = reader.members("address", "action", "fields", "needs")
    address = _address(members["address"])
    if address not in fields:
        raise members["address"].malformed("is no change that apply makes")
    own = []
    for each in members["fields"].items():
        path = _parsed(each, digest.path_of, "a LivePerson field")
        if path not in fields[address]:
            raise each.malformed("is not among the fields that change")
        own.append(fields[address][path])
    needs = frozenset(_address(each) for each in members["needs"].items())
    return Step(address, members["action"].one_of(Action), tuple(own), needs)


def _unprotected(reader: Reader) -> Unprotected:
    members = reader.members("address", "id", "in_public", "position")
    return Unprotected(
        _address(members["address"]),
        members["id"].integer(),
        members["in_public"].text(),
        members["position"].optional(_position),
    )


def _diagnostic(reader: Reader) -> Diagnostic:
    members = reader.members("severity", "code", "path", "message", "hint", "position")
    return Diagnostic(
        members["severity"].one_of(Severity),
        members["code"].text(),
        members["message"].text(),
        members["path"].text(),
        members["hint"].text(),
        members["position"].optional(_position),
    )


def _position(reader: Reader) -> Position:
    match = _POSITION.fullmatch(reader.text())
    if match is None:
        raise reader.malformed("is no position")
    return Position(match["file"], int(match["line"]), int(match["column"]))


def _address(reader: Reader) -> Address:
    return _parsed(reader, addresses.parse, "an address")


def _parsed(reader: Reader, parse: Callable[[str], T], what: str) -> T:
    text = reader.text()
    try:
        return parse(text)
    except ValueError:
        raise reader.malformed(f"is not {what}") from None
