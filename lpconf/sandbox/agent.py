"""The agent who answers: no LivePerson behaviour, but what an agent's client sends is (facts 4, rows 4 and 5 [DOC])."""

from __future__ import annotations

import uuid

from lpconf.sandbox.conversations import Event
from lpconf.sandbox.store import Body

_LONGEST_QUOTE = 200
_SEEN = ("ACCEPT", "READ")


def agent_id(account: str) -> str:
    """The id of the account's one agent."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"lpconf-sandbox-agent:{account}"))


def greeting() -> Body:
    """What the agent says first (facts 3.4: the tutorial's picture [DOC])."""
    return _text("How can I help you today?")


def answers(event: Event) -> tuple[Body, ...]:
    """What the agent does about an event of the consumer: accepts, reads, types, writes; only if it is a message."""
    if event.body["type"] != "ContentEvent":
        return ()
    seen = [{"type": "AcceptStatusEvent", "status": word, "sequenceList": [event.sequence]} for word in _SEEN]
    said = str(event.body["message"])
    quoted = said if len(said) <= _LONGEST_QUOTE else said[:_LONGEST_QUOTE] + "..."
    typing, done = ({"type": "ChatStateEvent", "chatState": word} for word in ("COMPOSING", "ACTIVE"))
    return (*seen, typing, _text(f"You wrote: {quoted}"), done)


def _text(message: str) -> Body:
    return {"type": "ContentEvent", "contentType": "text/plain", "message": message}
