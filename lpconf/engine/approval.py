"""Whether a saved plan is for this configuration, this account and these flags: known before anything is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from lpconf.engine.values import ABSENT, at, key_text, same
from lpconf.model.address import Address
from lpconf.model.json import Json
from lpconf.model.plan import Action, Change, Comparison, FieldChange, Origin, Plan, Target
from lpconf.model.policy import Policy
from lpconf.model.site import Declaration, Declared, ReferenceById, SecretReference, Site, Unset

_SHOWN = 20
_FLAGS = {"write_secrets": "--write-secret", "secret_hosts": "--allow-secret-host"}
"""The flags that are spelled another way than their values."""
_NO_FLAGS = frozenset({"secrets"})
"""What the policy holds that no flag says."""


def refusal(approved: Plan, site: Site, configuration: str, policy: Policy, target: Target) -> str:
    """Why a saved plan cannot be applied with this configuration, these flags and this target; empty if it can.

    `configuration` is the digest of the site. One sentence a line, and what to do.
    """
    reasons = (_rollback(approved), _target(approved.target, target), _policy(approved.policy, policy))
    reason = next((each for each in reasons if each), "")
    if reason or approved.configuration == configuration:
        return reason
    addresses = list(changed(approved, site))
    if not addresses:
        return "The configuration has changed since the plan was made.\nPlan again."
    more = f"\n  and {len(addresses) - _SHOWN} more" if len(addresses) > _SHOWN else ""
    lines = "".join(f"\n  {address}" for address in addresses[:_SHOWN])
    return f"The configuration has changed since the plan was made, among others here:{lines}{more}\nPlan again."


def flag_of(name: str) -> str:
    """The flag that sets a field of the policy, such as `--allow-demo-key`; empty if none does."""
    return "" if name in _NO_FLAGS else _FLAGS.get(name, f"--{name.replace('_', '-')}")


def changed(approved: Plan, site: Site) -> Iterator[Address]:
    """The planned changes whose declaration is another one by now, as far as the plan can tell.

    What the plan did not change is not in it, so a new declaration of it cannot be told.
    """
    declared = {thing.address: thing for thing in site.things}
    for change in approved.changes:
        thing = declared.get(change.address)
        if thing is None:
            if change.action is not Action.DELETE:
                yield change.address
        elif thing.lifecycle.absent is not (change.action is Action.DELETE) or not _is_declared(change, thing):
            yield change.address


def _rollback(approved: Plan) -> str:
    if approved.rolls_back is None:
        return ""
    return (
        f"The plan takes back the run {approved.rolls_back}; it is not one of a configuration.\n"
        f"Use lpconf rollback {approved.rolls_back}."
    )


def _target(then: Target, now: Target) -> str:
    if then.account != now.account:
        return (
            f"The plan is for account {then.account}, and the configuration is for account {now.account}.\n"
            "Use the configuration that the plan was made of."
        )
    if then.sandbox != now.sandbox:
        made, hint = ("in", "Add --sandbox") if then.sandbox else ("outside of", "Leave out --sandbox")
        return f"The plan was made {made} the sandbox.\n{hint}, or plan again."
    if then.discovery_host != now.discovery_host:
        return (
            f"The plan was made through {then.discovery_host}, and lpconf would use {now.discovery_host} now.\n"
            "Set LPCONF_DISCOVERY_URL as it was then, or plan again."
        )
    return ""


def _policy(then: Policy, now: Policy) -> str:
    lines = [
        f"{flag} was {_given(before)} when the plan was made, and is {_given(after)} now."
        for field in fields(Policy)
        if (flag := flag_of(field.name))
        and (before := getattr(then, field.name)) != (after := getattr(now, field.name))
    ]
    return "\n".join([*lines, "Give apply the same flags as plan, or plan again."]) if lines else ""


def _given(value: object) -> str:
    """A flag's value as the sentence says it."""
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "not given"
    if isinstance(value, bool):
        return "given" if value else "not given"
    return str(value)


def _is_declared(change: Change, thing: Declared) -> bool:
    """Whether the declaration still wants the fields that the plan sets because it did."""
    return all(_wants(thing, field) for field in change.fields)


def _wants(thing: Declared, field: FieldChange) -> bool:
    if field.origin is Origin.EXTRA:
        return same(field.comparison, at(thing.extra, field.path), field.after.wire)
    # The selector is not among the declared fields.
    if field.origin is not Origin.DECLARED or (field.word == "name" and "name" not in thing.fields):
        return True
    return field.word in thing.fields and _is_value(thing.fields[field.word], field)


def _is_value(declared: Declaration, field: FieldChange) -> bool:
    match declared:
        case Unset():
            return field.after.text is None
        case SecretReference():
            return field.after.wire == declared
        case ReferenceById(number):
            return field.after.wire == number
        case tuple():
            return _are_references(declared, field)
        case _:
            text: Json = key_text(declared) if field.comparison is Comparison.PUBLIC_KEY else declared
            return same(Comparison.EXACT, text, field.after.text)


def _are_references(declared: tuple[str | ReferenceById, ...], field: FieldChange) -> bool:
    """Whether a list of references is the planned one. Which name an id has, the plan does not tell."""
    names = [each for each in declared if not isinstance(each, ReferenceById)]
    if len(names) < len(declared):
        return True
    return same(Comparison.ID_SET, names, field.after.text if field.after.text is not None else ABSENT)
