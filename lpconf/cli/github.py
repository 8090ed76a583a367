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
    from lpconf.report.github import Annotation
    from lpconf.report.review import Review

_FORMAT = "github"

_SUMMARY = "GITHUB_STEP_SUMMARY"
_OUTPUT = "GITHUB_OUTPUT"


def wanted(sinks: Sequence[Sink]) -> bool:
    """Whether `-o github` is among the sinks."""
    return any(sink.format == _FORMAT for sink in sinks)


def annotated(found: Sequence[Annotation]) -> str:
    """Annotations as GitHub reads them, with the places of their files in the repository."""
    from lpconf.report.github import render

    return render(found, located())


def publish(sinks: Sequence[Sink], summary: Callable[[], str], outputs: Callable[[], Mapping[str, str]]) -> None:
    """Append the job summary and the step outputs to the files that GitHub Actions names, if `-o github` is wanted.

    `summary` makes markdown, `outputs` the values by their names. Where a variable is missing, it says on stderr that
    this is not GitHub Actions. Raises LpconfError for a file that cannot be written.
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
    _append(_OUTPUT, written(outputs(), f"lpconf-{secrets.token_hex(16)}"))


def publish_review(sinks: Sequence[Sink], review: Review, outputs: Callable[[], Mapping[str, str]]) -> None:
    """The same with a review as the job summary."""
    from lpconf.report.github import SUMMARY_LIMIT
    from lpconf.report.markdown import comment as markdown

    publish(sinks, lambda: markdown.render(review, limit=SUMMARY_LIMIT), outputs)


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
    code = error.exit_code
    outputs = validate_outputs(diagnostics, code) if diagnostics else {"exit-code": str(int(code))}
    write([sink for sink in sinks if sink.format == _FORMAT], {_FORMAT: lambda _: annotated(found)})
    publish(sinks, lambda: diagnostics_summary(diagnostics, located(), "The command failed."), lambda: outputs)


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
