"""Turns a code into a brand's token, at the brand's token endpoint (facts 1.7 of the consumer side)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from lpconf.sandbox import outbound
from lpconf.sandbox.rules import Rules
from lpconf.sandbox.store import Entity

# Facts 1.7 [DOC].
DEFAULT_REDIRECT_URI = "https://liveperson.net"


@dataclass(frozen=True)
class Code:
    """A code as the page hands it over."""

    text: str = field(repr=False)
    redirect_uri: str = DEFAULT_REDIRECT_URI


async def id_token(rules: Rules, connector: Entity, code: Code) -> str:
    """The token that the brand gives for the code. The connector's stored secret goes along.

    Raises:
        Refusal: `idp-code`, `idp-timeout`.
    """
    configuration: dict[str, Any] = connector.body.get("configuration") or {}
    secret = (connector.secrets or {}).get("configuration.clientSecret")
    client = (str(configuration.get("clientId") or ""), str(secret or ""))
    form = {"code": code.text, "grant_type": "authorization_code", "redirect_uri": code.redirect_uri}
    url = str(configuration.get("tokenEndpoint") or "")
    try:
        answer = await outbound.post_form(url, form, client, rules.settings.brand_seconds)
    except outbound.TimedOut:
        raise rules.refusal("idp-timeout", "The token endpoint did not answer in time") from None
    except outbound.Unreachable:
        raise rules.refusal("idp-code", "The token endpoint cannot be asked, or breaks off") from None
    if answer.status != 200:
        raise rules.refusal("idp-code", f"The token endpoint answered {answer.status}")
    try:
        token = json.loads(answer.body).get("id_token")
    except (ValueError, RecursionError, AttributeError):
        token = None
    if not isinstance(token, str):
        raise rules.refusal("idp-code", "The answer of the token endpoint has no id_token")
    return token
