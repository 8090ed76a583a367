"""What a shell can propose for an option or an argument. Only reads, and of the configuration no more than it names.

What cannot be read, and what would not look like itself in a terminal, is not proposed: completing never complains.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

LARGEST = 1_000_000
"""Bytes of a configuration. Reading a larger one would keep people waiting at every key."""

_MOST_FILES = 10_000
"""Entries of a folder to look at."""

_SECRET = "client_secret"  # noqa: S105 - the name of a word

Proposals = list[tuple[str, str] | str]
"""Values, some with a line of help."""


def written_secrets(context: click.Context, incomplete: str) -> Proposals:
    """For `--write-secret`: the declared secrets, as `connector["A"].client_secret`."""
    return [text for each in _connectors(context) if (text := f"{each}.{_SECRET}").startswith(incomplete)]


def secret_hosts(context: click.Context, incomplete: str) -> Proposals:
    """For `--allow-secret-host`: the connectors with a secret, up to the host, which nobody should take from a list."""
    return [text for each in _connectors(context) if (text := f"{each}=").startswith(incomplete)]


def runs(context: click.Context, incomplete: str) -> Proposals:
    """For RUN: the runs of the state directory, newest first, with when they were and how they ended."""
    return [(run, about) for run, about in _runs(context) if run.startswith(incomplete)]


def operations(incomplete: str) -> Proposals:
    """For `--accept-unverified`: the writes that are only guesses."""
    from lpconf.model.quirks import Evidence, Quirks

    guesses = (name for name, evidence in Quirks().evidence.items() if evidence is Evidence.GUESS)
    return [name for name in guesses if name.startswith(incomplete)]


def formats(context: click.Context, incomplete: str) -> Proposals:
    """For `-o`: the formats that the option's own help lists before `, to a file`."""
    (option,) = (each for each in context.command.params if each.name == "output")
    listed, _, _ = (getattr(option, "help", None) or "").partition(", to a file")
    return [name for name in re.split(", | or ", listed) if name.startswith(incomplete)]


class RunsAndFiles(click.types.StringParamType):
    """RUN|FILE: a run, or a file."""

    name = "run or file"

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002 - click's signature
        incomplete: str,
    ) -> list[click.shell_completion.CompletionItem]:
        """The runs that fit, else files."""
        found = [item(run, about) for run, about in _runs(ctx) if run.startswith(incomplete)]
        return found or _files(incomplete)


class RevisionsAndFiles(click.types.StringParamType):
    """A side of `diff`: a git revision, or a file or folder."""

    name = "revision or file"

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[click.shell_completion.CompletionItem]:
        """The branches and tags that fit, and files."""
        from lpconf.config.git.names import names
        from lpconf.report.escape import terminal

        return [*(item(name) for name in names(Path(), incomplete) if terminal(name) == name), *_files(incomplete)]


class WordsAndFiles(click.types.StringParamType):
    """The words of the YAML, or a line of a file."""

    name = "word or line"

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[click.shell_completion.CompletionItem]:
        """The words that fit, else files."""
        found = [item(name, title) for name, title in _words() if name.startswith(incomplete)]
        return found or _files(incomplete)


def propose_files(command: click.Command) -> click.Command:
    """The command, with files proposed for each path: typer's own type for paths proposes nothing."""
    for param in command.params:
        if isinstance(param.type, click.Path):
            param.type = click.Path(readable=False, path_type=Path)
    for below in getattr(command, "commands", {}).values():
        propose_files(below)
    return command


def paths(incomplete: str) -> list[str]:
    """The files and folders that fit, a folder with a / behind it; hidden ones only where a . is typed."""
    from lpconf.report.escape import terminal

    folder, slash, beginning = incomplete.rpartition("/")
    try:
        with os.scandir(f"{folder}/" if slash else ".") as entries:
            listed = [each for each in islice(entries, _MOST_FILES) if each.name.startswith(beginning)]
    except (OSError, ValueError):
        return []
    shown = [each for each in listed if not each.name.startswith(".") or beginning.startswith(".")]
    names = [f"{folder}{slash}{each.name}{'/' if each.is_dir() else ''}" for each in shown]
    return sorted(name for name in names if terminal(name) == name)


def item(value: str, about: str = "") -> click.shell_completion.CompletionItem:
    """A proposal with a line of help."""
    from click.shell_completion import CompletionItem

    return CompletionItem(value, help=about or None)


def _files(incomplete: str) -> list[click.shell_completion.CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def _words() -> Iterator[tuple[str, str]]:
    from lpconf.config.reference.topics import SITE, topics

    known = topics()
    yield from ((topic.name, topic.title) for topic in known)
    for topic in known:
        yield from ((each.word if topic.name == SITE else each.name, each.title) for each in topic.words)


def _connectors(context: click.Context) -> Iterator[str]:
    """The addresses of the connectors that declare a secret."""
    from lpconf.config.reference.outline import addresses
    from lpconf.report.escape import terminal

    for each in addresses(_paths(context), _SECRET, largest=LARGEST):
        address = str(each)
        # A name can hold anything. What would not be shown as it is, nobody should be led to run.
        if terminal(address) == address:
            yield address


def _paths(context: click.Context) -> tuple[Path, ...]:
    from lpconf.cli.session import paths_of

    given = context.params.get("paths")
    if not given:
        # An option that still lacks its value keeps click from telling the arguments apart.
        names = [param.name for param in context.command.params if isinstance(param, click.Argument)]
        given = [Path(each) for each in context.args[names.index("paths") :]]
    return paths_of(given)


def _runs(context: click.Context) -> Iterator[tuple[str, str]]:
    from lpconf.apply.records import runs
    from lpconf.cli.state import found_state_directory
    from lpconf.report.history_text import ending, when

    state = found_state_directory(context.params.get("state_dir"), _paths(context))
    if state is None:
        return
    for summary in runs(state):
        yield summary.id, f"{when(summary.time)}, {ending(summary)}"
    yield "last", "the last run"
