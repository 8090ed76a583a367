"""`make chaos`: an apply of 42 changes, hit at every request by every kind of fault, and one plain apply after each.

    python -m tests.chaos.run [--round full|small] [--quirk NAME=VALUE ...] [--kind KIND ...] [--workers 2]

Prints a table. Exits with 1 if anything was duplicated, lost or told wrongly, or did not end well.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import get_context

from tests.chaos import scenario
from tests.chaos.faults import KINDS, LagEnds
from tests.chaos.gateway import Request
from tests.chaos.judge import Case, Verdict, judge, made_it
from tests.chaos.place import Snapshot, live_of
from tests.chaos.scenario import Key
from tests.chaos.worker import GUESSES, Guess, Worker, waits_for, worker

LAGGING_REQUESTS = 40
"""How many requests of the apply after the fault still meet lagging reads."""
SAMPLE = 9
"""Of how many boundaries a small round takes one, each kind of fault others."""
SAMPLE_OF_A_GUESS = 17
PROGRESS = 50
"""After how many cases it is told how far it is."""


@dataclass(frozen=True)
class Clean:
    """A run without a fault: its requests, and the account after it."""

    requests: tuple[Request, ...]
    writes: tuple[tuple[int, Key], ...]
    after: Snapshot

    def target(self, at: int) -> Key:
        """What somebody else edits at a boundary: what is written next, and far from any write each in turn."""
        first, last = self.writes[0][0], self.writes[-1][0]
        if first - 1 <= at <= last:
            return next(key for number, key in self.writes if number >= at)
        return self.writes[at * 5 % len(self.writes)][1]


@dataclass(frozen=True)
class Result:
    """One case and its verdict. `seconds` and `requests` are those of both applies."""

    kind: str
    at: int
    verdict: Verdict
    seconds: float
    requests: int
    where: str


HEAD = ("cases", "ended well", "duplicates", "lost edits", "lost fields", "wrong reports", "told losses")


def numbers(results: Sequence[Result]) -> list[int]:
    """A line of the table. All but the first two and the last are 0 in a round that went well."""
    found = [each.verdict for each in results]
    return [
        len(found),
        sum(each.ended_well for each in found),
        sum(len(each.duplicates) for each in found),
        sum(len(each.lost_edits) for each in found),
        sum(len(each.lost_fields) for each in found),
        sum(len(each.wrong_reports) for each in found),
        sum(len(each.told_losses) for each in found),
    ]


def clean_run(at: Worker) -> Clean:
    """Count the boundaries. Raises AssertionError where lpconf does not even manage without a fault."""
    folder = at.fresh()
    ran = at.apply(folder, None, waits_for("", at.guess))
    after = at.look()
    case = Case(folder, ran, ran, (), at.place.before, after, after, after)
    verdict = judge(case)
    assert ran.code == 0, ran.told
    assert not verdict.lost_fields, verdict.lost_fields
    assert verdict.converged, (verdict, ran.told)
    writes = tuple((each.number, _key_of(each, after)) for each in ran.requests if each.was_done)
    return Clean(ran.requests, writes, after)


def _key_of(request: Request, after: Snapshot) -> Key:
    """What a write was about."""
    parts = request.collection.split("/")
    kind = "connector" if "le-connectors" in parts else "engagement" if "engagements" in parts else "campaign"
    campaigns = {id: name for name, id in scenario.CAMPAIGNS.items()}
    for name in ("Fresh", "Draft"):
        if (found := live_of(after, Key("campaign", name))) is not None:
            campaigns[found.id] = name
    campaign = campaigns[int(parts[2])] if kind == "engagement" else ""
    if request.verb == "POST":
        return Key(kind, request.json()["name"], campaign)
    id = int(parts[-1])
    if kind == "campaign":
        return Key(kind, campaigns[id])
    if kind == "connector":
        return Key(kind, next(name for name, known in scenario.CONNECTORS.items() if known == id))
    return Key(kind, next(name for (_, name), known in scenario.IDS.items() if known == id), campaign)


def run_case(at: Worker, clean: Clean, kind: str, number: int) -> Result:
    """One fault at one boundary, and one plain apply after it."""
    begun = time.monotonic()
    at.gateway.target = at.place.port
    folder = at.fresh()
    fault = KINDS[kind](at, number, clean.target(number))
    waits, lags = waits_for(kind, at.guess), kind == "reads that lag"
    first = at.apply(folder, fault, waits)
    middle = at.look()
    second = at.apply(
        folder, LagEnds(at, LAGGING_REQUESTS, fault.target) if lags else None, waits_for(kind if lags else "", at.guess)
    )
    last, edits = at.look(), tuple(fault.edits)
    third = None
    if not made_it(second, last, edits):
        ran = at.apply(folder, None, waits_for("", at.guess))
        third = ran, at.look()
    case = Case(folder, first, second, edits, at.place.before, middle, last, clean.after, lags or at.guess.lags, third)
    verdict = judge(case)
    if not fault.struck:
        verdict.notes.append("the fault did not strike")
    if verdict.faults or verdict.told_losses:
        kept = at.folder / f"{kind.replace(' ', '-')}-{number}"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(folder, kept)
    hit = clean.requests[number]
    where = f"{hit.verb} {hit.collection or hit.path.partition('?')[0]} (target {fault.target})"
    count = len(first.requests) + len(second.requests)
    return Result(kind, number, verdict, time.monotonic() - begun, count, where)


def boundaries(clean: Clean, every: int, offset: int) -> list[int]:
    """Every boundary, or a sample that is spread over reads and writes alike."""
    return list(range(offset % every, len(clean.requests), every))


def _share(options: tuple[Guess, tuple[str, ...], int, int, int]) -> tuple[list[Result], int]:
    """The part of the cases that one process takes."""
    guess, kinds, every, part, parts = options
    with worker(guess) as at:
        clean = clean_run(at)
        cases = [
            (kind, number) for position, kind in enumerate(kinds) for number in boundaries(clean, every, position * 2)
        ]
        return list(_told(at, clean, cases[part::parts], part)), len(clean.requests)


def _told(at: Worker, clean: Clean, cases: Sequence[tuple[str, int]], part: int) -> Iterator[Result]:
    """The results of some cases; how far they are is told on stderr, and at once what is wrong."""
    begun = time.monotonic()
    for count, (kind, number) in enumerate(cases, start=1):
        result = run_case(at, clean, kind, number)
        if result.verdict.faults:
            print(f"{kind} at {number}: {result.verdict.faults[0][:200]}", file=sys.stderr, flush=True)
        if count % PROGRESS == 0 or count == len(cases):
            spent = time.monotonic() - begun
            print(f"{at.guess}, part {part + 1}: {count} of {len(cases)}, {spent:.0f} s", file=sys.stderr, flush=True)
        yield result


def run_all(guess: Guess, kinds: Sequence[str], *, every: int = 1, workers: int = 2) -> tuple[list[Result], int]:
    """All results, by kind and boundary; and how many boundaries there are."""
    parts = [(guess, tuple(kinds), every, part, workers) for part in range(workers)]
    # Each in a fresh process: applies are forked, which a process with threads had better not do.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(_share, parts))
    results = [each for share, _ in found for each in share]
    order = {kind: position for position, kind in enumerate(kinds)}
    return sorted(results, key=lambda each: (order[each.kind], each.at)), found[0][1]


def table(results: Sequence[Result]) -> Iterator[str]:
    """The table, a line a kind and one for all."""
    rows = [(kind, list(group)) for kind, group in groupby(results, lambda each: each.kind)]
    yield from lines([*rows, ("all", list(results))])


def lines(rows: Sequence[tuple[str, list[Result]]]) -> Iterator[str]:
    """A table with a line for each of some groups of results."""
    width = max(len(name) for name, _ in rows) + 1
    yield " " * width + "".join(f"{word:>15}" for word in HEAD)
    for name, results in rows:
        yield f"{name:{width}}" + "".join(f"{number:>15}" for number in numbers(results))


def _explained(results: Sequence[Result]) -> Iterator[str]:
    """What is wrong with which case, and which foreign edits could not be saved."""
    for each in results:
        for loss in each.verdict.told_losses:
            yield f"\ntold: {each.kind} at {each.at}: {each.where}\n  {loss}"
        if each.verdict.faults:
            yield f"\n{each.kind} at {each.at}: {each.where}"
            yield from (f"  {line[:400]}" for line in [*each.verdict.faults, *each.verdict.notes][:6])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the rounds that are asked for. The exit code."""
    parser = argparse.ArgumentParser(prog="tests.chaos.run", description="Hit an apply at every request.")
    parser.add_argument("--round", choices=("full", "small"), default="full")
    parser.add_argument("--quirk", action="append", default=[], metavar="NAME=VALUE", help="of the sandbox")
    parser.add_argument("--guesses", action="store_true", help="a sampled round for each guess the other way")
    parser.add_argument("--kind", action="append", choices=tuple(KINDS))
    parser.add_argument("--every", type=int, help="take one boundary of so many")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    kinds = options.kind or list(KINDS)
    sampled = SAMPLE_OF_A_GUESS if options.guesses else SAMPLE if options.round == "small" else 1
    every = options.every or sampled
    guesses = GUESSES if options.guesses else [Guess(tuple(options.quirk))]
    begun = time.monotonic()
    rounds = [(guess, *run_all(guess, kinds, every=every, workers=options.workers)) for guess in guesses]
    spent = time.monotonic() - begun
    results = [each for _, found, _ in rounds for each in found]
    print(f"{scenario.CHANGES} changes, {rounds[0][2]} requests\n")
    by_guess = [(str(guess), found) for guess, found, _ in rounds]
    print("\n".join(lines([*by_guess, ("all", results)]) if options.guesses else table(results)))
    sent = sum(each.requests for each in results)
    print(f"\n{len(results)} cases and {sent} requests in {spent:.0f} s with {options.workers} workers")
    for guess, found, _ in rounds:
        told = list(_explained(found))
        if told:
            print(f"\n== {guess}", *told, sep="\n")
    return 1 if any(each.verdict.faults for each in results) else 0


if __name__ == "__main__":
    sys.exit(main())
