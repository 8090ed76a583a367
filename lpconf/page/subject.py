"""What the page is about: a configuration, the account that it is tried on, and what the user allowed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from lpconf.model.address import Kind
from lpconf.model.live import Live
from lpconf.model.quirks import Quirks
from lpconf.model.site import Declared, Site


@dataclass(frozen=True, slots=True)
class Sandboxed:
    """An account on this machine: where discovery is, and how to read its live settings now.

    `read` may be called from any thread, one call at a time; it raises LpconfError. `ca_file` holds the authority to
    trust with https, where it is not a public one.
    """

    discovery_url: str
    read: Callable[[], Live]
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What one `lpconf page` is about.

    Attributes:
        site: the configuration.
        account: where to try it; None for the real account, which the browser talks to.
        key: a private key as PEM, with which the page may sign tokens; None for no minting.
        quirks: LivePerson's numbers.
        clock: gives the seconds since 1970.
    """

    site: Site
    account: Sandboxed | None = None
    key: bytes | None = field(default=None, repr=False)
    quirks: Quirks = field(default_factory=Quirks)
    clock: Callable[[], float] = time.time

    def connectors(self) -> tuple[Declared, ...]:
        """The declared connectors."""
        return tuple(thing for thing in self.site.things if thing.address.kind is Kind.CONNECTOR)
