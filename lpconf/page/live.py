"""The page with LivePerson's own script, for a real account.

It has an origin of its own, because LivePerson's script runs in it: nothing is served here but files that hold nothing
of the user's. The token comes from the control page by a message between the two tabs.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lpconf.page import files
from lpconf.page.guard import Guard

TAG_URL = "https://lptag.liveperson.net/tag/tag.js"
"""Where LivePerson's script is (consumer-side 3.3 [SEEN])."""

# Consumer-side 6, row 35 [DOC]: what LivePerson's script needs of a page's policy.
_HOSTS = "https://*.liveperson.net https://*.lpsnmedia.net"


@dataclass(frozen=True, slots=True)
class Tag:
    """Where the tag is loaded from."""

    url: str = TAG_URL

    @property
    def policy(self) -> str:
        """The page's content security policy: LivePerson's hosts, the tag's own, and nothing else."""
        parts = urlsplit(self.url)
        hosts = f"{_HOSTS} {parts.scheme}://{parts.netloc}"
        return (
            f"default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval' {hosts}; "
            f"style-src 'self' 'unsafe-inline' {hosts}; img-src 'self' data: {hosts}; font-src data: {hosts}; "
            f"media-src {hosts}; frame-src {hosts}; child-src blob: {hosts}; worker-src blob: 'self'; "
            f"connect-src 'self' wss://*.liveperson.net {hosts}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )


def create_live_app(port: int, control_origin: str, tag: Tag) -> Starlette:
    """The application. `control_origin` is the only origin that the page takes a token from."""

    async def start(_request: Request) -> Response:
        return JSONResponse({"control": control_origin, "tag": tag.url})

    return Starlette(
        routes=[
            files.route("/", "live.html"),
            files.route("/favicon.ico", "icon.svg"),
            *files.routes(["page.css", "icon.svg", "js/live.js", "js/tag.js", *files.SHARED]),
            Route("/start", start, methods=["GET"]),
        ],
        middleware=[Middleware(Guard, port=port, door=None, policy=tag.policy, opener="unsafe-none")],
    )
