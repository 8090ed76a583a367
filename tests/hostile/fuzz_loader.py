"""Throws broken and hostile YAML at the loader and reports what came of it. Not part of a normal test run.

    python -m tests.hostile.fuzz_loader --inputs 100000

Every input follows from the seed and its number, so that a finding can be made again with `--first N --inputs 1`. The
inputs run in processes of their own, whose memory the operating system bounds; each input has a time limit.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from lpconf.config import load
from lpconf.lint import lint
from lpconf.model.errors import InvalidConfiguration
from lpconf.report.diagnostics import render
from lpconf.report.escape import terminal
from lpconf.resources.campaign import CAMPAIGN
from lpconf.resources.connector import CONNECTOR
from lpconf.resources.engagement import ENGAGEMENT
from lpconf.resources.field import Resource
from lpconf.resources.kinds import MANAGED
from tests.account import DEMO_KEY

ROOT = Path(__file__).parents[2]
MEMORY = 1_500_000_000
"""Bytes of address space that one process may have."""
SECONDS = 20
"""For one input. The machine may be busy; the slowest inputs take a tenth."""
BATCH = 2_000
"""Inputs of one process."""
CANARY = "canary-5up3r"
"""What lies outside of everything that a YAML file may reach, and must never be shown."""

ENVIRONMENT = {
    "LPCONF_VAR_known": "filled",
    "LPCONF_SECRET_KNOWN": CANARY,
    "LPCONF_PASSWORD_12345678": CANARY,
    "AWS_SECRET_ACCESS_KEY": CANARY,
    "known": CANARY,
}

WORDS = sorted({field.word for resource in MANAGED for field in resource.fields})
KEYS = [
    *WORDS, "id", "find", "extra", "engagements", "connectors", "campaigns", "lifecycle", "vars", "label", "requires",
    "delete_undeclared", "add", "version", "account", "zzz", "5", "on", "<<", "[a]", "? a", "client_secret", "'\\x1b'",
]  # fmt: skip
VALUES = [
    "x", "''", "yes", "~", "5", "-1", "0x5", "1.5", ".inf", "9" * 30, "9" * 5_000, "1e400", "default", "true",
    "${var.known}", "${var.unknown}", "${", "$${", "*a", "&a x", "&a [x]", "&a {b: *a}", "!x y",
    "!!python/name:os.system",
    "{unset: true}", "{id: 5}", "{file: key.pem}", "{file: ../outside}", "{file: /etc/passwd}", "{file: .hidden}",
    "{file: link.pem}", "{file: pipe}", "{file: .}", "{env: LPCONF_SECRET_KNOWN}", "{env: AWS_SECRET_ACCESS_KEY}",
    "{env: LPCONF_PASSWORD_12345678}", "[]", "[a, a]", "{}", "https://a.b/c", "http://a.b", "https://u:p@a.b",
    "https://[::1", "{a: {b: c}}", "'a\n\n b'", '"\\u202e\\x1b[2J"', '"##vso[task.setvariable]"', '"::error::x"',
    "2026-01-05 00:00:00", "Europe/Berlin", "../../etc/passwd", "implicit", "code", "published", "messaging",
    "[{name: x, engagements: [{name: y}]}]", "[{find: default}]", "[[[[]]]]", "[~]", "{state: absent}",
    "{protect: true}", "{renamed_from: x}", "[engagements]", "|\n    a\n    b", ">-\n    a\n\n    b", '">=1"', '"<0"',
    '">=' + "9" * 5_000 + '"', "-----BEGIN PUBLIC KEY-----", "a" * 2_000, "é\u200b\u2066", "\u00a0",
]  # fmt: skip
TOKENS: list[str] = [
    *"abc:-?[]{},&*!|>'\"%@`#~ \n\t\r.0<\\$", "- ", ": ", "? ", "---\n", "...\n", "%YAML 1.1\n", "\n  ", "\n    ",
    "<<: ", "&a ", "*a ", "\0", "\x1b", "\u2028", "\ufeff", "\ud7ff", "é", "😀", "${var.", "$${", "{{", "[[", "''",
    '""', "\\x41", "\\ud800", "0x", "1e9", "null", "*a, ", "!!binary ",
]  # fmt: skip
RAW = [b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", b"\x00\x00\x00a"]
HEAD = 'version: 1\naccount: "12345678"\n'


@dataclass
class Tally:
    """What came of some inputs. `findings` are tracebacks, leaks and odd messages; `slowest` is in seconds."""

    inputs: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    slowest: float = 0.0
    slowest_input: int = 0
    peak: int = 0

    def add(self, other: Tally) -> None:
        """Count another's inputs too."""
        self.inputs += other.inputs
        self.outcomes.update(other.outcomes)
        self.findings += other.findings
        if other.slowest > self.slowest:
            self.slowest, self.slowest_input = other.slowest, other.slowest_input
        self.peak = max(self.peak, other.peak)


