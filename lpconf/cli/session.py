"""What plan and apply have in common: a configuration, an account, and a plan made of both."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lpconf.cli.output import can_ask, tell, tell_diagnostics
from lpconf.model.errors import AccessError, LpconfError
from lpconf.model.plan import Plan
from lpconf.model.policy import Policy, Waits
from lpconf.model.quirks import Quirks

if TYPE_CHECKING:
    from lpconf.liveperson.client import Client
    from lpconf.liveperson.credentials import Credentials
    from lpconf.liveperson.endpoint import Endpoint
    from lpconf.model.site import Site

SECRET_PREFIX = "LPCONF_SECRET_"  # noqa: S105 - the prefix of names
DEFAULT_PATH = Path("site.yaml")


@dataclass(frozen=True, slots=True)
class Request:
    """What the options of `plan` and `apply` ask for."""

    paths: tuple[Path, ...]
    variables: dict[str, str]
    sandbox: bool = False
    state_dir: Path | None = None
    quirks_file: Path | None = None
    accept_unverified: frozenset[str] = frozenset()
    allow_demo_key: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """An open connection to the account of one configuration."""

    site: Site
    client: Client
    quirks: Quirks
    policy: Policy
    secrets: dict[str, str] = field(repr=False)
    waits: Waits

    def plan(self) -> Plan:
        """Read the account and make a plan."""
        from lpconf.engine.plan import plan
        from lpconf.liveperson.read import read

        live = read(self.site, self.client, self.quirks)
        return plan(self.site, live, target=self.client.target, quirks=self.quirks, policy=self.policy)


def request_of(
    paths: Sequence[Path] | None,
    variables: Sequence[str] | None,
    accept_unverified: Sequence[str] | None,
    **options: Any,
) -> Request:
    """The request that the options make. Raises a usage error for what they cannot mean."""
    accepted = frozenset(accept_unverified or ())
    known = Quirks().evidence
    for operation in sorted(accepted - known.keys()):
        raise click.UsageError(f"--accept-unverified {operation} is not one of {', '.join(known)}.")
    return Request(paths=paths_of(paths), variables=variables_of(variables), accept_unverified=accepted, **options)


def paths_of(paths: Sequence[Path] | None) -> tuple[Path, ...]:
    """The configuration's files and folders; `site.yaml` if none are named."""
    return tuple(paths or (DEFAULT_PATH,))


def variables_of(values: Sequence[str] | None) -> dict[str, str]:
    """The `--var NAME=VALUE` options. Raises a usage error for one without `=`."""
    variables = {}
    for value in values or ():
        name, equals, text = value.partition("=")
        if not equals or not name:
            raise click.UsageError("--var takes NAME=VALUE.")
        variables[name] = text
    return variables


def start_logging(verbose: bool, log_file: Path | None, *, quiet: bool = False) -> None:
    """Tell waits on stderr, with `verbose` each request; each request in the file. No header and no body is told."""
    logger = logging.getLogger("lpconf")
    if verbose or log_file:
        logger.setLevel(logging.INFO)
    # Without a handler, logging itself prints warnings on stderr.
    if quiet and not verbose:
        logger.addHandler(logging.NullHandler())
    elif verbose or log_file:
        shown = logging.StreamHandler(sys.stderr)
        shown.setLevel(logging.INFO if verbose else logging.WARNING)
        logger.addHandler(shown)
    if log_file:
        try:
            handler = logging.FileHandler(log_file, encoding="utf-8")
        except OSError as error:
            raise LpconfError(f"Cannot write the log file {log_file}: {error.strerror}.") from error
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger.addHandler(handler)


def load_site(request: Request) -> Site:
    """Load and check the configuration, and tell its warnings."""
    from lpconf.config import load
    from lpconf.lint import lint

    site = load(request.paths, variables=request.variables, environ=os.environ)
    if not request.quiet:
        tell_diagnostics(lint(site))
    return site


@contextmanager
def open_session(request: Request) -> Iterator[Session]:
    """Load the configuration and connect to its account, or to the sandbox.

    Raises InvalidConfiguration, AccessError, and what the connection raises.
    """
    from lpconf.liveperson.connection import connect

    quirks = _quirks(request.quirks_file)
    site = load_site(request)
    secrets = {name: value for name, value in os.environ.items() if name.startswith(SECRET_PREFIX) and value}
    waits = Waits()
    policy = Policy(
        accept_unverified=request.accept_unverified,
        allow_demo_key=request.allow_demo_key,
        secrets=frozenset(secrets),
    )
    with (
        place(request, site) as (endpoint, credentials),
        connect(
            site.account, endpoint=endpoint, credentials=credentials, quirks=quirks, waits=waits, label=site.label
        ) as client,
    ):
        yield Session(site, client, quirks, policy, secrets, waits)


def _quirks(file: Path | None) -> Quirks:
    if file is None:
        return Quirks()
    from lpconf.config.quirks import load_quirks

    return load_quirks(file)


@contextmanager
def place(request: Request, site: Site) -> Iterator[tuple[Endpoint, Credentials]]:
    """Where the account is and who signs in. The sandbox ignores real credentials and overrides."""
    from lpconf.liveperson import credentials
    from lpconf.liveperson.endpoint import Endpoint

    if not request.sandbox:
        endpoint = Endpoint.from_environment(os.environ)
        yield endpoint, credentials.from_environment(os.environ, site.account) or _ask(site.account)
        return
    from lpconf.cli.sandbox import embedded

    with embedded(request.state_dir, request.paths, site.account) as address:
        yield (
            Endpoint.for_sandbox(address.url),
            credentials.UserPassword(address.username, address.password),
        )


def _ask(account: str) -> Credentials:
    """Ask for user and password on a terminal, the password hidden."""
    from lpconf.liveperson import credentials

    if not can_ask():
        raise AccessError(credentials.missing_message(os.environ, account))
    tell(f"Sign in to LivePerson account {account}.")
    username = click.prompt("User", err=True)
    password = click.prompt("Password", hide_input=True, err=True)
    return credentials.UserPassword(username, password)
