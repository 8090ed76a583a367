"""Write the plan's comment at the pull request, or bring it up to date. No other comment is ever changed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from job import Api, Failure, commit, event, repository, run, say, value

from lpconf.report.github import fit

LIMIT = 65_000
"""A little less than the 65,536 characters that GitHub takes. Counted in bytes, of which there are never fewer."""

_NAME = re.compile(r"[A-Za-z0-9._]+(-[A-Za-z0-9._]+)*")


def comment() -> int:
    """Create or update the comment. A pull request of a fork has none: its token cannot write."""
    found = event()
    pull = found.get("pull_request")
    if not pull:
        say("This job runs for no pull request: there is nowhere to comment.")
        return 0
    head = pull["head"]["repo"]
    if not head or head["id"] != found["repository"]["id"]:
        say("The pull request comes from a fork, whose jobs cannot comment. The plan is in the job's summary.")
        return 0
    api, number = Api(), int(pull["number"])
    marker = _marker()
    body = f"{marker}\n{_text(commit(pull['head']['sha']))}"
    own = _own(api, number, marker)
    if own is None:
        api.post(f"/repos/{repository()}/issues/{number}/comments", {"body": body})
        say("Wrote the comment.")
    elif own["body"] != body:
        api.patch(f"/repos/{repository()}/issues/comments/{int(own['id'])}", {"body": body})
        say("Brought the comment up to date.")
    return 0


def _marker() -> str:
    """The line that a comment is known by; nobody sees it. There is one comment for each artifact."""
    name = value("LPCONF_ACTION_ARTIFACT")
    if not _NAME.fullmatch(name):
        raise Failure("The artifact's name may hold letters, digits, dots, underscores, and single hyphens in between.")
    return f"<!-- lpconf plan: {name} -->"


def _own(api: Api, number: int, marker: str) -> dict[str, Any] | None:
    """The comment of before: with the marker, and written with this token. Anybody can write the marker."""
    login = api.login()
    for each in api.pages(f"/repos/{repository()}/issues/{number}/comments"):
        if (each.get("user") or {}).get("login") == login and (each.get("body") or "").startswith(marker):
            found: dict[str, Any] = each
            return found
    return None


def _text(head: str) -> str:
    """The plan as markdown, and the commit that it is for."""
    file = value("LPCONF_ACTION_COMMENT_FILE")
    try:
        markdown = Path(file).read_text(encoding="utf-8")
    except OSError:
        raise Failure("The plan for the comment cannot be read.") from None
    job = f"{value('GITHUB_SERVER_URL')}/{repository()}/actions/runs/{int(value('GITHUB_RUN_ID'))}"
    footer = f"\n<sub>Planned for commit {head} in [this run]({job}).</sub>\n"
    return fit(markdown.rstrip() + "\n", LIMIT - len(footer) - 200) + footer


def checked() -> int:
    """`comment`; an event or an answer of another form becomes a failure."""
    try:
        return comment()
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Failure("The event or GitHub's answer has another form than lpconf knows.") from None


if __name__ == "__main__":
    run(checked)