def corpus() -> tuple[bytes, ...]:
    """Whole files to start from."""
    found = [path.read_bytes() for path in sorted((ROOT / "examples").rglob("*.y*ml"))]
    aliased = "connectors:\n- {name: A, extra: &e {x: [1]}}\n- {name: B, extra: *e}\n"
    return (*found, f"{HEAD}vars: {{known: a}}\n{aliased}".encode())


def make(seed: int, number: int, files: Sequence[bytes]) -> bytes:
    """One input: a file from the words of the language, or a file of the corpus, and both with damage."""
    chance = random.Random(f"{seed}:{number}")
    data: bytes = _grown(chance).encode("utf-8", "surrogatepass") if chance.random() < 0.5 else chance.choice(files)
    for _ in range(chance.choice((0, 1, 1, 2, 4, 8))):
        data = _damaged(chance, data, files)
    return data


def _grown(chance: random.Random) -> str:
    lines = [f"version: {chance.choice(('1', '1', '1', chance.choice(VALUES)))}\n"]
    account = chance.choice(('"12345678"', '"12345678"', chance.choice(VALUES)))
    lines.append(f"account: {account}\n")
    for key in chance.sample(KEYS, chance.choice((0, 0, 1, 2))):
        lines.append(f"{key}: {chance.choice(VALUES)}\n")
    for kind in chance.sample((CONNECTOR, CAMPAIGN), chance.randint(1, 2)):
        lines.append(f"{kind.plural}:\n")
        for number in range(chance.randint(0, 3)):
            selectors = (f"name: n{number}", "find: default", "id: 5", f"name: {chance.choice(VALUES)}")
            lines.append(f"- {chance.choice(selectors)}\n")
            lines += [f"  {_entry(chance, kind)}\n" for _ in range(chance.randint(0, 6))]
            if kind is CAMPAIGN and chance.random() < 0.7:
                lines.append("  engagements:\n  - find: default\n")
                lines += [f"    {_entry(chance, ENGAGEMENT)}\n" for _ in range(chance.randint(0, 6))]
    return "".join(lines)


def _entry(chance: random.Random, kind: Resource) -> str:
    """A word with a value: both right, or one of them, or none."""
    field = chance.choice(kind.fields)
    word = field.word if chance.random() < 0.8 else chance.choice(KEYS)
    value = json.dumps(field.example) if chance.random() < 0.7 else chance.choice(VALUES)
    return f"{word}: {value}"


def _damaged(chance: random.Random, data: bytes, files: Sequence[bytes]) -> bytes:
    at, length = chance.randint(0, len(data)), chance.choice((0, 1, 3, 20, 200))
    piece = data[at : at + length]
    match chance.randrange(8):
        case 0:
            return data[:at] + data[at + length :]
        case 1 | 2 | 3:
            token = chance.choice(TOKENS).encode("utf-8", "surrogatepass")
            times: int = chance.choice((1, 1, 1, 3, 70, 3_000))
            end: int = at + chance.randint(0, 3)
            return data[:at] + token * times + data[end:]
        case 4:
            return data[:at] + piece * chance.choice((2, 5, 100)) + data[at:]
        case 5:
            other = chance.choice(files)
            return data[:at] + other[chance.randint(0, len(other)) :]
        case 6 if chance.random() < 0.1:
            return data[:at] + chance.choice(RAW) + data[at:]
        case _:
            return data[:at] + chance.choice(VALUES).encode() + data[at + length :]


