"""The rules of the consumer's side: identity provider, monitoring, messaging. "Facts" are those of the consumer side.

The codes of the identity provider are in facts 2.4 [SEEN]; which fault has which of several similar codes is [GUESS].
"""

from __future__ import annotations

from dataclasses import replace

from lpconf.sandbox.rule import Mark, Rule

_DOC, _SEEN, _ONE, _GUESS, _OWN = Mark.DOC, Mark.SEEN, Mark.ONE, Mark.GUESS, Mark.OWN

_ROWS = (
    # Identity provider: the request
    Rule("idp-request", 500, _GUESS, "2.4", "A body is a JSON object with the texts of its call.",
         no_switch="Without a token or a code there is nothing to look at; only the status is open.", code=9012),
    Rule("idp-version", 500, _GUESS, "2.1", "v is 2.0 or 3.0 where a connector is named; off: others are 3.0.",
         switch=True, code=9012),
    Rule("idp-account", 500, _GUESS, "2.4", "The account is known.",
         no_switch="There is nobody to issue a token for; only the status is open.", code=9014),
    Rule("idp-busy", 500, _GUESS, "2.4", "The service can do its work now.",
         no_switch="There is nothing to tell; only the status is open.", code=9000),
    Rule("idp-feature", 500, _SEEN, "2.4", "The account has the features for authenticated messaging.", code=1050),
    Rule("idp-connector-id", 500, _GUESS, "2.4", "A connector id is a number, or default.",
         no_switch="No connector could be meant; only the status is open.", code=1023),
    Rule("idp-connector", 500, _SEEN, "2.4", "The connector is there and not deleted.", code=1024),
    Rule("idp-connector-type", 500, _SEEN, "2.4", "The connector is of a known type.", code=1025),
    Rule("idp-auth-type", 500, _GUESS, "2.4", "A code is for the code flow, a token for implicit; off: tokens to all.",
         switch=True, code=9015),
    Rule("idp-default", None, _GUESS, "2.1", "Without an id: the preferred or the only connector; off: the oldest.",
         switch=True),
    Rule("features", None, _DOC, "2.2", "Each account has the features for authenticated messaging.", switch=True),
    # Identity provider: a brand's token
    Rule("idp-not-jwt", 500, _SEEN, "2.4", "A token is three parts of base64url, with dots between.", code=1001),
    Rule("idp-jwe", 500, _SEEN, "2.4", "An encrypted token needs LivePerson's key, which nobody has here.", code=1004),
    Rule("idp-header", 500, _SEEN, "2.4", "The first part of a token is a JSON object.", code=1008),
    Rule("idp-claims", 500, _SEEN, "2.4", "The second is a JSON object: texts, times in numbers.", code=1009),
    Rule("idp-algorithm", 500, _SEEN, "1.1, 2.4", "A token is signed with RS256.", code=1003),
    Rule("idp-key", 500, _SEEN, "1.4, 2.4", "The connector's key is an RSA key, as base64 of its DER form.", code=1028),
    Rule("idp-strict-key", None, _GUESS, "1.4", "It has no line breaks and no PEM lines.", switch=True),
    Rule("idp-jwks", 500, _SEEN, "2.4", "The key set can be fetched, and its key is RSA in base64url.", code=1038),
    Rule("idp-jwks-kid", 500, _SEEN, "2.4", "The token's kid is in the key set.", code=1041),
    Rule("idp-jwks-no-kid", 500, _SEEN, "2.4", "A token needs no kid only for a key set of one.", code=1042),
    Rule("idp-jwks-each-time", None, _GUESS, "1.5", "A key set is fetched for every token; off: once.", switch=True),
    Rule("idp-signature", 500, _DOC, "2.4", "The connector's key verifies the signature.", code=9007),
    Rule("idp-signature-first", None, _GUESS, "2.4", "The signature is looked at before the claims.", switch=True),
    Rule("idp-missing-claim", 500, _SEEN, "1.2, 2.4", "iss, iat, exp and sub are there; for sub [GUESS].", code=1011),
    Rule("idp-expired", 500, _SEEN, "2.4", "exp has not passed. No leeway is known.", code=1012),
    Rule("idp-sdes", 500, _GUESS, "1.2, 2.4", "lp_sdes is an array of objects, each with a type.", switch=True,
         code=1026),
    Rule("idp-any-audience", None, _GUESS, "1.2", "aud means nothing; off: another account's is 9007.", switch=True),
    Rule("idp-any-issuer", None, _GUESS, "1.2", "iss need not be the connector's issuer; if off: 9007.", switch=True),
    # Identity provider: code flow
    Rule("idp-code", 500, _SEEN, "1.7, 2.4", "The token endpoint gives an id_token for the code.", code=9011),
    Rule("idp-timeout", 500, _SEEN, "2.4", "The brand's endpoint answers in time.", code=9013),
    Rule("idp-endpoints", None, _OWN, "1.5, 1.7", "Brand's endpoints are https; http for 127.0.0.1 and ::1 alone."),
    # Identity provider: anonymous consumers
    Rule("idp-anonymous-late", 500, _SEEN, "2.2, 2.4", "An anonymous token can be refreshed for 730 hours.", code=2001),
    Rule("idp-anonymous-signature", 500, _SEEN, "2.4", "An anonymous token is LivePerson's own.", code=2002),
    Rule("idp-anonymous-account", 500, _SEEN, "2.4", "An anonymous token is of this account.", code=2004),
    Rule("idp-anonymous-feature", 500, _SEEN, "2.2, 2.4", "The account has unauthenticated messaging.", code=2005),
    Rule("idp-acr0", None, _GUESS, "2.2", "An account has it if a live connector has 0 in acrValues; off: type 0.",
         switch=True),
    # Identity provider: what it issues
    Rule("idp-consumer-id", None, _GUESS, "2.2", "The consumer's id is a digest of account, iss, sub; off: no iss.",
         switch=True),
    Rule("idp-inherits", None, _SEEN, "2.2", "iat and exp are those of the brand's token."),
    # Monitoring
    Rule("monitoring-version", 400, _DOC, "5", "v is 1.0 or 1.1."),
    Rule("monitoring-body", 400, _DOC, "5", "A body is a JSON object; identities is an array of objects."),
    Rule("monitoring-app", 404, _DOC, "5", "The app installation is known. Here: the sandbox's own and engagements'.",
         code=18),
    Rule("monitoring-created", None, _GUESS, "5", "201 for a new session, 200 for one that is given back; off: 200.",
         switch=True),
    Rule("monitoring-loa1", None, _DOC, "3.2, 5", "An identity is authenticated with iss, sub and acr loa1."),
    Rule("monitoring-targeting", None, _GUESS, "5", "Locations, behaviours, hours and profiles fit every visitor.",
         no_switch="The forms of most conditions are not known (facts of the API, 6.3 and 6.4)."),
    Rule("monitoring-open", None, _DOC, "5", "An open conversation is offered instead of an engagement."),
    # Messaging
    Rule("messaging-version", 400, _GUESS, "4", "v=3 is required.", switch=True),
    Rule("messaging-4401", None, _DOC, "4", "Closed with 4401: no token, or an authenticated one that expired."),
    Rule("messaging-4407", None, _DOC, "4", "Closed with 4407: an anonymous token expired, or not LivePerson's token."),
    Rule("messaging-path-token", None, _OWN, "4", "A token in the address is not taken, although it once was."),
    Rule("messaging-envelope", 400, _GUESS, "4", "A message is a JSON object: kind req, id, type, body.",
         no_switch="What is no request cannot be answered otherwise; only the code is open."),
    Rule("messaging-size", 413, _OWN, "-", "A message has at most 65536 characters."),
    Rule("messaging-type", 400, _GUESS, "4", "The type of a request is one that is simulated.",
         no_switch="What it would do is not known; only the code is open."),
    Rule("messaging-body", 400, _GUESS, "4", "A body has its required fields, of their types.",
         no_switch="Without its fields there is nothing to do; only the code is open."),
    Rule("messaging-conversation", 404, _GUESS, "4", "The conversation is one of this consumer.",
         no_switch="Nobody may read another's; only the code is open."),
    Rule("messaging-closed", 400, _GUESS, "4", "A conversation that is closed takes nothing more.", switch=True),
    Rule("messaging-memory", None, _OWN, "-", "Conversations live as long as the server, and in it only."),
    Rule("messaging-agent", None, _OWN, "-", "An agent takes every conversation and answers every text."),
)  # fmt: skip

# The other tables mean the facts of the API.
CONSUMER_RULES: tuple[Rule, ...] = tuple(
    row if row.source == "-" else replace(row, source=f"consumer side, {row.source}") for row in _ROWS
)
