"""Sentences about risks that plans and differences have in common."""

from __future__ import annotations

from lpconf.model.plan import Risk, RiskKind

ANYBODY = Risk("Visitors who are not signed in may start conversations from now on.", RiskKind.AUTHENTICATION)
NO_CONNECTOR = Risk("The connector is taken away: nothing checks who the visitors are.", RiskKind.AUTHENTICATION)
NOBODY_SIGNS_IN = Risk("Only signed-in visitors may see it, but it has no connector to sign them in.")
NOT_FOR_SIGNED_IN = Risk("The new connector is not for visitors who are signed in.", RiskKind.AUTHENTICATION)
DELEGATES = Risk(
    "Only signed-in visitors may see it, but its connector serves only unauthenticated conversations.",
    RiskKind.AUTHENTICATION,
)
ONLY_DELEGATES = Risk(
    "The connector serves only unauthenticated conversations from now on: it signs nobody in.", RiskKind.AUTHENTICATION
)
NO_ISSUER = Risk(
    "The issuer is taken away: tokens of any issuer may be accepted whose key fits.", RiskKind.AUTHENTICATION
)
NO_PKCE = Risk("PKCE is switched off: a stolen code is easier to use.", RiskKind.AUTHENTICATION)
OTHER_KEY = Risk("Another key checks tokens from now on: those that the former one signed are refused.", RiskKind.KEY)
OTHER_TOKEN_ENDPOINT = Risk("LivePerson asks another token endpoint who a visitor is from now on.", RiskKind.KEY)
NO_AUTHENTICATION_ENDPOINT = Risk(
    "The address where visitors in a separate window sign in is taken away.", RiskKind.KEY
)
PREFERRED = Risk(
    "This connector becomes the preferred one, and probably takes that from any other.", RiskKind.PREFERRED
)
NOT_PREFERRED = Risk("This connector is no longer the preferred one.", RiskKind.PREFERRED)
SWITCHED_OFF = Risk("The engagement is switched off: visitors lose its button.", RiskKind.VISIBILITY)
PUBLISHED = Risk("The campaign is published: visitors will see its enabled engagements.", RiskKind.PUBLISHING)
SEEN_AT_ONCE = Risk("The campaign is published: visitors may see this at once.", RiskKind.PUBLISHING)
MOBILE_APPS = Risk("Mobile apps may use this connector too; LivePerson does not say which.")
WAY_TO_ANOTHER_FLOW = "Declare a new connector under another name, move the engagements to it, then delete the old one."
"""A flow probably cannot change (facts 4.2 [guess])."""


def unpublished(enabled: int) -> Risk:
    """A campaign with so many enabled engagements is unpublished."""
    return Risk(f"The campaign is unpublished: visitors lose {_buttons(enabled)}.", RiskKind.VISIBILITY)


def campaign_deleted(enabled: int) -> Risk:
    """A campaign with so many enabled engagements is deleted."""
    return Risk(f"The campaign goes: visitors lose {_buttons(enabled)}.", RiskKind.DELETION)


def _buttons(enabled: int) -> str:
    return "its 1 enabled engagement" if enabled == 1 else f"its {enabled} enabled engagements"


def other_connector(trusted: tuple[str, ...] = ()) -> Risk:
    """A live engagement moves to another connector, of which this is known."""
    return Risk("Another connector checks who the visitors are from now on.", RiskKind.KEY, trusted)


def other_issuer(before: str, after: str) -> Risk:
    """Another issuer, both quoted."""
    return Risk(f"Tokens of another issuer are trusted from now on: {before} -> {after}.", RiskKind.KEY)


def shorter_key(before: int, after: int) -> Risk:
    """A key of fewer bits."""
    return Risk(
        f"The key gets shorter, from {before} to {after} bits: tokens are easier to forge.", RiskKind.AUTHENTICATION
    )


def secret_sent(variable: str, host: str) -> Risk:
    """Which secret goes to which host; empty where that is not known."""
    where = host or "the connector's token endpoint"
    return Risk(f"LivePerson will send the secret from {variable} to {where}.", RiskKind.SECRET)


def other_authentication_endpoint(before: str, after: str) -> Risk:
    """Another address to sign in at, of these hosts. LivePerson uses it for separate windows only (facts 4.3)."""
    hosts = f": {before} -> {after}" if before != after else ""
    return Risk(f"Visitors in a separate window are sent to another address to sign in{hosts}.", RiskKind.KEY)


def used_by(users: tuple[str, ...], number: int) -> Risk:
    """How many engagements use a connector, and which."""
    who = "1 engagement signs" if number == 1 else f"{number} engagements sign"
    return Risk(f"{who} visitors in with this connector:", details=users)


def shown_in(campaign: str) -> Risk:
    """A change of an engagement in a published campaign, whose name is quoted."""
    return Risk(f"The campaign {campaign} is published: visitors may see this at once.", RiskKind.PUBLISHING)
