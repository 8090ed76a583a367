"""The messages of the consumer's socket (facts 4 of the consumer side): requests, responses and notifications."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lpconf.sandbox.rules import Rules
from lpconf.sandbox.store import Body

# The id of a response to what has none that could be used [GUESS].
_NO_ID = "-1"
_LONGEST_ID = 64
_CREDENTIALS = ".ams.headers.ConsumerAuthentication"
_STRING_RESPONSE = ".ReqBody$StringResp"
_STATUSES = frozenset({"ACCEPT", "READ", "ACCESS", "NACK"})
_CHAT_STATES = frozenset({"ACTIVE", "INACTIVE", "GONE", "COMPOSING", "PAUSE"})


@dataclass(frozen=True)
class Req:
    """A request."""

    id: str
    type: str
    body: Mapping[str, Any] = field(repr=False)
    headers: Sequence[Mapping[str, Any]] = field(repr=False)

    @property
    def credentials(self) -> str | None:
        """The token of an InitConnection."""
        for header in self.headers:
            if header.get("type") == _CREDENTIALS and isinstance(header.get("jwt"), str):
                return str(header["jwt"])
        return None


def request(rules: Rules, text: str | None) -> Req:
    """A message of the client; unknown fields are ignored.

    Raises:
        Refusal: `messaging-envelope`.
    """
    fields = _object(text)
    if fields is None or fields.get("kind") != "req" or not isinstance(fields.get("type"), str):
        raise rules.refusal("messaging-envelope", "A message must be a JSON object with kind req, id and type")
    body, headers = fields.get("body") or {}, many(fields.get("headers") or [])
    if request_id(text) == _NO_ID or not isinstance(body, dict) or not all(isinstance(h, dict) for h in headers):
        raise rules.refusal("messaging-envelope", "id is a text of up to 64 characters, body an object")
    return Req(request_id(text), fields["type"], body, headers)


def request_id(text: str | None) -> str:
    """The id that a response to a message goes under, whatever the message is; a bare number is an id too [DOC]."""
    found = (_object(text) or {}).get("id")
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    return found if isinstance(found, str) and 1 <= len(found) <= _LONGEST_ID else _NO_ID


def many(value: object) -> list[Any]:
    """A list; one element may come without it [DOC]."""
    return value if isinstance(value, list) else [value]


def response(req_id: str, kind: str, body: object, code: int = 200) -> Body:
    """A response; `code` is like an HTTP status."""
    return {"kind": "resp", "reqId": req_id, "code": code, "body": body, "type": kind}


def string_response(req_id: str, text: str, code: int = 200) -> Body:
    """A response that is a text."""
    return response(req_id, _STRING_RESPONSE, text, code)


def notification(kind: str, body: Body) -> Body:
    """A notification."""
    return {"kind": "notification", "body": body, "type": kind}


def event(rules: Rules, body: Mapping[str, Any]) -> Body:
    """The event of a PublishEvent, with the fields that are known (facts 4, rows 4 and 5).

    Raises:
        Refusal: `messaging-body`.
    """
    sent = body.get("event")
    match sent if isinstance(sent, dict) else {}:
        case {"type": "ContentEvent", "message": str(message), **rest}:
            return {"type": "ContentEvent", "message": message, "contentType": rest.get("contentType") or "text/plain"}
        case {"type": "AcceptStatusEvent", "status": str(status), "sequenceList": sequences} if status in _STATUSES:
            if all(isinstance(number, int) and not isinstance(number, bool) for number in many(sequences)):
                return {"type": "AcceptStatusEvent", "status": status, "sequenceList": many(sequences)}
        case {"type": "ChatStateEvent", "chatState": str(state)} if state in _CHAT_STATES:
            return {"type": "ChatStateEvent", "chatState": state}
    raise rules.refusal("messaging-body", "event must be a ContentEvent, AcceptStatusEvent or ChatStateEvent")


def is_close(body: Mapping[str, Any]) -> bool:
    """Whether an UpdateConversationField closes the conversation, in the old way or by its dialog (facts 4, row 6)."""
    for change in many(body.get("conversationField")):
        match change:
            case {"field": "ConversationStateField", "conversationState": "CLOSE"}:
                return True
            case {"field": "DialogChange", "dialog": {"state": "CLOSE"}}:
                return True
    return False


def _object(text: str | None) -> dict[str, Any] | None:
    try:
        value = json.loads(text or "")
        # An escaped half of a surrogate pair is JSON, but no text that could be sent on.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
