"""Requests of the page that wait until the test lets them go."""

from __future__ import annotations

import time

from playwright.sync_api import Page, Route

from tests.chromium import PATIENCE_MS


class Held:
    """Every request to an address from now on."""

    def __init__(self, tab: Page, address: str) -> None:
        self._tab = tab
        self._routes: list[Route] = []
        tab.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        self._routes.append(route)

    def next(self) -> Route:
        """The oldest request that waits, as soon as there is one."""
        until = time.monotonic() + PATIENCE_MS / 1000
        while not self._routes:
            assert time.monotonic() < until, "the page sent no request"
            # The browser's events come in only while Playwright waits.
            self._tab.wait_for_timeout(10)
        return self._routes.pop(0)
