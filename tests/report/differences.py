"""Differences between configurations, made of YAML, that the reports are tested with."""

from __future__ import annotations

from dataclasses import replace

from lpconf.engine.difference.comparison import difference
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.difference import Difference
from tests.account import DEMO_KEY, TUTORIAL, site

from . import samples

# Another one than the demo key, so that the golden files always show the same fingerprint.
OTHER_KEY = (
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7VJTUt9Us8cKjMzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEv"
    "uNMoSfm76oqFvAp8Gy0iz5sxjZmSnXyCdPEovGhLa0VzMaQ8s+CLOyS56YyCFGeJZqgtzJ6GR3eqoYSW9b9UMvkBpZODSctWSNGj3P7jRFDO5VoTwCQ"
    "AWbFnOjDfH5Ulgp2PKSQnSJP3AJLQNFNe7br1XbrhV//eO+t51mIpGSDCUv3E0DDFcWDTH9cXDTTlRZVEiR2BwpZOOkE/Z0/BVnhZYL71oZV34bKfWj"
    "QIt6V/isSMahdsAASACp4ZTGtwiVuNd9tybAgMBAAE="
)

_OLD = f"""
label: Test
connectors:
  - name: Sign-in
    flow: code
    token_endpoint: https://idp.example.net/token
    client_id: liveperson
    client_secret: {{env: LPCONF_SECRET_A}}
    jwt_public_key: {DEMO_KEY}
    pkce: true
    preferred: true
    lifecycle: {{protect: true}}
  - name: Old app
    jwks_endpoint: https://idp.example.net/keys
campaigns:
  - name: Web shop
    status: published
    engagements:
      - name: Sales chat
        enabled: true
        authenticated_visitors_only: true
        connector: Sign-in
        skill: sales
        extra: {{weight: 0.5, zones: [1, 2]}}
      - name: Help
        enabled: true
        language: de-DE
        conversation: messaging
"""

_NEW = """
label: Production
delete_undeclared: [campaigns]
connectors:
  - name: Sign-in
    flow: code
    token_endpoint: https://idp.example.org/token
    client_id: liveperson
    client_secret: {env: LPCONF_SECRET_B}
    jwks_endpoint: https://idp.example.org/keys
    description: ${var.ticket}
campaigns:
  - name: Shop
    lifecycle: {renamed_from: Web shop}
    status: unpublished
    engagements:
      - name: Sales chat
        enabled: false
        authenticated_visitors_only: false
        connector: {unset: true}
        skill: {unset: true}
        extra: {weight: 0.7, zones: [1, 3]}
      - name: Support
        enabled: true
        language: de-DE
        conversation: messaging
  - name: Test
    lifecycle: {state: absent}
"""


def risky() -> Difference:
    """Everything that a reviewer should stumble over."""
    new = site(_NEW, ticket="${var.ticket}")
    found = difference(
        site(_OLD),
        replace(new, account="87654321", unset_variables=("ticket",)),
        old_name="origin/main:site.yaml",
        new_name="site.yaml",
    )
    warning = Diagnostic(Severity.WARNING, "key.short", "the key has 1024 bits", "connectors[0].jwt_public_key")
    return replace(found, findings=(warning,))


def unchanged() -> Difference:
    """Nothing at all."""
    return difference(site(TUTORIAL), site(TUTORIAL), old_name="v1:site.yaml", new_name="v2:site.yaml")


def first() -> Difference:
    """The first configuration of a repository."""
    return difference(None, site(TUTORIAL), old_name="origin/main:site.yaml", new_name="site.yaml")


def hostile() -> Difference:
    """Names and values that want to be more than that."""
    old, new = site(TUTORIAL), site(TUTORIAL.replace("LPJsMethodName", "other"))
    connector = new.things[0]
    address = replace(connector.address, selector=replace(connector.address.selector, value=samples.HOSTILE))
    evil = replace(connector, address=address, fields={**connector.fields, "description": samples.HOSTILE})
    site_with_evil = replace(new, things=(evil, *new.things[1:]), label=samples.HOSTILE)
    return difference(old, site_with_evil, old_name=samples.HOSTILE, new_name="\n## x")
