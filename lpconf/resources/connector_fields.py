"""The words of a connector (facts 4.2 to 4.4)."""

from __future__ import annotations

from lpconf.model.quirks import Evidence
from lpconf.resources.field import Field, ValueType


def configuration(name: str) -> tuple[str, ...]:
    """The path of a field inside a connector's `configuration`."""
    return ("configuration", name)


PREFERRED = configuration("preferred")
"""Preferring one connector takes it from the others (facts 4.5 [guess])."""

FIELDS = (
    Field(
        word="name",
        path=("name",),
        type=ValueType.TEXT,
        meaning="The connector's name. With `id` or `find`, the name that it should have.",
        example="Consumer authentication",
        evidence=Evidence.SEEN,
        source="4.2",
    ),
    Field(
        word="description",
        path=("description",),
        type=ValueType.TEXT,
        meaning="A note for administrators.",
        example="Sign-in of the web shop",
        evidence=Evidence.SEEN_ONCE,
        source="4.2",
        unsettable=True,
    ),
    Field(
        word="flow",
        path=(),
        label="OAuth 2.0 Authentication Type",
        type=ValueType.CHOICE,
        choices=("implicit", "code"),
        choice_meanings=(
            "The page hands the visitor's token over.",
            "The page hands a code over, which LivePerson exchanges for the token at the token endpoint.",
        ),
        choice_evidence=(Evidence.SEEN_ONCE, Evidence.GUESS),
        choices_from=lambda quirks: quirks.flow,
        meaning=(
            "How LivePerson gets the visitor's token. Fields that the flow does not use are emptied. "
            "The flow of a live connector probably cannot change, so lpconf refuses that."
        ),
        example="implicit",
        evidence=Evidence.SEEN_ONCE,
        source="4.4",
    ),
    Field(
        word="preferred",
        path=PREFERRED,
        type=ValueType.BOOLEAN,
        meaning="Whether this is the default among several identity providers. Probably only one connector can be.",
        example=False,
        evidence=Evidence.SEEN,
        source="4.3",
    ),
    Field(
        word="issuer_display_name",
        path=configuration("issuerDisplayName"),
        label="Issuer Display Name",
        type=ValueType.TEXT,
        meaning="The name under which the console shows the identity provider.",
        example="Example Bank sign-in",
        evidence=Evidence.SEEN,
        source="4.3",
        unsettable=True,
    ),
    Field(
        word="jwt_issuer",
        path=configuration("issuer"),
        label="JWT issuer (iss)",
        type=ValueType.TEXT,
        meaning="The `iss` claim of the visitors' tokens. Upper and lower case matter.",
        example="https://idp.example.com",
        evidence=Evidence.SEEN,
        source="4.3",
        unsettable=True,
    ),
    Field(
        word="authentication_endpoint",
        path=configuration("authorizationEndpoint"),
        when_new="A new connector with `flow: implicit` needs it. Otherwise it is empty.",
        label="Authentication Endpoint",
        type=ValueType.URL,
        meaning=(
            "Where LivePerson sends a visitor whose conversation opens in a separate window. "
            "An embedded window never calls it."
        ),
        example="https://idp.example.com/authorize",
        evidence=Evidence.SEEN,
        source="4.3",
        unsettable=True,
    ),
    Field(
        word="jwt_public_key",
        path=configuration("jwtPublicKey"),
        when_new="A new connector needs it, or `jwks_endpoint` or `consumer_delegation: true` instead.",
        label="JWT Public Key",
        type=ValueType.PUBLIC_KEY,
        meaning=(
            "The RSA public key that the visitors' tokens are checked with: SubjectPublicKeyInfo as PEM or as one "
            "line of base64, or `{file: keys/idp.pub.pem}`."
        ),
        example={"file": "keys/idp.pub.pem"},
        evidence=Evidence.SEEN,
        source="4.3",
    ),
    Field(
        word="jwks_endpoint",
        path=configuration("jwksEndpoint"),
        when_new="A new connector needs it, or `jwt_public_key` or `consumer_delegation: true` instead.",
        label="JWKS Endpoint",
        type=ValueType.URL,
        meaning="Where LivePerson fetches the keys that the visitors' tokens are checked with.",
        example="https://idp.example.com/.well-known/jwks.json",
        evidence=Evidence.SEEN,
        source="4.3",
    ),
    Field(
        word="consumer_delegation",
        path=(),
        type=ValueType.BOOLEAN,
        meaning=(
            "Whether the connector serves only OAuth delegation in unauthenticated conversations. "
            "It takes the place of a key and goes with `flow: code`."
        ),
        example=True,
        evidence=Evidence.DOCUMENTED,
        source="4.5",
    ),
    Field(
        word="js_method_name",
        path=configuration("jsMethodName"),
        label="JS Method Name",
        type=ValueType.TEXT,
        meaning=(
            "The function of the page that an embedded window calls for the visitor's token. "
            "Empty means `lpGetAuthenticationToken`."
        ),
        example="lpGetAuthenticationToken",
        evidence=Evidence.SEEN,
        source="4.3",
        unsettable=True,
    ),
    Field(
        word="js_context",
        path=configuration("jsContext"),
        label="JS Context",
        type=ValueType.TEXT,
        meaning="The object that the function is looked up in. Empty means the global scope.",
        example="window",
        evidence=Evidence.SEEN,
        source="4.3",
        unsettable=True,
    ),
    Field(
        word="token_endpoint",
        path=configuration("tokenEndpoint"),
        when_new="A new connector with `flow: code` needs it. Otherwise it is empty.",
        label="Token Endpoint",
        type=ValueType.URL,
        meaning="Where LivePerson exchanges a code for a token. Code flow only.",
        example="https://idp.example.com/token",
        evidence=Evidence.SEEN_ONCE,
        source="4.3",
    ),
    Field(
        word="client_id",
        path=configuration("clientId"),
        when_new="A new connector with `flow: code` needs it. Otherwise it is empty.",
        label="Client ID",
        type=ValueType.TEXT,
        meaning="The client id that LivePerson uses at the identity provider.",
        example="liveperson",
        evidence=Evidence.SEEN,
        source="4.3",
        unsettable=True,
    ),
    Field(
        word="client_secret",
        path=configuration("clientSecret"),
        when_new="A new connector with `flow: code` needs it. Otherwise it is empty.",
        label="Client Secret",
        type=ValueType.SECRET,
        meaning=(
            "The environment variable that holds the client secret: `{env: LPCONF_SECRET_NAME}`. Never the secret "
            "itself. LivePerson probably never shows it, and a write without it may wipe it, so it is sent with every "
            "write of the connector. Code flow only."
        ),
        example={"env": "LPCONF_SECRET_IDP"},
        evidence=Evidence.SEEN_ONCE,
        source="4.3",
    ),
    Field(
        word="pkce",
        path=configuration("pkceEnabled"),
        label="PKCE",
        type=ValueType.BOOLEAN,
        meaning="Whether the code flow uses PKCE. Code flow only.",
        example=True,
        evidence=Evidence.SEEN_ONCE,
        source="4.3",
    ),
    Field(
        word="rfc_compliance",
        path=configuration("rfcCompliance"),
        type=ValueType.BOOLEAN,
        meaning=(
            "Whether a separate window follows the OAuth 2 RFC instead of the older OpenID manner. "
            "LivePerson sets it; declare it only if LivePerson told you to."
        ),
        example=True,
        evidence=Evidence.SEEN_ONCE,
        source="4.3",
    ),
    Field(
        word="acr_values",
        path=configuration("acrValues"),
        type=ValueType.TEXTS,
        meaning="The authentication levels that the connector is for; `loa1` for authenticated visitors.",
        example=["loa1"],
        evidence=Evidence.SEEN_ONCE,
        source="4.3",
    ),
)
