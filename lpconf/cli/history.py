"""`lpconf history`."""

from __future__ import annotations

from lpconf.cli import options
from lpconf.model.errors import ExitCode


def history(
    paths: options.Paths = None,
    state_dir: options.StateDir = None,
    output: options.Output = None,
) -> int:
    """List the runs of apply, newest first. Works offline."""
    from lpconf.apply.records import damaged, runs
    from lpconf.cli import output as out_to
    from lpconf.cli.session import named_paths_of
    from lpconf.cli.state import state_directory_to_read
    from lpconf.report import history_text, json

    sinks = out_to.sinks(output, options.FORMATS)
    state = state_directory_to_read(state_dir, named_paths_of(paths))
    found, odd = runs(state), damaged(state)
    out_to.write(
        sinks,
        {
            "text": lambda color: history_text.history(found, odd, where=str(state.resolve()), color=color),
            "json": lambda _: out_to.as_json(json.history(found, odd)),
        },
    )
    return ExitCode.DONE
