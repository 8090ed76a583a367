"""Signing in: user and application login (facts 2.1, 2.3), refresh and logout (2.2), client credentials (2.5).

The state holds hashes of bearers, cookies and csrf values only.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lpconf.sandbox.discovery import base_uris
from lpconf.sandbox.replies import is_form, json_body, json_response
from lpconf.sandbox.rules import Rules
from lpconf.sandbox.seed import Client, User
from lpconf.sandbox.service import Service
from lpconf.sandbox.store import Session, Transaction

COOKIE = "Session_id"
_LOGIN_VERSIONS = frozenset({"1.2", "1.3"})


def signed_in(tx: Transaction, rules: Rules, request: Request, now: float) -> Session:
    """The session of the bearer of a configuration call.

    Raises:
        Refusal: `bearer`.
    """
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    session = None
    if scheme.lower() == "bearer" and bearer:
        session = tx.session(request.path_params["account"], now, bearer=_hash(bearer.strip()))
    if session is None:
        raise rules.refusal("bearer", "The bearer is missing, wrong or expired")
    return session


class Login:
    """The endpoints of agentVep and sentinel."""

    def __init__(self, service: Service) -> None:
        self._service = service
        # Nobody can check the signature of a token, as nobody has this key; its hash in the state decides.
        self._signing_key = secrets.token_bytes(32)

    def routes(self) -> list[Route]:
        base = "/api/account/{account}"
        return [
            Route(f"{base}/login", self.login, methods=["POST"]),
            Route(f"{base}/refresh", self.refresh, methods=["POST"]),
            Route(f"{base}/logout", self.logout, methods=["POST"]),
            Route("/sentinel/api/v2/account/{account}/app/token", self.token, methods=["POST"]),
        ]

    async def login(self, request: Request) -> Response:
        service, account = self._service, request.path_params["account"]
        if request.query_params.get("v") not in _LOGIN_VERSIONS and service.rules.on("login-version"):
            raise service.rules.refusal("login-version", "v must be 1.2 or 1.3")
        body = await json_body(request, service.rules)
        bearer, cookie, csrf = (secrets.token_hex(16) for _ in range(3))
        now = service.clock()
        user = self._application(body) if "appKey" in body else self._person(body)
        with service.store.write() as tx:
            if not tx.has_account(account):
                raise service.rules.refusal("login-password", "Wrong user or password")
            expires = now + service.rules.settings.session_seconds
            tx.add_session(Session(_hash(bearer), account, user.name, expires, _hash(cookie), _hash(csrf)), now)
        response = json_response(self._login_reply(request, user, bearer, csrf, now))
        response.set_cookie(COOKIE, cookie, httponly=True, samesite="strict")
        return response

    def _person(self, body: dict[str, Any]) -> User:
        """Who signs in by password (facts 2.1)."""
        rules = self._service.rules
        name, password = body.get("username"), body.get("password")
        if not isinstance(name, str) or not isinstance(password, str):
            raise rules.refusal("login-body", "username and password are required")
        user = self._service.seed.user_named(name)
        if user is None or not _same(password, user.password):
            raise rules.refusal("login-password", "Wrong user or password")
        if user.state == "bot" and rules.on("login-bot"):
            raise rules.refusal("login-bot", "This user signs in as an application only")
        return self._not_barred(user)

    def _application(self, body: dict[str, Any]) -> User:
        """The bot user as which an application signs in (facts 2.3): a client, or a key of OAuth 1.0."""
        rules, seed = self._service.rules, self._service.seed
        names = ("username", "appKey", "secret", "accessToken", "accessTokenSecret")
        if not all(isinstance(body.get(name), str) for name in names):
            raise rules.refusal("login-body", f"{', '.join(names)} are required")
        name, app_key, secret, token, token_secret = (body[name] for name in names)
        client, key = seed.client_named(app_key), seed.api_key
        right = client is not None and _same(secret, client.secret)
        if _same(app_key, key.app_key):
            given, wanted = (secret, token, token_secret), (key.secret, key.access_token, key.access_token_secret)
            right = all(map(_same, given, wanted))
            if right and rules.on("login-oauth1"):
                raise rules.refusal("login-oauth1", "OAuth 1.0 keys are no longer supported; use an OAuth 2 client")
        user = seed.user_named(name)
        if not right or user is None or user.state != "bot":
            raise rules.refusal("login-application", "Wrong bot user, key or secret")
        return user

    def _not_barred(self, user: User) -> User:
        if user.state == "locked":
            raise self._service.rules.refusal("login-locked", "The user is locked")
        if user.state == "blacklisted":
            raise self._service.rules.refusal("login-blacklisted", "The user is blacklisted")
        return user

    def _login_reply(self, request: Request, user: User, bearer: str, csrf: str, now: float) -> dict[str, Any]:
        """The reply, in the order of real ones (facts 2.1 [SEEN])."""
        settings = self._service.rules.settings
        config = {**user.config, "serverCurrentTime": int(now * 1000)}
        return {
            "csrf": csrf,
            "wsuk": "00000000",
            "config": {"loginName": user.name, **config},
            "csdsCollectionResponse": {"baseURIs": base_uris(request, request.path_params["account"])},
            # Illustrative values [GUESS].
            "accountData": {
                "agentGroupsData": {"items": [{"id": -1, "deleted": False, "name": "Main Group"}], "revision": 1}
            },
            "sessionTTl": str(settings.session_seconds * 1000),
            "bearer": bearer,
        }

    async def refresh(self, request: Request) -> Response:
        csrf, now = await self._csrf(request), self._service.clock()
        with self._service.store.write() as tx:
            session = self._cookie_session(tx, request, csrf, now)
            tx.extend_session(session, now + self._service.rules.settings.session_seconds)
        return Response()

    async def logout(self, request: Request) -> Response:
        csrf, now = await self._csrf(request), self._service.clock()
        with self._service.store.write() as tx:
            tx.end_session(self._cookie_session(tx, request, csrf, now))
        response = Response()
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response

    async def _csrf(self, request: Request) -> str:
        csrf = (await json_body(request, self._service.rules)).get("csrf")
        if not isinstance(csrf, str):
            raise self._service.rules.refusal("session-body", "csrf is required")
        return csrf

    def _cookie_session(self, tx: Transaction, request: Request, csrf: str, now: float) -> Session:
        cookie = _hash(request.cookies.get(COOKIE, ""))
        session = tx.session(request.path_params["account"], now, cookie=cookie)
        if session is None or not hmac.compare_digest(session.csrf or "", _hash(csrf)):
            raise self._service.rules.refusal("session-csrf", "CSRF token invalid")
        return session

    async def token(self, request: Request) -> Response:
        """Client credentials (facts 2.5): a form in, an access token out."""
        service, account = self._service, request.path_params["account"]
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode("latin-1")).items()}
        if not is_form(request) or form.get("grant_type") != "client_credentials":
            raise service.rules.refusal("token-request", "A form with grant_type=client_credentials is required")
        client, settings = service.seed.client_named(form.get("client_id", "")), service.rules.settings
        if client is None or not _same(form.get("client_secret", ""), client.secret):
            raise service.rules.refusal("token-client", "Wrong client id or secret")
        now = service.clock()
        expires = now + settings.token_seconds
        token = self._jwt(account, client, now, expires)
        with service.store.write() as tx:
            if not tx.has_account(account):
                raise service.rules.refusal("token-client", "Wrong client id or secret")
            tx.add_session(Session(_hash(token), account, client.client_id, expires), now)
        return json_response({"access_token": token, "token_type": "Bearer", "expires_in": settings.token_seconds})

    def _jwt(self, account: str, client: Client, now: float, expires: float) -> str:
        """A token with the claims of real ones (facts 2.5 [SEEN]); `jti` makes each another."""
        header = {"alg": "HS256", "typ": "JWT"}
        claims = {
            "aud": f"acc:{account}",
            "azp": client.client_id,
            "scope": " ".join(client.scopes),
            "iss": "Sentinel",
            "exp": int(expires),
            "iat": int(now),
            "jti": secrets.token_hex(8),
        }
        signed = f"{_segment(json.dumps(header).encode())}.{_segment(json.dumps(claims).encode())}"
        return f"{signed}.{_segment(hmac.digest(self._signing_key, signed.encode(), 'sha256'))}"


def _segment(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
