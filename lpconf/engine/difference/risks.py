"""What a reviewer must know of a difference between two configurations, before any account is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lpconf.engine import sentences
from lpconf.engine.difference.pairs import Pair, own_name
from lpconf.engine.matching import quoted
from lpconf.engine.values import host_of, parsed_key
from lpconf.model.address import Address, Kind
from lpconf.model.difference import FieldDifference
from lpconf.model.plan import RISK_ORDER, Risk, RiskKind
from lpconf.model.site import Declaration, Declared, SecretReference, Site, Unset
from lpconf.resources.connector import KEY_SOURCES

_OTHER_CONNECTOR = Risk("Another connector checks who the visitors are from now on.", RiskKind.KEY)
_NO_KEY = Risk(
    "No key source is declared any more: lpconf leaves the one in the account, and no longer puts it right.",
    RiskKind.KEY,
)
_UNPROTECTED = Risk("It is no longer protected from being deleted.")
_UNPUBLISHED = Risk("The campaign is unpublished: visitors lose its enabled engagements.", RiskKind.VISIBILITY)


class DifferenceRisks:
    """Says the risks of the differences between two sites. Built once, so that each answer is a look-up."""

    def __init__(self, new: Site, pairs: tuple[Pair, ...]) -> None:
        self._users: dict[str, list[str]] = {}
        self._campaigns = {thing.address: thing for thing in new.things if thing.address.kind is Kind.CAMPAIGN}
        for thing in new.things:
            connector = thing.fields.get("connector")
            if isinstance(connector, str):
                self._users.setdefault(connector, []).append(str(thing.address))
        self._renamed = {
            own_name(pair.old): own_name(pair.new)
            for pair in pairs
            if pair.old and pair.new and pair.renamed and pair.new.address.kind is Kind.CONNECTOR
        }

    def of(self, pair: Pair, fields: tuple[FieldDifference, ...]) -> tuple[Risk, ...]:
        """The risks of one pair whose fields differ so."""
        found = [*_lifecycle(pair)]
        if pair.new is None or not pair.new.lifecycle.absent:
            changed = {field.word: field for field in fields if not field.word.startswith("lifecycle.")}
            found.extend(self._fields(pair, changed))
        return tuple(found)

    def _fields(self, pair: Pair, changed: Mapping[str, FieldDifference]) -> Iterator[Risk]:
        thing = pair.new or pair.old
        match thing.address.kind if thing else None:
            case Kind.CONNECTOR:
                yield from self._connector(pair, changed)
            case Kind.CAMPAIGN:
                yield from _campaign(pair, changed)
            case Kind.ENGAGEMENT:
                yield from self._engagement(pair, changed)

    def _connector(self, pair: Pair, changed: Mapping[str, FieldDifference]) -> Iterator[Risk]:
        if pair.new is None:
            return
        yield from _secret(pair.new, changed)
        if (preferred := changed.get("preferred")) is not None:
            if _after(preferred) is True:
                yield sentences.PREFERRED
            elif _before(preferred) is True and preferred.after is not None:
                yield sentences.NOT_PREFERRED
        if pair.old is None or not changed:
            return
        yield from _keys(pair.old, pair.new)
        endpoint = changed.get("token_endpoint")
        if endpoint is not None and endpoint.before is not None and endpoint.after is not None:
            yield sentences.OTHER_TOKEN_ENDPOINT
        pkce = changed.get("pkce")
        if pkce is not None and _before(pkce) is True:
            yield sentences.NO_PKCE if pkce.after is not None else _no_longer("pkce: true")
        users = tuple(self._users.get(own_name(pair.new) or "", ()))
        if users:
            yield sentences.used_by(users, len(users))
        yield sentences.MOBILE_APPS

    def _engagement(self, pair: Pair, changed: Mapping[str, FieldDifference]) -> Iterator[Risk]:
        yield from _authentication(pair, changed)
        yield from self._checked_by(changed)
        if pair.new is None or not changed:
            return
        enabled = changed.get("enabled")
        if pair.old is not None and enabled is not None and _after(enabled) is False:
            yield sentences.SWITCHED_OFF
        campaign = self._campaign_of(pair.new.address)
        if campaign is not None and campaign.fields.get("status") == "published":
            name = own_name(campaign)
            yield sentences.shown_in(quoted(name)) if name else sentences.SEEN_AT_ONCE

    def _campaign_of(self, address: Address) -> Declared | None:
        return self._campaigns.get(address.parent) if address.parent else None

    def _checked_by(self, changed: Mapping[str, FieldDifference]) -> Iterator[Risk]:
        """Which connector checks the visitors' tokens. One that is renamed is the same one."""
        connector = changed.get("connector")
        if connector is None:
            return
        before, after = _before(connector), _after(connector)
        if isinstance(after, Unset):
            yield sentences.NO_CONNECTOR
        elif before is not None and not isinstance(before, Unset):
            if after is None:
                yield _no_longer("connector")
            elif not (isinstance(before, str) and self._renamed.get(before) == after):
                yield _OTHER_CONNECTOR


