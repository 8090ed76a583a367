"""The entry point: commands, and how errors become messages and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from lpconf import __version__
from lpconf.cli import later
from lpconf.cli.commands import Commands
from lpconf.model.errors import ExitCode, InvalidConfiguration, LpconfError


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lpconf", message="%(prog)s %(version)s")
def app() -> None:
    """Terraform for a LivePerson account: keep its connectors and engagements in YAML, plan, and apply."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. Every error has been told on stderr by then."""
    try:
        result = app(args=list(arguments), prog_name="lpconf", standalone_mode=False)
    except click.NoSuchOption as error:
        if error.option_name not in later.OPTIONS:
            return _told(_usage(error), ExitCode.USAGE)
        return _told(f"Error: {error.option_name} is not supported yet.", ExitCode.USAGE)
    except click.ClickException as error:
        return _told(_usage(error), ExitCode.USAGE)
    except (click.Abort, KeyboardInterrupt):
        # Before anything was sent: an apply that has begun to write reports its run instead.
        return _told("Interrupted. Nothing was written.")
    except InvalidConfiguration as error:
        from lpconf.cli.output import tell_diagnostics

        tell_diagnostics(error.diagnostics)
        return error.exit_code
    except LpconfError as error:
        return _told(f"Error: {error}", error.exit_code)
    except BrokenPipeError:
        # The reader of our output, such as `head`, has gone. Python would complain once more at its own exit.
        sys.stdout = None
        return ExitCode.ERROR
    except Exception:  # noqa: BLE001 - the last line before a user would see a traceback
        from lpconf.cli.bug import report

        return _told(report())
    return int(result) if isinstance(result, int) else ExitCode.DONE


def _usage(error: click.ClickException) -> str:
    """What click says of a wrong use. It repeats arguments, so this may hold anything."""
    import io

    shown = io.StringIO()
    error.show(shown)
    return shown.getvalue().expandtabs(4)


def _told(message: str, code: ExitCode = ExitCode.ERROR) -> ExitCode:
    from lpconf.report.escape import terminal

    for line in message.splitlines():
        click.echo(terminal(line), err=True)
    return code


def main() -> None:
    """The console script `lpconf`."""
    if "_LPCONF_COMPLETE" in os.environ:
        from lpconf.cli.completion import answer

        sys.exit(answer(app))
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter shows its number instead of failing.
        if stream is not None:
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:]))
