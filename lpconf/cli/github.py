"""`-o github`: what goes to GitHub Actions beside the annotations, and where files are in the repository."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lpconf.cli import public
from lpconf.model.errors import InvalidConfiguration, LpconfError

if TYPE_CHECKING:
    from lpconf.cli.output import Sink
    from lpconf.model.difference import Difference
    from lpconf.model.drift import Drift
    from lpconf.model.plan import Plan
    from lpconf.model.site import Site
    from lpconf.report.github import Annotation
    from lpconf.report.review import Review

FORMAT = "github"

_SUMMARY = "GITHUB_STEP_SUMMARY"
_OUTPUT = "GITHUB_OUTPUT"


def wanted(sinks: Sequence[Sink]) -> bool:
    """Whether `-o github` is among the sinks."""
    return any(sink.format == FORMAT for sink in sinks)


def annotated(found: Sequence[Annotation]) -> Callable[[bool], str]:
    """A render of annotations, for `output.write`."""
    from lpconf.report.github import render

    return lambda _: render(found, located())


def publish(sinks: Sequence[Sink], summary: Callable[[], str], outputs: Mapping[str, str]) -> None:
    """Append the job summary and the step outputs to the files that GitHub Actions names, if `-o github` is wanted.

    `summary` makes markdown. Where a variable is missing, it says on stderr that this is not GitHub Actions. Raises
    LpconfError for a file that cannot be written.
    """
    if not wanted(sinks):
        return
    from lpconf.cli.output import tell
    from lpconf.report.github import SUMMARY_LIMIT, fit
    from lpconf.report.github import outputs as written

    if missing := [name for name in (_SUMMARY, _OUTPUT) if not os.environ.get(name)]:
        tell(f"Not in GitHub Actions ({' and '.join(missing)} not set): only the annotations were written.")
        return
    _append(_SUMMARY, fit(summary(), SUMMARY_LIMIT - _size(os.environ[_SUMMARY])))
    _append(_OUTPUT, written(outputs, f"lpconf-{secrets.token_hex(16)}"))


def review(shown: Review) -> Callable[[bool], str]:
    """A render of the annotations of a plan or a difference."""
    from lpconf.report.github import of_review

    return annotated(of_review(shown))


def publish_plan(sinks: Sequence[Sink], shown: Review, made: Plan, exit_code: int) -> None:
    """The job summary and the step outputs of a plan. `exit_code` is what `--detailed-exitcode` exits with."""
    from lpconf.report.github import SUMMARY_LIMIT, plan_outputs
    from lpconf.report.markdown import comment as markdown

    publish(sinks, lambda: markdown.render(shown, limit=SUMMARY_LIMIT), plan_outputs(made, exit_code))


def publish_difference(sinks: Sequence[Sink], shown: Review, found: Difference, exit_code: int) -> None:
    """The job summary and the step outputs of a difference."""
    from lpconf.report.github import SUMMARY_LIMIT, difference_outputs
    from lpconf.report.markdown import comment as markdown

    publish(sinks, lambda: markdown.render(shown, limit=SUMMARY_LIMIT), difference_outputs(found, exit_code))


def drift(found: Drift, site: Site, *, addresses_only: bool = False) -> Callable[[bool], str]:
    """A render of the annotations of a drift, at the places where the site declares the things."""
    from lpconf.report.github import of_drift

    positions = {each.address: each.position for each in site.things}
    return annotated(of_drift(found, positions, addresses_only=addresses_only))


def publish_drift(sinks: Sequence[Sink], shown: Review, found: Drift, exit_code: int) -> None:
    """The job summary and the step outputs of a drift."""
    from lpconf.report.github import SUMMARY_LIMIT, drift_outputs
    from lpconf.report.markdown import comment as markdown

    publish(sinks, lambda: markdown.render(shown, limit=SUMMARY_LIMIT), drift_outputs(found, exit_code))


@contextmanager
def errors_told(sinks: Sequence[Sink], *, addresses_only: bool = False) -> Iterator[None]:
    """Turn an error on its way out into annotations and the step output `exit-code`, if `-o github` is wanted.

    With `addresses_only` they say where there is an error, and nothing that may hold a value.
    """
    try:
        yield
    except LpconfError as error:
        if wanted(sinks):
            _tell_error(sinks, public.error(error) if addresses_only else error)
        raise


def _tell_error(sinks: Sequence[Sink], error: LpconfError) -> None:
    from lpconf.cli.output import write
    from lpconf.report.github import Annotation, Level, diagnostics_summary, of_diagnostics, validate_outputs

    diagnostics = error.diagnostics if isinstance(error, InvalidConfiguration) else ()
    found = of_diagnostics(diagnostics) or (Annotation(Level.ERROR, "lpconf", tuple(str(error).splitlines())),)
    write([sink for sink in sinks if sink.format == FORMAT], {FORMAT: annotated(found)})
    summary = diagnostics_summary(diagnostics, located(), "The command failed.")
    outputs = {"exit-code": str(int(error.exit_code))}
    publish(sinks, lambda: summary, validate_outputs(diagnostics, error.exit_code) if diagnostics else outputs)


def located() -> Callable[[str], str]:
    """What turns a file's name into its path from the root of the repository; outside of it into an absolute path.

    The root is GitHub's workspace, else the nearest folder above that holds `.git`, else the working folder.
    """
    here = Path.cwd()
    root = _root(here)

    def locate(file: str) -> str:
        # Only the text counts: to follow a link would name a file that the repository does not show.
        path = Path(os.path.normpath(here / file))
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()

    return locate


def _root(here: Path) -> Path:
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if workspace and here.is_relative_to(workspace):
        return Path(workspace)
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def _size(name: str) -> int:
    path = Path(name)
    return path.stat().st_size if path.is_file() else 0


def _append(variable: str, text: str) -> None:
    try:
        with Path(os.environ[variable]).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text if text.endswith("\n") else text + "\n")
    except OSError as error:
        raise LpconfError(f"Cannot write {os.environ[variable]}, the file of {variable}: {error.strerror}.") from error
