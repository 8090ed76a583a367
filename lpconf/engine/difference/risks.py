"""What a reviewer must know of a difference between two configurations, before any account is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lpconf.engine import sentences
from lpconf.engine.difference.connectors import Connectors, referred
from lpconf.engine.difference.deletions import Deletions
from lpconf.engine.difference.pairs import Pair, own_name
from lpconf.engine.values import host_of
from lpconf.engine.wording import quoted
from lpconf.model.address import Address, Kind
from lpconf.model.difference import FieldDifference
from lpconf.model.plan import RISK_ORDER, Risk, RiskKind
from lpconf.model.site import Declaration, Declared, SecretReference, Site, Unset
from lpconf.resources import public_key
from lpconf.resources.connector import KEY_SOURCES

_PERHAPS_OTHER_CONNECTOR = Risk(
    "Another connector may check who the visitors are from now on: only a plan can tell.", RiskKind.KEY
)
_NO_KEY = Risk(
    "No key source is declared any more: lpconf leaves the one in the account, and no longer puts it right.",
    RiskKind.KEY,
)
_UNPUBLISHED = Risk("The campaign is unpublished: visitors lose its enabled engagements.", RiskKind.VISIBILITY)


class DifferenceRisks:
    """Says the risks of the differences between two sites. Built once, so that each answer is a look-up."""

    def __init__(self, new: Site, pairs: tuple[Pair, ...], deletions: Deletions) -> None:
        self._campaigns = {thing.address: thing for thing in new.things if thing.address.kind is Kind.CAMPAIGN}
        self._connectors = Connectors(new, pairs)
        self._deletions = deletions

    def of(self, pair: Pair, fields: tuple[FieldDifference, ...]) -> tuple[Risk, ...]:
        """The risks of one pair whose fields differ so."""
        found = [*_lifecycle(pair)]
        goes = pair.new.lifecycle.absent if pair.new else self._deletions.of(pair).certain
        if not goes:
            changed = {field.word: field for field in fields if not field.word.startswith("lifecycle.")}
            found.extend(self._fields(pair, changed))
        elif pair.thing.address.kind is Kind.CONNECTOR:
            found.extend(self._used(pair.thing))
        return tuple(found)

    def _fields(self, pair: Pair, changed: Mapping[str, FieldDifference]) -> Iterator[Risk]:
        match pair.thing.address.kind:
            case Kind.CONNECTOR:
                yield from self._connector(pair, changed)
            case Kind.CAMPAIGN:
                yield from _campaign(pair, changed)
            case Kind.ENGAGEMENT:
                yield from self._engagement(pair, changed)

    def _connector(self, pair: Pair, changed: Mapping[str, FieldDifference]) -> Iterator[Risk]:
        if pair.new is None:
            yield from _left(pair)
            return
        yield from _secret(pair.new, changed)
        if (preferred := changed.get("preferred")) is not None:
            if _after(preferred) is True:
                yield sentences.PREFERRED
            elif _before(preferred) is True and preferred.after is not None:
                yield sentences.NOT_PREFERRED
        if pair.old is None or not changed:
            return
        yield from _flow(pair, changed)
        yield from _keys(pair.old, pair.new)
        yield from _issuer(changed)
        yield from _authentication_endpoint(changed)
        endpoint = changed.get("token_endpoint")
        if endpoint is not None and endpoint.before is not None and endpoint.after is not None:
            yield sentences.OTHER_TOKEN_ENDPOINT
        pkce = changed.get("pkce")
        if pkce is not None and _before(pkce) is True:
            yield sentences.NO_PKCE if pkce.after or pkce.becomes else _no_longer("pkce: true")
        yield from self._used(pair.new)
        yield sentences.MOBILE_APPS

    def _used(self, connector: Declared) -> Iterator[Risk]:
        """Which engagements sign visitors in with a connector. Some may refer to it by what is not declared of it."""
        users = self._connectors.users(connector)
        if users.certain:
            yield sentences.used_by(users.certain, len(users.certain))
        if users.doubtful:
            yield _may_be_used_by(users.doubtful)

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
        before, after = referred(_before(connector)), referred(_after(connector))
        if isinstance(_after(connector), Unset):
            yield sentences.NO_CONNECTOR
        elif before is not None and after is None:
            yield _no_longer("connector")
        elif before is not None and after is not None:
            same = self._connectors.same(before, after)
            if not same:
                yield _PERHAPS_OTHER_CONNECTOR if same is None else sentences.other_connector()


def in_order(risks: Iterable[Risk]) -> tuple[Risk, ...]:
    """The risks in the order in which they should be read."""
    return tuple(sorted(risks, key=lambda risk: RISK_ORDER[risk.kind]))


def undeclared(words: tuple[str, ...]) -> Iterator[Risk]:
    """What `delete_undeclared` asks for from now on."""
    for word in words:
        yield Risk(f"All {word} of it that are not declared are to be deleted from now on.", RiskKind.DELETION)


def _lifecycle(pair: Pair) -> Iterator[Risk]:
    old, new = pair.old, pair.new
    if old is not None and pair.unprotected:
        whose = f"The former {old.address.kind.words}" if pair.replaced else "It"
        yield Risk(f"{whose} is no longer protected from being deleted.")
    if new is not None and new.lifecycle.absent and not (old is not None and old.lifecycle.absent):
        inside = " with all of its engagements" if new.address.kind is Kind.CAMPAIGN else ""
        yield Risk(f"lpconf is asked to delete this {new.address.kind.words}{inside}.", RiskKind.DELETION)


def _flow(pair: Pair, changed: Mapping[str, FieldDifference]) -> Iterator[Risk]:
    flow = changed.get("flow")
    if flow is not None and flow.before and flow.after and not pair.replaced:
        yield _other_flow(str(_before(flow)))


def _other_flow(before: str) -> Risk:
    """A flow that differs from the older one. Only the live one counts, which may be neither."""
    return Risk(
        f"A flow probably cannot change: plan refuses this if the live connector has flow: {before}. "
        f"{sentences.WAY_TO_ANOTHER_FLOW}"
    )


def _may_be_used_by(users: tuple[str, ...]) -> Risk:
    who = "1 engagement" if len(users) == 1 else f"{len(users)} engagements"
    return Risk(f"{who} may sign visitors in with this connector, too. Only a plan can tell:", details=users)


def _secret(new: Declared, changed: Mapping[str, FieldDifference]) -> Iterator[Risk]:
    secret = new.fields.get("client_secret")
    if isinstance(secret, SecretReference) and {"client_secret", "token_endpoint"} & changed.keys():
        endpoint = new.fields.get("token_endpoint")
        yield sentences.secret_sent(secret.variable, host_of(endpoint if isinstance(endpoint, str) else None))


def _keys(old: Declared, new: Declared) -> Iterator[Risk]:
    before, after = ({word: each.fields[word] for word in KEY_SOURCES if each.fields.get(word)} for each in (old, new))
    if not before or before == after:
        return
    if "consumer_delegation" in after:
        yield sentences.ONLY_DELEGATES
    else:
        yield sentences.OTHER_KEY if after else _NO_KEY
    former, key = (public_key.parsed(side.get("jwt_public_key")) for side in (before, after))
    if former and key and key.bits < former.bits:
        yield sentences.shorter_key(former.bits, key.bits)


def _issuer(changed: Mapping[str, FieldDifference]) -> Iterator[Risk]:
    """Whose tokens are trusted. Where it was not declared, nothing tells whether another one is."""
    issuer = changed.get("jwt_issuer")
    if issuer is None or issuer.before is None or isinstance(issuer.before.declared, Unset):
        return
    if issuer.after is None:
        yield _no_longer("jwt_issuer")
    elif isinstance(issuer.after.declared, Unset):
        yield sentences.NO_ISSUER
    else:
        yield sentences.other_issuer(*(quoted(str(side.text)) for side in (issuer.before, issuer.after)))


def _authentication_endpoint(changed: Mapping[str, FieldDifference]) -> Iterator[Risk]:
    endpoint = changed.get("authentication_endpoint")
    if endpoint is None or not isinstance(before := _before(endpoint), str):
        return
    if isinstance(_after(endpoint), Unset):
        yield sentences.NO_AUTHENTICATION_ENDPOINT
    elif isinstance(after := _after(endpoint), str):
        yield sentences.other_authentication_endpoint(host_of(before), host_of(after))


def _left(pair: Pair) -> Iterator[Risk]:
    """What lpconf no longer puts right about a connector that is no longer declared as a whole."""
    if pair.old is None or pair.old.lifecycle.absent:
        return
    if any(pair.old.fields.get(word) for word in KEY_SOURCES):
        yield _NO_KEY
    if pair.old.fields.get("pkce") is True:
        yield _no_longer("pkce: true")


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
