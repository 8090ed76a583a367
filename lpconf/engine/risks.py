"""What a reviewer must know of a change (design: Risk is said)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lpconf.engine import sentences
from lpconf.engine.trust import Trust
from lpconf.engine.values import at, host_of
from lpconf.engine.wording import in_campaign, quoted
from lpconf.model.address import Kind
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import RISK_ORDER, Absent, Action, Change, FieldChange, Risk, RiskKind, Wire
from lpconf.model.quirks import Quirks
from lpconf.model.site import SecretReference
from lpconf.resources import public_key
from lpconf.resources.connector import CONSUMER_DELEGATION


class Risks:
    """Says the risks of the changes of one plan. Built once, so that each answer is a look-up."""

    def __init__(self, live: Live, changes: Sequence[Change], quirks: Quirks) -> None:
        self._trust = Trust(live, changes, quirks)
        self._published = quirks.status["published"]
        self._campaigns = {each.id: each for each in live.of(Kind.CAMPAIGN)}
        self._connectors = {each.id: each for each in live.of(Kind.CONNECTOR)}
        self._engagements = {each.id: each for each in live.of(Kind.ENGAGEMENT)}
        self._users: dict[str, list[LiveThing]] = {}
        self._enabled: dict[int | None, int] = {}
        for each in live.of(Kind.ENGAGEMENT):
            self._users.setdefault(str(each.body.get("connectorId")), []).append(each)
            self._enabled[each.campaign_id] = self._enabled.get(each.campaign_id, 0) + (
                each.body.get("enabled") is True
            )

    def of(self, change: Change) -> tuple[Risk, ...]:
        """The risks of one change, in the order in which they should be read."""
        if change.action is Action.DELETE:
            return tuple(self._deletion(change))
        match change.address.kind:
            case Kind.CONNECTOR:
                found = self._connector(change)
            case Kind.CAMPAIGN:
                found = self._campaign(change)
            case _:
                found = self._engagement(change)
        return tuple(sorted(found, key=lambda risk: RISK_ORDER[risk.kind]))

    def _deletion(self, change: Change) -> list[Risk]:
        match change.address.kind:
            case Kind.CONNECTOR:
                return [Risk("Mobile apps may use this connector; LivePerson does not say which.", RiskKind.DELETION)]
            case Kind.CAMPAIGN:
                enabled = self._enabled.get(change.live_id, 0)
                return [sentences.campaign_deleted(enabled)] if enabled else []
            case _:
                if not any(each.path == ("enabled",) and each.before.wire is True for each in change.fields):
                    return []
                return [Risk("The engagement is enabled: visitors lose its button.", RiskKind.DELETION)]

    def _connector(self, change: Change) -> list[Risk]:
        risks = [*self._secret(change), *_preferred(change)]
        if change.action is Action.CREATE:
            return risks
        risks.extend(_key(change))
        risks.extend(_issuer(change))
        risks.extend(_token_endpoint(change))
        risks.extend(_authentication_endpoint(change))
        pkce = field_of(change, "configuration", "pkceEnabled")
        if pkce is not None and pkce.before.wire is True:
            risks.append(sentences.NO_PKCE)
        used = self._users.get(str(change.live_id), [])
        if used:
            users = tuple(
                in_campaign(each, self._campaigns[each.campaign_id])
                for each in used
                if each.campaign_id in self._campaigns
            )
            risks.append(sentences.used_by(users, len(used)))
        risks.append(sentences.MOBILE_APPS)
        return risks

    def _secret(self, change: Change) -> Iterator[Risk]:
        """Which secret goes where: whoever may change the YAML may name another variable."""
        live = self._connectors.get(change.live_id or 0)
        planned = field_of(change, "configuration", "tokenEndpoint")
        endpoint = (
            planned.after.wire if planned else at(live.body, ("configuration", "tokenEndpoint")) if live else None
        )
        for each in change.fields:
            if isinstance(each.after.wire, SecretReference):
                yield sentences.secret_sent(each.after.wire.variable, host_of(endpoint))

    def _campaign(self, change: Change) -> list[Risk]:
        status = field_of(change, "status")
        live = self._campaigns.get(change.live_id or 0)
        if status is not None and status.after.wire == self._published:
            return [sentences.PUBLISHED]
        if status is not None and status.before.wire == self._published:
            enabled = self._enabled.get(change.live_id, 0)
            return [sentences.unpublished(enabled)] if enabled else []
        if live is not None and live.body.get("status") == self._published:
            return [sentences.SEEN_AT_ONCE]
        return []

    def _engagement(self, change: Change) -> list[Risk]:
        risks = [*self._authentication(change)]
        enabled = field_of(change, "enabled")
        if change.action is Action.UPDATE and enabled is not None and enabled.after.wire is False:
            risks.append(sentences.SWITCHED_OFF)
        campaign = self._campaigns.get(change.campaign_id or 0)
        if campaign is not None and campaign.body.get("status") == self._published:
            risks.append(sentences.shown_in(quoted(campaign.name)))
        return risks

    def _authentication(self, change: Change) -> Iterator[Risk]:
        unauthenticated = field_of(change, "allowUnauthMsg")
        # Also of a new engagement, whether declared or from a template: who reads it asks who may talk, not since when.
        if unauthenticated is not None and unauthenticated.after.wire is True:
            yield sentences.ANYBODY
        only_signed_in = self._after(change, "allowUnauthMsg") is False
        moved = field_of(change, "connectorId") if change.action is Action.UPDATE else None
        connector = self._after(change, "connectorId")
        if connector is None or isinstance(connector, Absent):
            if moved is not None:
                yield sentences.NO_CONNECTOR
            elif only_signed_in:
                yield sentences.NOBODY_SIGNS_IN
            return
        if field_of(change, "connectorId") is not None and self._trust.is_foreign(connector):
            yield sentences.NOT_FOR_SIGNED_IN
        elif moved is not None and not _fills(moved):
            yield sentences.other_connector(self._trust.trusted(connector))
        if only_signed_in and self._trust.delegates(connector):
            yield sentences.DELEGATES

    def _after(self, change: Change, name: str) -> Wire:
        """What a field of an engagement holds after its change."""
        planned = field_of(change, name)
        live = self._engagements.get(change.live_id or 0)
        return planned.after.wire if planned is not None else at(live.body, (name,)) if live is not None else None


def _key(change: Change) -> Iterator[Risk]:
    """Another key: tokens that visitors' pages hold, and an identity provider that has not changed, stop working."""
    key = field_of(change, "configuration", "jwtPublicKey")
    if key is not None:
        before, after = (public_key.parsed(side.wire) for side in (key.before, key.after))
        if before and after and after.bits < before.bits:
            yield sentences.shorter_key(before.bits, after.bits)
    if key is not None and key.after.wire == CONSUMER_DELEGATION:
        yield sentences.ONLY_DELEGATES
        return
    endpoint = field_of(change, "configuration", "jwksEndpoint")
    if any(each is not None and not _fills(each) for each in (key, endpoint)):
        yield sentences.OTHER_KEY


