"""`lpconf sandbox faults`: make requests to the sandbox fail."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import click
import typer

from lpconf.cli import options
from lpconf.cli.output import as_json, sinks, write
from lpconf.cli.sandbox_state import problems_told, state_file

if TYPE_CHECKING:
    from lpconf.model.json import JsonObject
    from lpconf.sandbox.fault_table import ActiveFault, Fault

_Name = TypeVar("_Name", bound=StrEnum)

app = typer.Typer(
    help="Make requests to the sandbox fail.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)


@app.command("add")
def add(
    kind: Annotated[str, typer.Argument(help="What goes wrong.")],
    path: Annotated[
        str, typer.Option(help="Only for paths like this. * is any text, slashes included; ? is one character.")
    ] = "*",
    method: Annotated[
        str, typer.Option(help="Only for this method. A POST that stands for a PUT or DELETE counts as that.")
    ] = "",
    count: Annotated[int, typer.Option(help="For how many requests. 0 means all, until it is cleared.")] = 1,
    after: Annotated[int, typer.Option(help="How many matching requests to let pass first.")] = 0,
    seconds: Annotated[
        float | None, typer.Option(help="latency: how long. too-many-requests: what Retry-After says.")
    ] = None,
    edit: Annotated[
        str, typer.Option(help="stale-revision: other-field, same-field, neighbour, or engagement (of a campaign).")
    ] = "other-field",
    state_dir: options.StateDir = None,
) -> None:
    """Set a fault.

    `lpconf sandbox faults kinds` lists what can go wrong. Also works while a sandbox runs.
    """
    with problems_told():
        from lpconf.sandbox import fault_table

        try:
            known, what = _known(kind, fault_table.FaultKind, "kind of fault"), _known(edit, fault_table.Edit, "edit")
            fault = fault_table.Fault(known, path, method.upper(), count, after, seconds, what)
        except fault_table.FaultError as error:
            raise click.UsageError(str(error)) from None
        with fault_table.opened(state_file(state_dir)) as faults:
            number = faults.add(fault)
    typer.echo(f"Fault {number} is set.")


def _known(value: str, names: type[_Name], what: str) -> _Name:
    try:
        return names(value)
    except ValueError:
        known = ", ".join(name.value for name in names)
        raise click.UsageError(f"{value} is no {what}. Known are: {known}.") from None


@app.command("kinds")
def kinds() -> None:
    """List what can go wrong."""
    with problems_told():
        from lpconf.sandbox.fault_table import FaultKind
    for kind in FaultKind:
        typer.echo(f"{kind.value:<19}{kind.says}")


@app.command("list")
def listing(output: options.Output = None, state_dir: options.StateDir = None) -> None:
    """List the faults that are set, and how often each has hit."""
    targets = sinks(output, options.FORMATS)
    with problems_told():
        from lpconf.sandbox import fault_table

        with fault_table.opened(state_file(state_dir)) as faults:
            found = faults.all()
    write(
        targets,
        {"text": lambda _: _text(found), "json": lambda _: as_json({"faults": [_json(fault) for fault in found]})},
    )


def _text(faults: Sequence[ActiveFault]) -> str:
    if not faults:
        return "No fault is set."
    rows = [("NO.", "KIND", "METHOD", "PATH", "AFTER", "HIT", "LEFT", "SECONDS", "EDIT")]
    for found in faults:
        fault = found.fault
        seconds = "-" if fault.seconds is None else f"{fault.seconds:g}"
        edit = _edit(fault) or "-"
        left = "until cleared" if found.left is None else str(found.left)
        method, after, hit = fault.method or "any", str(fault.after), str(found.fired)
        rows.append((str(found.id), fault.kind.value, method, fault.path, after, hit, left, seconds, edit))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _json(found: ActiveFault) -> JsonObject:
    fault = found.fault
    return {
        "number": found.id,
        "kind": fault.kind.value,
        "method": fault.method or None,
        "path": fault.path,
        "after": fault.after,
        "count": fault.count or None,
        "hit": found.fired,
        "left": found.left,
        "seconds": fault.seconds,
        "edit": _edit(fault),
    }


def _edit(fault: Fault) -> str | None:
    """What else is edited meanwhile. None for a fault that edits nothing."""
    return fault.edit.value if fault.kind.value == "stale-revision" else None


@app.command("clear")
def clear(
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="[NUMBER]...", help="Which.", show_default="all")
    ] = None,
    state_dir: options.StateDir = None,
) -> None:
    """Remove faults: those with these numbers, or all."""
    with problems_told():
        from lpconf.sandbox import fault_table

        with fault_table.opened(state_file(state_dir)) as faults:
            removed = faults.clear(numbers or ())
    typer.echo("1 fault is removed." if removed == 1 else f"{removed} faults are removed.")
