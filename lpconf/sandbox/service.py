"""What every endpoint works with."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lpconf.sandbox.kinds import Collection
from lpconf.sandbox.rules import Rules
from lpconf.sandbox.seed import Seed
from lpconf.sandbox.store import Store


@dataclass(frozen=True)
class Service:
    """State, rules, seed, collections and clock (seconds since 1970) of one simulator."""

    store: Store
    rules: Rules
    seed: Seed
    collections: Mapping[str, Collection]
    clock: Callable[[], float] = time.time
