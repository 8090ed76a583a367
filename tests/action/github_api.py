"""A GitHub on loopback: the comments of one pull request, the pull requests of a commit, runs and their artifacts."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

REPOSITORY = "example/liveperson"
OWN_ID = 4711
BOT = "github-actions[bot]"


@dataclass
class GitHub:
    """What GitHub knows, and what it was asked."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    reviews: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    artifacts: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    """What it answers to a write."""
    requests: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""

    def writes(self) -> list[str]:
        return [verb for verb, path in self.requests if verb != "GET" and path != "/graphql"]

    def comment(self, login: str, body: str) -> dict[str, Any]:
        """A comment that somebody has written."""
        written = {"id": 100 + len(self.comments), "user": {"login": login}, "body": body}
        self.comments.append(written)
        return written

    def review(self, number: int, state: str, at: str, commit: str, **more: Any) -> None:
        """A review that the user of this number has submitted, as somebody who belongs to the repository."""
        user = {"id": number, "type": more.pop("type", "User")}
        review = {"user": user, "state": state, "submitted_at": at, "commit_id": commit}
        self.reviews.append({**review, "author_association": "COLLABORATOR", **more})

    def answer(self, request: Request, body: Any) -> tuple[Any, int]:
        """The answer to one request."""
        page = slice(100 * (int(request.query_params.get("page", 1)) - 1), None)
        match request.method, request.url.path.removeprefix(f"/repos/{REPOSITORY}").split("/")[1:]:
            case "POST", ["graphql"]:
                return {"data": {"viewer": {"login": BOT}}}, 200
            case "GET", ["issues", "7", "comments"]:
                return self.comments[page][:100], 200
            case "POST", ["issues", "7", "comments"] if self.status == 200:
                return self.comment(BOT, body["body"]), 201
            case "PATCH", ["issues", "comments", number] if self.status == 200:
                (found,) = (each for each in self.comments if each["id"] == int(number))
                found["body"] = body["body"]
                return found, 200
            case "GET", ["commits", _, "pulls"]:
                return self.pulls, 200
            case "GET", ["pulls", "7", "reviews"]:
                return self.reviews[page][:100], 200
            case "GET", ["actions", "runs"]:
                return {"total_count": len(self.runs), "workflow_runs": self.runs}, 200
            case "GET", ["actions", "runs", number, "artifacts"]:
                # As it would be if the query had no effect: the script must choose by itself.
                found_ones = [each for each in self.artifacts if each["workflow_run"]["id"] == int(number)]
                return {"total_count": len(found_ones), "artifacts": found_ones}, 200
            case _:
                return {"message": "no"}, self.status if self.status != 200 else 404


@contextmanager
def serving() -> Iterator[GitHub]:
    """GitHub on a port of its own."""
    github = GitHub()

    async def serve(request: Request) -> JSONResponse:
        github.requests.append((request.method, request.url.path))
        if request.headers.get("authorization") != "Bearer the-job-token":
            return JSONResponse({"message": "Bad credentials"}, 401)
        body = await request.json() if request.method in {"POST", "PATCH"} else None
        content, status = github.answer(request, body)
        return JSONResponse(content, status)

    app = Starlette(routes=[Route("/{path:path}", serve, methods=["GET", "POST", "PATCH"])])
    with _listening(app) as url:
        github.url = url
        yield github


@contextmanager
def _listening(app: Callable[..., Any]) -> Iterator[str]:
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        with contextlib.suppress(OSError):
            socket.close()
