"""What plan, apply, drift and rollback have in common: an account that is connected to, and plans for it."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lpconf.cli.output import can_ask, tell, writable
from lpconf.cli.reviews import tell_diagnostics
from lpconf.model.errors import AccessError, LpconfError
from lpconf.model.policy import Policy, Waits
from lpconf.model.quirks import Quirks

if TYPE_CHECKING:
    from lpconf.liveperson.client import Client
    from lpconf.liveperson.credentials import Credentials
    from lpconf.liveperson.endpoint import Endpoint
    from lpconf.model.diagnostic import Diagnostic
    from lpconf.model.plan import Plan
    from lpconf.model.site import Site

SECRET_PREFIX = "LPCONF_SECRET_"  # noqa: S105 - the prefix of names
DEFAULT_PATH = Path("site.yaml")


@dataclass(frozen=True, slots=True)
class Request:
    """What the options that several commands share ask for."""

    paths: tuple[Path, ...]
    variables: dict[str, str]
    sandbox: bool = False
    state_dir: Path | None = None
    quirks_file: Path | None = None
    policy: Policy = field(default_factory=Policy)
    quiet: bool = False
    addresses_only: bool = False
    """Whether values are left out of all that is told."""
    waits: Waits = field(default_factory=Waits)


@dataclass(frozen=True, slots=True)
class Session:
    """An open connection to one account. `site` is what is declared; empty where a run is taken back."""

    request: Request
    site: Site
    client: Client
    quirks: Quirks
    policy: Policy
    secrets: dict[str, str] = field(repr=False)

    @property
    def waits(self) -> Waits:
        """All waiting."""
        return self.request.waits


def plan_of_site(opened: Session) -> Plan:
    """Read the account and make the plan that brings it to what is declared."""
    from lpconf.cli.runs import formerly_protected
    from lpconf.engine.plan import plan
    from lpconf.liveperson.read import read

    live = read(opened.site, opened.client, opened.quirks, write_secrets=opened.policy.write_secrets)
    return plan(
        opened.site,
        live,
        target=opened.client.target,
        quirks=opened.quirks,
        policy=opened.policy,
        formerly_protected=formerly_protected(opened),
    )


def policy_of(
    *,
    accept_unverified: Sequence[str] | None,
    allow_demo_key: bool,
    allow_delete: bool,
    max_deletes: int,
    max_delete_share: int,
    write_secret: Sequence[str] | None = None,
    allow_secret_host: Sequence[str] | None,
) -> Policy:
    """What the options of a command that plans writes allow. Raises a usage error for an unknown operation."""
    accepted = frozenset(accept_unverified or ())
    known = Quirks().evidence
    for operation in sorted(accepted - known.keys()):
        raise click.UsageError(f"--accept-unverified {operation} is not one of {', '.join(known)}.")
    return Policy(
        accept_unverified=accepted,
        allow_demo_key=allow_demo_key,
        allow_delete=allow_delete,
        max_deletes=max_deletes,
        max_delete_share=max_delete_share,
        write_secrets=frozenset(write_secret or ()),
        secret_hosts=frozenset(allow_secret_host or ()),
    )


def paths_of(paths: Sequence[Path] | None) -> tuple[Path, ...]:
    """The configuration's files and folders; `site.yaml` if none are named."""
    return tuple(paths or (DEFAULT_PATH,))


def named_paths_of(paths: Sequence[Path] | None) -> tuple[Path, ...]:
    """The same, for commands that only look beside the configuration: it need not be there unless it is named.

    Raises InvalidConfiguration for a path that is named and is not there, or holds no YAML.
    """
    from lpconf.config import files
    from lpconf.config.problems import Problems

    problems = Problems()
    files.find(paths or (), problems)
    if problems:
        problems.stop()
    return paths_of(paths)


def variables_of(values: Sequence[str] | None) -> dict[str, str]:
    """The `--var NAME=VALUE` options. Raises a usage error for one without `=`."""
    variables = {}
    for value in values or ():
        name, equals, text = value.partition("=")
        if not equals or not name:
            raise click.UsageError("--var takes NAME=VALUE.")
        variables[name] = text
    return variables


def start_logging(request: Request, *, verbose: bool, log_file: Path | None) -> None:
    """Tell waits on stderr, with `verbose` each request; each request in the file. No header and no body is told.

    With `--addresses-only` nothing is: each line has the host or the path of a request. Raises a usage error then where
    requests are asked for, and LpconfError for a file that cannot be written.
    """
    if request.addresses_only and (verbose or log_file):
        raise click.UsageError("--verbose and --log-file tell hosts and ids. Leave them out with --addresses-only.")
    quiet = request.quiet or request.addresses_only
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
        log_file = writable(log_file)
        try:
            handler = logging.FileHandler(log_file, encoding="utf-8")
        except OSError as error:
            raise LpconfError(f"Cannot write the log file {log_file}: {error.strerror}.") from error
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger.addHandler(handler)


def load_site(request: Request) -> Site:
    """Load and check the configuration, and tell its warnings. Raises InvalidConfiguration."""
    site, _ = load_with_warnings(request)
    return site


def load_with_warnings(request: Request) -> tuple[Site, tuple[Diagnostic, ...]]:
    """The same with the warnings, for who also writes them where they are read later."""
    from lpconf.config import load
    from lpconf.lint import lint

    site = load(request.paths, variables=request.variables, environ=os.environ)
    warnings = lint(site)
    if not request.quiet:
        tell_diagnostics(warnings, addresses_only=request.addresses_only)
    return site, warnings


@contextmanager
def open_session(
    request: Request,
    site: Site,
    *,
    pause: Callable[[float], object] = time.sleep,
    read_only: bool = False,
) -> Iterator[Session]:
    """Connect to the account of a site, or to the sandbox. `pause` waits for some seconds.

    A `read_only` connection cannot write. Raises AccessError, and what the connection raises.
    """
    from lpconf.liveperson.connection import connect

    quirks = _quirks(request.quirks_file)
    secrets = {name: value for name, value in os.environ.items() if name.startswith(SECRET_PREFIX) and value}
    policy = replace(request.policy, secrets=frozenset(secrets))
    with (
        place(request, site) as (endpoint, credentials),
        connect(
            site.account,
            endpoint=endpoint,
            credentials=credentials,
            quirks=quirks,
            waits=request.waits,
            label=site.label,
            pause=pause,
            read_only=read_only,
        ) as client,
    ):
        yield Session(request, site, client, quirks, policy, secrets)


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
        raise AccessError(
            credentials.missing_message(os.environ, account), in_public="There are no credentials for the account."
        )
    tell(f"Sign in to LivePerson account {account}.")
    username = click.prompt("User", err=True)
    password = click.prompt("Password", hide_input=True, err=True)
    return credentials.UserPassword(username, password)
