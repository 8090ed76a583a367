"""What differs inside a long value, such as the buttons of an engagement."""

from __future__ import annotations

from lpconf.model.plan import Wire


def details(before: Wire, after: Wire) -> tuple[str, ...]:
    """The differences inside two lists or maps, as `[0].enabled: false -> true`. Empty for plain values.

    DeepDiff is slow on large values, so it sees only values that are known to differ.
    """
    if not isinstance(before, list | dict) or not isinstance(after, list | dict):
        return ()
    import json

    from deepdiff import DeepDiff

    found = DeepDiff(before, after, ignore_order=False, view="tree", verbose_level=2)
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
