"""JSON in and out: request bodies, replies, and the error envelope."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.responses import Response

from lpconf.sandbox.rules import Refusal, Rules

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def json_response(body: object, status: int = 200) -> Response:
    """A reply with a JSON body."""
    return Response(json.dumps(body), status, media_type="application/json")


def refusal_response(refusal: Refusal, now: float) -> Response:
    """The reply to a request that broke a rule, in LivePerson's envelope (facts 3.8).

    The envelope is documented for the login [DOC]; that account configuration uses it too, and the numbers in
    `internalCode`, are [GUESS].
    """
    error = {
        "time": _american(datetime.fromtimestamp(now, UTC)),
        "message": refusal.message,
        "internalCode": refusal.rule.code,
        "responseStatus": HTTPStatus(refusal.status).name,
    }
    return json_response({"error": error}, refusal.status)


async def json_body(request: Request, rules: Rules) -> dict[str, Any]:
    """The JSON object in the body.

    Raises:
        Refusal: `media-type` or `json`.
    """
    body = await _json(request, rules)
    if not isinstance(body, dict):
        raise rules.refusal("json", "The body must be one JSON object")
    return body


async def json_object_or_list(request: Request, rules: Rules) -> Any:
    """The JSON object or list in the body.

    Raises:
        Refusal: `media-type` or `json`.
    """
    body = await _json(request, rules)
    if not isinstance(body, dict | list):
        raise rules.refusal("json", "The body must be a JSON object or list")
    return body


async def _json(request: Request, rules: Rules) -> Any:
    if _media_type(request) != "application/json" and rules.on("media-type"):
        raise rules.refusal("media-type", "The body must be application/json")
    try:
        body = json.loads(await request.body(), parse_constant=_no_constant)
        # An escaped half of a surrogate pair is JSON, but not text that could be stored.
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise rules.refusal("json", "The body is not JSON") from None
    return body


def is_form(request: Request) -> bool:
    """Whether the body is a form, as the token endpoint wants it."""
    return _media_type(request) == "application/x-www-form-urlencoded"


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _american(moment: datetime) -> str:
    """As in "Sep 22, 2016 4:10:15 PM", in any locale."""
    half = "AM" if moment.hour < 12 else "PM"
    clock = f"{moment.hour % 12 or 12}:{moment:%M:%S}"
    return f"{_MONTHS[moment.month - 1]} {moment.day}, {moment.year} {clock} {half}"
