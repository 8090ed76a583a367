"""Who may write what: permissions of users (facts 2.6), scopes of clients' tokens (facts 2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lpconf.sandbox.kinds import Collection
from lpconf.sandbox.rules import Rules
from lpconf.sandbox.seed import Seed
from lpconf.sandbox.store import Session

# Facts 2.5 [DOC] for the scopes; that skills and LOBs are under them as users are is [GUESS].
_SCOPED: Mapping[str, str] = MappingProxyType({"le-users/": "users"})


@dataclass(frozen=True)
class Grant:
    """What somebody who is signed in may do: a user has privileges, a client's token has scopes."""

    privileges: frozenset[int] | None
    scopes: frozenset[str] = frozenset()

    def check(self, rules: Rules, collection: Collection, verb: str) -> None:
        """Refuse what is not theirs to do: the rules `privilege` and `token-*`.

        Raises:
            Refusal: `privilege` or `token-scope`.
        """
        if self.privileges is None:
            self._check_scope(rules, collection, verb)
            return
        needed = collection.privileges
        if verb != "GET" and rules.on("privilege") and needed and not needed & self.privileges:
            numbers = " or ".join(map(str, sorted(needed)))
            raise rules.refusal("privilege", f"Writing {collection.key} needs the permission {numbers}")

    def _check_scope(self, rules: Rules, collection: Collection, verb: str) -> None:
        may_do_all = not rules.on("token-scope") if self.scopes else rules.on("token-unscoped")
        if may_do_all:
            return
        family = next((name for path, name in _SCOPED.items() if collection.path.startswith(path)), None)
        scope = f"{family}.{'read' if verb == 'GET' else 'write'}"
        if family is None or scope not in self.scopes:
            raise rules.refusal("token-scope", f"The token has no scope for {verb} of {collection.key}")


def grant_of(seed: Seed, session: Session) -> Grant:
    """What the session may do. One of a client has no cookie; who is no longer known may do nothing but read."""
    if session.cookie is None:
        client = seed.client_named(session.user)
        return Grant(None, frozenset(client.scopes if client else ("unknown",)))
    user = seed.user_named(session.user)
    return Grant(frozenset(user.config["userPrivileges"] if user else ()))
