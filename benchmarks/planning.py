"""How long a plan takes without the network: loading the YAML, comparing, printing. Prints seconds, best of 3.

One campaign with N engagements; 1 % of them differ.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lpconf.config import load
from lpconf.engine.plan import plan
from lpconf.model.address import Kind
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import Target
from lpconf.model.policy import Policy
from lpconf.model.quirks import Quirks
from lpconf.report import text
from lpconf.resources.engagement import template

SIZES = (1_000, 10_000, 50_000)
TARGET = Target("12345678", "api.liveperson.net")


def yaml_of(size: int) -> str:
    lines = ["version: 1", 'account: "12345678"', "campaigns:", "  - name: Shop", "    engagements:"]
    for number in range(size):
        lines += [
            f"      - name: Engagement {number}",
            "        enabled: true",
            "        conversation: messaging",
            "        authenticated_visitors_only: true",
            "        language: en-US",
            "        window_opens: embedded",
            f"        description: The button number {number} of the shop",
        ]
    return "\n".join(lines) + "\n"


def live_of(size: int) -> Live:
    body = {**template(Quirks()), "enabled": True}
    return Live(
        {
            Kind.CAMPAIGN: (LiveThing(Kind.CAMPAIGN, 1, "Shop", {"id": 1, "name": "Shop", "status": 1}),),
            Kind.ENGAGEMENT: tuple(
                LiveThing(
                    Kind.ENGAGEMENT,
                    number + 2,
                    f"Engagement {number}",
                    {
                        **body,
                        "description": f"The button number {number} of the shop",
                        "conversationType": 0 if number % 100 == 0 else 1,
                    },
                    1,
                )
                for number in range(size)
            ),
        }
    )


def best(work: Callable[[], Any]) -> tuple[float, Any]:
    times, result = [], None
    for _ in range(3):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), result


def main() -> None:
    print(f"{'engagements':>12} {'load':>8} {'plan':>8} {'print':>8} {'changes':>8} {'peak MiB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for size in [int(each) for each in sys.argv[1:]] or SIZES:
            file = Path(folder) / "site.yaml"
            file.write_text(yaml_of(size))
            live = live_of(size)
            loading, site = best(lambda file=file: load([file], variables={}, environ={}))
            planning, made = best(
                lambda site=site, live=live: plan(site, live, target=TARGET, quirks=Quirks(), policy=Policy())
            )
            printing, _ = best(lambda made=made: text.plan(made, color=False))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{size:>12} {loading:>8.2f} {planning:>8.2f} {printing:>8.2f} {len(made.changes):>8} {peak:>9.0f}")


if __name__ == "__main__":
    main()
