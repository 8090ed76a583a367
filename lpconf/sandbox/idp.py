"""The identity provider (facts 2 of the consumer side): a brand's token or code in, LivePerson's token out.

A fault is `{"internalErrorCode": "<code>"}` with status 500, even if it is the caller's (facts 2.3 [SEEN]). Here the
body also has `sandbox.message`, which says in words what is wrong.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lpconf.sandbox import code_flow, identity, outbound
from lpconf.sandbox.code_flow import DEFAULT_REDIRECT_URI, Code
from lpconf.sandbox.connectors import flow_of
from lpconf.sandbox.lp_tokens import Anonymous, LpTokens
from lpconf.sandbox.replies import json_response
from lpconf.sandbox.rules import Refusal, Rules
from lpconf.sandbox.service import Service
from lpconf.sandbox.store import Entity, Place, Transaction

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_Endpoint = Callable[[Request], Awaitable[Response]]

# Facts 2.1: in which field each version has the token [DOC, ONE, DOC].
_REPLY_FIELDS = {"2.0": "jwt", "3.0": "token"}
_NEWEST = "3.0"
# Facts 2.2 [DOC].
_ANONYMOUS_SECONDS = 600
_REFRESH_SECONDS = 730 * 3600
# The life of the tokens that sign-up gives in LivePerson's samples: 13 years (facts 1.3 [SEEN]).
_SIGNUP_SECONDS = 410_240_040

# Facts of the API, 4.4 [GUESS].
_ACR0_TYPE = 0


class Idp:
    """The endpoints of the service `idp`."""

    def __init__(self, service: Service, tokens: LpTokens) -> None:
        self._service = service
        self._rules = service.rules
        self._tokens = tokens
        # By address; filled only where a key set is fetched once.
        self._key_sets: dict[str, bytes] = {}

    def routes(self) -> list[Route]:
        base = "/api/account/{account}"
        return [
            Route(f"{base}/{path}", self._answering(endpoint), methods=["POST"])
            for path, endpoint in (
                ("authenticate", self.authenticate),
                ("app/{connector}/authenticate", self.authenticate_with),
                ("anonymous/authorize", self.authorize_anonymous),
                ("signup", self.sign_up),
            )
        ]

    async def authenticate(self, request: Request) -> Response:
        """The first form: `authCode` is a token or a code, as the connector's flow has it."""
        account, body = self._account(request), await self._body(request)
        credential = self._text(body, "authCode")
        connector = self._connector(account, "default")
        is_code = flow_of(self._rules.settings, connector.body) == "code"
        lp_token = await self._exchange(account, connector, Code(credential) if is_code else credential)
        return json_response({"jwt": lp_token})

    async def authenticate_with(self, request: Request) -> Response:
        """The later forms: an id or `default` in the address, `id_token` or `code` in the body.

        For 3.0 a code in the body is [GUESS]; for 2.0 an id_token.
        """
        version = request.query_params.get("v", "")
        if version not in _REPLY_FIELDS and self._rules.on("idp-version"):
            raise self._rules.refusal("idp-version", "v must be 2.0 or 3.0")
        reply_field = _REPLY_FIELDS.get(version, _REPLY_FIELDS[_NEWEST])
        account, body = self._account(request), await self._body(request)
        credential: str | Code
        if "code" in body:
            redirect_uri = self._text(body, "redirect_uri") if "redirect_uri" in body else DEFAULT_REDIRECT_URI
            credential = Code(self._text(body, "code"), redirect_uri)
        else:
            credential = self._text(body, "id_token")
        connector = self._connector(account, request.path_params["connector"])
        return json_response({reply_field: await self._exchange(account, connector, credential)})

    async def authorize_anonymous(self, request: Request) -> Response:
        """A new anonymous external token, or with `id_token` a younger one for the same consumer."""
        account, body = self._account(request), await self._body(request, needed=False)
        self._check_anonymous(account)
        now, sub = self._service.clock(), str(uuid.uuid4())
        if "id_token" in body:
            old = self._anonymous(account, self._text(body, "id_token"))
            if now > old.issued + _REFRESH_SECONDS:
                raise self._rules.refusal("idp-anonymous-late", "The anonymous token is too old to be refreshed")
            sub = old.id
        return json_response({"token": self._tokens.anonymous_external(account, sub, now, now + _ANONYMOUS_SECONDS)})

    async def sign_up(self, request: Request) -> Response:
        """The oldest form: a token for a new anonymous consumer."""
        account = self._account(request)
        self._check_anonymous(account)
        now = self._service.clock()
        token = self._tokens.for_anonymous(account, str(uuid.uuid4()), now, now + _SIGNUP_SECONDS)
        return json_response({"jwt": token})

    # What the request is about

    def _account(self, request: Request) -> str:
        account = str(request.path_params["account"])
        with self._service.store.read() as tx:
            if not tx.has_account(account):
                raise self._rules.refusal("idp-account", "The account is not known")
        return account

    async def _body(self, request: Request, *, needed: bool = True) -> Mapping[str, Any]:
        content = await request.body()
        if not content and not needed:
            return {}
        try:
            body = json.loads(content)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise self._rules.refusal("idp-request", "The body must be a JSON object")
        return body

    def _text(self, body: Mapping[str, Any], name: str) -> str:
        text = body.get(name)
        if not isinstance(text, str) or not text:
            raise self._rules.refusal("idp-request", f"{name} must be a text")
        return text

    def _connector(self, account: str, wanted: str) -> Entity:
        place = Place(account, "connectors")
        with self._service.store.read() as tx:
            if wanted == "default":
                return self._default_connector(tx, place)
            if not (wanted.isascii() and wanted.isdigit()):
                raise self._rules.refusal("idp-connector-id", "A connector id is a number, or default")
            found = tx.get(place, int(wanted)) if len(wanted) < 20 else None
        if found is None or found.deleted:
            raise self._rules.refusal("idp-connector", "There is no such connector, or it is deleted")
        return found

    def _default_connector(self, tx: Transaction, place: Place) -> Entity:
        """The rule `idp-default`."""
        live = [found for found in tx.entities(place) if flow_of(self._rules.settings, found.body) is not None]
        if live and not self._rules.on("idp-default"):
            return min(live, key=lambda found: found.id)
        preferred = [found for found in live if _configuration(found).get("preferred") is True]
        for candidates in (preferred, live):
            if len(candidates) == 1:
                return candidates[0]
        raise self._rules.refusal("idp-connector", f"There are {len(live)} connectors, and not one preferred")

    # The exchange

    async def _exchange(self, account: str, connector: Entity, credential: str | Code) -> str:
        """LivePerson's token for a brand's token (a text) or code."""
        rules, flow = self._rules, flow_of(self._rules.settings, connector.body)
        if is_unauthenticated(rules, connector) and isinstance(credential, str):
            return self._exchange_anonymous(account, credential)
        if not rules.on("features"):
            raise rules.refusal("idp-feature", "The account lacks the features for authenticated messaging")
        if flow is None:
            raise rules.refusal("idp-connector-type", "The connector is of a type that is not known")
        is_code = isinstance(credential, Code)
        if is_code != (flow == "code") and (is_code or rules.on("idp-auth-type")):
            raise rules.refusal("idp-auth-type", f"The connector has the {flow} flow")
        if isinstance(credential, Code):
            credential = await code_flow.id_token(rules, connector, credential)
        token = identity.parsed(rules, credential)
        key = await self._key(connector, token.kid)
        issuer = _configuration(connector).get("issuer")
        identity.verify(rules, token, key, account, issuer, self._service.clock())
        return self._tokens.for_brand_token(account, token.claims)

    async def _key(self, connector: Entity, kid: str | None) -> RSAPublicKey:
        """The brand's key, pasted or from its key set."""
        rules, configuration = self._rules, _configuration(connector)
        if configuration.get("jwtValidationType") != "JWKS_ENDPOINT":
            return identity.pasted_key(rules, str(configuration.get("jwtPublicKey") or ""))
        url = str(configuration.get("jwksEndpoint") or "")
        document = self._key_sets.get(url) or await self._key_set(url)
        key = identity.key_of_set(rules, document, kid)
        if not rules.on("idp-jwks-each-time"):
            self._key_sets[url] = document
        return key

    async def _key_set(self, url: str) -> bytes:
        """The document at the address of a key set."""
        rules = self._rules
        try:
            answer = await outbound.get(url, rules.settings.brand_seconds)
        except outbound.TimedOut:
            raise rules.refusal("idp-timeout", "The key set did not come in time") from None
        except outbound.Unreachable:
            raise rules.refusal("idp-jwks", "The key set cannot be fetched") from None
        if answer.status != 200:
            raise rules.refusal("idp-jwks", f"The address of the key set answered {answer.status}")
        return answer.body

    # Anonymous consumers

    def _exchange_anonymous(self, account: str, text: str) -> str:
        self._check_anonymous(account)
        token = self._anonymous(account, text)
        if self._service.clock() >= token.expires:
            raise self._rules.refusal("idp-expired", "The anonymous token has expired")
        return self._tokens.for_anonymous(account, token.id, token.issued, token.expires)

    def _anonymous(self, account: str, text: str) -> Anonymous:
        token = self._tokens.anonymous(text)
        if token is None:
            raise self._rules.refusal("idp-anonymous-signature", "This is not an anonymous token of LivePerson's")
        if token.account != account:
            raise self._rules.refusal("idp-anonymous-account", "The anonymous token is of another account")
        return token

    def _check_anonymous(self, account: str) -> None:
        """The rules `idp-anonymous-feature` and `idp-acr0`."""
        with self._service.store.read() as tx:
            connectors = tx.entities(Place(account, "connectors"))
        if not any(is_unauthenticated(self._rules, connector) for connector in connectors):
            message = "The account has no connector for unauthenticated messaging"
            raise self._rules.refusal("idp-anonymous-feature", message)

    def _answering(self, endpoint: _Endpoint) -> _Endpoint:
        """The endpoint, with faults in the form of this service."""

        async def answer(request: Request) -> Response:
            try:
                return await endpoint(request)
            except Refusal as refusal:
                return _fault(refusal)
            except sqlite3.OperationalError:
                return _fault(self._rules.refusal("idp-busy", "The state cannot be read or written now"))

        return answer


def is_unauthenticated(rules: Rules, connector: Entity) -> bool:
    """Whether this is the connector for unauthenticated messaging (facts 2.2 [DOC]; how it shows: rule `idp-acr0`)."""
    if not rules.on("idp-acr0"):
        return connector.body.get("type") == _ACR0_TYPE
    values = _configuration(connector).get("acrValues")
    return isinstance(values, list) and "0" in values


def _configuration(connector: Entity) -> Mapping[str, Any]:
    configuration = connector.body.get("configuration")
    return configuration if isinstance(configuration, dict) else {}


def _fault(refusal: Refusal) -> Response:
    body = {"internalErrorCode": str(refusal.rule.code), "sandbox": {"message": refusal.message}}
    return json_response(body, refusal.status)
