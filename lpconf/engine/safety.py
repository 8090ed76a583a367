"""What stops a change (design: Unverified operations, The demo key)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lpconf.engine.deletion_limits import judged_deletions
from lpconf.engine.dependencies import Dependencies
from lpconf.engine.matching import Matching
from lpconf.engine.risks import Risks, field_of
from lpconf.engine.secrets import new_host_blocks, secret_blocks
from lpconf.engine.values import is_unknown
from lpconf.model.address import Address
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import Action, Block, Change, Target
from lpconf.model.policy import Policy
from lpconf.model.quirks import Evidence, Quirks
from lpconf.resources import public_key
from lpconf.resources.kinds import RESOURCES

_LEFT_ALONE = Block(
    "LivePerson manages this connector, or it is of a kind that lpconf does not know. It is left alone."
)


def judged(
    changes: Sequence[Change],
    live: Live,
    matching: Matching,
    dependencies: Dependencies,
    *,
    target: Target,
    quirks: Quirks,
    policy: Policy,
) -> tuple[Change, ...]:
    """The changes with their risks and blocks. A change that needs a blocked one is blocked too."""
    risks = Risks(live, changes, quirks)
    own = []
    for change in changes:
        blocks = _blocks(change, matching, target, quirks, policy)
        notes = _rehearsal(change, target, policy) if _LEFT_ALONE not in blocks else ()
        own.append(replace(change, risks=risks.of(change), blocks=blocks, notes=(*change.notes, *notes)))
    return with_dependents(judged_deletions(own, live, policy), dependencies)


def _blocks(change: Change, matching: Matching, target: Target, quirks: Quirks, policy: Policy) -> tuple[Block, ...]:
    live = matching.found.get(change.address)
    if live is not None and not RESOURCES[live.kind].recognised(live.body, quirks):
        # Nothing lifts this block, so nothing is said of what else would have to be declared or allowed.
        return (_LEFT_ALONE,)
    blocks = []
    if change.action is not Action.DELETE:
        blocks.extend(_unknown_values(change, live))
        blocks.extend(secret_blocks(change, live, quirks, policy))
    if not target.sandbox:
        blocks.extend(_real_account_blocks(change, policy))
    return tuple(blocks)


def _rehearsal(change: Change, target: Target, policy: Policy) -> tuple[str, ...]:
    """In the sandbox: what would stop the change on a real account."""
    if not target.sandbox:
        return ()
    return tuple(
        f"On a real account this needs {block.allowed_by}: {block.reason}"
        for block in _real_account_blocks(change, policy)
    )


def _real_account_blocks(change: Change, policy: Policy) -> list[Block]:
    blocks = []
    if change.evidence is Evidence.GUESS and change.operation not in policy.accept_unverified:
        blocks.append(
            Block(
                "Nobody has confirmed that LivePerson accepts this write: it is a guess.",
                f"--accept-unverified {change.operation}",
            )
        )
    blocks.extend(new_host_blocks(change, policy))
    if not policy.allow_demo_key and _writes_demo_key(change):
        blocks.append(
            Block(
                "This is the tutorial's demo key. Its private half is public: anybody can sign in as any visitor.",
                "--allow-demo-key",
            )
        )
    return blocks


def _unknown_values(change: Change, live: LiveThing | None) -> list[Block]:
    if live is None:
        return []
    fields = {field.path: field for field in RESOURCES[live.kind].fields}
    return [
        Block(
            f"{each.word} is {each.before.text} in the account, a value that lpconf does not know. It stays as it is."
        )
        for each in change.fields
        if each.path in fields and is_unknown(fields[each.path], each.before)
    ]


def _writes_demo_key(change: Change) -> bool:
    planned = field_of(change, "configuration", "jwtPublicKey")
    key = public_key.parsed(planned.after.wire) if planned else None
    return key is not None and key.fingerprint == public_key.DEMO_KEY_FINGERPRINT


def with_dependents(changes: Sequence[Change], dependencies: Dependencies) -> tuple[Change, ...]:
    """Block what needs a blocked change, until nothing more does."""
    result = {change.address: change for change in changes}
    needed: dict[Address, list[Address]] = {}
    for change in changes:
        for address in dependencies.of(change, change.fields):
            needed.setdefault(address, []).append(change.address)
    open_ = [change.address for change in changes if change.blocked]
    while open_:
        blocked = open_.pop()
        for address in needed.get(blocked, ()):
            if not result[address].blocked:
                result[address] = replace(result[address], blocks=(Block(f"It needs {blocked}, which is blocked."),))
                open_.append(address)
    return tuple(result.values())
