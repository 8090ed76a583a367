"""What a failed request means: whether it can have taken effect, and what the user reads."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

import requests
import urllib3.exceptions

from lpconf.liveperson.errors import (
    Conflict,
    NotFound,
    OutcomeUnknown,
    Refused,
    TooMany,
    UnexpectedAnswer,
    quotation,
    shown,
)
from lpconf.liveperson.exchange import Answer, Call
from lpconf.model.errors import AccessError, LpconfError
from lpconf.model.policy import Waits

_UNKNOWN = "Nobody knows yet whether it took effect."


def no_answer(call: Call, error: Exception, waits: Waits) -> LpconfError:
    """The error for a request that failed without an answer.

    AccessError where the request certainly was not carried out or only reads; else OutcomeUnknown. The text never
    quotes the library's message, which may hold what was sent or a proxy's password.
    """
    reason, advice, sent = _reason(error, waits)
    host = urlsplit(call.base_url).netloc
    if call.changes and sent:
        return OutcomeUnknown(f"{call} was sent, but its answer was lost: {reason}.\n{_UNKNOWN}")
    # What follows in brackets may name the host.
    in_public = f"{call.server} was not reached: {reason.partition(' (')[0]}."
    return AccessError(f"{call} failed: {reason}.\nThe host is {host}.\n{advice}", in_public=in_public)


def unreadable(call: Call, what: str) -> LpconfError:
    """The error for an answer that cannot be read: too large, or not decodable. `what` completes "The answer is"."""
    if call.changes:
        return OutcomeUnknown(f"{call} was sent, but its answer is {what}.\n{_UNKNOWN}")
    return UnexpectedAnswer(f"{call} failed: the answer is {what}.\nExpected was JSON of LivePerson's API.")


def misunderstood(call: Call, what: str) -> LpconfError:
    """The error for JSON of another shape. `what` completes "The answer ...". See `unreadable`."""
    if call.changes:
        return OutcomeUnknown(f"{call} was sent, but the answer {what}.\n{_UNKNOWN}")
    return UnexpectedAnswer(
        f"{call}: the answer {what}.\nEither LivePerson's API has changed, or another server answered."
    )


def refusal(call: Call, answer: Answer, forbidden: str = "") -> LpconfError:
    """The error for an answer whose status is not 2xx. `forbidden` is what to do about a 403.

    A write that was answered with 5xx or a redirect may have taken effect; one that was answered with 4xx has not.
    """
    status, server = answer.status, call.server
    quoted = quotation(server, answer.message(call.hide))
    if 300 <= status < 400:
        return _redirected(call, answer)
    match status:
        case 401:
            in_public = f"{server} refuses a request as not signed in (401)."
            return AccessError(f"{call} was refused as not signed in (401).{quoted}", in_public=in_public)
        case 403:
            in_public = f"{server} does not allow a request (403). The user may lack a privilege."
            return AccessError(f"{call} is not allowed (403).{quoted}\n{forbidden}".rstrip(), in_public=in_public)
        case 451:
            in_public = f"{server} blocks the account or the user (451)."
            return AccessError(f"{in_public}{quoted}\nAsk LivePerson's support.", in_public=in_public)
        case 404 | 410:
            again = "" if call.changes else " Run the same command again."
            return NotFound(status, f"{call}: not found ({status}).{quoted}\nIt may have been deleted.{again}")
        case 409 | 412:
            return Conflict(
                status,
                f"{call} was refused because the settings have changed meanwhile, or a name is taken ({status})."
                f"{quoted}",
            )
        case 429:
            return _too_many(call, quoted, answer.retry_after)
        case _ if 400 <= status < 500:
            return Refused(status, f"{call} was refused ({status}).{quoted}")
    if call.changes:
        return OutcomeUnknown(f"{call} was sent. {server} failed ({status}).{quoted}\n{_UNKNOWN}")
    in_public = f"{server} is not available ({status})."
    return AccessError(f"{call} failed: {in_public}{quoted}\nTry again later.", in_public=in_public)


def _redirected(call: Call, answer: Answer) -> LpconfError:
    target = shown(answer.headers.get("location", ""), call.hide) or "an address that it does not name"
    text = f"{call} was answered with a redirect ({answer.status}) to {target}.\nlpconf follows no redirects."
    if call.changes:
        return OutcomeUnknown(f"{text}\n{_UNKNOWN}")
    return AccessError(f"{text}\nA proxy or a sign-in page may stand in between.")


def _too_many(call: Call, quoted: str, retry_after: float | None) -> LpconfError:
    asked = f"{call.server} asks to wait {retry_after:g} s." if retry_after else "Wait a while and try again."
    text = f"{call} was refused because of too many requests (429).{quoted}\n{asked}"
    return TooMany(text, retry_after) if call.changes else AccessError(text)


def _reason(error: Exception, waits: Waits) -> tuple[str, str, bool]:
    """What happened, what to do, and whether the request may have been carried out."""
    network = "Check the network connection, and HTTPS_PROXY if there is a proxy."
    causes = _causes(error)
    certificate = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if certificate is not None:
        return (
            f"the certificate is not trusted ({shown(certificate.verify_message)})",
            "If a proxy replaces certificates, set REQUESTS_CA_BUNDLE to its CA file.",
            False,
        )
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy cannot be reached or refuses", "Check HTTPS_PROXY and NO_PROXY.", False
    if isinstance(error, requests.exceptions.SSLError):
        return "TLS failed", network, True
    if _has(causes, urllib3.exceptions.NameResolutionError):
        return "the host name is not known", network, False
    if _has(causes, requests.ConnectTimeout):
        return f"no connection within {waits.connect:g} s", network, False
    if _has(causes, urllib3.exceptions.NewConnectionError):
        return "the connection was refused or there is no way to the host", network, False
    if _has(causes, requests.ReadTimeout, urllib3.exceptions.ReadTimeoutError):
        return f"no answer within {waits.answer:g} s", "Try again later.", True
    if _has(causes, requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema):
        return "the proxy setting is not an address", "Check HTTPS_PROXY and ALL_PROXY.", False
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
        # Requests raises it bare for the CA file alone, before it connects.
        return "the CA file cannot be read", "Check REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE.", False
    return "the connection broke, or the answer is not HTTP", network, True


def _has(causes: list[BaseException], *types: type[BaseException]) -> bool:
    return any(isinstance(cause, types) for cause in causes)


def _causes(error: BaseException) -> list[BaseException]:
    """The error and those that it wraps: requests and urllib3 keep them in `args` and in `reason`."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting:
        cause = waiting.pop()
        if cause not in found:
            found.append(cause)
            inner = (*cause.args, getattr(cause, "reason", None))
            waiting.extend(each for each in inner if isinstance(each, BaseException))
    return found
