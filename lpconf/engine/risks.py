"""What a reviewer must know of a change (design: Risk is said)."""

from __future__ import annotations

from collections.abc import Iterator

from lpconf.engine.matching import quoted
from lpconf.engine.values import at, host_of, parsed_key
from lpconf.model.address import Kind
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import RISK_ORDER, Absent, Action, Change, FieldChange, Risk, RiskKind
from lpconf.model.quirks import Quirks
from lpconf.model.site import SecretReference
from lpconf.resources.connector import recognised


class Risks:
    """Says the risks of the changes of one plan. Built once, so that each answer is a look-up."""

    def __init__(self, live: Live, quirks: Quirks) -> None:
        self._quirks = quirks
        self._published = quirks.status["published"]
        self._campaigns = {each.id: each for each in live.of(Kind.CAMPAIGN)}
        self._connectors = {each.id: each for each in live.of(Kind.CONNECTOR)}
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
                return [Risk(f"The campaign goes: visitors lose its {enabled} enabled engagements.", RiskKind.DELETION)]
            case _:
                enabled = any(each.path == ("enabled",) and each.before.wire is True for each in change.fields)
                if not enabled:
                    return []
                return [Risk("The engagement is enabled: visitors lose its button.", RiskKind.DELETION)]

    def _connector(self, change: Change) -> list[Risk]:
        risks = [*self._secret(change), *_preferred(change)]
        if change.action is Action.CREATE:
            return risks
        risks.extend(_key(change))
        risks.extend(_token_endpoint(change))
        pkce = field_of(change, "configuration", "pkceEnabled")
        if pkce is not None and pkce.before.wire is True:
            risks.append(Risk("PKCE is switched off: a stolen code is easier to use.", RiskKind.AUTHENTICATION))
        used = self._users.get(str(change.live_id), [])
        if used:
            who = "1 engagement signs" if len(used) == 1 else f"{len(used)} engagements sign"
            users = tuple(
                f"{quoted(each.name)} in campaign {quoted(self._campaigns[each.campaign_id].name)}"
                for each in used
                if each.campaign_id in self._campaigns
            )
            risks.append(Risk(f"{who} visitors in with this connector:", details=users))
        risks.append(Risk("Mobile apps may use this connector too; LivePerson does not say which."))
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
                where = host_of(endpoint) or "the connector's token endpoint"
                yield Risk(
                    f"LivePerson will send the secret from {each.after.wire.variable} to {where}.", RiskKind.SECRET
                )

    def _campaign(self, change: Change) -> list[Risk]:
        status = field_of(change, "status")
        live = self._campaigns.get(change.live_id or 0)
        if status is not None and status.after.wire == self._published:
            return [Risk("The campaign is published: visitors will see its enabled engagements.", RiskKind.PUBLISHING)]
        if status is not None and status.before.wire == self._published:
            enabled = self._enabled.get(change.live_id, 0)
            lost = f"The campaign is unpublished: visitors lose its {enabled} enabled engagements."
            return [Risk(lost, RiskKind.VISIBILITY)]
        if live is not None and live.body.get("status") == self._published:
            return [Risk("The campaign is published: visitors may see this at once.", RiskKind.PUBLISHING)]
        return []

    def _engagement(self, change: Change) -> list[Risk]:
        risks = [*self._authentication(change)]
        enabled = field_of(change, "enabled")
        if change.action is Action.UPDATE and enabled is not None and enabled.after.wire is False:
            risks.append(Risk("The engagement is switched off: visitors lose its button.", RiskKind.VISIBILITY))
        campaign = self._campaigns.get(change.campaign_id or 0)
        if campaign is not None and campaign.body.get("status") == self._published:
            seen = f"The campaign {quoted(campaign.name)} is published: visitors may see this at once."
            risks.append(Risk(seen, RiskKind.PUBLISHING))
        return risks

    def _authentication(self, change: Change) -> list[Risk]:
        risks = []
        unauthenticated = field_of(change, "allowUnauthMsg")
        if change.action is Action.UPDATE and unauthenticated is not None and unauthenticated.after.wire is True:
            anybody = "Visitors who are not signed in may start conversations from now on."
            risks.append(Risk(anybody, RiskKind.AUTHENTICATION))
        connector = field_of(change, "connectorId")
        if connector is None:
            return risks
        if connector.after.wire is None and change.action is Action.UPDATE:
            nothing = "The connector is taken away: nothing checks who the visitors are."
            risks.append(Risk(nothing, RiskKind.AUTHENTICATION))
        elif connector.after.wire is None and unauthenticated is not None and unauthenticated.after.wire is False:
            risks.append(Risk("Only signed-in visitors may see it, but it has no connector to sign them in."))
        elif isinstance(connector.after.wire, int):
            live = self._connectors.get(connector.after.wire)
            if live is not None and not recognised(live.body, self._quirks):
                risks.append(Risk("The new connector is not for visitors who are signed in.", RiskKind.AUTHENTICATION))
        return risks


def _key(change: Change) -> Iterator[Risk]:
    """Another key: tokens that visitors' pages hold, and an identity provider that has not changed, stop working."""
    key = field_of(change, "configuration", "jwtPublicKey")
    if key is not None:
        before, after = parsed_key(key.before.wire), parsed_key(key.after.wire)
        if before and after and after.bits < before.bits:
            sizes = f"from {before.bits} to {after.bits} bits"
            yield Risk(f"The key gets shorter, {sizes}: tokens are easier to forge.", RiskKind.AUTHENTICATION)
    endpoint = field_of(change, "configuration", "jwksEndpoint")
    if any(each is not None and not _fills(each) for each in (key, endpoint)):
        yield Risk("Another key checks tokens from now on: those that the former one signed are refused.", RiskKind.KEY)


def _token_endpoint(change: Change) -> Iterator[Risk]:
    endpoint = field_of(change, "configuration", "tokenEndpoint")
    if endpoint is not None and not _fills(endpoint):
        yield Risk("LivePerson asks another token endpoint who a visitor is from now on.", RiskKind.KEY)


def _preferred(change: Change) -> Iterator[Risk]:
    preferred = field_of(change, "configuration", "preferred")
    if preferred is not None and preferred.after.wire is True:
        yield Risk("This connector becomes the preferred one, and takes that from any other.", RiskKind.PREFERRED)
    elif preferred is not None and preferred.before.wire is True:
        yield Risk("This connector is no longer the preferred one.", RiskKind.PREFERRED)


def _fills(field: FieldChange) -> bool:
    """Whether a field that was empty gets its first value."""
    return field.before.wire in (None, "") or isinstance(field.before.wire, Absent)


def field_of(change: Change, *path: str) -> FieldChange | None:
    """The change of one LivePerson field."""
    return next((field for field in change.fields if field.path == path), None)
