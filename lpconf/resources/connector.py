"""The authentication connector: the console's "Authentication Server" or "Consumer Identity Provider" (facts 4)."""

from __future__ import annotations

from collections.abc import Mapping

from lpconf.model.address import Kind
from lpconf.model.json import JsonObject
from lpconf.model.plan import Comparison
from lpconf.model.quirks import Quirks
from lpconf.model.site import Declaration, Unset
from lpconf.resources.connector_fields import FIELDS, configuration
from lpconf.resources.field import Implied, Problem, Resource

CONSUMER_DELEGATION = "CONSUMER_DELEGATION"
"""What the key field holds when only OAuth delegation for unauthenticated conversations is set up [documented]."""

KEY_SOURCES = ("jwt_public_key", "jwks_endpoint", "consumer_delegation")
AUTHENTICATED_LEVELS = frozenset({"loa1"})
"""The levels that may be declared: there is no other of an authenticated visitor (facts 4.3 [documented])."""
CODE_FLOW_ONLY = ("token_endpoint", "client_secret")


def problems(fields: Mapping[str, Declaration]) -> tuple[Problem, ...]:
    """The flow rules of facts 4.5: which words go together, which are missing.

    Declaring `flow` manages its whole group, so the group must be complete.
    """
    return (*_key_source_problems(fields), *_flow_problems(fields), *_level_problems(fields))


def _key_source_problems(fields: Mapping[str, Declaration]) -> list[Problem]:
    found: list[Problem] = []
    sources = [word for word in KEY_SOURCES if word in fields and fields[word] is not False]
    if len(sources) > 1:
        found.append(
            Problem(
                "connector.key_sources",
                sources[1],
                f"{sources[1]} does not go with {sources[0]}",
                f"A connector has one key source. Keep one of {' and '.join(sources)}.",
            )
        )
    if fields.get("consumer_delegation") is True and fields.get("flow") != "code":
        found.append(
            Problem(
                "connector.consumer_delegation",
                "consumer_delegation",
                "consumer_delegation goes with flow: code only",
                "Write flow: code with its token_endpoint, client_id and client_secret.",
            )
        )
    return found


def _level_problems(fields: Mapping[str, Declaration]) -> list[Problem]:
    """With another level lpconf would take the connector for LivePerson's own and never touch it again."""
    levels = fields.get("acr_values")
    if not isinstance(levels, list) or set(map(str, levels)) <= AUTHENTICATED_LEVELS:
        return []
    return [
        Problem(
            "connector.acr_values",
            "acr_values",
            "acr_values may hold loa1 only",
            "The connector for unauthenticated visitors is LivePerson's own.",
        )
    ]


def _flow_problems(fields: Mapping[str, Declaration]) -> list[Problem]:
    flow = fields.get("flow")
    found: list[Problem] = []
    if flow == "implicit":
        for word in (*CODE_FLOW_ONLY, "pkce"):
            if word in fields and fields[word] is not False:
                found.append(
                    Problem(
                        "connector.flow",
                        word,
                        f"{word} does not go with flow: implicit",
                        f"Remove {word}, or write flow: code.",
                    )
                )
        if isinstance(fields.get("authentication_endpoint", Unset()), Unset):
            found.append(
                Problem(
                    "connector.flow",
                    "authentication_endpoint",
                    "flow: implicit needs authentication_endpoint",
                    "Any https address will do while all windows are embedded.",
                )
            )
    if flow == "code":
        found.extend(
            Problem("connector.flow", "", f"flow: code needs {word}")
            for word in ("token_endpoint", "client_id", "client_secret")
            if word not in fields or isinstance(fields[word], Unset)
        )
    if flow in {"implicit", "code"} and not any(fields.get(word, False) for word in KEY_SOURCES):
        found.append(
            Problem(
                "connector.flow",
                "",
                f"flow: {flow} needs jwt_public_key or jwks_endpoint",
                "LivePerson checks the visitors' tokens with it.",
            )
        )
    return found


