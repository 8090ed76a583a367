"""The lines of a journal: values of the model as JSON and back. One event a line.

A journal begins with `run` and `plan`. Then, for each request: `before` (what it is about to replace), `intent` and
`outcome`; for each step `step`, for what was read back `proof`; and `end`. Recovery appends `settled` and `recovered`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from lpconf.model.address import Kind, parse
from lpconf.model.errors import ExitCode
from lpconf.model.json import Json, JsonObject
from lpconf.model.plan import Absent, Action, Comparison, KnownAfterApply, Managed, Origin, Plan, Target, Wire
from lpconf.model.record import Answer, Fate, Image, Intent, PlannedValue, Revision, RunSummary, Settled, StepRecord
from lpconf.model.run import Outcome, StepResult
from lpconf.model.site import SecretReference
from lpconf.resources.secrecy import looks_secret

FORMAT_VERSION = "1.0"

_RUN = re.compile(r"[0-9a-f]{8}", re.ASCII)
_TIME = re.compile(r"[0-9TZ:.+-]{19,40}", re.ASCII)

Object = dict[str, Json]


def run_line(summary: RunSummary) -> Object:
    """The first line: who, when, where, from which revision. Short, so that a list of runs is read fast."""
    target, revision = summary.target, summary.revision
    return {
        "event": "run",
        "format_version": FORMAT_VERSION,
        "run": summary.id,
        "time": summary.time,
        "user": summary.user,
        "host": summary.host,
        "lpconf_version": summary.lpconf_version,
        "target": {
            "account": target.account,
            "discovery_host": target.discovery_host,
            "label": target.label,
            "sandbox": target.sandbox,
        },
        "revision": {"commit": revision.commit, "dirty": revision.dirty} if revision else None,
        "digest": summary.digest,
        "configuration": summary.configuration,
        "rolls_back": summary.rolls_back,
        "counts": dict(summary.counts),
    }


def summary_of(line: Mapping[str, Any], last: Mapping[str, Any]) -> RunSummary:
    """The summary from a journal's first line and its last. Raises ValueError, KeyError or TypeError for odd ones."""
    if line["event"] != "run":
        raise ValueError("it does not begin with a run")
    if line["format_version"] != FORMAT_VERSION:
        raise ValueError(f"its format is {line['format_version']}; this lpconf reads {FORMAT_VERSION}")
    begun = RunSummary(
        id=_matching(_RUN, line["run"]),
        time=_matching(_TIME, line["time"]),
        user=_text(line["user"]),
        host=_text(line["host"]),
        lpconf_version=_text(line["lpconf_version"]),
        target=_target(line["target"]),
        revision=_revision(line["revision"]),
        digest=_text(line["digest"]),
        configuration=_text(line["configuration"]),
        rolls_back=None if line["rolls_back"] is None else _matching(_RUN, line["rolls_back"]),
        counts={_text(name): _count(number) for name, number in line["counts"].items()},
    )
    return with_ending(begun, last)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not pattern.fullmatch(_text(value)):
        raise ValueError("not what it should be")
    return str(value)


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("not a count")
    return value


