"""Steps 2 and 3 by the configuration alone, for the real account."""

from __future__ import annotations

from lpconf.model.address import Kind
from lpconf.model.site import Declared, ReferenceById
from lpconf.page.outcome import Outcome
from lpconf.page.settings import PageMethod
from lpconf.page.subject import Subject


def declared_connector(subject: Subject) -> tuple[str | None, Outcome, PageMethod | None]:
    """The declared connector that applies: its address, the outcome of step 2, and its page method."""
    connector = _chosen(subject)
    if connector is None:
        count = len(subject.connectors())
        return (
            None,
            Outcome(
                False,
                f"The configuration declares {count or 'no'} connectors and no engagement that names one of them.",
                "Declare the connector of an engagement with authenticated_visitors_only: true.",
            ),
            None,
        )
    address = str(connector.address)
    if connector.fields.get("flow") == "code":
        return (
            address,
            Outcome(
                False,
                "The connector takes codes, not tokens (flow: code).",
                "This page hands over a token. Try a code-flow connector on your own page.",
            ),
            None,
        )
    method = PageMethod.of(connector.fields.get("js_method_name"), connector.fields.get("js_context"))
    details = (
        ("Connector", address),
        ("JS Method Name", method.name if method.given else f"not declared, so {method.name}"),
        ("JS Context", method.context or "not declared, so the global scope"),
    )
    return address, Outcome(True, f"{address} applies, as declared.", details=details), method


def _chosen(subject: Subject) -> Declared | None:
    """The connector that a declared engagement names, authenticated ones first; else the only one."""
    connectors = subject.connectors()
    engagements = [thing for thing in subject.site.things if thing.address.kind is Kind.ENGAGEMENT]
    engagements.sort(key=lambda each: each.fields.get("authenticated_visitors_only") is not True)
    for engagement in engagements:
        wanted = engagement.fields.get("connector")
        wanted = wanted.id if isinstance(wanted, ReferenceById) else wanted
        for connector in connectors:
            if wanted is not None and wanted in (connector.address.selector.value, connector.fields.get("name")):
                return connector
    return connectors[0] if len(connectors) == 1 else None