def implied(fields: Mapping[str, Declaration]) -> tuple[Implied, ...]:
    """The fields that the key source and the flow decide (facts 4.3 and 4.5). What they do not use is empty."""
    found: list[Implied] = []
    sources = [word for word in KEY_SOURCES if fields.get(word, False)]
    if sources:
        kind = "JWKS_ENDPOINT" if sources == ["jwks_endpoint"] else "PUBLIC_JWT_KEY"
        found.append(
            Implied("jwt_validation_type", configuration("jwtValidationType"), kind, Comparison.TEXT),
        )
        if sources == ["jwks_endpoint"]:
            found.append(Implied("jwt_public_key", configuration("jwtPublicKey"), None, Comparison.PUBLIC_KEY))
        else:
            found.append(Implied("jwks_endpoint", configuration("jwksEndpoint"), None, Comparison.TEXT))
        if sources == ["consumer_delegation"]:
            found.append(
                Implied("jwt_public_key", configuration("jwtPublicKey"), CONSUMER_DELEGATION, Comparison.PUBLIC_KEY),
            )
    if fields.get("flow") == "implicit":
        found.append(Implied("token_endpoint", configuration("tokenEndpoint"), None, Comparison.TEXT))
        found.append(Implied("client_secret", configuration("clientSecret"), None, Comparison.TEXT))
        if "pkce" not in fields:
            found.append(Implied("pkce", configuration("pkceEnabled"), False, Comparison.FLAG))
    return tuple(found)


def template(quirks: Quirks) -> JsonObject:
    """A new connector as the console sends it, unused fields as explicit nulls (facts 4.8 [seen once])."""
    return {
        "name": "",
        "type": quirks.flow["implicit"],
        "configuration": {
            "preferred": False,
            "jwtValidationType": "PUBLIC_JWT_KEY",
            "issuerDisplayName": None,
            "issuer": None,
            "authorizationEndpoint": None,
            "jwtPublicKey": None,
            "jwksEndpoint": None,
            "jsMethodName": None,
            "jsContext": None,
            "tokenEndpoint": None,
            "clientId": None,
            "clientSecret": None,
        },
    }


def flow_of(body: JsonObject, quirks: Quirks) -> str | None:
    """The flow of a live connector, or None where it cannot be told.

    Facts 4.4 leave several readings of `type`. Where the flows have numbers of their own, the code flow's decides. In
    each reading a connector with the implicit number that has what only the code flow has is taken for code flow.
    """
    number = body.get("type")
    if number == quirks.flow["implicit"]:
        settings = _settings(body) or {}
        marks = [settings.get(name) for name in quirks.code_flow_fields]
        return "code" if marks and all(marks) else "implicit"
    return "code" if number == quirks.flow["code"] else None


def can_hold_secret(body: JsonObject, quirks: Quirks) -> bool:
    """Whether a live connector may have a client secret, which a write without it would wipe (facts 4.5).

    A client id alone says nothing: the implicit flow may have one too.
    """
    settings = _settings(body) or {}
    return flow_of(body, quirks) != "implicit" or bool(settings.get("clientSecret"))


def delegates(body: JsonObject) -> bool:
    """Whether a live connector serves only OAuth delegation in unauthenticated conversations (facts 4.5)."""
    return (_settings(body) or {}).get("jwtPublicKey") == CONSUMER_DELEGATION


def recognised(body: JsonObject, quirks: Quirks) -> bool:
    """Whether a live connector is positively an authentication connector that customers may edit.

    Everything else, the unauthenticated (ACR-0) connector above all, is left alone [facts 4.5]. Its marks are guesses,
    which the quirks hold.
    """
    settings = _settings(body)
    if settings is None or flow_of(body, quirks) is None:
        return False
    levels = settings.get("acrValues")
    known = set(quirks.authenticated_levels)
    if levels is not None and not (isinstance(levels, list) and set(map(str, levels)) <= known):
        return False
    return all(settings.get(name) for name in quirks.authenticated_fields)


def _settings(body: JsonObject) -> JsonObject | None:
    """The `configuration` of a live connector, None where there is none."""
    found = body.get("configuration")
    return found if isinstance(found, Mapping) else None


CONNECTOR = Resource(
    kind=Kind.CONNECTOR,
    collection="le-connectors/connectors",
    plural="connectors",
    fields=FIELDS,
    ignored=frozenset({"id", "accountId", "createdDate", "modifiedDate", "deleted", "isDeleted"}),
    required=("flow",),
    template=template,
    problems=problems,
    implied=implied,
    recognised=recognised,
    reserved=frozenset({("type",), configuration("jwtValidationType")}),
)