def furnish(folder: Path) -> Path:
    """A folder for the inputs, with things around it that they must not reach. Returns the folder."""
    inside = folder / "in"
    inside.mkdir()
    (inside / "key.pem").write_text(DEMO_KEY, encoding="ascii")
    (inside / ".hidden").write_text(CANARY, encoding="ascii")
    (folder / "outside").write_text(CANARY, encoding="ascii")
    (inside / "link.pem").symlink_to(folder / "outside")
    return inside


def judge(path: Path) -> tuple[str, str]:
    """The outcome of loading a file, and what is wrong with lpconf if anything is."""
    try:
        site = load([path], variables={}, environ=ENVIRONMENT)
    except InvalidConfiguration as error:
        if not error.diagnostics:
            return "invalid", "invalid without a reason"
        found = error.diagnostics
        outcome = found[0].code
    else:
        found = lint(site)
        outcome = "valid"
        if CANARY in repr(site):
            return outcome, "the site holds what it must not reach"
    text = render(found, color=False)
    if CANARY in text:
        return outcome, "a message shows what it must not"
    for line in text.split("\n"):
        if len(line) > 3_000 or terminal(line) != line:
            return outcome, f"an odd line: {terminal(line[:200])}"
    return outcome, ""


class _TooLongError(BaseException):
    """The time for one input is over. No `except Exception` catches it."""


@contextmanager
def _time_limit() -> Iterator[None]:
    def end(_: int, __: FrameType | None) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def run(seed: int, first: int, count: int) -> Tally:
    """Try some inputs in this process."""
    tally, files = Tally(), corpus()
    with tempfile.TemporaryDirectory() as folder:
        path = furnish(Path(folder)) / "site.yaml"
        for number in range(first, first + count):
            path.write_bytes(make(seed, number, files))
            began = time.monotonic()
            try:
                with _time_limit():
                    outcome, wrong = judge(path)
            except _TooLongError:
                outcome, wrong = "hang", f"no end after {SECONDS} s"
            except Exception:  # noqa: BLE001 - finding them is what this is for
                outcome, wrong = "traceback", traceback.format_exc()
            spent = time.monotonic() - began
            if spent > tally.slowest:
                tally.slowest, tally.slowest_input = spent, number
            tally.inputs += 1
            tally.outcomes[outcome] += 1
            if wrong:
                tally.findings.append(f"input {number} of seed {seed}: {wrong}")
    tally.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return tally


def in_process(seed: int, first: int, count: int) -> Tally:
    """Try some inputs in a process of its own. One that dies or hangs as a whole is a finding."""
    command = [sys.executable, "-m", "tests.hostile.fuzz_loader", "--worker"]
    command += ["--seed", str(seed), "--first", str(first), "--inputs", str(count)]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=60 + count * SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Tally(count, Counter(hang=1), [f"inputs from {first} of seed {seed}: the process hangs"])
    if done.returncode != 0:
        return Tally(count, Counter(died=1), [f"inputs from {first} of seed {seed}: {done.stderr[-2_000:]}"])
    found = json.loads(done.stdout)
    return Tally(**{**found, "outcomes": Counter(found["outcomes"])})


def _report(tally: Tally, seconds: float) -> None:
    print(f"{tally.inputs} inputs in {seconds:.0f} s: {tally.inputs / seconds:.0f} a second")
    print(f"slowest: {tally.slowest * 1000:.0f} ms (input {tally.slowest_input}); peak: {tally.peak // 2**20} MiB")
    print(f"findings: {len(tally.findings)}")
    for outcome, count in tally.outcomes.most_common():
        print(f"  {count:>8}  {outcome}")
    for finding in tally.findings[:50]:
        print(finding)


def main() -> int:
    """The command line. Exits with 1 if there is a finding."""
    options = argparse.ArgumentParser(description="Throws hostile YAML at the loader.")
    options.add_argument("--inputs", type=int, default=100_000)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.worker:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        print(json.dumps(vars(run(given.seed, given.first, given.inputs))))
        return 0
    began, tally, last = time.monotonic(), Tally(), given.first + given.inputs
    for first in range(given.first, last, BATCH):
        tally.add(in_process(given.seed, first, min(BATCH, last - first)))
    _report(tally, time.monotonic() - began)
    return 1 if tally.findings else 0


if __name__ == "__main__":
    sys.exit(main())
