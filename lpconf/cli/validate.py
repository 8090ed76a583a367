"""`lpconf validate`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lpconf.cli import options
from lpconf.model.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lpconf.cli.output import Render, Sink
    from lpconf.model.diagnostic import Diagnostic


def validate(
    paths: options.Paths = None,
    variables: options.Variables = None,
    output: options.CheckOutput = None,
    addresses_only: options.PlacesOnly = False,
    quiet: options.Quiet = False,
) -> int:
    """Check the configuration offline: YAML, schema, references, keys."""
    from lpconf.cli import github
    from lpconf.cli import output as out_to

    sinks = out_to.sinks(output, options.CHECK_FORMATS)
    with github.errors_told(sinks, addresses_only=addresses_only):
        found, code, summary = _checked(paths, variables, addresses_only=addresses_only)
    for_people = out_to.text_on_stdout(sinks)
    if for_people and (code is not ExitCode.DONE or not quiet):
        out_to.tell_diagnostics(found)
    # People have read the errors on stderr by now.
    out_to.write([sink for sink in sinks if sink.file or summary or not for_people], _renders(found, summary))
    _publish(sinks, found, code, summary)
    return code


def _checked(
    paths: list[Path] | None, variables: list[str] | None, *, addresses_only: bool
) -> tuple[Sequence[Diagnostic], ExitCode, str]:
    """What was found, the exit code, and a sentence for a valid configuration (else empty).

    With `addresses_only` only the place and the rule of what was found.
    """
    from lpconf.cli import session
    from lpconf.config import load
    from lpconf.lint import lint
    from lpconf.model.errors import InvalidConfiguration
    from lpconf.report.review import diagnostics_without_values
    from lpconf.report.wording import counted

    def shown(found: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
        return diagnostics_without_values(found) if addresses_only else found

    try:
        site = load(session.paths_of(paths), variables=session.variables_of(variables), environ=os.environ)
    except InvalidConfiguration as error:
        return shown(error.diagnostics), error.exit_code, ""
    return shown(lint(site)), ExitCode.DONE, f"Valid: {counted(len(site.things), 'thing')} in account {site.account}."


def _renders(found: Sequence[Diagnostic], summary: str) -> dict[str, Render]:
    from lpconf import __version__
    from lpconf.cli import github
    from lpconf.cli.output import as_json
    from lpconf.report import json, sarif
    from lpconf.report.diagnostics import render
    from lpconf.report.github import of_diagnostics

    return {
        "text": lambda color: summary or render(found, color=color),
        "json": lambda _: as_json(json.diagnostics(found)),
        "sarif": lambda _: as_json(sarif.document(found, __version__, github.located())),
        "github": lambda _: github.annotated(of_diagnostics(found)),
    }


def _publish(sinks: Sequence[Sink], found: Sequence[Diagnostic], code: ExitCode, summary: str) -> None:
    from lpconf.cli import github
    from lpconf.report.github import diagnostics_summary, validate_outputs

    sentence = summary or "The configuration has errors."
    github.publish(
        sinks,
        lambda: diagnostics_summary(found, github.located(), sentence),
        lambda: validate_outputs(found, code),
    )
