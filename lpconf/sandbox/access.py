"""Who may see the simulator's own page: a code that works once becomes a cookie."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading


class Access:
    """The code of one server, and the cookie that it was turned into. The cookie itself is not kept, only its hash."""

    def __init__(self) -> None:
        self.code = secrets.token_urlsafe(16)
        self._lock = threading.Lock()
        self._is_used = False
        self._cookie = ""

    def redeem(self, code: str) -> str | None:
        """A new cookie for the right code, the first time; else None."""
        with self._lock:
            if self._is_used or not hmac.compare_digest(code.encode(), self.code.encode()):
                return None
            self._is_used = True
            cookie = secrets.token_urlsafe(32)
            self._cookie = _hash(cookie)
            return cookie

    def allows(self, cookie: str) -> bool:
        """Whether this is the cookie."""
        return bool(self._cookie) and hmac.compare_digest(_hash(cookie), self._cookie)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
