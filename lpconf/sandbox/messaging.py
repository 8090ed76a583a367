"""The consumer's WebSocket (facts 4 of the consumer side), and the agent at its other end."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from lpconf.sandbox import agent, envelopes
from lpconf.sandbox.conversations import (
    AGENT,
    CLOSE,
    CONSUMER,
    OPEN,
    Conversation,
    Conversations,
    Event,
    conversation_change,
    messaging_change,
)
from lpconf.sandbox.envelopes import Req, many, notification, response, string_response
from lpconf.sandbox.lp_tokens import Consumer, LpTokens
from lpconf.sandbox.rules import Refusal
from lpconf.sandbox.service import Service
from lpconf.sandbox.store import Body

_VERSION = "3"
# Facts 4 [DOC].
_NEEDS_TOKEN = 4401
_NEEDS_LP_TOKEN = 4407
_FAULT = 1011
# A sleep is never longer than this, whatever a token says of its end.
_LONGEST_WAIT = 3600.0
# A client that leaves more than this unread is gone soon, as it does not answer pings either.
_MOST_UNREAD = 1_000
_LAST_WORDS_SECONDS = 5.0
_LONGEST_MESSAGE = 64 * 1024


class _Closed(Exception):  # noqa: N818
    """The server closes the socket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Connection:
    """One socket after its consumer is known: what it subscribed to, and what is still to be sent."""

    def __init__(self, consumer: Consumer) -> None:
        self.consumer = consumer
        self._unsent: asyncio.Queue[Body | None] = asyncio.Queue()
        self._states: dict[str, frozenset[str]] = {}
        self._dialogs: set[str] = set()

    def send(self, message: Body | None) -> None:
        """Queue a message; None ends the sending."""
        if message is None or self._unsent.qsize() < _MOST_UNREAD:
            self._unsent.put_nowait(message)

    async def write(self, socket: WebSocket) -> None:
        """Send what is queued, until None."""
        while (message := await self._unsent.get()) is not None:
            await socket.send_text(json.dumps(message))

    def subscribe_conversations(self, states: frozenset[str]) -> str:
        """Remember the subscription; gives its id."""
        subscription = str(uuid.uuid4())
        self._states[subscription] = states
        return subscription

    def subscribe_messages(self, conversation_id: str) -> None:
        self._dialogs.add(conversation_id)

    def tell_conversation(self, conversation: Conversation) -> None:
        """Notify of a change, if it is subscribed to: one that left the wanted states is deleted from the list."""
        for subscription, states in self._states.items():
            change = conversation_change("UPSERT" if conversation.state in states else "DELETE", conversation)
            self.tell_changes(subscription, [change])

    def tell_changes(self, subscription: str, changes: list[Body]) -> None:
        body = {"subscriptionId": subscription, "changes": changes}
        self.send(notification("cqm.ExConversationChangeNotification", body))

    def tell_event(self, conversation: Conversation, event: Event) -> None:
        """Notify of an event, if it is subscribed to."""
        if conversation.id in self._dialogs:
            self.tell_messages(conversation, [event])

    def tell_messages(self, conversation: Conversation, events: list[Event]) -> None:
        changes = [messaging_change(conversation, event) for event in events]
        self.send(notification("ms.MessagingEventNotification", {"dialogId": conversation.id, "changes": changes}))


@dataclass(frozen=True)
class _Call:
    """One request on one connection."""

    connection: Connection
    req: Req

    def respond(self, kind: str, body: object) -> None:
        self.connection.send(response(self.req.id, kind, body))

    def respond_text(self, text: str) -> None:
        self.connection.send(string_response(self.req.id, text))


