"""The consumer's side: identity provider, monitoring and messaging of one server, put together."""

from __future__ import annotations

from starlette.routing import BaseRoute

from lpconf.sandbox.conversations import Conversations
from lpconf.sandbox.idp import Idp
from lpconf.sandbox.lp_tokens import LpTokens
from lpconf.sandbox.messaging import Messaging
from lpconf.sandbox.monitoring import Monitoring
from lpconf.sandbox.service import Service


def routes(service: Service) -> list[BaseRoute]:
    """All addresses of the consumer's side. They share the conversations, which nothing else knows."""
    tokens, conversations = LpTokens(service), Conversations(service.clock)
    return [
        *Idp(service, tokens).routes(),
        *Monitoring(service, conversations).routes(),
        *Messaging(service, tokens, conversations).routes(),
    ]
