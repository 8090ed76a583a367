"""What the server does with authentication connectors (facts 4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lpconf.sandbox.kinds import Behaviour, Draft
from lpconf.sandbox.rules import Settings
from lpconf.sandbox.store import Body, Entity

_DELEGATION = "CONSUMER_DELEGATION"
_KEY_FIELDS = {"PUBLIC_JWT_KEY": "jwtPublicKey", "JWKS_ENDPOINT": "jwksEndpoint"}
# Facts 4.5 [DOC] for what the console asks; that the server insists is [GUESS].
_REQUIRED = {"implicit": ("authorizationEndpoint",), "code": ("tokenEndpoint", "clientId")}
_FORBIDDEN = {"implicit": ("tokenEndpoint", "clientSecret", "pkceEnabled"), "code": ()}


class Connectors(Behaviour):
    """Defaults, flows, and the one preferred connector."""

    def completed(self, draft: Draft) -> Body:
        body, configuration = draft.body, _configuration(draft.body)
        if draft.desk.rules.on("connector-nulls"):
            configuration = {name: value for name, value in configuration.items() if value is not None}
        if draft.live is None and draft.desk.rules.on("connector-defaults"):
            body = {"description": "", **body}
            given = {"rfcCompliance": True, "acrValues": ["loa1"], "pkceEnabled": False}
            configuration = {**given, **configuration}
        return {**body, "configuration": configuration} if "configuration" in body else body

    def check(self, draft: Draft) -> None:
        rules, body, live = draft.desk.rules, draft.body, draft.live
        if live is not None and body.get("type") != live.body.get("type") and rules.on("connector-type"):
            raise rules.refusal("connector-type", "The type of a connector cannot be changed")
        fault = flow_fault(rules.settings, body, creating=live is None)
        if fault and rules.on("connector-flow"):
            raise rules.refusal("connector-flow", fault)

    def saved(self, draft: Draft, entity: Entity) -> None:
        desk = draft.desk
        if _configuration(entity.body).get("preferred") is not True or not desk.rules.on("connector-preferred"):
            return
        for other in desk.tx.entities(entity.place):
            configuration = _configuration(other.body)
            if other.id != entity.id and configuration.get("preferred") is True:
                body = {**other.body, "configuration": {**configuration, "preferred": False}}
                desk.put(replace(other, body=body))


def flow_fault(settings: Settings, body: Body, *, creating: bool) -> str | None:
    """What breaks the rules of the connector's flow, if anything (facts 4.5, all [GUESS] for the server).

    A client secret is asked for only when creating: a PUT without it is accepted, and wipes it (`secret-wiped`).
    Connectors of any other type, such as the unauthenticated one, are let pass.
    """
    configuration = _configuration(body)
    flow = flow_of(settings, body)
    if flow is None:
        return None
    key_field = _KEY_FIELDS.get(str(configuration.get("jwtValidationType")))
    if key_field is None:
        return f"jwtValidationType must be one of {', '.join(_KEY_FIELDS)}"
    required = [key_field, *_REQUIRED[flow]]
    if flow == "code" and creating:
        required.append("clientSecret")
    missing = [name for name in required if not configuration.get(name)]
    if missing:
        return f"The {flow} flow needs {', '.join(missing)}"
    unwanted = [name for name in _FORBIDDEN[flow] if configuration.get(name)]
    if unwanted:
        return f"The {flow} flow has no {', '.join(unwanted)}"
    if flow == "implicit" and configuration.get("jwtPublicKey") == _DELEGATION:
        return "Consumer delegation needs the code flow"
    return None


def flow_of(settings: Settings, body: Body) -> str | None:
    """`implicit` or `code`; None for a connector of any other type (facts 4.4)."""
    number = body.get("type")
    if settings.implicit_type == settings.code_type == number:
        return "code" if _configuration(body).get("tokenEndpoint") else "implicit"
    return {settings.implicit_type: "implicit", settings.code_type: "code"}.get(number) if number is not None else None


def _configuration(body: Body) -> dict[str, Any]:
    configuration = body.get("configuration")
    return configuration if isinstance(configuration, dict) else {}
