"""Signs in to an account, again when a session has ended, and out at the end (facts 2)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from lpconf.liveperson.credentials import Bearer, ClientCredentials, Credentials, UserPassword, is_token
from lpconf.liveperson.discovery import LOGIN, OAUTH, Services
from lpconf.liveperson.errors import quotation, shown
from lpconf.liveperson.exchange import JSON_TYPE, Answer, Call, as_json, path_of
from lpconf.liveperson.transport import Transport
from lpconf.model.errors import AccessError, LpconfError

logger = logging.getLogger("lpconf.http")

FORM_TYPE = "application/x-www-form-urlencoded"
_LOGIN_VERSION = "1.3"
_BAD_SIGN_IN = frozenset({400, 401, 403})


@dataclass(frozen=True, slots=True)
class Ticket:
    """What LivePerson hands out at a sign-in. `csrf` and `cookies` are needed to log out again."""

    bearer: str = field(repr=False)
    csrf: str = field(default="", repr=False)
    cookies: str = field(default="", repr=False)


class SignIn:
    """The sign-in of one connection, for several threads. Nothing is sent before `open`."""

    def __init__(
        self,
        services: Services,
        credentials: Credentials,
        transport: Transport,
        goodbye: Callable[[], Transport],
    ) -> None:
        """Prepare a sign-in.

        Args:
            services: the account's hosts.
            credentials: who signs in.
            transport: for signing in; it may repeat a POST, since a second login does no harm.
            goodbye: makes the transport for logging out, which is not repeated.

        Raises:
            AccessError: the host to sign in to is not there or not trusted. Nothing has been sent to it.
        """
        self._account = services.account
        self._credentials = credentials
        self._transport = transport
        self._goodbye = goodbye
        self._lock = threading.Lock()
        self._ticket: Ticket | None = None
        self._failure: AccessError | None = None
        match credentials:
            case UserPassword():
                self._base_url = services.base_url(LOGIN)
            case ClientCredentials():
                self._base_url = services.base_url(OAUTH)
            case Bearer():
                self._base_url = ""

    @property
    def uses_oauth(self) -> bool:
        """Whether the bearer comes from an OAuth 2 client."""
        return isinstance(self._credentials, ClientCredentials)

    @property
    def bearer(self) -> str:
        """The bearer as of now. Only after `open`."""
        ticket = self._ticket
        assert ticket is not None  # noqa: S101 - `connect` opens before it gives anybody a client
        return ticket.bearer

    def open(self) -> None:
        """Sign in. Raises AccessError if LivePerson refuses or cannot be reached."""
        self._ticket = self._new_ticket()

    def renew(self, refused: str) -> str:
        """A bearer in place of a refused one: another thread's newer one, else that of one new login.

        Raises AccessError if there is none; a login that failed is not tried again by another thread, since
        repeated failures may lock the user.
        """
        with self._lock:
            if self._failure is not None:
                raise self._failure
            if self.bearer == refused:
                try:
                    self._ticket = self._new_ticket(again=True)
                except AccessError as error:
                    self._failure = error
                    raise
            return self.bearer

    def close(self) -> None:
        """Log out a session that `open` or `renew` began. A failure is only logged: the work is done."""
        ticket, self._ticket = self._ticket, None
        if ticket is None or not isinstance(self._credentials, UserPassword):
            return
        call = Call(
            "POST",
            self._base_url,
            path_of("api", "account", self._account, "logout"),
            headers={"Content-Type": JSON_TYPE} | ({"Cookie": ticket.cookies} if ticket.cookies else {}),
            body=as_json({"csrf": ticket.csrf}),
            hide=(ticket.bearer, ticket.csrf, ticket.cookies),
        )
        try:
            with self._goodbye() as transport:
                transport.accepted(call)
        except LpconfError as error:
            logger.info("logging out failed: %s", str(error).partition("\n")[0])

    def _new_ticket(self, again: bool = False) -> Ticket:
        match self._credentials:
            case Bearer(token):
                if again:
                    raise AccessError(
                        f"The given bearer token is refused for account {self._account} (401).\n"
                        "It may have expired, or it is of another account.\nSet a new one.",
                        in_public="The given bearer token is refused (401).",
                    )
                return Ticket(token)
            case UserPassword() as user:
                return self._log_in(user)
            case ClientCredentials() as client:
                return self._fetch_token(client)

    def _log_in(self, user: UserPassword) -> Ticket:
        call = Call(
            "POST",
            self._base_url,
            path_of("api", "account", self._account, "login"),
            (("v", _LOGIN_VERSION),),
            {"Content-Type": JSON_TYPE},
            as_json({"username": user.username, "password": user.password}),
            hide=(user.password,),
        )
        who = f"the user {shown(user.username)}"
        answer, body = self._ask(
            call, who, "Check the user name and the password.\nUsers of single sign-on cannot sign in this way."
        )
        csrf = body.get("csrf")
        return Ticket(self._token(call, body.get("bearer")), csrf if isinstance(csrf, str) else "", answer.cookies)

    def _fetch_token(self, client: ClientCredentials) -> Ticket:
        form = {
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "grant_type": "client_credentials",
        }
        call = Call(
            "POST",
            self._base_url,
            path_of("sentinel", "api", "v2", "account", self._account, "app", "token"),
            headers={"Content-Type": FORM_TYPE},
            body=urlencode(form).encode("ascii"),
            hide=(client.client_secret,),
        )
        who = f"the OAuth 2 client {shown(client.client_id)}"
        _, body = self._ask(call, who, "Check the client id and the client secret.")
        return Ticket(self._token(call, body.get("access_token")))

    def _ask(self, call: Call, who: str, advice: str) -> tuple[Answer, Mapping[str, object]]:
        """The answer and its JSON object. Whatever goes wrong is an AccessError here."""
        try:
            answer = self._transport.send(call)
            if answer.status in _BAD_SIGN_IN:
                said = answer.message(call.hide)
                quoted = quotation(call.server, said)
                raise AccessError(
                    f"{call.server} refuses {who} in account {self._account} ({answer.status}).{quoted}\n{advice}",
                    in_public=f"Could not sign in: the credentials are refused ({answer.status}).",
                )
            body = self._transport.check(call, answer).json(call)
        except AccessError:
            raise
        except LpconfError as error:
            raise AccessError(str(error), in_public=error.in_public) from None
        if not isinstance(body, Mapping):
            raise AccessError(f"{call} was answered with JSON that is not an object.")
        return answer, body

    @staticmethod
    def _token(call: Call, token: object) -> str:
        if not isinstance(token, str) or not is_token(token):
            raise AccessError(f"{call} was answered without a usable token.")
        return token
