"""What the scripts of the action have in common: the job that runs them, its files, and GitHub's API."""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from lpconf.report.github import Annotation, Level, outputs, render

TIMEOUT = 30
"""Seconds that GitHub may take for an answer."""

PAGE = 100
MOST_PAGES = 50


class Failure(Exception):  # noqa: N818 - it ends the step, and is told as its text
    """What a user must hear. Its text is complete."""


def run(step: Callable[[], int]) -> None:
    """Run a step of the action, and exit with its code. A failure becomes an annotation, never a traceback."""
    try:
        code = step()
    except Failure as failure:
        error("lpconf", *str(failure).splitlines())
        code = 1
    sys.stdout.flush()
    raise SystemExit(code)


def error(title: str, *lines: str) -> None:
    """Show an error at the job."""
    print(render([Annotation(Level.ERROR, title, lines)], str), flush=True)  # noqa: T201 - a workflow command


def say(text: str) -> None:
    """Write a line to the log."""
    from lpconf.report.escape import terminal

    print(terminal(text), flush=True)  # noqa: T201 - the log of the job


def value(name: str) -> str:
    """A variable that the runner or action.yml sets. Raises Failure if it does not."""
    try:
        return os.environ[name]
    except KeyError:
        raise Failure(f"{name} is not set. This runs as a step of a GitHub Actions job only.") from None


def lines(name: str) -> list[str]:
    """The lines of an input, without empty ones and without white space around them."""
    return [line.strip() for line in value(name).splitlines() if line.strip()]


def folder() -> Path:
    """The action's own folder in the job's temporary one."""
    return Path(value("RUNNER_TEMP")) / "lpconf"


def event() -> dict[str, Any]:
    """What has started the job. Much of it is text from outside."""
    try:
        found = json.loads(Path(value("GITHUB_EVENT_PATH")).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Failure("The event of this job cannot be read.") from None
    if not isinstance(found, dict):
        raise Failure("The event of this job cannot be read.")
    return found


def is_public(found: Mapping[str, Any]) -> bool:
    """Whether anybody can read logs, comments and artifacts. What does not say so counts as public."""
    repository = found.get("repository") or {}
    if "visibility" in repository:
        return repository["visibility"] not in {"private", "internal"}
    return repository.get("private") is not True


def decided(name: str, automatic: bool) -> bool:
    """An input that is true, false or auto. Raises Failure for anything else."""
    found = value(name).strip().lower()
    if found not in {"true", "false", "auto"}:
        raise Failure(f"{_input(name)} is not true, false or auto.")
    return automatic if found == "auto" else found == "true"


def switched_on(name: str) -> bool:
    """An input that is true or false. Raises Failure for anything else."""
    found = value(name).strip().lower()
    if found not in {"true", "false"}:
        raise Failure(f"{_input(name)} is not true or false.")
    return found == "true"


def _input(name: str) -> str:
    return name.removeprefix("LPCONF_ACTION_").lower().replace("_", "-")


def set_outputs(**values: str) -> None:
    """Set step outputs. Their delimiter is random, so that no value can end itself and set another one."""
    named = {name.replace("_", "-"): text for name, text in values.items()}
    append("GITHUB_OUTPUT", outputs(named, f"lpconf-{secrets.token_hex(16)}"))


def append(variable: str, text: str) -> None:
    """Append to a file that the runner reads afterwards."""
    with Path(value(variable)).open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)


def repository() -> str:
    """The repository of the job, such as `owner/name`."""
    found = value("GITHUB_REPOSITORY")
    if not re.fullmatch(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", found):
        raise Failure("GITHUB_REPOSITORY is not a repository.")
    return found


def commit(text: object) -> str:
    """A commit's digest. Raises Failure for what is none."""
    if not isinstance(text, str) or not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", text):
        raise Failure("A commit's digest is not one.")
    return text


class _Token(requests.auth.AuthBase):
    """Sets the token itself: `requests` would rather take a password from a `.netrc`."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Api:
    """GitHub's REST API, at the address that the runner names, with the token of the input."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.auth = _Token(value("LPCONF_ACTION_TOKEN"))
        self._session.headers["Accept"] = "application/vnd.github+json"
        again = Retry(total=3, backoff_factor=1, status_forcelist=[502, 503, 504], allowed_methods={"GET"})
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=again))

    def get(self, path: str, **parameters: str | int) -> Any:
        """One document."""
        return self._send("GET", value("GITHUB_API_URL") + path, params=parameters)

    def pages(self, path: str, **parameters: str | int) -> Iterator[Any]:
        """The items of a list, page by page. Raises Failure where it does not end."""
        for page in range(1, MOST_PAGES + 1):
            found = self.get(path, per_page=PAGE, page=page, **parameters)
            yield from found
            if len(found) < PAGE:
                return
        raise Failure(f"GitHub lists more than {MOST_PAGES * PAGE} items at {path}.")

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        """Create something."""
        return self._send("POST", value("GITHUB_API_URL") + path, json=body)

    def patch(self, path: str, body: Mapping[str, object]) -> Any:
        """Change something."""
        return self._send("PATCH", value("GITHUB_API_URL") + path, json=body)

    def login(self) -> str:
        """The name of the token's own user or bot. `GET /user` does not answer the token of a job; this does."""
        query = {"query": "query { viewer { login } }"}
        found = self._send("POST", value("GITHUB_GRAPHQL_URL"), json=query)
        try:
            return str(found["data"]["viewer"]["login"])
        except (KeyError, TypeError):
            raise Failure("GitHub does not say whose token this is.") from None

    def _send(self, verb: str, address: str, **more: Any) -> Any:
        parts = urlsplit(address)
        if parts.scheme != "https" and parts.hostname != "127.0.0.1":
            raise Failure("GitHub's address is not an https one. The token is not sent there.")
        try:
            # A redirect would take the token elsewhere.
            answer = self._session.request(verb, address, timeout=TIMEOUT, allow_redirects=False, **more)
            found = answer.json() if answer.ok else None
        except (requests.RequestException, ValueError):
            raise Failure(f"GitHub did not answer: {verb} {parts.path}.") from None
        if answer.status_code >= 300:
            raise Failure(f"GitHub answered {answer.status_code} to {verb} {parts.path}.{_advice(answer.status_code)}")
        return found


def _advice(status: int) -> str:
    if status in {401, 403, 404}:
        return "\nDoes the job have the permissions that the action's README names?"
    return ""
