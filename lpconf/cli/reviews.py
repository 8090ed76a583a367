"""What the commands that show a review have in common: its formats, and what `--addresses-only` leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lpconf.cli.output import Render, Sink
    from lpconf.model.diagnostic import Diagnostic
    from lpconf.report.review import Review


def sinks(values: Sequence[str] | None, formats: Sequence[str], *, addresses_only: bool) -> tuple[Sink, ...]:
    """The sinks of the `-o` options. Raises a usage error for what cannot be, and for a format that shows values."""
    from lpconf.cli import output

    found = output.sinks(values, formats)
    if addresses_only and any(sink.format == "json" for sink in found):
        raise click.UsageError("-o json holds values. With --addresses-only use another format.")
    return found


def shown(review: Review, *, addresses_only: bool) -> Review:
    """The review as it may be shown."""
    from lpconf.report.review import addresses_only as without_values

    return without_values(review) if addresses_only else review


def tell_diagnostics(diagnostics: Sequence[Diagnostic], *, addresses_only: bool) -> None:
    """Print diagnostics on stderr, without values if need be: whoever reads the log of a job reads that, too."""
    from lpconf.cli import output
    from lpconf.report.review import diagnostics_without_values

    output.tell_diagnostics(diagnostics_without_values(diagnostics) if addresses_only else diagnostics)


def renders(review: Review) -> dict[str, Render]:
    """A render for each format that shows nothing but the review."""
    from lpconf.report import review_text
    from lpconf.report.markdown import comment as markdown

    return {
        "text": lambda color: review_text.render(review, color=color),
        "markdown": lambda _: markdown.render(review),
        "html": lambda _: _html(review),
        "github": lambda _: _github(review),
    }


def _html(review: Review) -> str:
    from lpconf.report.html import page as html

    return html.render(review)


def _github(review: Review) -> str:
    from lpconf.cli import github
    from lpconf.report.github import of_review

    return github.annotated(of_review(review))
