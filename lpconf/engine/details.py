"""What differs inside a long value, such as the buttons of an engagement."""

from __future__ import annotations

import json

from lpconf.model.json import Json
from lpconf.model.plan import Wire

_MOST_ALIGNED = 200
"""Values up to which lists are aligned, so that an insertion is told as one. That takes cubic time."""


def details(before: Wire, after: Wire) -> tuple[str, ...]:
    """The differences inside two lists or maps, as `[0].enabled: false -> true`. Empty for plain values.

    DeepDiff is slow on large values, so it sees only values that are known to differ.
    """
    if not isinstance(before, list | dict) or not isinstance(after, list | dict):
        return ()
    from deepdiff import DeepDiff  # heavy, and most plans need it not

    by_position = _exceeds([before, after], _MOST_ALIGNED)
    found = DeepDiff(before, after, ignore_order=False, view="tree", verbose_level=2, zip_ordered_iterables=by_position)
    lines = []
    for group, items in found.items():
        for item in items:
            place = "".join(
                f"[{step}]" if isinstance(step, int) else f".{step}" for step in item.path(output_format="list")
            )
            old = None if group.endswith("_added") else json.dumps(item.t1, ensure_ascii=False)
            new = None if group.endswith("_removed") else json.dumps(item.t2, ensure_ascii=False)
            if old is None:
                lines.append(f"{place}: added {new}")
            elif new is None:
                lines.append(f"{place}: removed {old}")
            else:
                lines.append(f"{place}: {old} -> {new}")
    return tuple(sorted(lines))


def _exceeds(values: list[Json], most: int) -> bool:
    """Whether there are more values than that, counted at all depths."""
    left = list(values)
    count = 0
    while left and count <= most:
        value = left.pop()
        count += 1
        if isinstance(value, dict):
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
    return count > most
