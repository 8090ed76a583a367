"""Run lpconf as a step of the action, and say to the next steps what came of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from job import Failure, append, commit, decided, error, event, folder, is_public, lines, run, say, set_outputs, value

from lpconf.config.git import process as git
from lpconf.report.github import SUMMARY_LIMIT, fit

LPCONF = Path(sys.executable).parent / "lpconf"

_VARIABLE = "LPCONF_VAR_"

_APPLIED = "Applied"

_MEANINGS = {
    1: ("Not applied", "lpconf did not apply the plan. The log says why."),
    3: (
        "The plan is stale",
        "The account is not what the plan was made of. Nothing was written. "
        "Plan again in a new pull request, so that the plan is reviewed again.",
    ),
    4: ("Partly applied", "Some of the plan was written. The log says what was done and what was not."),
    5: (
        "Blocked by a safety rule",
        "What is blocked was not written. The log says what it is, and which flag allows it.",
    ),
    6: ("No access", "lpconf could not sign in, is not allowed, or did not reach LivePerson. Nothing was written."),
    64: ("Wrong usage", "lpconf does not know an option or an argument that the workflow gives it."),
}
"""The exit codes of `apply`, as title and text."""


def main() -> int:
    """Run the command of the input. The exit code is lpconf's."""
    command = value("LPCONF_ACTION_COMMAND")
    hidden = decided("LPCONF_ACTION_ADDRESSES_ONLY", is_public(event()))
    folder().mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(dir=folder()))
    match command:
        case "validate":
            # The files are in the repository: whoever reads the log can read them too. Not so the variables.
            return _validate(place, decided("LPCONF_ACTION_ADDRESSES_ONLY", hidden and _has_variables()))
        case "plan":
            return _plan(place, hidden)
        case "apply":
            return _apply(place, hidden)
        case "diff":
            # As above. But `diff` needs no variables: without them it shows `${var.name}`.
            files_only = _environment(variables=not hidden)
            return _diff(place, decided("LPCONF_ACTION_ADDRESSES_ONLY", automatic=False), files_only)
        case "drift":
            return _drift(place, hidden)
        case _:
            raise Failure("command is not validate, diff, plan, apply or drift.")


def _validate(place: Path, hidden: bool) -> int:
    sarif = place / "lpconf.sarif"
    set_outputs(sarif_file=str(sarif))
    options = [*_hiding(hidden), "-o", "github", "-o", f"sarif={sarif}", *_arguments()]
    return _lpconf("validate", options, _log(place, hidden))


def _diff(place: Path, hidden: bool, environment: Mapping[str, str]) -> int:
    """What the pull request changes in the files. It needs no account, and the paths are read at both revisions."""
    base = _commit(value("LPCONF_ACTION_BASE"), environment)
    paths = [f"--path={path}" for path in lines("LPCONF_ACTION_PATHS")]
    text = place / "diff.txt"
    options = ["-o", "github", "-o", f"text={text}", *paths, *lines("LPCONF_ACTION_ARGUMENTS")]
    code = _lpconf("diff", [*_hiding(hidden), *options, "--", base], _log(place, hidden), environment)
    _print(text)
    return code