def _id(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not an id")
    return value


def _exit_code(value: Any) -> int | None:
    return None if value is None else ExitCode(_count(value))


def _target(line: Mapping[str, Any]) -> Target:
    label = line["label"]
    return Target(
        _text(line["account"]),
        _text(line["discovery_host"]),
        None if label is None else _text(label),
        line["sandbox"] is True,
    )


def _revision(line: Mapping[str, Any] | None) -> Revision | None:
    if line is None:
        return None
    return Revision(_text(line["commit"]), None if line["dirty"] is None else line["dirty"] is True)


def with_ending(summary: RunSummary, line: Mapping[str, Any]) -> RunSummary:
    """The summary with what a line says about the run's end, if it does."""
    if line["event"] == "end":
        ended = _matching(_TIME, line["time"])
        return replace(summary, exit_code=_exit_code(line["exit_code"]), ended=ended, unknown=_count(line["unknown"]))
    if line["event"] == "recovered":
        return replace(
            summary,
            exit_code=_exit_code(line["exit_code"]),
            ended=None if line["ended"] is None else _matching(_TIME, line["ended"]),
            unknown=_count(line["unknown"]),
            settled=_matching(_TIME, line["time"]),
        )
    return summary


def end_line(exit_code: int, results: Iterable[StepResult], time: str, *, access_failed: bool) -> Object:
    """The end of a run."""
    unknown = sum(result.outcome is Outcome.UNKNOWN for result in results)
    return {"event": "end", "time": time, "exit_code": exit_code, "unknown": unknown, "access_failed": access_failed}


def recovered_line(summary: RunSummary, time: str) -> Object:
    """The end of a recovery. It repeats the run's own end, so that the last line tells all."""
    return {
        "event": "recovered",
        "time": time,
        "exit_code": summary.exit_code,
        "ended": summary.ended,
        "unknown": summary.unknown,
    }


def plan_line(document: JsonObject, plan: Plan) -> Object:
    """The second line: the plan, what the configuration managed and protected, and what was live. Without secrets."""
    seen: dict[str, list[int]] = {}
    for kind, live_id in sorted(plan.seen):
        seen.setdefault(kind.value, []).append(live_id)
    return {
        "event": "plan",
        "document": document,
        "managed": [managed_json(each) for each in plan.managed],
        "protected": [str(each) for each in plan.protected],
        "seen": seen,
    }


def managed_json(managed: Managed) -> Object:
    """One managed thing. Values that look like a secret are left out."""
    values = [
        {"path": list(path), **_wire(wire)}
        for path, wire in managed.values.items()
        if isinstance(wire, Absent | KnownAfterApply | SecretReference)
        or not looks_secret(path[-1] if path else "", wire)
    ]
    return {"address": str(managed.address), "id": managed.live_id, "values": values}


def managed_of(line: Mapping[str, Any]) -> Managed:
    """The opposite of `managed_json`."""
    values = {tuple(each["path"]): _wire_of(each) for each in line["values"]}
    return Managed(parse(line["address"]), _id(line["id"]), values)


def _wire(wire: Wire) -> Object:
    if isinstance(wire, Absent):
        return {"absent": True}
    if isinstance(wire, KnownAfterApply):
        return {"known_after_apply": str(wire.address)}
    if isinstance(wire, SecretReference):
        return {"secret": wire.variable}
    return {"value": wire}


def _wire_of(line: Mapping[str, Any]) -> Wire:
    if "value" in line:
        return cast("Json", line["value"])
    if "secret" in line:
        return SecretReference(line["secret"])
    return KnownAfterApply(parse(line["known_after_apply"])) if "known_after_apply" in line else Absent()


def image_line(event: str, step: int, image: Image, time: str) -> Object:
    """`before` or `proof`."""
    hidden = [list(place) for place in image.hidden]
    return {"event": event, "step": step, "time": time, "body": image.body, "hidden": hidden}


def image_of(line: Mapping[str, Any]) -> Image:
    """The opposite of `image_line`."""
    return Image(line["body"], tuple(tuple(place) for place in line["hidden"]))


def intent_line(intent: Intent) -> Object:
    """What is about to be sent. Its before-image is a line of its own."""
    return {
        "event": "intent",
        "step": intent.step,
        "time": intent.time,
        "method": {Action.CREATE: "POST", Action.UPDATE: "PUT", Action.DELETE: "DELETE"}[intent.action],
        "action": intent.action.value,
        "kind": intent.kind.value,
        "id": intent.live_id,
        "campaign_id": intent.campaign_id,
        "name": intent.name,
        "planned": [
            {"path": list(each.path), "value": each.value, "comparison": each.comparison, "origin": each.origin}
            for each in intent.planned
        ],
    }


def outcome_line(step: int, answer: Answer, live_id: int | None, reason: str, time: str) -> Object:
    """What became of a request."""
    return {"event": "outcome", "step": step, "time": time, "answer": answer.value, "id": live_id, "reason": reason}


def step_line(step: int, result: StepResult, time: str) -> Object:
    """What became of a step. The last one of a step counts: reading back may change it."""
    return {
        "event": "step",
        "step": step,
        "time": time,
        "outcome": result.outcome.value,
        "id": result.live_id,
        "reason": result.reason,
        "differences": list(result.differences),
        "notes": list(result.notes),
        "already": result.already,
    }


def settled_line(settled: Settled) -> Object:
    """What recovery found of a step."""
    return {
        "event": "settled",
        "step": settled.step,
        "time": settled.time,
        "fate": settled.fate.value,
        "id": settled.live_id,
        "reason": settled.reason,
    }


def _with_before(step: StepRecord, line: Mapping[str, Any], pending: Image | None) -> StepRecord:
    intent = Intent(
        step=line["step"],
        time=line["time"],
        action=Action(line["action"]),
        kind=Kind(line["kind"]),
        live_id=_id(line["id"]),
        campaign_id=line["campaign_id"],
        name=line["name"],
        planned=tuple(
            PlannedValue(tuple(each["path"]), each["value"], Comparison(each["comparison"]), Origin(each["origin"]))
            for each in line["planned"]
        ),
        before=pending,
    )
    return replace(step, intents=(*step.intents, intent))


def _with_outcome(step: StepRecord, line: Mapping[str, Any], _: Image | None) -> StepRecord:
    *earlier, last = step.intents
    return replace(step, intents=(*earlier, replace(last, answer=Answer(line["answer"]), answer_id=_id(line["id"]))))


def _with_result(step: StepRecord, line: Mapping[str, Any], _: Image | None) -> StepRecord:
    result = StepResult(
        step.address,
        step.action,
        Outcome(line["outcome"]),
        _id(line["id"]),
        line["reason"],
        tuple(line["differences"]),
        tuple(line["notes"]),
        line["already"],
    )
    return replace(step, result=result)


def _with_proof(step: StepRecord, line: Mapping[str, Any], _: Image | None) -> StepRecord:
    return replace(step, after=image_of(line))


def _with_settled(step: StepRecord, line: Mapping[str, Any], _: Image | None) -> StepRecord:
    settled = Settled(
        line["step"],
        step.address,
        step.action,
        Fate(line["fate"]),
        _id(line["id"]),
        _text(line["reason"]),
        _matching(_TIME, line["time"]),
    )
    return replace(step, settled=settled)


_Apply = Callable[[StepRecord, Mapping[str, Any], Image | None], StepRecord]


def with_line(steps: list[StepRecord], line: Mapping[str, Any], pending: dict[int, Image]) -> None:
    """Note in `steps` what a line says about one of them. `pending` holds before-images until their intent comes.

    Raises ValueError, KeyError, IndexError or TypeError for a line that does not fit.
    """
    event, index = line["event"], line["step"]
    if not isinstance(index, int) or index < 0:
        raise ValueError("no number of a step")
    if event == "before":
        pending[index] = image_of(line)
        return
    apply: dict[str, _Apply] = {
        "intent": _with_before,
        "outcome": _with_outcome,
        "step": _with_result,
        "proof": _with_proof,
        "settled": _with_settled,
    }
    steps[index] = apply[event](steps[index], line, pending.pop(index, None) if event == "intent" else None)
