"""What the page's backend asks LivePerson's visitor services, as they are simulated on this machine.

Discovery names their hosts. Only hosts on literal loopback addresses are asked, so no token ever leaves this machine
from here; a real account is tried in the browser, with LivePerson's own script.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

IDP = "idp"
MONITORING = "smt"
"""The service whose host answers monitoring [GUESS]: facts 1 lists the name, none says what it is for."""
MESSAGING = "asyncMessagingEnt"

# Consumer-side 5 [DOC]: a server that asks monitoring names its app installation. This is the simulator's own.
_APP_INSTALLATION = "5a4db0c5-0000-4000-8000-000000000001"
_HOST = re.compile(r"(127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?", re.ASCII)
_LARGEST_ANSWER = 4 * 1024 * 1024
_LONGEST_ID = 19
"""Digits. LivePerson's ids fit in 64 bits as far as they were seen; Python reads no number of any length."""


class UpstreamError(Exception):
    """A service did not answer as it should. The text is for people and holds nothing of a request's body."""


@dataclass(frozen=True, slots=True)
class IdpAnswer:
    """What the IdP said to a token: LivePerson's own token, or the error code and the HTTP status."""

    token: str = field(default="", repr=False)
    code: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Refused:
    """Why one engagement is not offered, as the simulator tells it. A field is in LivePerson's spelling."""

    campaign_id: int | None
    engagement_id: int | None
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What monitoring said to a visitor: the engagement that it offers, or why it offers none.

    `details` is one entry of `engagementDetails` (consumer-side 5), empty when nothing is offered. `refused` is empty
    where the service does not tell reasons.
    """

    details: Mapping[str, Any] = field(default_factory=dict)
    visitor_id: str = ""
    session_id: str = ""
    refused: tuple[Refused, ...] = ()


class Upstream:
    """The visitor services of one account. For use inside one event loop."""

    def __init__(self, discovery_url: str, account: str, ca_file: str | None = None) -> None:
        """Make it. `discovery_url` is scheme and host; ValueError unless its host is 127.0.0.1 or ::1."""
        if not is_loopback(discovery_url):
            raise ValueError("discovery is not on this machine")
        self._discovery = discovery_url
        self._account = account
        self.tls = ssl.create_default_context(cafile=ca_file)
        self._http = httpx.AsyncClient(verify=self.tls, trust_env=False, follow_redirects=False, timeout=10)

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def authenticate(self, connector_id: int, token: str) -> IdpAnswer:
        """Hand a visitor's token to the IdP (consumer-side 2.1, v3 [DOC]). Raises UpstreamError."""
        base = await self.host(IDP)
        path = f"/api/account/{quote(self._account, safe='')}/app/{connector_id}/authenticate"
        answer = await self._send("POST", base + path, {"v": "3.0"}, {"id_token": token})
        body = _object(answer)
        if answer.is_success and isinstance(body.get("token"), str):
            return IdpAnswer(token=body["token"])
        # Consumer-side 2.3: the code is a string, and the status is 500 even for the caller's mistakes.
        code = body.get("internalErrorCode")
        return IdpAnswer(code=str(code) if code is not None else "", status=answer.status_code)

    async def offer(self, identities: Sequence[Mapping[str, str]]) -> Offer:
        """Ask what this visitor is offered on this page (consumer-side 5 [DOC]). Raises UpstreamError."""
        base = await self.host(MONITORING)
        path = f"/api/account/{quote(self._account, safe='')}/app/{_APP_INSTALLATION}/engagement"
        answer = await self._send("POST", base + path, {"v": "1.1"}, {"identities": list(identities)})
        if answer.status_code not in {200, 201}:
            raise UpstreamError(f"The monitoring service answered {answer.status_code}.")
        body = _object(answer)
        details = body.get("engagementDetails")
        first = details[0] if isinstance(details, list) and details and isinstance(details[0], dict) else {}
        return Offer(first, _text(body.get("visitorId")), _text(body.get("sessionId")), _refused(body))

    async def socket_url(self) -> str:
        """The address of the consumer socket (consumer-side 4 [DOC]). Raises UpstreamError."""
        parts = urlsplit(await self.host(MESSAGING))
        scheme = "wss" if parts.scheme == "https" else "ws"
        return f"{scheme}://{parts.netloc}/ws_api/account/{quote(self._account, safe='')}/messaging/consumer?v=3"

    async def host(self, service: str) -> str:
        """Scheme and host of a service, from discovery. Raises UpstreamError, also for a host elsewhere."""
        url = f"{self._discovery}/api/account/{quote(self._account, safe='')}/service/{service}/baseURI.json"
        answer = await self._send("GET", url, {"version": "1.0"})
        host = _object(answer).get("baseURI") if answer.is_success else None
        if not isinstance(host, str):
            raise UpstreamError(f"Discovery does not know the service {service} of account {self._account}.")
        base = f"{urlsplit(self._discovery).scheme}://{host}"
        if not _HOST.fullmatch(host):
            raise UpstreamError(f"Discovery names a host for {service} that is not on this machine. It is not asked.")
        return base

    async def _send(
        self, method: str, url: str, query: Mapping[str, str], body: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        content = bytearray()
        # Small in packed form may be endless unpacked, so nothing is unpacked.
        headers = {"Accept-Encoding": "identity"}
        try:
            async with self._http.stream(method, url, params=query, json=body, headers=headers) as answer:
                async for chunk in answer.aiter_raw():
                    content += chunk
                    if len(content) > _LARGEST_ANSWER:
                        raise UpstreamError(f"The answer of {urlsplit(url).netloc} is too large.")
        except httpx.HTTPError as error:
            raise UpstreamError(f"{urlsplit(url).netloc} cannot be reached. Does the sandbox run?") from error
        return httpx.Response(answer.status_code, content=bytes(content))


def is_loopback(url: str) -> bool:
    """Whether a URL's host is literally 127.0.0.1 or ::1."""
    try:
        return urlsplit(url).hostname in {"127.0.0.1", "::1"}
    except ValueError:
        return False


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _refused(body: Mapping[str, Any]) -> tuple[Refused, ...]:
    sandbox = body.get("sandbox")
    entries = sandbox.get("notOffered") if isinstance(sandbox, dict) else None
    return tuple(
        Refused(
            as_id(entry.get("campaignId")),
            as_id(entry.get("engagementId")),
            _text(entry.get("field")),
            _text(entry.get("reason")),
        )
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict)
    )


def as_id(value: object) -> int | None:
    """An id that was sent as a number or as digits; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) <= _LONGEST_ID and value.isascii() and value.isdigit():
        return int(value)
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
