"""What of a declared connector decides about tokens."""

from __future__ import annotations

from dataclasses import dataclass

from lpconf.model.address import Kind
from lpconf.model.errors import LpconfError
from lpconf.model.site import Declared, Site
from lpconf.resources.connector import CONSUMER_DELEGATION
from lpconf.tokens.findings import listed


@dataclass(frozen=True, slots=True)
class ConnectorSettings:
    """A connector's settings as declared, or as they are live; None for what is not set.

    `address` is how messages name it. `public_key` is the key's text as declared, which need not be a key.
    `jwks_endpoint` is an address that nothing here fetches. `issuer` is the YAML's `jwt_issuer`.
    """

    address: str
    account: str | None = None
    flow: str | None = None
    public_key: str | None = None
    jwks_endpoint: str | None = None
    consumer_delegation: bool = False
    issuer: str | None = None

    @property
    def delegates(self) -> bool:
        """Whether it serves consumer delegation, which a live connector's key field says (consumer-side 1.4)."""
        return self.consumer_delegation or self.public_key == CONSUMER_DELEGATION


def connector_of(site: Site, name: str | None = None) -> ConnectorSettings:
    """The settings of the connector with that name or address, or of the only one.

    Raises LpconfError, which lists the declared connectors, when there is none or more than one.
    """
    declared = [thing for thing in site.things if thing.address.kind is Kind.CONNECTOR]
    if not declared:
        raise LpconfError("The configuration declares no connector, so there is nothing to check a token against.")
    found = [thing for thing in declared if name is None or name in _names(thing)]
    if len(found) == 1:
        return _settings(found[0], site.account)
    addresses = listed(tuple(str(thing.address) for thing in found or declared))
    if found:
        raise LpconfError(f"More than one connector fits: {addresses}. Name one with --connector.")
    raise LpconfError(f"No connector has that name. The configuration declares {addresses}.")


def _names(thing: Declared) -> tuple[object, ...]:
    return thing.address.selector.value, thing.fields.get("name"), str(thing.address)


def _settings(thing: Declared, account: str) -> ConnectorSettings:
    return ConnectorSettings(
        address=str(thing.address),
        account=account,
        flow=_text(thing, "flow"),
        public_key=_text(thing, "jwt_public_key"),
        jwks_endpoint=_text(thing, "jwks_endpoint"),
        consumer_delegation=thing.fields.get("consumer_delegation") is True,
        issuer=_text(thing, "jwt_issuer"),
    )


def _text(thing: Declared, word: str) -> str | None:
    value = thing.fields.get(word)
    return value if isinstance(value, str) and value else None