class Messaging:
    """The endpoint of the service `asyncMessagingEnt`, and all its connections."""

    def __init__(self, service: Service, tokens: LpTokens, conversations: Conversations) -> None:
        self._service = service
        self._rules = service.rules
        self._tokens = tokens
        self._conversations = conversations
        self._connections: set[Connection] = set()
        self._calls: Mapping[str, Callable[[_Call], None]] = {
            "InitConnection": self._init_connection,
            "GetClock": self._get_clock,
            ".GetClock": self._get_clock,
            "cqm.SubscribeExConversations": self._subscribe_conversations,
            "cm.ConsumerRequestConversation": self._request_conversation,
            "ms.SubscribeMessagingEvents": self._subscribe_messages,
            "ms.PublishEvent": self._publish,
            "cm.UpdateConversationField": self._update,
        }

    def routes(self) -> list[WebSocketRoute]:
        return [WebSocketRoute("/ws_api/account/{account}/messaging/consumer", self.consumer)]

    async def consumer(self, socket: WebSocket) -> None:
        """One socket, from its opening to its end."""
        if socket.query_params.get("v") != _VERSION and self._rules.on("messaging-version"):
            raise self._rules.refusal("messaging-version", "v must be 3")
        await socket.accept()
        try:
            try:
                await self._serve(socket)
            except _Closed as closed:
                await socket.close(closed.code, closed.reason)
            except WebSocketDisconnect:
                pass
            except Exception:  # noqa: BLE001
                # Whatever it was, neither the client nor the terminal is helped by a traceback.
                await socket.close(_FAULT, "The simulator has failed")
        except (WebSocketDisconnect, RuntimeError):
            # Already gone.
            pass

    async def _serve(self, socket: WebSocket) -> None:
        connection = Connection(await self._introduced(socket))
        self._connections.add(connection)
        writer = asyncio.create_task(connection.write(socket))
        try:
            await self._listen(socket, connection)
        finally:
            self._connections.discard(connection)
            connection.send(None)
            # What was queued goes out before the close, if somebody reads it.
            await asyncio.wait([writer], timeout=_LAST_WORDS_SECONDS)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    # Who it is

    async def _introduced(self, socket: WebSocket) -> Consumer:
        """The consumer, by the Authorization header, else by the first message."""
        scheme, _, token = socket.headers.get("authorization", "").partition(" ")
        account = socket.path_params["account"]
        if scheme.lower() == "jwt" and token:
            return self._admitted(account, token.strip())
        try:
            text = await asyncio.wait_for(_received(socket), self._rules.settings.init_seconds)
        except TimeoutError:
            raise _Closed(_NEEDS_TOKEN, "No token") from None
        try:
            req = envelopes.request(self._rules, text)
        except Refusal:
            raise _Closed(_NEEDS_TOKEN, "No token") from None
        if req.type != "InitConnection" or req.credentials is None:
            raise _Closed(_NEEDS_TOKEN, "No token")
        consumer = self._admitted(account, req.credentials)
        await socket.send_text(json.dumps(string_response(req.id, _CONNECTED)))
        return consumer

    def _admitted(self, account: str, token: str) -> Consumer:
        """Whom the token was issued to (rules `messaging-4401` and `messaging-4407`)."""
        consumer = self._tokens.consumer(token)
        if consumer is None or consumer.account != account:
            raise _Closed(_NEEDS_LP_TOKEN, "Not a token of LivePerson's for this account")
        self._check_expiry(consumer)
        return consumer

    def _check_expiry(self, consumer: Consumer) -> None:
        if self._service.clock() >= consumer.expires:
            code = _NEEDS_TOKEN if consumer.is_authenticated else _NEEDS_LP_TOKEN
            raise _Closed(code, "The token has expired")

    # Requests

    async def _listen(self, socket: WebSocket, connection: Connection) -> None:
        while True:
            left = connection.consumer.expires - self._service.clock()
            try:
                text = await asyncio.wait_for(_received(socket), min(max(left, 0.0), _LONGEST_WAIT))
            except TimeoutError:
                self._check_expiry(connection.consumer)
                # The clock has not come as far as the wait; do not run in circles.
                await asyncio.sleep(0.01)
                continue
            self._check_expiry(connection.consumer)
            self._handle(connection, text)

    def _handle(self, connection: Connection, text: str | None) -> None:
        try:
            if len(text or "") > _LONGEST_MESSAGE:
                raise self._rules.refusal("messaging-size", "A message has at most 65536 characters")
            req = envelopes.request(self._rules, text)
            call = self._calls.get(req.type)
            if call is None:
                raise self._rules.refusal("messaging-type", "This type of request is not simulated")
            call(_Call(connection, req))
        except Refusal as refusal:
            connection.send(string_response(envelopes.request_id(text), refusal.message, refusal.status))

    def _init_connection(self, call: _Call) -> None:
        call.respond_text(_CONNECTED)

    def _get_clock(self, call: _Call) -> None:
        """The type and the field of the answer are [GUESS]."""
        call.respond("GetClockResponse", {"currentTime": int(self._service.clock() * 1000)})

    def _subscribe_conversations(self, call: _Call) -> None:
        body, connection = call.req.body, call.connection
        states = many(body.get("convState") or body.get("stage") or [OPEN, CLOSE])
        if not all(state in (OPEN, CLOSE) for state in states):
            raise self._rules.refusal("messaging-body", "convState has OPEN, CLOSE or both")
        wanted = frozenset(states)
        subscription = connection.subscribe_conversations(wanted)
        call.respond("cqm.SubscribeExConversationsResponse", {"subscriptionId": subscription})
        found = self._conversations.of(connection.consumer.account, connection.consumer.id)
        connection.tell_changes(
            subscription, [conversation_change("UPSERT", one) for one in found if one.state in wanted]
        )

    def _request_conversation(self, call: _Call) -> None:
        consumer = call.connection.consumer
        conversation = self._conversations.open(consumer.account, consumer.id, call.req.body)
        call.respond("cm.RequestConversationResponse", {"conversationId": conversation.id})
        self._tell_conversation(conversation)
        self._tell_conversation(self._conversations.assign(conversation.id, agent.agent_id(consumer.account)))
        self._say(conversation.id, AGENT, agent.greeting())

    def _subscribe_messages(self, call: _Call) -> None:
        conversation = self._conversation(call)
        first = call.req.body.get("fromSeq") or 0
        if not isinstance(first, int) or isinstance(first, bool):
            raise self._rules.refusal("messaging-body", "fromSeq must be a number")
        call.connection.subscribe_messages(conversation.id)
        call.respond("GenericSubscribeResponse", {})
        history = [event for event in conversation.events if (event.sequence or 0) >= first]
        call.connection.tell_messages(conversation, history)

    def _publish(self, call: _Call) -> None:
        conversation = self._open_conversation(call)
        body = envelopes.event(self._rules, call.req.body)
        conversation, event = self._conversations.add(conversation.id, CONSUMER, body)
        call.respond("ms.PublishEventResponse", {"sequence": event.sequence or 0})
        self._tell_event(conversation, event)
        for answer in agent.answers(event):
            self._say(conversation.id, AGENT, answer)

    def _update(self, call: _Call) -> None:
        conversation = self._open_conversation(call)
        if not envelopes.is_close(call.req.body):
            raise self._rules.refusal("messaging-body", "conversationField must close the conversation or its dialog")
        closed = self._conversations.close(conversation.id)
        # Facts: the survey tutorial, DC-pcs [DOC].
        call.respond("StringResponse", "OK Conversation resolved successfully")
        self._tell_conversation(closed)

    def _conversation(self, call: _Call) -> Conversation:
        body, consumer = call.req.body, call.connection.consumer
        wanted = str(body.get("conversationId") or body.get("dialogId"))
        found = self._conversations.get(consumer.account, consumer.id, wanted)
        if found is None:
            raise self._rules.refusal("messaging-conversation", "There is no such conversation")
        return found

    def _open_conversation(self, call: _Call) -> Conversation:
        conversation = self._conversation(call)
        if not conversation.is_open and self._rules.on("messaging-closed"):
            raise self._rules.refusal("messaging-closed", "The conversation is closed")
        return conversation

    # What all connections of the consumer are told

    def _say(self, conversation_id: str, role: str, body: Body) -> None:
        self._tell_event(*self._conversations.add(conversation_id, role, body))

    def _tell_conversation(self, conversation: Conversation) -> None:
        for connection in self._of(conversation):
            connection.tell_conversation(conversation)

    def _tell_event(self, conversation: Conversation, event: Event) -> None:
        for connection in self._of(conversation):
            connection.tell_event(conversation, event)

    def _of(self, conversation: Conversation) -> list[Connection]:
        owner = (conversation.account, conversation.consumer)
        return [found for found in self._connections if (found.consumer.account, found.consumer.id) == owner]


# Facts 4 [ONE].
_CONNECTED = "Connection initialized successfully"


async def _received(socket: WebSocket) -> str | None:
    """The next message; None if it is not a text."""
    message: Mapping[str, Any] = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    return message.get("text")
