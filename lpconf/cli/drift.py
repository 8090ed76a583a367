"""`lpconf drift`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpconf.cli import options
from lpconf.model.errors import ExitCode

if TYPE_CHECKING:
    from lpconf.cli.session import Session
    from lpconf.model.drift import Drift
    from lpconf.model.site import Site


def drift(
    paths: options.Paths = None,
    variables: options.Variables = None,
    output: options.ReviewOutput = None,
    addresses_only: options.AddressesOnly = False,
    sandbox: options.Sandbox = False,
    quirks: options.QuirksFile = None,
    state_dir: options.StateDir = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    log_file: options.LogFile = None,
) -> int:
    """Show what was changed since the last run, and not by lpconf. Cannot write.

    Exits with 2 if there is drift. What the last run did not apply, or took back, is pending, and no drift.
    """
    from lpconf.cli import github, reviews, runs, session
    from lpconf.cli import output as out_to
    from lpconf.report import drift_text, json
    from lpconf.report.github import drift_outputs
    from lpconf.report.review_of_drift import of_drift

    sinks = reviews.sinks(output, options.REVIEW_FORMATS, addresses_only=addresses_only)
    request = session.Request(
        paths=session.paths_of(paths),
        variables=session.variables_of(variables),
        sandbox=sandbox,
        state_dir=state_dir,
        quirks_file=quirks,
        quiet=quiet,
        addresses_only=addresses_only,
    )
    session.start_logging(request, verbose=verbose, log_file=log_file)
    with (
        github.errors_told(sinks, addresses_only=addresses_only),
        session.open_session(request, session.load_site(request), read_only=True) as opened,
    ):
        runs.look_back(opened)
        found = _found(opened)
    review = reviews.shown(of_drift(found), addresses_only=addresses_only)
    out_to.write(
        sinks,
        {
            **reviews.renders(review),
            "text": lambda color: drift_text.render(review, color=color),
            "json": lambda _: out_to.as_json(json.drift(found)),
            "github": lambda _: _annotations(found, opened.site, addresses_only=addresses_only),
        },
    )
    code = ExitCode.CHANGES if found.things else ExitCode.DONE
    github.publish_review(sinks, review, lambda: drift_outputs(found, code))
    return code


def _found(opened: Session) -> Drift:
    from lpconf.cli.runs import last_record
    from lpconf.engine.drift import drift
    from lpconf.engine.plan import plan
    from lpconf.liveperson.read import read

    live = read(opened.site, opened.client, opened.quirks)
    target = opened.client.target
    made = plan(opened.site, live, target=target, quirks=opened.quirks, policy=opened.policy, complete=False)
    names = {(each.kind, each.id): each.name for each in live}
    return drift(made, last_record(opened), names=names, quirks=opened.quirks)


def _annotations(found: Drift, site: Site, *, addresses_only: bool) -> str:
    """What has drifted, at the places where the site declares it."""
    from lpconf.cli import github
    from lpconf.report.github import of_drift

    positions = {each.address: each.position for each in site.things}
    return github.annotated(of_drift(found, positions, addresses_only=addresses_only))