def _commit(revision: str, environment: Mapping[str, str]) -> str:
    """The full id of the commit that a revision names: of a file that is called `HEAD^1` nothing is meant here."""
    wanted = ("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    answer = git.ask(Path(), *wanted, environ=environment)
    if answer is not None and b"dubious ownership" in answer.stderr:
        raise Failure(
            "git does not read the checkout, because it belongs to another user.\n"
            'If you trust it, run before this step: git config --global --add safe.directory "$GITHUB_WORKSPACE"'
        )
    if answer is None or answer.returncode or b"is ambiguous" in answer.stderr:
        raise Failure(
            f"base: {revision} is not one commit of this checkout.\n"
            "Check out with `fetch-depth: 2` for HEAD^1, and with `fetch-depth: 0` for any other one."
        )
    return commit(answer.stdout.decode("ascii", "replace").strip())


def _plan(place: Path, hidden: bool) -> int:
    markdown, text, saved = place / "comment.md", place / "plan.txt", place / "plan.json"
    upload = decided("LPCONF_ACTION_UPLOAD_PLAN", not is_public(event()))
    # A plan file holds the values that it changes: where nobody takes it, it is not made.
    out = ["--out", str(saved)] if upload else []
    options = [*out, "-o", "github", "-o", f"markdown={markdown}", "-o", f"text={text}"]
    code = _lpconf("plan", [*_hiding(hidden), *options, *_arguments()], _log(place, hidden))
    _print(text)
    if code == 0:
        set_outputs(comment_file=str(markdown), plan_file=str(saved) if upload else "")
    return code


def _drift(place: Path, hidden: bool) -> int:
    text = place / "drift.txt"
    options = [*_hiding(hidden), "-o", "github", "-o", f"text={text}", *_arguments()]
    code = _lpconf("drift", options, _log(place, hidden))
    _print(text)
    return code


def _apply(place: Path, hidden: bool) -> int:
    saved, state = folder() / "approved" / "plan.json", place / "state"
    text, markdown = place / "run.txt", place / "run.md"
    options = ["--plan", str(saved), "--state-dir", str(state), "-o", f"text={text}", "-o", f"markdown={markdown}"]
    code = _lpconf("apply", [*_hiding(hidden), *options, *_arguments()], _log(place, hidden))
    _print(text)
    keep = not is_public(event()) and state.is_dir()
    set_outputs(exit_code=str(code), journal=str(state) if keep else "")
    title, meaning = _MEANINGS.get(code, (_APPLIED, "The account is as the approved plan wanted it."))
    if code:
        error(f"lpconf: {title}", meaning)
    append("GITHUB_STEP_SUMMARY", _summary(title, meaning, markdown))
    return code


def _has_variables() -> bool:
    return any(name.startswith(_VARIABLE) for name in os.environ)


def _environment(*, variables: bool = True) -> dict[str, str]:
    """What lpconf gets: with or without the values for `${var.name}`, and no program of the checkout in the PATH."""
    kept = {name: text for name, text in os.environ.items() if variables or not name.startswith(_VARIABLE)}
    absolute = [each for each in os.get_exec_path() if Path(each).is_absolute()]
    return {**kept, "PATH": os.pathsep.join(absolute)}


def _hiding(hidden: bool) -> list[str]:
    return ["--addresses-only"] if hidden else []


def _log(place: Path, hidden: bool) -> Path | None:
    """Where lpconf's talk goes that nobody is to read: errors name what they found."""
    return place / "log.txt" if hidden else None


def _arguments() -> list[str]:
    return [*lines("LPCONF_ACTION_ARGUMENTS"), "--", *lines("LPCONF_ACTION_PATHS")]


def _lpconf(
    command: str, arguments: Sequence[str], log: Path | None = None, environment: Mapping[str, str] | None = None
) -> int:
    """Run a command of lpconf; its talk goes to the log of the job, or to a file."""
    # -I: no PYTHONPATH, which may name the checkout, where this runs.
    call = [sys.executable, "-I", str(LPCONF), command, *arguments]
    given = _environment() if environment is None else environment
    sys.stdout.flush()
    if log is None:
        return _wait(subprocess.Popen(call, stdin=subprocess.DEVNULL, env=given))
    with log.open("wb") as talk:
        code = _wait(subprocess.Popen(call, stdin=subprocess.DEVNULL, stderr=talk, env=given))
    if code not in {0, 2}:
        say("Anybody can read this log, and lpconf's messages may hold values: they are not shown.")
        say("Run the same command yourself to see them, or set `addresses-only: false`.")
    return code


def _wait(process: subprocess.Popen[bytes]) -> int:
    """The exit code. A job that is cancelled lets lpconf finish its request, read back, and report."""

    def pass_on(number: int, _: FrameType | None) -> None:
        process.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, pass_on)
    code = process.wait()
    return code if code >= 0 else 128 - code


def _print(file: Path) -> None:
    """Show a text of lpconf in the log. It is harmless already: lpconf escapes what a runner would obey."""
    if file.is_file():
        sys.stdout.write(file.read_text(encoding="utf-8"))
        sys.stdout.flush()


def _summary(title: str, meaning: str, markdown: Path) -> str:
    """The run as lpconf tells it, after a sentence on what went wrong or, where there was no run, what is the case."""
    told = markdown.read_text(encoding="utf-8") if markdown.is_file() else ""
    opening = "" if told and title == _APPLIED else f"### lpconf apply: {title}\n\n{meaning}\n\n"
    return fit(f"{opening}{told}\n", SUMMARY_LIMIT)


if __name__ == "__main__":
    run(main)
