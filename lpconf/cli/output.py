"""Where output goes: results to stdout or files, talk to stderr."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
import typer

from lpconf.model.errors import LpconfError

if TYPE_CHECKING:
    from lpconf.model.diagnostic import Diagnostic
    from lpconf.model.json import JsonObject

Render = Callable[[bool], str]
"""Makes a text; the argument says whether in colour."""


@dataclass(frozen=True, slots=True)
class Sink:
    """One `-o FORMAT[=FILE]`. Without a file it is stdout."""

    format: str
    file: Path | None = None


def sinks(values: Sequence[str] | None, formats: Sequence[str]) -> tuple[Sink, ...]:
    """The sinks of the `-o` options; text on stdout if there are none. Raises a usage error for what cannot be."""
    found = []
    for value in values or ("text",):
        name, _, file = value.partition("=")
        if name not in formats:
            raise click.UsageError(f"-o {name} is not one of {', '.join(formats)}.")
        if "=" in value and not file:
            raise click.UsageError(f"-o {value} names no file.")
        found.append(Sink(name, writable(Path(file)) if file else None))
    if sum(sink.file is None for sink in found) > 1:
        raise click.UsageError("Only one -o can go to stdout. Give the others a file: -o json=plan.json.")
    return tuple(found)


def writable(file: Path) -> Path:
    """The file, if it looks as if it can be written: to learn it after an apply would be too late.

    Raises LpconfError for one that cannot be, or that a link leads elsewhere.
    """
    from lpconf.config.files import leading_out

    folder = file.parent
    # A checkout may hold a link with the name of the file that a job writes. /dev/stdout is one by nature.
    if folder != Path("/dev") and (link := leading_out(file)) is not None:
        raise LpconfError(
            f"Cannot write {file}: {link} is a link that leads out of its folder.\nName the file that it leads to."
        )
    if file.is_dir():
        raise LpconfError(f"Cannot write {file}: it is a folder.")
    if not folder.is_dir():
        raise LpconfError(f"Cannot write {file}: the folder {folder} does not exist.")
    if not os.access(file if file.exists() else folder, os.W_OK):
        raise LpconfError(f"Cannot write {file}: permission denied.")
    return file


def text_on_stdout(targets: Sequence[Sink]) -> bool:
    """Whether people read stdout."""
    return any(sink.file is None and sink.format == "text" for sink in targets)


def write(targets: Sequence[Sink], renders: Mapping[str, Render], *, private: Sequence[str] = ()) -> None:
    """Write every sink in its format; files of the `private` formats for the user's eyes only (0600).

    Raises LpconfError for a file that cannot be written.
    """
    for sink in targets:
        if sink.file is None:
            show(renders[sink.format], sys.stdout)
            continue
        try:
            text = renders[sink.format](False) + "\n"
            with _private(sink.file) if sink.format in private else sink.file.open("w", encoding="utf-8") as stream:
                stream.write(text)
        except OSError as error:
            raise LpconfError(
                f"Cannot write {sink.file}: {error.strerror}.", in_public="A file that -o names cannot be written."
            ) from error


def _private(file: Path) -> TextIO:
    """The file, emptied and for the user's eyes only. What is no regular file, such as /dev/stdout, keeps its mode."""
    stream = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600), "w", encoding="utf-8")
    if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        os.fchmod(stream.fileno(), 0o600)
        stream.truncate(0)
    return stream


def show(render: Render, stream: TextIO) -> None:
    """Print a text on a stream, in colour if the stream shows it."""
    color = use_color(stream)
    try:
        typer.echo(render(color), file=stream, color=color)
    except BrokenPipeError:
        raise
    except OSError as error:
        # Python would try, and complain, once more at its own exit.
        sys.stdout = None
        raise LpconfError(f"Cannot write the output: {error.strerror}.") from error


def as_json(document: JsonObject) -> str:
    """A JSON document as text: stable, without characters that a terminal or a build server would act on."""
    import json

    # Outside of strings JSON has no "#". In them it would let a name such as "##vso[...]" command a build server.
    return json.dumps(document, indent=2, ensure_ascii=True).replace("##", r"#\u0023")


def use_color(stream: TextIO) -> bool:
    """Colour on terminals; NO_COLOR and FORCE_COLOR decide where they are set (no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def can_ask() -> bool:
    """Whether there is a person at a terminal to ask."""
    return sys.stdin is not None and sys.stdin.isatty()


def tell(message: str) -> None:
    """Say one thing on stderr."""
    typer.echo(message, err=True)


def tell_written(targets: Sequence[Sink]) -> None:
    """Say on stderr which files were written."""
    from lpconf.report.escape import terminal

    for sink in targets:
        if sink.file is not None:
            tell(terminal(f"Wrote {sink.file}."))


def tell_diagnostics(diagnostics: Sequence[Diagnostic]) -> None:
    """Print diagnostics on stderr."""
    if diagnostics:
        from lpconf.report.diagnostics import render

        show(lambda color: render(diagnostics, color=color) + "\n", sys.stderr)
