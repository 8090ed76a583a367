"""A fresh sandbox in a folder, a configuration applied to it, and the page on top."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lpconf.config import load
from lpconf.model.site import Site
from lpconf.page.live import Tag
from lpconf.page.server import Address, running
from lpconf.page.subject import Subject
from lpconf.tokens import generate, make_claims, mint, public_half

with warnings.catch_warnings():
    # typer imports what click is about to remove.
    warnings.simplefilter("ignore", DeprecationWarning)
    from lpconf.cli.main import run
    from lpconf.cli.page import opened_account
    from lpconf.cli.session import Request

ACCOUNT = "12345678"
NOW = 1_790_000_000  # 2026-09-21 14:13:20 UTC

TUTORIAL = Path(__file__).parents[2] / "examples" / "site.yaml"
# The tutorial prints it. It expired in 2018, and its key is public in both halves, so it is nobody's secret.
TUTORIAL_TOKEN = (
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIrOTcyLTMtNTU1NS01NTUiLCJpc3MiOiJodHRwczovL2lkcC5saXZlcGVyc29uLm5l"
    "dCIsImF1ZCI6ImFjYzpxYTU3MjIxNjc2IiwiZXhwIjoxNTM0OTcxOTMwLCJpYXQiOjE0NzE4OTk5NDIsIm5hbWUiOiJFaXRhbiJ9.Fh0sG-iu-VMZ"
    "RFRbUNK0kEzb7Y1BXtQHOKaHL2y40y_c4mBvmQDCOYNWJ1ZEeayTNuLboYx6L8xEoC5xZIFnVv2N4a36BBU88fNuhe9Em2b5qNdVbdBtIJQoBY5ep5"
    "O2geAaCVA7A7oS8ysWVGn9CV4btH_D5sU2jGr3ml8yfJA"
)

_SITE = """\
version: 1
account: "{account}"
label: Web shop
{connectors}
campaigns:
  - find: default
    status: {status}
    engagements:
      - find: default
        enabled: {enabled}
        conversation: messaging
        authenticated_visitors_only: {authenticated}
        {connector}
        window_opens: embedded
"""
_CONNECTOR = """\
connectors:
  - name: Shop sign-in
    flow: implicit
    authentication_endpoint: https://idp.example.com/authorize
    jwt_public_key: {key}
    jwt_issuer: https://idp.example.com
{more}
"""


@dataclass(frozen=True)
class Keys:
    """A key pair."""

    private_pem: bytes
    public: str


def make_keys() -> Keys:
    private_pem, _ = generate(2048)
    return Keys(private_pem, public_half(private_pem).text)


def site_text(
    keys: Keys | None,
    *,
    enabled: bool = True,
    status: str = "published",
    method: str = "getVisitorToken",
    context: str = "shop.auth",
) -> str:
    """A configuration with one connector and the default engagement; without keys it declares no connector."""
    more = "".join(
        f"    {word}: {value}\n" for word, value in (("js_method_name", method), ("js_context", context)) if value
    )
    return _SITE.format(
        account=ACCOUNT,
        connectors=_CONNECTOR.format(key=keys.public, more=more) if keys else "",
        connector="connector: Shop sign-in" if keys else "",
        authenticated="true",
        enabled=str(enabled).lower(),
        status=status,
    )


def token(keys: Keys, *, now: float, sub: str = "b1c5f0de-visitor", lifetime: int = 3600, **claims: str) -> str:
    more = {"given_name": "Zoë", **claims}
    return mint(
        keys.private_pem, make_claims(iss="https://idp.example.com", sub=sub, now=now, lifetime=lifetime, more=more)
    )


@dataclass(frozen=True)
class Place:
    """A folder with a configuration and the sandbox's state."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "site.yaml"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def write(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8")

    def apply(self, text: str) -> None:
        """Declare this and make the sandbox so, with the command."""
        self.write(text)
        code = run(["apply", str(self.file), "--sandbox", "--auto-approve", "--state-dir", str(self.state), "--quiet"])
        assert code == 0

    def site(self) -> Site:
        return load([self.file], variables={}, environ={})

    @contextmanager
    def page(self, *, key: bytes | None = None, sandbox: bool = True) -> Iterator[Address]:
        """The page for the sandbox as it is now, as `lpconf page --sandbox` serves it.

        Without `sandbox` it is the page for the account that the environment points to.
        """
        request = Request(paths=(self.file,), variables={}, sandbox=sandbox, state_dir=self.state)
        site = self.site()
        with opened_account(request, site) as account, running(Subject(site, account, key)) as address:
            yield address

    @contextmanager
    def live_page(self, tag: Tag, *, key: bytes | None = None) -> Iterator[Address]:
        """The page for the real account, as `lpconf page --live` serves it, with another place for the tag."""
        with running(Subject(self.site(), key=key), live=tag) as address:
            yield address
