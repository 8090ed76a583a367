"""The page's static files, read once: their names are fixed, so no request ever chooses a path on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}

SHARED = ("js/dom.js", "js/steps.js", "js/pagemethod.js")
"""Scripts of both pages."""
_LIVE_ONLY = frozenset({"live.js", "tag.js"})


def route(path: str, name: str) -> Route:
    """Serves the file `name` of the folder `static` under `path`."""
    file = _FOLDER / name
    content, media_type = file.read_bytes(), _TYPES[file.suffix]

    async def serve(_request: Request) -> Response:
        return Response(content, media_type=media_type)

    return Route(path, serve, methods=["GET"])


def routes(names: Sequence[str]) -> list[Route]:
    """Serves files under `/static/`, by their own names."""
    return [route(f"/static/{name}", name) for name in names]


def scripts() -> list[str]:
    """The names of the control page's scripts."""
    return sorted(f"js/{file.name}" for file in (_FOLDER / "js").glob("*.js") if file.name not in _LIVE_ONLY)
