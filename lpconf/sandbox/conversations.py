"""Conversations, and the JSON that tells of them (facts 4 of the consumer side).

They are kept in the memory of one server: another server of the same state has its own, and a new start begins with
none (rule `messaging-memory`).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lpconf.sandbox.store import Body

OPEN, CLOSE = "OPEN", "CLOSE"
CONSUMER, AGENT = "CONSUMER", "ASSIGNED_AGENT"

# What the details say where the request said nothing [GUESS].
_TTR = {"ttrType": "NORMAL", "value": 3600}
_ALL_SKILLS = "-1"
# Events of these types have no sequence (facts 4 [SEEN]), and are not kept.
_PASSING = frozenset({"ChatStateEvent"})


@dataclass(frozen=True)
class Event:
    """Something that was said or done. `sequence` counts from 0 in its conversation; None for what passes."""

    sequence: int | None
    originator: str
    role: str
    at_ms: int
    body: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Conversation:
    """One conversation of one consumer. Times in milliseconds since 1970; `request` is what it was opened with."""

    id: str
    account: str
    consumer: str
    request: Mapping[str, Any] = field(repr=False)
    opened_ms: int
    updated_ms: int
    agent: str | None = None
    closed_ms: int | None = None
    next_sequence: int = 0
    events: tuple[Event, ...] = field(default=(), repr=False)

    @property
    def is_open(self) -> bool:
        return self.closed_ms is None

    @property
    def state(self) -> str:
        return OPEN if self.is_open else CLOSE

    @property
    def engagement_id(self) -> int | None:
        """The engagement that it came from, if the client said so; ids come as numbers and as texts."""
        info = self.request.get("campaignInfo")
        text = str(info.get("engagementId")) if isinstance(info, dict) else ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


class Conversations:
    """All conversations of one server. Used by its event loop only.

    Every change makes a new `Conversation`; what was handed out before stays as it was.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._by_id: dict[str, Conversation] = {}

    def of(self, account: str, consumer: str) -> list[Conversation]:
        """The consumer's conversations, the oldest first."""
        return [found for found in self._by_id.values() if (found.account, found.consumer) == (account, consumer)]

    def get(self, account: str, consumer: str, conversation_id: str) -> Conversation | None:
        """The conversation, if it is one of the consumer's."""
        found = self._by_id.get(conversation_id)
        return found if found and (found.account, found.consumer) == (account, consumer) else None

    def open(self, account: str, consumer: str, request: Mapping[str, Any]) -> Conversation:
        now = self._now_ms()
        return self._kept(Conversation(str(uuid.uuid4()), account, consumer, request, now, now))

    def assign(self, conversation_id: str, agent: str) -> Conversation:
        """Let an agent join."""
        return self._kept(replace(self._by_id[conversation_id], agent=agent, updated_ms=self._now_ms()))

    def close(self, conversation_id: str) -> Conversation:
        now = self._now_ms()
        return self._kept(replace(self._by_id[conversation_id], closed_ms=now, updated_ms=now))

    def add(self, conversation_id: str, role: str, body: Mapping[str, Any]) -> tuple[Conversation, Event]:
        """Add an event of the consumer or the agent."""
        found, now = self._by_id[conversation_id], self._now_ms()
        originator = found.consumer if role == CONSUMER else found.agent or ""
        if body["type"] in _PASSING:
            return found, Event(None, originator, role, now, body)
        event = Event(found.next_sequence, originator, role, now, body)
        events = (*found.events, event)
        return self._kept(replace(found, events=events, next_sequence=found.next_sequence + 1, updated_ms=now)), event

    def _kept(self, conversation: Conversation) -> Conversation:
        self._by_id[conversation.id] = conversation
        return conversation

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)


def conversation_change(kind: str, conversation: Conversation) -> Body:
    """One entry of `changes` in a notification of conversations; `kind` is UPSERT or DELETE (facts 4, row 2)."""
    participants = [{"id": conversation.consumer, "role": CONSUMER}]
    by_role = {CONSUMER: [conversation.consumer]}
    if conversation.agent:
        participants.append({"id": conversation.agent, "role": AGENT})
        by_role[AGENT] = [conversation.agent]
    request = conversation.request
    details: Body = {
        "skillId": str(request.get("skillId") or _ALL_SKILLS),
        "participants": participants,
        "participantsPId": by_role,
        "dialogs": [_dialog(conversation, participants)],
        "brandId": conversation.account,
        "state": conversation.state,
        "startTs": conversation.opened_ms,
        "ttr": {**_TTR, **({"ttrType": request["ttrDefName"]} if request.get("ttrDefName") else {})},
        **({"campaignInfo": request["campaignInfo"]} if request.get("campaignInfo") else {}),
        **({} if conversation.closed_ms is None else {"endTs": conversation.closed_ms, "closeReason": CONSUMER}),
    }
    result = {"convId": conversation.id, "lastUpdateTime": conversation.updated_ms, "conversationDetails": details}
    return {"type": kind, "result": result}


def messaging_change(conversation: Conversation, event: Event) -> Body:
    """One entry of `changes` in a notification of messages (facts 4, row 4). The dialog's id is the conversation's."""
    kept = {} if event.sequence is None else {"sequence": event.sequence, "serverTimestamp": event.at_ms}
    return {
        **kept,
        "originatorId": event.originator,
        "originatorMetadata": {"id": event.originator, "role": event.role},
        "event": dict(event.body),
        "dialogId": conversation.id,
        "conversationId": conversation.id,
    }


def _dialog(conversation: Conversation, participants: list[dict[str, str]]) -> Body:
    """The one dialog of a conversation (facts: the survey tutorial, DC-pcs [DOC])."""
    closed = {} if conversation.closed_ms is None else {"endTs": conversation.closed_ms, "closedBy": CONSUMER}
    return {
        "dialogId": conversation.id,
        "participantsDetails": participants,
        "dialogType": "MAIN",
        "channelType": "MESSAGING",
        "state": conversation.state,
        "creationTs": conversation.opened_ms,
        **closed,
    }
