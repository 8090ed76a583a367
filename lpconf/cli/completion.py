"""`lpconf completion`, and the answers to a shell that completes."""

from __future__ import annotations

import io
import os
import re
import shlex
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import click
import typer
from click.shell_completion import FishComplete, ShellComplete, ZshComplete, split_arg_string

from lpconf.cli import completing

VARIABLE = "_LPCONF_COMPLETE"
"""The environment variable by which a shell asks, such as `bash_complete`."""


class Shell(StrEnum):
    """The shells that can complete lpconf's commands."""

    BASH = "bash"
    FISH = "fish"
    ZSH = "zsh"


def completion(context: typer.Context, shell: Annotated[Shell, typer.Argument(help="Your shell.")]) -> None:
    """Print what a shell needs to complete lpconf's commands.

    For bash, add this line to ~/.bashrc: eval "$(lpconf completion bash)"
    """
    typer.echo(_SHELLS[shell](context.find_root().command, {}, "lpconf", VARIABLE).source())


def answer(root: click.Command) -> int:
    """Tell the shell what can come next, on stdout. Returns the exit code.

    Whatever goes wrong, nothing is told: a shell would show it in the middle of what somebody types.
    """
    name, _, _ = os.environ[VARIABLE].partition("_complete")
    try:
        with redirect_stderr(io.StringIO()):
            text = _SHELLS[name](root, {}, "lpconf", VARIABLE).complete()
    except Exception:  # noqa: BLE001 - see above
        return 1
    typer.echo(text)
    return 0


class Bash(ShellComplete):
    """Bash, which takes what it is given as it is: it must be quoted, or `$(...)` in a name would run."""

    name = "bash"
    source_template = """\
%(complete_func)s() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            file) compopt -o default ;;
            nospace) compopt -o nospace ;;
            plain,*) COMPREPLY+=("${line#plain,}") ;;
        esac
    done < <(IFS=$'\\n'; env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" \
%(complete_var)s=bash_complete "$1" 2>/dev/null)
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""

    def complete(self) -> str:
        """The lines that the script above reads."""
        words = os.environ["COMP_WORDS"].split("\n")[: int(os.environ["COMP_CWORD"]) + 1]
        args, typed = _joined(words)
        found = self.get_completions(args, typed.value)
        values = [each.value for each in found if each.type == "plain"]
        are_files = any(each.type == "file" for each in found)
        if are_files and values:
            # Bash proposes files by itself only where there is nothing else.
            values += completing.paths(typed.value)
        lines = [f"plain,{text}" for value in values if (text := typed.rest(value)) is not None]
        if are_files and not lines:
            lines.append("file")
        if any(value.endswith(("=", "/")) for value in values):
            lines.append("nospace")
        return "\n".join(lines)


class Fish(FishComplete):
    """Fish. Click's own script cuts what it proposes at a comma."""

    source_template = FishComplete.source_template.replace('string split ","', 'string split -m 1 ","')


_SHELLS: Mapping[str, type[ShellComplete]] = {Shell.BASH: Bash, Shell.FISH: Fish, Shell.ZSH: ZshComplete}

_BREAK = re.compile("[=:]+")
"""What makes words of its own in bash: `--option=value` are three."""

_SAFE = re.compile(r"[\w@%+,./-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Typed:
    """The word that is being typed. Bash replaces what follows `before`, inside of `quote`, if one is open."""

    value: str
    before: str
    quote: str

    def rest(self, value: str) -> str | None:
        """What bash is to put in the place, so that the word becomes the value; None where that cannot be."""
        if not value.startswith(self.before):
            return None
        rest = value.removeprefix(self.before)
        match self.quote:
            case "'":
                return rest.replace("'", r"'\''")
            case '"':
                # In double quotes nothing keeps `!` from calling up an earlier command.
                return None if "!" in rest else re.sub(r'([\\"$`])', r"\\\1", rest)
            case _:
                return rest if _SAFE.fullmatch(rest) else shlex.quote(rest)


def _joined(words: Sequence[str]) -> tuple[list[str], Typed]:
    """The arguments before the one that is typed, and that one, from the words as bash parts them."""
    whole: list[list[str]] = []
    for word in words[1:]:
        begins = not whole or not (_BREAK.fullmatch(word) or _BREAK.fullmatch(whole[-1][-1]))
        whole.append([word]) if begins else whole[-1].append(word)
    *done, parts = whole
    if _BREAK.fullmatch(parts[-1]):
        parts.append("")
    head, last = "".join(parts[:-1]), parts[-1]
    # The value of an option is completed by itself.
    before = "" if head.startswith("-") else _plain(head)
    opened, quote = _open_quote(last)
    return [_plain("".join(each)) for each in done], Typed(_plain(head + last), before + _plain(last[:opened]), quote)


def _plain(word: str) -> str:
    """A word without its quotes."""
    return "".join(split_arg_string(word))


def _open_quote(word: str) -> tuple[int, str]:
    """Where the quote that is open at the end of a word begins, and which; the start and none if there is none."""
    opened, quote, escaped = 0, "", False
    for index, char in enumerate(word):
        if escaped:
            escaped = False
        elif char == "\\" and quote != "'":
            escaped = True
        elif quote and char == quote:
            quote = ""
        elif not quote and char in "'\"":
            opened, quote = index, char
    return (opened, quote) if quote else (0, "")
