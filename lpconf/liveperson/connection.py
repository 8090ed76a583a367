"""Opens a client for one account and leaves nothing open behind it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial

from lpconf.liveperson.client import Client
from lpconf.liveperson.credentials import Credentials
from lpconf.liveperson.discovery import SETTINGS, discover
from lpconf.liveperson.endpoint import Endpoint
from lpconf.liveperson.errors import shown
from lpconf.liveperson.sign_in import SignIn
from lpconf.liveperson.transport import READS, Transport
from lpconf.model.errors import AccessError
from lpconf.model.plan import Target
from lpconf.model.policy import Waits
from lpconf.model.quirks import Quirks

_ACCOUNT = re.compile(r"[A-Za-z0-9_]{1,20}", re.ASCII)


@contextmanager
def connect(
    account: str,
    *,
    endpoint: Endpoint,
    credentials: Credentials,
    quirks: Quirks,
    waits: Waits,
    label: str | None = None,
    read_only: bool = False,
    pause: Callable[[float], object] = time.sleep,
) -> Iterator[Client]:
    """A client that is signed in, and signed out whatever happens.

    Of its own it sends three requests: discovery, login, logout. With a bearer that was given, discovery only.

    Args:
        account: the account's id.
        endpoint: where discovery is, and which hosts may receive the credentials.
        credentials: who signs in.
        quirks: the API versions.
        waits: all waiting.
        label: the account's name for people.
        read_only: the client cannot write; it raises LpconfError before it sends a write.
        pause: waits for some seconds.

    Raises:
        AccessError: the account cannot be found, reached or signed in to.
    """
    if not _ACCOUNT.fullmatch(account):
        raise AccessError(f"{shown(repr(account))} is not an account id.\nExpected are letters, digits and _.")
    with ExitStack() as stack:
        logins = stack.enter_context(
            Transport(waits, repeats=READS | {"POST"}, too_many=waits.too_many_logins, pause=pause)
        )
        settings = stack.enter_context(Transport(waits, allows=READS if read_only else None, pause=pause))
        services = discover(logins, endpoint, account)
        base_url = services.base_url(SETTINGS)
        # Nobody waits long for a logout.
        hasty = replace(waits, answer=min(waits.answer, waits.connect))
        sign_in = SignIn(services, credentials, logins, partial(Transport, hasty, pause=pause))
        stack.callback(sign_in.close)
        sign_in.open()
        yield Client(
            Target(account, endpoint.discovery_host, label, endpoint.sandbox), base_url, quirks, settings, sign_in
        )
