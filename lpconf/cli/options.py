"""The options that commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
Output = Annotated[
    list[str] | None,
    typer.Option(
        "--output", "-o", metavar="FORMAT[=FILE]", help="text or json, to a file if one is named. Repeatable."
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
        "--accept-unverified", metavar="OPERATION", help="Allow a write that is only a guess, such as connector.update."
    ),
]
AllowDemoKey = Annotated[
    bool, typer.Option("--allow-demo-key", help="Allow the tutorial's demo key, whose private half is public.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print results and errors only.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tell each request on stderr.")]
LogFile = Annotated[Path | None, typer.Option("--log-file", help="Write each request to this file.")]
