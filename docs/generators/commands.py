"""The page of commands, from the command line itself."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from generators.markup import GENERATED, code, prose, table
from lpconf.cli.main import app
from lpconf.model.errors import ExitCode

_EXTRA = re.compile(r"\s*\[([^\[\]]*(?:default|required|env var|\d<=)[^\[\]]*)\]$")
"""What click puts behind an option's help: its default, its variable, its range."""

_CODES = {
    ExitCode.DONE: "done, or nothing to do",
    ExitCode.ERROR: "error: bad configuration, declined, no terminal to ask, another lpconf is at work",
    ExitCode.CHANGES: "there are changes (with `--detailed-exitcode`), or drift (`drift`, always)",
    ExitCode.STALE: "stale: the account is not what the plan was made of; nothing was written",
    ExitCode.PARTLY: "partly applied: a failure, an interruption or a difference after the first write",
    ExitCode.BLOCKED: "blocked by a safety rule (`plan --detailed-exitcode`, and `apply` after doing the rest)",
    ExitCode.ACCESS: "could not sign in, not allowed, or not reachable; nothing was written",
    ExitCode.USAGE: "wrong use of the command line",
}

_VARIABLES = {
    "LPCONF_USERNAME_<account>, LPCONF_PASSWORD_<account>": "Sign in with user and password.",
    "LPCONF_BEARER_<account>": "Sign in with a bearer token that you have. It is not logged out.",
    "LPCONF_CLIENT_ID_<account>, LPCONF_CLIENT_SECRET_<account>": "Sign in with OAuth 2 client credentials.",
    "LPCONF_ACCOUNT": (
        "The account that the same variables without an account in their names are for. "
        "They count only where the YAML names this account."
    ),
    "LPCONF_VAR_<name>": "The value of `${var.name}` in the YAML.",
    "LPCONF_SECRET_<name>": "A secret that the YAML refers to with `{env: LPCONF_SECRET_<name>}`.",
    "LPCONF_STATE_DIR": "Where lpconf keeps journals and the sandbox, as `--state-dir`.",
    "LPCONF_KEEP_RUNS": "How many runs of an account are kept, as `--keep-runs`.",
    "LPCONF_DISCOVERY_URL": "Where to look up an account's hosts, instead of LivePerson's own address.",
    "LPCONF_TRUST_HOSTS": (
        "The hosts that credentials may go to, with commas between. They take the place of `.liveperson.net` and "
        "`.lpsnmedia.net`."
    ),
    "NO_COLOR, FORCE_COLOR": "No colour anywhere, or colour where the output is no terminal either.",
    "HTTPS_PROXY, NO_PROXY": "The proxy for LivePerson's hosts, and the hosts without one.",
    "REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE": "The certificate authorities to trust, as a file.",
}


def page() -> str:
    """The page."""
    root = click.Context(app, info_name="lpconf")
    lines = [
        GENERATED,
        "# Commands",
        "",
        "`lpconf COMMAND --help` prints the same. Results go to stdout, everything else to stderr.",
        "",
    ]
    lines += table(("option", "what it does"), _parameters(app, root))
    for name in app.list_commands(root):
        command = app.get_command(root, name)
        if command is not None:
            lines += _command(command, click.Context(command, info_name=name, parent=root), "##")
    lines += ["## Exit codes", "", "The same in every output format.", ""]
    lines += table(("code", "meaning"), ((str(each.value), prose(_CODES[each])) for each in ExitCode))
    lines += ["## Environment variables", "", "`<account>` stands for the account's id.", ""]
    lines += table(
        ("variable", "what it does"), ((_variables(names), prose(text)) for names, text in _VARIABLES.items())
    )
    return "\n".join(lines).rstrip() + "\n"


def _variables(names: str) -> str:
    return ", ".join(code(name) for name in names.split(", "))


def _command(command: click.Command, context: click.Context, level: str) -> list[str]:
    first, *more = inspect.cleandoc(command.help or "").split("\n\n")
    lines = [f"{level} {context.command_path}", "", prose(first), ""]
    for paragraph in more:
        lines += [prose(paragraph), ""]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                lines += _command(below, click.Context(below, info_name=name, parent=context), level + "#")
        return lines
    pieces = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    lines += ["```text", pieces, "```", ""]
    return lines + table(("option", "what it does"), _parameters(command, context))


def _parameters(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None or "--help" in record[0]:
            continue
        name, text = record
        found = _EXTRA.search(text)
        yield code(name), prose(" ".join(filter(None, (_EXTRA.sub("", text), _readable(found[1] if found else "")))))


def _readable(extra: str) -> str:
    """`env var: X; default: (Y); required` as sentences."""
    names = {"env var": "Variable", "default": "Default", "required": "Required."}
    parts = []
    for part in filter(None, extra.split("; ")):
        label, colon, value = part.partition(": ")
        parts.append(f"{names[label]}: `{value.strip('()')}`." if colon else names.get(part, f"`{part}`."))
    return " ".join(parts)
