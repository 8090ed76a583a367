"""A value of the wrong kind: what was found, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Mapping

from lpconf.config.document import Value
from lpconf.config.problems import Complaint
from lpconf.config.words import article, did_you_mean, plain_quotes, quoted
from lpconf.resources.field import Field, ValueType

_TRUTH: Mapping[str, str] = {
    "true": "true",
    "yes": "true",
    "on": "true",
    "false": "false",
    "no": "false",
    "off": "false",
}
_TEXTS = {ValueType.TEXT, ValueType.URL, ValueType.DATE, ValueType.REFERENCE}


def kind_of(value: Value) -> str:
    """What a value is, in words."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case dict():
            return "a map"
        case _:
            return "nothing"


def expected(field: Field) -> str:
    """What a field takes, in words."""
    target = field.target.words if field.target else "thing"
    match field.type:
        case ValueType.CHOICE:
            what = f"one of {', '.join(field.choices)}"
        case ValueType.REFERENCE:
            what = f"the name of {article(target)}, or {{id: NUMBER}}"
        case ValueType.REFERENCES:
            what = f"a list of the names of {target}s"
        case ValueType.TEXTS:
            what = "a list of texts"
        case ValueType.URL:
            what = "an address such as https://idp.example.com"
        case ValueType.DATE:
            what = 'a date and time such as "2026-01-05 00:00:00"'
        case ValueType.BOOLEAN:
            what = "true or false"
        case _:
            what = "text"
    return f"{what}, or {{unset: true}}" if field.unsettable else what


def no_value(field: Field | None) -> Complaint:
    """For null: which of the things that it may mean to write."""
    if field is not None and field.word == "name":
        return Complaint("schema.null", "there is no value here", "Write the name.")
    ways = ["Leave it out to leave it as it is in the account"]
    if field is not None and field.unsettable:
        ways.append("write {unset: true} to clear it")
    if field is not None and field.is_list:
        ways.append("write [] to empty it")
    return Complaint("schema.null", "there is no value here", f"{', or '.join(ways)}.")


def hidden(field: Field, value: Value) -> Complaint:
    """For sensitive and key fields, whose value no message may show."""
    if field.sensitive:
        return _no_secret(field, value)
    return Complaint(
        "schema.type",
        "this is neither a public key nor a reference to its file",
        f"Write the key as text, or {field.word}: {{file: keys/idp.pub.pem}}.",
    )


def _no_secret(field: Field, value: Value) -> Complaint:
    if isinstance(value, dict) and value.keys() == {"env"} and isinstance(value["env"], str):
        return Complaint(
            "schema.secret",
            "the name of a secret's environment variable begins with LPCONF_SECRET_",
            f"Write {field.word}: {{env: LPCONF_SECRET_NAME}}, with letters, digits and _ in the name.",
        )
    hint = (
        f"Write {field.word}: {{env: LPCONF_SECRET_NAME}} and put the secret into that environment variable, "
        "never into the file."
    )
    if isinstance(value, str):
        hint += " If this text is the secret, somebody may have seen it by now: change it where it comes from, too."
    return Complaint("schema.secret", "this is not a reference to a secret", hint)


def wrong(field: Field, value: Value, written: str) -> Complaint:
    """For a value that does not fit its field. `written` is a number or truth value as the file spells it."""
    if value is None:
        return no_value(field)
    if isinstance(value, dict) and "unset" in value:
        return _wrong_unset(field)
    what = expected(field)
    if isinstance(value, str):
        return _wrong_text(field, value, what)
    if isinstance(value, bool | int | float):
        if field.type in _TEXTS:
            shown = f"{written} is {'a number' if not isinstance(value, bool) else 'a truth value'}, not text"
            by_id = field.type is ValueType.REFERENCE and type(value) is int
            hint = f" If it is an id, write {{id: {written}}}." if by_id else ""
            return Complaint("schema.type", shown, f"Put it in quotes: {quoted(written)}.{hint}")
        return Complaint("schema.type", f"{written} is not {what}")
    if isinstance(value, list) and not value:
        return Complaint("schema.type", f"this is an empty list; expected {what}")
    return Complaint("schema.type", f"this is {kind_of(value)}; expected {what}")


def _wrong_unset(field: Field) -> Complaint:
    if field.unsettable:
        return Complaint("schema.unset", "{unset: true} is the only form of unset")
    if field.is_list:
        return Complaint("schema.unset", f"{field.word} cannot be unset", "Write [] to empty it.")
    return Complaint("schema.unset", f"{field.word} cannot be unset", f"Write {expected(field)}, or leave it out.")


def _wrong_text(field: Field, value: str, what: str) -> Complaint:
    if field.type is ValueType.CHOICE:
        hint = plain_quotes(value) or ("Variables work in texts only." if "${" in value else "")
        guess = did_you_mean(value, field.choices)
        return Complaint("schema.enum", f"{quoted(value)} is not one of {', '.join(field.choices)}{guess}", hint)
    if field.type is ValueType.BOOLEAN:
        meant = _TRUTH.get(value.lower())
        hint = f"Write {meant} without quotes." if meant else "Variables work in texts only." if "${" in value else ""
        return Complaint("schema.type", f"{quoted(value)} is text, not true or false", hint)
    if field.is_list:
        return Complaint("schema.type", f"{quoted(value)} is not a list", f"Write it as a list: [{quoted(value)}].")
    return empty(field) if not value else Complaint("schema.type", f"{quoted(value)} is not {what}")


def empty(field: Field) -> Complaint:
    """For an empty text."""
    hint = "Write {unset: true} to clear it." if field.unsettable else ""
    return Complaint("value.empty", "this text is empty", hint or "Write a text, or leave the word out.")
