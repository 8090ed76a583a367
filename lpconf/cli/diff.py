"""`lpconf diff`."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lpconf.cli import completing, options
from lpconf.model.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lpconf.model.difference import Difference

_SIDE = "A file, a folder, a git revision, or REVISION:PATH."
_SIDE_TYPE = completing.Proposing("revision or file", completing.revisions_and_files)


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help=_SIDE, click_type=_SIDE_TYPE)],
    new: Annotated[
        str | None,
        typer.Argument(
            metavar="[NEW]",
            help=_SIDE,
            show_default="the files here, if OLD is a revision",
            click_type=_SIDE_TYPE,
        ),
    ] = None,
    paths: Annotated[
        list[Path] | None,
        typer.Option(
            "--path", metavar="PATH", help="What to read at a revision alone. Repeatable.", show_default="site.yaml"
        ),
    ] = None,
    variables: options.Variables = None,
    output: options.ReviewOutput = None,
    addresses_only: options.AddressesOnly = False,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 2 if anything differs.")
    ] = False,
    quiet: options.Quiet = False,
) -> int:
    """Show what differs between two configurations or git revisions, offline.

    `lpconf diff origin/main` compares site.yaml at that revision with site.yaml here. A variable that is not set is
    shown as ${var.name}.
    """
    from lpconf.cli import github, reviews
    from lpconf.cli import output as out_to
    from lpconf.cli.session import variables_of
    from lpconf.report.difference_json import difference as document
    from lpconf.report.github import difference_outputs
    from lpconf.report.review_of_difference import of_difference

    sinks = reviews.sinks(output, options.REVIEW_FORMATS, addresses_only=addresses_only)
    with github.errors_told(sinks, addresses_only=addresses_only):
        found = _found(old, new, paths, variables_of(variables), quiet=quiet)
    if not quiet:
        reviews.tell_diagnostics(found.findings, addresses_only=addresses_only)
    review = reviews.shown(of_difference(found), addresses_only=addresses_only)
    out_to.write(sinks, {**reviews.renders(review), "json": lambda _: out_to.as_json(document(found))})
    code = ExitCode.DONE if found.empty else ExitCode.CHANGES
    github.publish_review(sinks, review, lambda: difference_outputs(found, code))
    return code if detailed_exitcode else ExitCode.DONE


def _found(
    old: str, new: str | None, paths: Sequence[Path] | None, variables: dict[str, str], *, quiet: bool
) -> Difference:
    """The difference of the two sides, with the warnings that only the newer one has."""
    from lpconf.cli.output import tell
    from lpconf.cli.session import paths_of
    from lpconf.config.sides import Sides
    from lpconf.engine.difference.comparison import difference
    from lpconf.lint import new_findings
    from lpconf.report.escape import terminal

    sides = Sides(Path(), os.environ)
    older, newer = sides.of(old, new, paths_of(paths))
    with sides.loading(variables=variables) as loader:
        after = loader.load(newer)
        before = loader.load_or_none(older)
    for note in () if quiet else before.notes:
        tell(terminal(note))
    found = difference(before.site, after, old_name=older.name, new_name=newer.name)
    former = {thing.address: thing.former for thing in found.things if thing.former}
    return replace(found, findings=new_findings(before.site, after, former), old_is_revision=bool(older.revision))
