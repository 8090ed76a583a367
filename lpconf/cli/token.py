"""`lpconf token`: keys, test tokens, and what LivePerson would say to a token."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click
import typer

from lpconf.cli import options
from lpconf.model.errors import ExitCode, LpconfError

if TYPE_CHECKING:
    from lpconf.model.token import TokenCheck
    from lpconf.tokens import ConnectorSettings

DEFAULT_KEY = Path("keys/idp.pem")
STDIN = Path("-")

app = typer.Typer(
    help="Keys and visitors' tokens (JWT): make them, and check them offline.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
)

Connector = Annotated[
    str | None, typer.Option("--connector", metavar="NAME", help="The declared connector, where there are several.")
]


@app.command("keygen")
def keygen(
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The private key's file. The public key goes beside it.")
    ] = DEFAULT_KEY,
    bits: Annotated[
        str, typer.Option("--bits", click_type=click.Choice(["2048", "3072", "4096"]), help="The size of the key.")
    ] = "2048",
) -> None:
    """Make a key pair, to sign visitors' tokens with. Prints the public key as the YAML takes it."""
    from lpconf.cli.output import tell
    from lpconf.report.escape import terminal
    from lpconf.tokens import describe, generate, public_half
    from lpconf.tokens.files import write_pair

    private_pem, public_pem = generate(int(bits))
    public = write_pair(out, private_pem, public_pem)
    key = public_half(private_pem)
    tell(terminal(f"Private key: {out}. Keep it secret, and out of git: whoever has it can sign in as any visitor."))
    tell(terminal(f"Public key:  {public} ({describe(key)})."))
    tell(f"Fingerprint: SHA256:{key.fingerprint}")
    if not public.is_absolute() and ".." not in public.parts:
        tell(terminal(f"For a YAML file in this folder: jwt_public_key: {{file: {public}}}. Or, for any:"))
    typer.echo(f"jwt_public_key: {key.text}")


@app.command("mint")
def mint(
    key: Annotated[Path, typer.Option("--key", metavar="FILE", help="The private key as PEM; - is standard input.")],
    sub: Annotated[str, typer.Option("--sub", metavar="SUBJECT", help="Who the visitor is. Nobody must guess it.")],
    paths: options.Paths = None,
    iss: Annotated[
        str | None,
        typer.Option("--iss", metavar="ISSUER", help="Who signs the visitor in.", show_default="jwt_issuer of PATH"),
    ] = None,
    ttl: Annotated[
        str | None, typer.Option("--ttl", metavar="TIME", help="How long it is valid: 30m, 1h, 7d.", show_default="1h")
    ] = None,
    kid: Annotated[str | None, typer.Option("--kid", metavar="KID", help="The name of the key, for a JWKS.")] = None,
    claim: Annotated[
        list[str] | None,
        typer.Option("--claim", metavar="NAME=VALUE", help="A further claim; lp_sdes is JSON. Repeatable."),
    ] = None,
    connector: Connector = None,
    variables: options.Variables = None,
) -> None:
    """Make a token for tests, and print it. With --iss and without PATH it is made for no connector."""
    from lpconf.tokens import check, make_claims
    from lpconf.tokens import mint as sign
    from lpconf.tokens.minting import DEFAULT_LIFETIME, read_claims
    from lpconf.tokens.times import lifetime

    more = read_claims(claim or ())
    seconds = lifetime(ttl) if ttl is not None else DEFAULT_LIFETIME
    declared = _declared(paths, variables, connector) if paths or connector or iss is None else None
    issuer = iss if iss is not None else declared.issuer if declared else None
    if issuer is None:
        raise LpconfError("The connector declares no jwt_issuer. Say who signs the visitor in: --iss.")
    private_pem = _private_key(key)
    now = time.time()
    token = sign(private_pem, make_claims(iss=issuer, sub=sub, now=now, lifetime=seconds, more=more), kid)
    settings = declared or _nobody(private_pem, issuer)
    _require_fit(private_pem, settings)
    _tell_findings(check(token, settings, now))
    typer.echo(token)


@app.command("check")
def check(
    paths: options.Paths = None,
    token: Annotated[
        Path, typer.Option("--token", metavar="FILE", help="The file that holds the token; - is standard input.")
    ] = STDIN,
    connector: Connector = None,
    variables: options.Variables = None,
    output: options.Output = None,
) -> int:
    """Say what LivePerson would say to a token, offline. Exits with 1 if it would refuse it.

    Keys behind a jwks_endpoint are not fetched, and an encrypted token cannot be read: then the answer stays open, and
    the exit code is 0 if nothing is wrong with the rest.
    """
    from lpconf.cli import output as out_to
    from lpconf.model.token import Verdict
    from lpconf.report import token_json, token_text
    from lpconf.tokens import check as check_token

    sinks = out_to.sinks(output, options.FORMATS)
    settings = _declared(paths, variables, connector)
    found = check_token(_token(token), settings, time.time())
    out_to.write(
        sinks,
        {
            "text": lambda color: token_text.check(found, color=color),
            "json": lambda _: out_to.as_json(token_json.check(found)),
        },
    )
    return ExitCode.ERROR if found.verdict is Verdict.REFUSED else ExitCode.DONE


def _declared(paths: list[Path] | None, variables: list[str] | None, name: str | None) -> ConnectorSettings:
    from lpconf.cli import session
    from lpconf.config import load
    from lpconf.tokens import connector_of

    site = load(session.paths_of(paths), variables=session.variables_of(variables), environ=os.environ)
    return connector_of(site, name)


def _nobody(private_pem: bytes, issuer: str) -> ConnectorSettings:
    """A connector that fits, so that the token alone is checked."""
    from lpconf.tokens import ConnectorSettings, public_half

    return ConnectorSettings(address="no connector", public_key=public_half(private_pem).text, issuer=issuer)


def _require_fit(private_pem: bytes, settings: ConnectorSettings) -> None:
    from lpconf.tokens import describe, public_half
    from lpconf.tokens.header_rules import key_of

    declared, own = key_of(settings), public_half(private_pem)
    if declared and declared.fingerprint != own.fingerprint:
        raise LpconfError(
            f"The private key does not belong to {settings.address}. Nothing was made.\n"
            f"The connector declares {describe(declared)}; the public half of the private key is {describe(own)}."
        )


def _tell_findings(found: TokenCheck) -> None:
    """Tell on stderr what is not as it should be. Raises LpconfError if LivePerson would refuse the token."""
    from lpconf.cli.output import show
    from lpconf.model.token import Status, Verdict
    from lpconf.report import token_text

    if any(finding.status is not Status.OK for finding in found.findings):
        show(lambda color: token_text.findings(found, color=color), sys.stderr)
    if found.verdict is Verdict.REFUSED:
        raise LpconfError(f"{found.summary} Nothing was made.")


def _private_key(path: Path) -> bytes:
    from lpconf.cli.keys import private_key
    from lpconf.tokens.files import MAX_KEY

    return sys.stdin.buffer.read(MAX_KEY) if path == STDIN else private_key(path)


def _token(path: Path) -> str:
    from lpconf.cli.output import tell
    from lpconf.tokens.files import MAX_TOKEN, read_token, token_text

    if path != STDIN:
        return read_token(path)
    if sys.stdin.isatty():
        tell("Paste the token, then press Enter and Ctrl-D.")
    return token_text(sys.stdin.buffer.read(MAX_TOKEN + 1))
