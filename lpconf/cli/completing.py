"""What a shell can propose for an option or an argument. Only reads, and of the configuration no more than it names.

What cannot be read, and what would not look like itself in a terminal, is not proposed: completing never complains.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import click

LARGEST = 1_000_000
"""Bytes of a configuration. Reading a larger one would keep people waiting at every key."""

_MOST_FILES = 10_000
"""Entries of a folder to look at."""

_SECRET = "client_secret"  # noqa: S105 - the name of a word

Items: TypeAlias = "list[click.shell_completion.CompletionItem]"
"""What click takes: values, and where a shell is to propose files."""


def written_secrets(context: click.Context, incomplete: str) -> list[str]:
    """For `--write-secret`: the declared secrets, as `connector["A"].client_secret`."""
    return [text for each in _connectors(context) if (text := f"{each}.{_SECRET}").startswith(incomplete)]


def secret_hosts(context: click.Context, incomplete: str) -> list[str]:
    """For `--allow-secret-host`: the connectors with a secret, up to the host, which nobody should take from a list."""
    return [text for each in _connectors(context) if (text := f"{each}=").startswith(incomplete)]


def runs(context: click.Context, incomplete: str) -> list[tuple[str, str]]:
    """For RUN: the runs of the state directory, newest first, with when they were and how they ended."""
    return [(run, about) for run, about in _runs(context) if run.startswith(incomplete)]


def operations(incomplete: str) -> list[str]:
    """For `--accept-unverified`: the writes that are only guesses."""
    from lpconf.model.quirks import Evidence, Quirks

    guesses = (name for name, evidence in Quirks().evidence.items() if evidence is Evidence.GUESS)
    return [name for name in guesses if name.startswith(incomplete)]


class Proposing(click.types.StringParamType):
    """A text for which a function makes the proposals, files among them, which typer's `autocompletion` cannot."""

    def __init__(self, name: str, propose: Callable[[click.Context, str], Items]) -> None:
        self.name = name
        self._propose = propose

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002 - click's signature
        incomplete: str,
    ) -> Items:
        """What the function proposes."""
        return self._propose(ctx, incomplete)


def runs_and_files(context: click.Context, incomplete: str) -> Items:
    """For RUN|FILE: the runs that fit, else files."""
    return [_item(run, about) for run, about in runs(context, incomplete)] or _files(incomplete)


def revisions_and_files(_: click.Context, incomplete: str) -> Items:
    """For a side of `diff`: the branches and tags that fit, and files."""
    from lpconf.config.git.names import names
    from lpconf.report.escape import terminal

    return [*(_item(name) for name in names(Path(), incomplete) if terminal(name) == name), *_files(incomplete)]


def words_and_files(_: click.Context, incomplete: str) -> Items:
    """For `explain`: the words of the YAML that fit, else files."""
    return [_item(name, title) for name, title in _words() if name.startswith(incomplete)] or _files(incomplete)


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


def _item(value: str, about: str = "") -> click.shell_completion.CompletionItem:
    """A proposal with a line of help."""
    from click.shell_completion import CompletionItem

    return CompletionItem(value, help=about or None)


def _files(incomplete: str) -> Items:
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