def _issuer(change: Change) -> Iterator[Risk]:
    issuer = field_of(change, "configuration", "issuer")
    if issuer is None or _fills(issuer):
        return
    if issuer.after.wire:
        yield sentences.other_issuer(*(quoted(str(side.text)) for side in (issuer.before, issuer.after)))
    else:
        yield sentences.NO_ISSUER


def _token_endpoint(change: Change) -> Iterator[Risk]:
    endpoint = field_of(change, "configuration", "tokenEndpoint")
    if endpoint is not None and not _fills(endpoint):
        yield sentences.OTHER_TOKEN_ENDPOINT


def _authentication_endpoint(change: Change) -> Iterator[Risk]:
    endpoint = field_of(change, "configuration", "authorizationEndpoint")
    if endpoint is None or _fills(endpoint):
        return
    if endpoint.after.wire:
        hosts = (host_of(side.wire) for side in (endpoint.before, endpoint.after))
        yield sentences.other_authentication_endpoint(*hosts)
    else:
        yield sentences.NO_AUTHENTICATION_ENDPOINT


def _preferred(change: Change) -> Iterator[Risk]:
    preferred = field_of(change, "configuration", "preferred")
    if preferred is not None and preferred.after.wire is True:
        yield sentences.PREFERRED
    elif preferred is not None and preferred.before.wire is True:
        yield sentences.NOT_PREFERRED


def _fills(field: FieldChange) -> bool:
    """Whether a field that was empty gets its first value."""
    return field.before.wire in (None, "") or isinstance(field.before.wire, Absent)


def field_of(change: Change, *path: str) -> FieldChange | None:
    """The change of one LivePerson field."""
    return next((field for field in change.fields if field.path == path), None)
