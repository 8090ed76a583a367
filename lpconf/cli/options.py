"""The options that commands share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.models import OptionInfo

from lpconf.cli import completing

# The formats of -o: of most commands, of `validate`, of plans and the like, of runs.
FORMATS = ("text", "json")
CHECK_FORMATS = ("text", "json", "github", "sarif")
REVIEW_FORMATS = ("text", "json", "markdown", "html", "github")
RUN_FORMATS = ("text", "json", "markdown")


def _output(formats: Sequence[str], more: str = "") -> OptionInfo:
    """The option `-o` with these formats, in its help and among what a shell proposes."""

    def proposed(incomplete: str) -> list[str]:
        return [name for name in formats if name.startswith(incomplete)]

    option: OptionInfo = typer.Option(
        "--output",
        "-o",
        metavar="FORMAT[=FILE]",
        help=f"{_listed(formats)}, to a file if one is named{more}. Repeatable.",
        autocompletion=proposed,
    )
    return option


def _listed(formats: Sequence[str]) -> str:
    *others, last = formats
    return f"{', '.join(others)} or {last}"


Paths = Annotated[
    list[Path] | None,
    # Whether a path can be read is for the loader to say, with the same words and exit code as all else.
    typer.Argument(
        metavar="[PATH]...", help="YAML files, or folders of them.", show_default="site.yaml", readable=False
    ),
]
Variables = Annotated[
    list[str] | None, typer.Option("--var", metavar="NAME=VALUE", help="Set a variable of the YAML. Repeatable.")
]

Output = Annotated[list[str] | None, _output(FORMATS)]
CheckOutput = Annotated[list[str] | None, _output(CHECK_FORMATS)]
ReviewOutput = Annotated[list[str] | None, _output(REVIEW_FORMATS)]
RunOutput = Annotated[list[str] | None, _output(RUN_FORMATS)]
ShowOutput = Annotated[list[str] | None, _output(REVIEW_FORMATS, f"; a run as {_listed(RUN_FORMATS)} only")]
AddressesOnly = Annotated[
    bool,
    typer.Option(
        "--addresses-only", help="Show what would happen to what, but no values: for what everybody can read."
    ),
]
PlacesOnly = Annotated[
    bool,
    typer.Option(
        "--addresses-only", help="Show where which rule is broken, but no values: for what everybody can read."
    ),
]
Sandbox = Annotated[
    bool, typer.Option("--sandbox", help="Use the local LivePerson simulator. Needs no account and no credentials.")
]
StateDir = Annotated[
    Path | None,
    typer.Option(
        "--state-dir", envvar="LPCONF_STATE_DIR", help="Where lpconf keeps its state.", show_default=".lpconf"
    ),
]
QuirksFile = Annotated[
    Path | None, typer.Option("--quirks", help="A YAML file with what you know of LivePerson better than lpconf does.")
]
AcceptUnverified = Annotated[
    list[str] | None,
    typer.Option(
        "--accept-unverified",
        metavar="OPERATION",
        help="Allow a write that is only a guess, such as connector.update.",
        autocompletion=completing.operations,
    ),
]
AllowDemoKey = Annotated[
    bool, typer.Option("--allow-demo-key", help="Allow the tutorial's demo key, whose private half is public.")
]
WriteSecret = Annotated[
    list[str] | None,
    typer.Option(
        "--write-secret",
        metavar="ADDRESS.FIELD",
        help="Write a secret although nothing else changes, such as 'connector[\"A\"].client_secret'. Repeatable.",
        autocompletion=completing.written_secrets,
    ),
]
AllowSecretHost = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-secret-host",
        metavar="ADDRESS=HOST",
        help="Let LivePerson send a connector's secret to this host from now on. Repeatable.",
        autocompletion=completing.secret_hosts,
    ),
]
AutoApprove = Annotated[bool, typer.Option("--auto-approve", help="Do not ask for approval.")]
AllowDelete = Annotated[
    bool, typer.Option("--allow-delete", help="Allow the deletions that the configuration asks for.")
]
MaxDeletes = Annotated[
    int, typer.Option("--max-deletes", metavar="NUMBER", min=0, help="How many things one plan may delete.")
]
MaxDeleteShare = Annotated[
    int,
    typer.Option(
        "--max-delete-share",
        metavar="PERCENT",
        min=0,
        max=100,
        help="How much of a collection of ten things or more one plan may delete.",
    ),
]
LockTimeout = Annotated[
    float,
    typer.Option(
        "--lock-timeout", metavar="SECONDS", min=0, help="How long to wait for another lpconf on this account."
    ),
]
NoJournal = Annotated[
    bool, typer.Option("--no-journal", help="Write without a journal, where no state can be kept. No rollback then.")
]
KeepRuns = Annotated[
    int,
    typer.Option(
        "--keep-runs", envvar="LPCONF_KEEP_RUNS", metavar="NUMBER", min=1, help="How many runs to keep per account."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print results and errors only.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tell each request on stderr.")]
LogFile = Annotated[Path | None, typer.Option("--log-file", help="Write each request to this file.")]