def in_order(risks: Iterable[Risk]) -> tuple[Risk, ...]:
    """The risks in the order in which they should be read."""
    return tuple(sorted(risks, key=lambda risk: RISK_ORDER[risk.kind]))


def undeclared(words: tuple[str, ...]) -> Iterator[Risk]:
    """What `delete_undeclared` asks for from now on."""
    for word in words:
        yield Risk(f"All {word} of it that are not declared are to be deleted from now on.", RiskKind.DELETION)


def _lifecycle(pair: Pair) -> Iterator[Risk]:
    old, new = pair.old, pair.new
    if old is not None and old.lifecycle.protect and (new is None or not new.lifecycle.protect):
        yield _UNPROTECTED
    if new is not None and new.lifecycle.absent and not (old is not None and old.lifecycle.absent):
        inside = " with all of its engagements" if new.address.kind is Kind.CAMPAIGN else ""
        yield Risk(f"lpconf is asked to delete this {new.address.kind.words}{inside}.", RiskKind.DELETION)


def _secret(new: Declared, changed: Mapping[str, FieldDifference]) -> Iterator[Risk]:
    secret = new.fields.get("client_secret")
    if isinstance(secret, SecretReference) and {"client_secret", "token_endpoint"} & changed.keys():
        endpoint = new.fields.get("token_endpoint")
        yield sentences.secret_sent(secret.variable, host_of(endpoint if isinstance(endpoint, str) else None))


def _keys(old: Declared, new: Declared) -> Iterator[Risk]:
    before, after = ({word: each.fields[word] for word in KEY_SOURCES if each.fields.get(word)} for each in (old, new))
    if not before or before == after:
        return
    yield sentences.OTHER_KEY if after else _NO_KEY
    keys = [parsed_key(value) for side in (before, after) if isinstance(value := side.get("jwt_public_key"), str)]
    if len(keys) == 2 and keys[0] and keys[1] and keys[1].bits < keys[0].bits:
        yield sentences.shorter_key(keys[0].bits, keys[1].bits)


def _campaign(pair: Pair, changed: Mapping[str, FieldDifference]) -> Iterator[Risk]:
    status = changed.get("status")
    if pair.new is None or not changed:
        return
    if status is not None and _after(status) == "published":
        yield sentences.PUBLISHED
    elif status is not None and _before(status) == "published" and status.after is not None:
        yield _UNPUBLISHED
    elif pair.new.fields.get("status") == "published":
        yield sentences.SEEN_AT_ONCE


def _authentication(pair: Pair, changed: Mapping[str, FieldDifference]) -> Iterator[Risk]:
    only = changed.get("authenticated_visitors_only")
    if only is None:
        return
    if _after(only) is False:
        yield sentences.ANYBODY
    elif _before(only) is True and only.after is None and not (pair.old and pair.old.lifecycle.absent):
        yield _no_longer("authenticated_visitors_only: true")


def _no_longer(what: str) -> Risk:
    """A rule about who may talk that is no longer declared: somebody in the console can lift it unnoticed."""
    return Risk(
        f"{what} is no longer declared: lpconf leaves it as it is, and no longer puts it right.",
        RiskKind.AUTHENTICATION,
    )


def _before(field: FieldDifference) -> Declaration:
    return field.before.declared if field.before else None


def _after(field: FieldDifference) -> Declaration:
    return field.after.declared if field.after else None
