"""`lpconf init`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click
import typer

from lpconf.cli.questions import Interview, Question
from lpconf.model.errors import LpconfError

if TYPE_CHECKING:
    from lpconf.config.starting import Start

FLOWS = ("implicit", "code")

_FIRST = (
    Question("account", "Account id (site id)"),
    Question("label", "What people call the account (may stay empty)", ""),
    Question("connector", "Name of the authentication connector", "Consumer authentication"),
    Question("flow", "Flow: implicit, the page hands over the token; code, LivePerson fetches it", choices=FLOWS),
)
_IMPLICIT = (
    Question(
        "authentication-endpoint",
        "Authentication endpoint, an https address (any will do while all windows are embedded)",
    ),
)
_CODE = (
    Question("token-endpoint", "Token endpoint, an https address"),
    Question("client-id", "Client id that LivePerson has at the identity provider"),
    Question("secret-variable", "Environment variable that holds the client secret", "LPCONF_SECRET_IDP"),
    Question("authentication-endpoint", "Authentication endpoint, for separate windows (may stay empty)", ""),
)
_SOURCE = Question(
    "key", "Tokens are checked with a public key in a file, or with a JWKS endpoint", choices=("file", "jwks")
)
_FILE = Question("key-file", "File of the public key, in the folder of the YAML", "keys/idp.pub.pem")
_JWKS = Question("jwks-endpoint", "JWKS endpoint, an https address")
_LAST = (
    Question("js-method-name", "Function of the page that gives the token", "lpGetAuthenticationToken"),
    Question("messaging", "Make the default engagement messaging, for signed-in visitors only", choices=("yes", "no")),
)

Text = str | None
_Account = Annotated[Text, typer.Option("--account", metavar="ID", help="The account's id.")]
_Label = Annotated[Text, typer.Option("--label", metavar="TEXT", help="What people call the account.")]
_Connector = Annotated[Text, typer.Option("--connector", metavar="NAME", help="The authentication connector.")]
_Flow = Annotated[
    Text, typer.Option("--flow", click_type=click.Choice(FLOWS), help="How LivePerson gets a visitor's token.")
]
_Endpoint = Annotated[
    Text, typer.Option("--authentication-endpoint", metavar="URL", help="Where a separate window signs visitors in.")
]
_Token = Annotated[Text, typer.Option("--token-endpoint", metavar="URL", help="Code flow: where a code is exchanged.")]
_Client = Annotated[Text, typer.Option("--client-id", metavar="TEXT", help="Code flow: LivePerson's client id.")]
_Secret = Annotated[
    Text, typer.Option("--secret-variable", metavar="NAME", help="Code flow: the variable of the client secret.")
]
_KeyFile = Annotated[Text, typer.Option("--key-file", metavar="FILE", help="The public key, beside the YAML.")]
_Jwks = Annotated[Text, typer.Option("--jwks-endpoint", metavar="URL", help="Instead: where the keys are fetched.")]
_Method = Annotated[Text, typer.Option("--js-method-name", metavar="NAME", help="The page's function for the token.")]
_Messaging = Annotated[
    bool | None,
    typer.Option("--messaging/--no-messaging", help="Make the default engagement authenticated messaging."),
]


def init(
    path: Annotated[
        Path | None, typer.Argument(metavar="[PATH]", help="The file to write.", show_default="site.yaml")
    ] = None,
    from_tutorial: Annotated[
        bool, typer.Option("--from-tutorial", help="Write LivePerson's tutorial, and ask nothing.")
    ] = False,
    account: _Account = None,
    label: _Label = None,
    connector: _Connector = None,
    flow: _Flow = None,
    authentication_endpoint: _Endpoint = None,
    token_endpoint: _Token = None,
    client_id: _Client = None,
    secret_variable: _Secret = None,
    key_file: _KeyFile = None,
    jwks_endpoint: _Jwks = None,
    js_method_name: _Method = None,
    messaging: _Messaging = None,
) -> None:
    """Write a first configuration: asks, or takes LivePerson's tutorial.

    Never overwrites a file.

    Without a terminal the options answer; what has a default may be left out.
    """
    from lpconf.cli.output import can_ask
    from lpconf.config.starting import site_text, tutorial_text

    options = {
        "account": account,
        "label": label,
        "connector": connector,
        "flow": flow,
        "authentication-endpoint": authentication_endpoint,
        "token-endpoint": token_endpoint,
        "client-id": client_id,
        "secret-variable": secret_variable,
        "key-file": key_file,
        "jwks-endpoint": jwks_endpoint,
        "js-method-name": js_method_name,
        "messaging": None if messaging is None else "yes" if messaging else "no",
    }
    given = {word: value for word, value in options.items() if value is not None}
    file = _new_file(path)
    if from_tutorial:
        if given:
            raise click.UsageError("--from-tutorial goes with no other option.")
        _write(file, tutorial_text())
        _say_next((("plan", "--sandbox"), ("apply", "--sandbox")), file)
        return
    start = _start(Interview(given, _check, can_ask=can_ask()))
    _write(file, site_text(start))
    if start.code_flow:
        typer.echo(f"Have the client secret in the environment variable {start.code_flow.secret}.")
    _say_missing_key(file, start)
    _say_next((("validate",), ("plan", "--sandbox")), file)


def _new_file(path: Path | None) -> Path:
    from lpconf.cli.output import writable
    from lpconf.cli.session import DEFAULT_PATH

    file = path or DEFAULT_PATH
    file = file / DEFAULT_PATH if file.is_dir() else file
    if file.exists() or file.is_symlink():
        raise LpconfError(f"{file} is there already, and is never overwritten.\nName another file: lpconf init PATH")
    return writable(file)


def _check(word: str, text: str) -> None:
    from lpconf.config.problems import BadValueError
    from lpconf.config.starting import CHECKS

    try:
        CHECKS[word.replace("-", "_")](text)
    except BadValueError as error:
        raise ValueError(f"{error.complaint.message}. {error.complaint.hint}".strip()) from None


def _start(interview: Interview) -> Start:
    """The answers. Raises a usage error for options that do not go together, LpconfError for missing ones."""
    from lpconf.config.starting import CodeFlow, Start

    given = interview.given
    if "key-file" in given and "jwks-endpoint" in given:
        raise click.UsageError("--key-file does not go with --jwks-endpoint.")
    found = interview.answers(_FIRST)
    is_code = found["flow"] == "code"
    if not is_code and (others := [f"--{each.word}" for each in _CODE[:3] if each.word in given]):
        raise click.UsageError(f"{others[0]} goes with --flow code.")
    found |= interview.answers(_CODE if is_code else _IMPLICIT)
    is_file = "key-file" in given or ("jwks-endpoint" not in given and interview.answer(_SOURCE) == "file")
    found |= interview.answers((_FILE if is_file else _JWKS, *_LAST))
    if interview.missing:
        raise LpconfError(f"There is no terminal to ask. Give {' and '.join(interview.missing)}, or --from-tutorial.")
    code = CodeFlow(found["token-endpoint"], found["client-id"], found["secret-variable"]) if is_code else None
    return Start(
        account=found["account"],
        label=found["label"] or None,
        connector=found["connector"],
        authentication_endpoint=found["authentication-endpoint"] or None,
        code_flow=code,
        key_file=found.get("key-file"),
        jwks_endpoint=found.get("jwks-endpoint"),
        js_method_name=found["js-method-name"],
        messaging=found["messaging"] == "yes",
    )


def _write(file: Path, text: str) -> None:
    """Write the configuration, and the schema for editors beside it. Raises LpconfError."""
    from lpconf.cli.output import tell
    from lpconf.config.schema import text as schema_text
    from lpconf.config.starting import SCHEMA_NAME
    from lpconf.config.writing import create
    from lpconf.report.escape import terminal

    create(file, text)
    typer.echo(terminal(f"Wrote {file}."))
    schema = file.with_name(SCHEMA_NAME)
    if not schema.exists() and not schema.is_symlink():
        create(schema, schema_text())
        typer.echo(terminal(f"Wrote {schema}, by which editors complete and explain the fields."))
    elif schema.is_symlink() or not schema.is_file():
        # Whoever writes the schema there with a shell's > follows the link, which a stranger may have committed.
        tell(terminal(f"{schema} is a link, a folder or a special file, so editors get no schema. Remove it."))
    elif schema.read_bytes() != schema_text().encode():
        command = f"lpconf schema > {shlex.quote(str(schema))}"
        tell(terminal(f"{schema} is of another lpconf. To bring it up to date: {command}"))


def _say_missing_key(file: Path, start: Start) -> None:
    """Say where the public key goes, if it is not there yet, and how to make one to try with."""
    from lpconf.report.escape import terminal
    from lpconf.tokens.files import public_path

    public = file.parent / (start.key_file or "")
    if not start.key_file or public.exists():
        return
    if public.is_symlink():
        typer.echo(terminal(f"{public} is a link that leads nowhere. Remove it first."))
    typer.echo(terminal(f"{public} is not there yet. Put the identity provider's public key into it."))
    private = public.with_name(public.name.removesuffix(".pub.pem") + ".pem")
    made = public_path(private)
    if made != public:
        private = public.with_name(f"{public.stem}-test.pem")
        made = public_path(private)
    steps = [shlex.join(["lpconf", "token", "keygen", "--out", str(private)])]
    steps += [shlex.join(["cp", str(made), str(public)])] if made != public else []
    typer.echo("Or, to try it in the sandbox, make a pair:")
    for step in steps:
        typer.echo(terminal(f"  {step}"))


def _say_next(steps: Sequence[tuple[str, ...]], file: Path) -> None:
    """Print the commands to go on with."""
    from lpconf.cli.session import DEFAULT_PATH
    from lpconf.report.escape import terminal

    typer.echo("Next:")
    for command, *arguments in steps:
        named = [] if file == DEFAULT_PATH else [str(file)]
        typer.echo(terminal(f"  {shlex.join(['lpconf', command, *named, *arguments])}"))
