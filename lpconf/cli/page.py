"""`lpconf page`."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click
import typer

from lpconf.cli import options
from lpconf.model.errors import ExitCode, LpconfError

if TYPE_CHECKING:
    from types import ModuleType

    from lpconf.cli.session import Request
    from lpconf.liveperson.client import Client
    from lpconf.model.json import JsonObject
    from lpconf.model.live import Live
    from lpconf.model.site import Site
    from lpconf.page.subject import Sandboxed


def page(
    paths: options.Paths = None,
    variables: options.Variables = None,
    sandbox: options.Sandbox = False,
    live: Annotated[bool, typer.Option("--live", help="Try the real account, with LivePerson's own script.")] = False,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="A private key as PEM. The page can then create test tokens."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1. 0 takes a free one.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address only.")] = False,
    state_dir: options.StateDir = None,
    quiet: options.Quiet = False,
) -> int:
    """Open a page to try the conversation as a visitor, until Ctrl-C."""
    from lpconf.cli import session

    if sandbox and live:
        raise click.UsageError("--sandbox and --live exclude each other.")
    request = session.Request(
        paths=session.paths_of(paths),
        variables=session.variables_of(variables),
        sandbox=sandbox,
        state_dir=state_dir,
        quiet=quiet,
    )
    with ExitStack() as stack:
        server = _server()
        from lpconf.page.live import Tag
        from lpconf.page.subject import Subject

        site = session.load_site(request)
        private_pem = _private_key(key) if key else None
        account = None if live else stack.enter_context(opened_account(request, site))
        address = stack.enter_context(
            server.running(Subject(site, account, private_pem), port, live=Tag() if live else None)
        )
        # Not before: Ctrl-C must end what loads, asks or signs in. Not later: who reads the address may stop the page.
        wait = stack.enter_context(_until_stopped())
        typer.echo(address.url)
        if not quiet:
            typer.echo("This address works once, in one browser. Stop the page with Ctrl-C.", err=True)
        if not no_browser:
            stack.enter_context(_opened_in_browser(address.url, request))
        wait()
    return ExitCode.DONE


def _server() -> ModuleType:
    try:
        from lpconf.page import server
    except ImportError as error:
        raise LpconfError(
            f"The page needs more packages ({error.name} is missing). Install them: pip install 'lpconf[sandbox]'"
        ) from error
    return server


@contextmanager
def _until_stopped() -> Iterator[Callable[[], object]]:
    """A function that waits for Ctrl-C or SIGTERM, which from now on only end it."""
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop.wait
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def opened_account(request: Request, site: Site) -> Iterator[Sandboxed]:
    """The account in the sandbox: the embedded one, or the one that the environment points to.

    Raises a usage error where it points to LivePerson: a real account is tried with its own script.
    """
    from lpconf.cli import session
    from lpconf.liveperson.connection import connect
    from lpconf.liveperson.endpoint import Endpoint, is_loopback
    from lpconf.model.policy import Waits
    from lpconf.model.quirks import Quirks
    from lpconf.page.subject import Sandboxed

    if not request.sandbox and not is_loopback(Endpoint.from_environment(os.environ).discovery_url):
        raise click.UsageError("Say where to try it: --sandbox, or --live for the real account.")
    with (
        session.place(request, site) as (endpoint, credentials),
        connect(
            site.account,
            endpoint=endpoint,
            credentials=credentials,
            quirks=Quirks(),
            waits=Waits(),
            label=site.label,
            read_only=True,
        ) as client,
    ):
        # What programs with requests read; `sandbox serve --tls` prints it.
        yield Sandboxed(endpoint.discovery_url, lambda: _live(client), os.environ.get("REQUESTS_CA_BUNDLE") or None)


def _live(client: Client) -> Live:
    """The account's connectors, campaigns and engagements as they are now."""
    from lpconf.liveperson.client import id_of
    from lpconf.liveperson.read import read_campaign
    from lpconf.model.address import Kind
    from lpconf.model.live import Live, LiveThing

    # Nothing can refer to what has no id, so it is left out; a thing without a name is tried like any other.
    def listed(kind: Kind) -> list[tuple[int, JsonObject]]:
        found = ((id_of(body), body) for body in client.list(kind).items)
        return [(live_id, body) for live_id, body in found if live_id is not None]

    connectors = tuple(
        LiveThing(Kind.CONNECTOR, live_id, name if isinstance(name := body.get("name"), str) else "", body)
        for live_id, body in listed(Kind.CONNECTOR)
    )
    whole = [read_campaign(client, live_id) for live_id, _ in listed(Kind.CAMPAIGN)]
    return Live(
        {
            Kind.CONNECTOR: connectors,
            Kind.CAMPAIGN: tuple(campaign for campaign, _ in whole),
            Kind.ENGAGEMENT: tuple(engagement for _, own in whole for engagement in own),
        }
    )


def _private_key(path: Path) -> bytes:
    """The bytes of the key's file. Raises LpconfError for what is no private key, before the page opens."""
    from lpconf.cli.keys import private_key
    from lpconf.tokens import public_half

    private_pem = private_key(path)
    public_half(private_pem)
    return private_pem


@contextmanager
def _opened_in_browser(url: str, request: Request) -> Iterator[None]:
    """Open the address in the default browser, by way of a file that only the user can read.

    Others can see the arguments that a browser is started with; the file's name is all that they see.
    """
    import webbrowser

    from lpconf.cli.state import state_directory

    file = state_directory(request.state_dir, request.paths) / f"page-{os.getpid()}.html"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(f'<!doctype html><title>lpconf</title><meta http-equiv="refresh" content="0;url={url}">\n')
        if not webbrowser.open(file.absolute().as_uri()):
            typer.echo("No browser could be started. Open the address above yourself.", err=True)
        yield
    finally:
        file.unlink(missing_ok=True)
