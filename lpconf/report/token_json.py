"""What LivePerson would say to a token, as a document for programs. Texts are as they are; the encoder escapes them."""

from __future__ import annotations

from lpconf.model.json import Json
from lpconf.model.json_schema import marked
from lpconf.model.token import Finding, TokenCheck, Verdict
from lpconf.report.json import FORMAT_VERSION


def check(check: TokenCheck) -> dict[str, Json]:
    """A check's result, without the token's signature: the document `token-check` (`lpconf.report.json_schemas`)."""
    return {
        **marked("token-check", FORMAT_VERSION),
        "verdict": check.verdict.value,
        "refused": check.verdict is Verdict.REFUSED,
        "summary": check.summary,
        "idp_codes": list(check.idp_codes),
        "connector": check.connector,
        "checked_at": int(check.at),
        "findings": [_finding(finding) for finding in check.findings],
        "header": check.header,
        "claims": check.claims,
    }


def _finding(finding: Finding) -> dict[str, Json]:
    return {
        "status": finding.status.value.replace(" ", "_"),
        "code": finding.code,
        "message": finding.message,
        "hint": finding.hint,
        "idp_codes": list(finding.idp_codes),
        "evidence": finding.evidence.value if finding.evidence else None,
    }
