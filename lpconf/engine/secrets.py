"""Secrets of connectors: when they are written, and where LivePerson may send them (design: Every write)."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from lpconf.engine.risks import field_of
from lpconf.engine.updating import secret_name
from lpconf.engine.values import host_of
from lpconf.model.address import Kind
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.live import LiveThing
from lpconf.model.plan import Action, Block, Change
from lpconf.model.policy import Policy
from lpconf.model.quirks import Quirks
from lpconf.model.site import SecretReference, Site
from lpconf.resources.connector import can_hold_secret

_FLAG = "--allow-secret-host"


def unknown_secrets(site: Site, policy: Policy) -> Iterator[Diagnostic]:
    """An error for each secret that a flag wants written, and each host that it allows, where nothing declares them."""
    secrets = [
        secret_name(thing.address, word)
        for thing in site.things
        for word, value in thing.fields.items()
        if isinstance(value, SecretReference)
    ]
    for name in sorted(policy.write_secrets.difference(secrets)):
        yield _unknown("no such secret is declared", f"--write-secret {name}", secrets)
    connectors = [str(thing.address) for thing in site.things if thing.address.kind is Kind.CONNECTOR]
    for allowed in sorted(policy.secret_hosts):
        address, _, host = allowed.rpartition("=")
        if not host or address not in connectors:
            message = "no such connector is declared" if address and host else "this is not ADDRESS=HOST"
            yield _unknown(message, f"{_FLAG} {allowed}", connectors)


def _unknown(message: str, flag: str, declared: Sequence[str]) -> Diagnostic:
    hint = f"Declared are: {', '.join(declared) or 'none'}."
    return Diagnostic(Severity.ERROR, "secret.unknown", message, flag, hint)


def secret_blocks(change: Change, live: LiveThing | None, quirks: Quirks, policy: Policy) -> list[Block]:
    """What stops a write of a connector because of its secret.

    The write replaces all of the connector, so it may wipe a secret that it does not carry (facts 4.5 [guess]). And
    LivePerson sends the secret to the token endpoint, so a new host there gets to know it.
    """
    if change.address.kind is not Kind.CONNECTOR:
        return []
    secrets = [each.after.wire for each in change.fields if isinstance(each.after.wire, SecretReference)]
    missing = [each.variable for each in secrets if each.variable not in policy.secrets]
    if missing:
        return [Block(f"The environment variable {name} is not set, and the write needs it.") for name in missing]
    emptied = field_of(change, "configuration", "clientSecret")
    if live is not None and not secrets and emptied is None and can_hold_secret(live.body, quirks):
        return [
            Block(
                "The live connector may hold a client secret, and this write may wipe it. "
                "Declare client_secret: {env: LPCONF_SECRET_...}."
            )
        ]
    if change.action is Action.UPDATE and (secrets or (live is not None and can_hold_secret(live.body, quirks))):
        return _host_blocks(change, policy)
    return []


def new_host_blocks(change: Change, policy: Policy) -> list[Block]:
    """What stops a new connector on a real account: its token endpoint gets to know the secret, too."""
    carries = any(isinstance(each.after.wire, SecretReference) for each in change.fields)
    if change.address.kind is not Kind.CONNECTOR or change.action is not Action.CREATE or not carries:
        return []
    return _host_blocks(change, policy)


def _host_blocks(change: Change, policy: Policy) -> list[Block]:
    endpoint = field_of(change, "configuration", "tokenEndpoint")
    if endpoint is None:
        return []
    before, after = host_of(endpoint.before.wire), host_of(endpoint.after.wire)
    allowed = f"{change.address}={after}"
    if not after or after == before or allowed in map(_normal, policy.secret_hosts):
        return []
    return [Block(f"LivePerson would send the client secret to {after}.", f"{_FLAG} {shlex.quote(allowed)}")]


def _normal(allowed: str) -> str:
    """What a flag allows, its host as `host_of` spells it."""
    address, _, host = allowed.rpartition("=")
    return f"{address}={host_of(f'https://{host}')}"
