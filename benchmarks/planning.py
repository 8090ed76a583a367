"""How long a plan takes without the network: loading the YAML, comparing, printing. Prints seconds, best of 3.

Campaigns of 5,000 engagements, a file each; 1 % of the engagements differ, and in `plan all` every one.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from lpconf.config import load
from lpconf.engine.plan import plan
from lpconf.model.address import Kind
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import Plan, Target
from lpconf.model.policy import Policy
from lpconf.model.quirks import Quirks
from lpconf.model.site import Site
from lpconf.report import text
from lpconf.resources.engagement import template

SIZES = (1_000, 10_000, 50_000)
IN_A_FILE = 5_000
"""Engagements in one campaign and file. A file may have 5 MB."""
TARGET = Target("12345678", "api.liveperson.net")


def write_yaml(folder: Path, size: int) -> None:
    for file in folder.iterdir():
        file.unlink()
    for first in range(0, size, IN_A_FILE):
        lines = ["version: 1", 'account: "12345678"', "campaigns:", f"  - name: Shop {first}", "    engagements:"]
        for number in range(first, min(first + IN_A_FILE, size)):
            lines += [
                f"      - name: Engagement {number}",
                "        enabled: true",
                "        conversation: messaging",
                "        authenticated_visitors_only: true",
                "        language: en-US",
                "        window_opens: embedded",
                f"        description: The button number {number} of the shop",
            ]
        (folder / f"shop-{first:06}.yaml").write_text("\n".join(lines) + "\n")


def live_of(size: int) -> Live:
    body = {**template(Quirks()), "enabled": True}
    campaigns = [
        LiveThing(Kind.CAMPAIGN, first + 1, f"Shop {first}", {"id": first + 1, "name": f"Shop {first}", "status": 1})
        for first in range(0, size, IN_A_FILE)
    ]
    engagements = [
        LiveThing(
            Kind.ENGAGEMENT,
            number + 2,
            f"Engagement {number}",
            {
                **body,
                "description": f"The button number {number} of the shop",
                "conversationType": 0 if number % 100 == 0 else 1,
            },
            number - number % IN_A_FILE + 1,
        )
        for number in range(size)
    ]
    return Live({Kind.CAMPAIGN: tuple(campaigns), Kind.ENGAGEMENT: tuple(map(as_answered, engagements))})


def as_answered(thing: LiveThing) -> LiveThing:
    """The thing with a body of its own: no two answers share a value."""
    return replace(thing, body=json.loads(json.dumps(thing.body)))


def all_changed(live: Live) -> Live:
    """The same account after somebody has changed every engagement."""
    changed = (replace(each, body={**each.body, "conversationType": 0}) for each in live.of(Kind.ENGAGEMENT))
    return Live({**live.things, Kind.ENGAGEMENT: tuple(changed)})


def planned(site: Site, live: Live) -> Plan:
    return plan(site, live, target=TARGET, quirks=Quirks(), policy=Policy())


def best(work: Callable[[], Any]) -> tuple[float, Any]:
    times, result = [], None
    for _ in range(3):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), result


def main() -> None:
    heads = ("load", "plan", "print", "changes", "plan all")
    print(f"{'engagements':>12} {' '.join(f'{each:>8}' for each in heads)} {'peak MiB':>9}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in [int(each) for each in sys.argv[1:]] or SIZES:
            write_yaml(folder, size)
            live = live_of(size)
            loading, site = best(lambda: load([folder], variables={}, environ={}))
            planning, made = best(lambda site=site, live=live: planned(site, live))
            printing, _ = best(lambda made=made: text.plan(made, color=False))
            most = all_changed(live)
            planning_all, _ = best(lambda site=site, most=most: planned(site, most))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            times = f"{loading:>8.2f} {planning:>8.2f} {printing:>8.2f} {len(made.changes):>8} {planning_all:>8.2f}"
            print(f"{size:>12} {times} {peak:>9.0f}")


if __name__ == "__main__":
    main()
