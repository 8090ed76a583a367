"""The IdP's error codes and what they mean (consumer-side facts 2.4 [SEEN]; 9007 also [DOC])."""

from __future__ import annotations

_KEY = "The connector's public key or the token's algorithm cannot be used."
_PARSE = "What the page method handed over is not a token that can be read."
_JWKS = "The connector's JWKS endpoint does not give one fitting key."
_GENERAL = "LivePerson gives no reason."

CODES: dict[str, tuple[str, str]] = {
    "1001": ("not a JWT", _PARSE),
    "1003": ("no such algorithm", _KEY),
    "1004": ("JWE decryption failed", "The token is encrypted with another key than LivePerson's."),
    "1005": ("invalid key spec", _KEY),
    "1008": ("parse error", _PARSE),
    "1009": ("parse error", _PARSE),
    "1010": ("LivePerson's own token cannot be read", "The fault is not in your token."),
    "1011": ("missing claim", "The token lacks a claim that LivePerson needs: iss, sub, iat and exp."),
    "1012": ("JWT_EXPIRED", "The token has expired."),
    "1023": ("connector fetch failed", "LivePerson could not read the connector."),
    "1024": ("connector not found", "The connector's id is wrong, or the connector is deleted."),
    "1025": ("connector type unsupported", "The connector is not of a kind that takes tokens."),
    "1026": ("SDE parse", "The claim lp_sdes is not as LivePerson needs it."),
    "1028": ("RSA verifier", _KEY),
    "1038": ("JWK parse", _JWKS),
    "1041": ("kid unknown", _JWKS),
    "1042": ("several keys and no kid", _JWKS),
    "1050": ("feature missing", "The account lacks a feature. Ask LivePerson to turn on authenticated messaging."),
    "2001": ("refresh window over", "The anonymous visitor's token is too old."),
    "2002": ("bad signature", "The anonymous visitor's token is not LivePerson's."),
    "2004": ("other account", "The anonymous visitor's token is of another account."),
    "2005": ("feature off", "The account does not allow unauthenticated messaging."),
    "9000": ("general error", _GENERAL),
    "9001": ("general error", _GENERAL),
    "9007": ("CUSTOMER_JWT_NOT_VALID", "The token's signature does not fit the connector's key."),
    "9008": ("LivePerson's own token is not valid", "The fault is not in your token."),
    "9010": ("SERVICE_TIMEOUT", "LivePerson took too long. Try again."),
    "9011": ("CUSTOMER_AUTH_FAILED", "The token endpoint did not accept the code."),
    "9012": ("INPUT_VALIDATION_ERROR", "The request or the token's field is malformed."),
    "9013": ("AUTHENTICATION_TIMEOUT", "The token endpoint took too long."),
    "9014": ("general error", _GENERAL),
    "9015": ("UNSUPPORTED_AUTH_TYPE", "The connector is not of a kind that takes tokens."),
}
"""Code to LivePerson's name, or a short one where none is known, and the likely cause."""


def explained(code: str) -> tuple[str, str]:
    """Name and cause of a code; for an unknown one, words that say so."""
    return CODES.get(code, ("unknown code", "lpconf does not know this code."))
