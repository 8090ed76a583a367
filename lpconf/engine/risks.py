"""What a reviewer must know of a change (design: Risk is said)."""

from __future__ import annotations

from collections.abc import Iterator

from lpconf.engine.matching import quoted
from lpconf.engine.values import at, host_of, parsed_key
from lpconf.model.address import Kind
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import Action, Change, FieldChange, Risk
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
        """The risks of one change, weaker authentication first."""
        if change.action is Action.DELETE:
            return tuple(self._deletion(change))
        match change.address.kind:
            case Kind.CONNECTOR:
                found = self._connector(change)
            case Kind.CAMPAIGN:
                found = self._campaign(change)
            case _:
                found = self._engagement(change)
        return tuple(sorted(found, key=lambda risk: not risk.weakens))

    def _deletion(self, change: Change) -> list[Risk]:
        match change.address.kind:
            case Kind.CONNECTOR:
                return [Risk("Mobile apps may use this connector; LivePerson does not say which.")]
            case Kind.CAMPAIGN:
                enabled = self._enabled.get(change.live_id, 0)
                return [Risk(f"The campaign goes: visitors lose its {enabled} enabled engagements.")]
            case _:
                enabled = any(each.path == ("enabled",) and each.before.wire is True for each in change.fields)
                return [Risk("The engagement is enabled: visitors lose its button.")] if enabled else []

    def _connector(self, change: Change) -> list[Risk]:
        risks = [*self._secret(change)]
        if change.action is Action.CREATE:
            return risks
        key = field_of(change, "configuration", "jwtPublicKey")
        if key is not None:
            before, after = parsed_key(key.before.wire), parsed_key(key.after.wire)
            if before and after and after.bits < before.bits:
                sizes = f"from {before.bits} to {after.bits} bits"
                risks.append(Risk(f"The key gets shorter, {sizes}: tokens are easier to forge.", True))
        pkce = field_of(change, "configuration", "pkceEnabled")
        if pkce is not None and pkce.before.wire is True:
            risks.append(Risk("PKCE is switched off: a stolen code is easier to use.", True))
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
                yield Risk(f"LivePerson will send the secret from {each.after.wire.variable} to {where}.")

    def _campaign(self, change: Change) -> list[Risk]:
        status = field_of(change, "status")
        live = self._campaigns.get(change.live_id or 0)
        if status is not None and status.after.wire == self._published:
            return [Risk("The campaign is published: visitors will see its enabled engagements.")]
        if status is not None and status.before.wire == self._published:
            enabled = self._enabled.get(change.live_id, 0)
            return [Risk(f"The campaign is unpublished: visitors lose its {enabled} enabled engagements.")]
        if live is not None and live.body.get("status") == self._published:
            return [Risk("The campaign is published: visitors may see this at once.")]
        return []

    def _engagement(self, change: Change) -> list[Risk]:
        risks = [*self._authentication(change)]
        enabled = field_of(change, "enabled")
        if change.action is Action.UPDATE and enabled is not None and enabled.after.wire is False:
            risks.append(Risk("The engagement is switched off: visitors lose its button."))
        campaign = self._campaigns.get(change.campaign_id or 0)
        if campaign is not None and campaign.body.get("status") == self._published:
            risks.append(Risk(f"The campaign {quoted(campaign.name)} is published: visitors may see this at once."))
        return risks

    def _authentication(self, change: Change) -> list[Risk]:
        risks = []
        unauthenticated = field_of(change, "allowUnauthMsg")
        if change.action is Action.UPDATE and unauthenticated is not None and unauthenticated.after.wire is True:
            risks.append(Risk("Visitors who are not signed in may start conversations from now on.", True))
        connector = field_of(change, "connectorId")
        if connector is None:
            return risks
        if connector.after.wire is None and change.action is Action.UPDATE:
            risks.append(Risk("The connector is taken away: nothing checks who the visitors are.", True))
        elif connector.after.wire is None and unauthenticated is not None and unauthenticated.after.wire is False:
            risks.append(Risk("Only signed-in visitors may see it, but it has no connector to sign them in."))
        elif isinstance(connector.after.wire, int):
            live = self._connectors.get(connector.after.wire)
            if live is not None and not recognised(live.body, self._quirks):
                risks.append(Risk("The new connector is not for visitors who are signed in.", True))
        return risks


def field_of(change: Change, *path: str) -> FieldChange | None:
    """The change of one LivePerson field."""
    return next((field for field in change.fields if field.path == path), None)
