"""`lpconf validate`."""

from __future__ import annotations

from lpconf.cli import options
from lpconf.model.errors import ExitCode


def validate(
    paths: options.Paths = None,
    variables: options.Variables = None,
    output: options.Output = None,
    quiet: options.Quiet = False,
) -> int:
    """Check the configuration offline: YAML, schema, references, keys."""
    import os

    from lpconf.cli import output as out_to
    from lpconf.cli import session
    from lpconf.config import load
    from lpconf.lint import lint
    from lpconf.model.diagnostic import Diagnostic
    from lpconf.model.errors import InvalidConfiguration
    from lpconf.report import json
    from lpconf.report.diagnostics import render

    sinks = out_to.sinks(output)
    found: tuple[Diagnostic, ...]
    code = ExitCode.DONE
    summary = ""
    try:
        site = load(session.paths_of(paths), variables=session.variables_of(variables), environ=os.environ)
        found = lint(site)
        count = len(site.things)
        summary = f"Valid: {count} {'thing' if count == 1 else 'things'} in account {site.account}."
    except InvalidConfiguration as error:
        found, code = error.diagnostics, error.exit_code
    if out_to.text_on_stdout(sinks):
        if code is not ExitCode.DONE or not quiet:
            out_to.tell_diagnostics(found)
        sinks = tuple(sink for sink in sinks if sink.file or summary)
    out_to.write(
        sinks,
        {
            "text": lambda color: summary or render(found, color=color),
            "json": out_to.as_json(json.diagnostics(found)),
        },
    )
    return code
