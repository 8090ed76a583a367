"""How long lpconf takes to start, beside bare Python, in one run. Prints milliseconds, median of 15."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
LPCONF = str(Path(sys.executable).parent / "lpconf")
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "lpconf --version": [LPCONF, "--version"],
    "lpconf --help": [LPCONF, "--help"],
    "lpconf validate examples/site.yaml": [LPCONF, "validate", str(ROOT / "examples/site.yaml")],
}
ROUNDS = 15


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS + 1):
        for name, command in COMMANDS.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            times[name].append((time.perf_counter() - start) * 1000)
    for name, values in times.items():
        measured = values[1:]  # the first round fills the file cache
        print(f"{name:40} {statistics.median(measured):6.0f}  ({min(measured):.0f} to {max(measured):.0f})")


if __name__ == "__main__":
    main()
