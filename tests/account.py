"""Builders: a Site from YAML, live things from a few words."""

from __future__ import annotations

import tempfile
import textwrap
from pathlib import Path
from typing import Any

from lpconf.config import load
from lpconf.engine.plan import plan as make_plan
from lpconf.model.address import Address, Kind, SelectBy, Selector
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import Change, FieldChange, Plan, Target
from lpconf.model.policy import Policy
from lpconf.model.quirks import Quirks
from lpconf.model.site import Site

QUIRKS = Quirks()
ACCOUNT = "12345678"
SANDBOX = Target(ACCOUNT, "127.0.0.1", sandbox=True)
REAL = Target(ACCOUNT, "api.liveperson.net")

DEMO_KEY = (
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDdlatRjRjogo3WojgGHFHYLugdUWAY9iR3fy4arWNA1KoS8kVw33cJibXr8bvwUAUparCwlvdb"
    "H6dvEOfou0/gCFQsHUfQrSDv+MuSUMAe8jzKE4qW+jK+xQU9a03GUnKHkkle+Q0pX/g6jXZ7r1/xAK5Do2kQ+X5xK9cipRgEKwIDAQAB"
)

TUTORIAL = f"""
connectors:
  - name: Consumer authentication
    flow: implicit
    authentication_endpoint: https://dummy.com
    jwt_public_key: {DEMO_KEY}
    js_method_name: LPJsMethodName
campaigns:
  - find: default
    status: published
    engagements:
      - find: default
        enabled: true
        conversation: messaging
        authenticated_visitors_only: true
        connector: Consumer authentication
        window_opens: embedded
"""
"""The tutorial, steps 1 and 2."""


def make_key(bits: int = 2048) -> str:
    """A new RSA public key as one line of base64."""
    import base64

    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def site(body: str, **variables: str) -> Site:
    """The Site of a YAML text, which gets its `version` and `account`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "site.yaml"
        file.write_text(f'version: 1\naccount: "{ACCOUNT}"\n{textwrap.dedent(body)}')
        return load([file], variables=variables, environ={})


def plan(
    declared: Site | str,
    *things: LiveThing,
    target: Target = SANDBOX,
    quirks: Quirks = QUIRKS,
    policy: Policy | None = None,
) -> Plan:
    """The plan of a site against an account that holds some things."""
    wanted = site(declared) if isinstance(declared, str) else declared
    return make_plan(wanted, live(*things), target=target, quirks=quirks, policy=policy or Policy())


def live(*things: LiveThing) -> Live:
    """An account that holds some things."""
    kinds: dict[Kind, tuple[LiveThing, ...]] = dict.fromkeys(Kind, ())
    for thing in things:
        kinds[thing.kind] += (thing,)
    return Live(kinds)


def connector(id: int, name: str, *, type: int = 1, **configuration: Any) -> LiveThing:
    settings: dict[str, Any] = {"jwtValidationType": "PUBLIC_JWT_KEY", "acrValues": ["loa1"], **configuration}
    body: dict[str, Any] = {"id": id, "deleted": False, "name": name, "type": type, "configuration": settings}
    return LiveThing(Kind.CONNECTOR, id, name, body)


def campaign(id: int, name: str, **body: Any) -> LiveThing:
    return LiveThing(Kind.CAMPAIGN, id, name, {"id": id, "name": name, "status": 1, **body})


def engagement(id: int, name: str, campaign_id: int, **body: Any) -> LiveThing:
    whole = {
        "id": id,
        "name": name,
        "enabled": True,
        "conversationType": 0,
        "allowUnauthMsg": True,
        "connectorId": None,
        "isPopOut": False,
        **body,
    }
    return LiveThing(Kind.ENGAGEMENT, id, name, whole, campaign_id)


def other(kind: Kind, id: int, name: str, **body: Any) -> LiveThing:
    """A thing that lpconf only looks up."""
    return LiveThing(kind, id, name, {"id": id, "name": name, **body})


def named(kind: Kind, name: str, parent: Address | None = None) -> Address:
    return Address(kind, Selector(SelectBy.NAME, name), parent)


def default(kind: Kind, parent: Address | None = None) -> Address:
    return Address(kind, Selector(SelectBy.DEFAULT), parent)


def only(plan: Plan) -> Change:
    """The one change of a plan."""
    (change,) = plan.changes
    return change


def texts(change: Change) -> dict[str, tuple[Any, Any]]:
    """What changes, in the YAML's words: word to before and after."""
    return {field.word: (field.before.text, field.after.text) for field in change.fields}


def field(change: Change, word: str) -> FieldChange:
    return next(each for each in change.fields if each.word == word)
