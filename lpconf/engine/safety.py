"""What a reviewer must know of a change (risks), and what stops it (blocks). Design: Risk is said, Unverified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lpconf.engine.matching import Matching, quoted
from lpconf.engine.order import needs
from lpconf.engine.values import is_unknown, parsed_key
from lpconf.model.address import Kind
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import Action, Block, Change, FieldChange, Risk, Target
from lpconf.model.policy import Policy
from lpconf.model.quirks import Evidence, Quirks
from lpconf.model.site import SecretReference
from lpconf.resources import public_key
from lpconf.resources.connector import can_hold_secret
from lpconf.resources.kinds import RESOURCES


def judged(
    changes: Sequence[Change], live: Live, matching: Matching, target: Target, quirks: Quirks, policy: Policy
) -> tuple[Change, ...]:
    """The changes with their risks and blocks. A change that needs a blocked one is blocked too."""
    campaigns = {each.id: each for each in live.of(Kind.CAMPAIGN)}
    own = [
        replace(
            change,
            risks=tuple(sorted(_risks(change, live, campaigns, quirks), key=lambda risk: not risk.weakens)),
            blocks=_blocks(change, matching, target, quirks, policy),
        )
        for change in changes
    ]
    return _with_dependents(own, quirks)


def _field(change: Change, *path: str) -> FieldChange | None:
    return next((field for field in change.fields if field.path == path), None)


def _risks(change: Change, live: Live, campaigns: Mapping[int, LiveThing], quirks: Quirks) -> list[Risk]:
    match change.address.kind:
        case Kind.CONNECTOR:
            return _connector_risks(change, live)
        case Kind.CAMPAIGN:
            return _campaign_risks(change, live, quirks)
        case _:
            return _engagement_risks(change, campaigns, quirks)


def _connector_risks(change: Change, live: Live) -> list[Risk]:
    if change.action is Action.CREATE:
        return []
    risks = []
    key = _field(change, "configuration", "jwtPublicKey")
    if key is not None:
        before, after = parsed_key(key.before.wire), parsed_key(key.after.wire)
        if before and after and after.bits < before.bits:
            sizes = f"from {before.bits} to {after.bits} bits"
            risks.append(Risk(f"The key gets shorter, {sizes}: tokens are easier to forge.", True))
    pkce = _field(change, "configuration", "pkceEnabled")
    if pkce is not None and pkce.before.wire is True:
        risks.append(Risk("PKCE is switched off: a stolen code is easier to use.", True))
    used = [each for each in live.of(Kind.ENGAGEMENT) if str(each.body.get("connectorId")) == str(change.live_id)]
    names = {each.id: each.name for each in live.of(Kind.CAMPAIGN)}
    if used:
        who = "1 engagement signs" if len(used) == 1 else f"{len(used)} engagements sign"
        users = tuple(f"{quoted(each.name)} in campaign {quoted(names[each.campaign_id or 0])}" for each in used)
        risks.append(Risk(f"{who} visitors in with this connector:", details=users))
    risks.append(Risk("Mobile apps may use this connector too; LivePerson does not say which."))
    return risks


def _campaign_risks(change: Change, live: Live, quirks: Quirks) -> list[Risk]:
    risks = []
    status = _field(change, "status")
    published = quirks.status["published"]
    if status is not None and status.after.wire == published:
        risks.append(Risk("The campaign is published: visitors will see its enabled engagements."))
    elif status is not None and status.before.wire == published:
        enabled = sum(each.body.get("enabled") is True for each in live.of(Kind.ENGAGEMENT, change.live_id))
        risks.append(Risk(f"The campaign is unpublished: visitors lose its {enabled} enabled engagements."))
    elif change.action is Action.UPDATE and _status(live, change.live_id) == published:
        risks.append(Risk("The campaign is published: visitors may see this at once."))
    return risks


def _status(live: Live, campaign_id: int | None) -> object:
    return next((each.body.get("status") for each in live.of(Kind.CAMPAIGN) if each.id == campaign_id), None)


def _engagement_risks(change: Change, campaigns: Mapping[int, LiveThing], quirks: Quirks) -> list[Risk]:
    risks = []
    unauthenticated = _field(change, "allowUnauthMsg")
    if change.action is Action.UPDATE and unauthenticated is not None and unauthenticated.after.wire is True:
        risks.append(Risk("Visitors who are not signed in may start conversations from now on.", True))
    connector = _field(change, "connectorId")
    if connector is not None and connector.after.wire is None:
        if change.action is Action.UPDATE:
            risks.append(Risk("The connector is taken away: nothing checks who the visitors are.", True))
        elif unauthenticated is not None and unauthenticated.after.wire is False:
            risks.append(Risk("Only signed-in visitors may see it, but it has no connector to sign them in."))
    enabled = _field(change, "enabled")
    if change.action is Action.UPDATE and enabled is not None and enabled.after.wire is False:
        risks.append(Risk("The engagement is switched off: visitors lose its button."))
    campaign = campaigns.get(change.campaign_id or 0)
    if campaign is not None and campaign.body.get("status") == quirks.status["published"]:
        risks.append(Risk(f"The campaign {quoted(campaign.name)} is published: visitors may see this at once."))
    return risks


def _blocks(change: Change, matching: Matching, target: Target, quirks: Quirks, policy: Policy) -> tuple[Block, ...]:
    live = matching.found.get(change.address)
    blocks = []
    if live is not None and not RESOURCES[live.kind].recognised(live.body, quirks):
        blocks.append(
            Block("LivePerson manages this connector, or it is of a kind that lpconf does not know. It is left alone.")
        )
    blocks.extend(_unknown_values(change, live))
    blocks.extend(_secret_blocks(change, live, quirks, policy))
    if target.sandbox:
        return tuple(blocks)
    if change.evidence is Evidence.GUESS and change.operation not in policy.accept_unverified:
        blocks.append(
            Block(
                f"{change.operation}: that LivePerson accepts this write is only a guess; nobody has confirmed it.",
                f"--accept-unverified {change.operation}",
            )
        )
    if not policy.allow_demo_key and _writes_demo_key(change):
        blocks.append(
            Block(
                "This is the tutorial's demo key. Its private half is public: anybody can sign in as any visitor.",
                "--allow-demo-key",
            )
        )
    return tuple(blocks)


def _unknown_values(change: Change, live: LiveThing | None) -> list[Block]:
    if live is None:
        return []
    fields = {field.path: field for field in RESOURCES[live.kind].fields}
    return [
        Block(
            f"{each.word} is {each.before.text} in the account, a value that lpconf does not know. It stays as it is."
        )
        for each in change.fields
        if each.path in fields and is_unknown(fields[each.path], each.before)
    ]


def _secret_blocks(change: Change, live: LiveThing | None, quirks: Quirks, policy: Policy) -> list[Block]:
    """A write of a connector replaces all of it, so it wipes a secret that it does not carry (facts 4.5)."""
    if change.address.kind is not Kind.CONNECTOR:
        return []
    secrets = [each.after.wire for each in change.fields if isinstance(each.after.wire, SecretReference)]
    missing = [each.variable for each in secrets if each.variable not in policy.secrets]
    if missing:
        return [Block(f"The environment variable {name} is not set, and the write needs it.") for name in missing]
    if live is not None and not secrets and can_hold_secret(live.body, quirks):
        return [
            Block(
                "The live connector may hold a client secret, and this write would wipe it. "
                "Declare client_secret: {env: LPCONF_SECRET_...}."
            )
        ]
    return []


def _writes_demo_key(change: Change) -> bool:
    planned = _field(change, "configuration", "jwtPublicKey")
    key = parsed_key(planned.after.wire) if planned else None
    return key is not None and key.fingerprint == public_key.DEMO_KEY_FINGERPRINT


def _with_dependents(changes: Sequence[Change], quirks: Quirks) -> tuple[Change, ...]:
    """Block what needs a blocked change (see `order.needs`)."""
    result = {change.address: change for change in changes}
    moved = True
    while moved:
        moved = False
        blocked = {address for address, change in result.items() if change.blocked}
        for address, change in result.items():
            if change.blocked:
                continue
            waits_for = needs(change, change.fields, result, quirks) & blocked
            if waits_for:
                names = ", ".join(sorted(str(each) for each in waits_for))
                result[address] = replace(change, blocks=(Block(f"It needs {names}, which is blocked."),))
                moved = True
    return tuple(result.values())
