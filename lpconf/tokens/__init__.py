"""Keys and tokens (JWT): make, check, explain. Pure but for `files`: no clock, no network.

The keys behind a connector's `jwks_endpoint` are never fetched.
"""

from __future__ import annotations

from lpconf.tokens.checking import check
from lpconf.tokens.connectors import ConnectorSettings, connector_of
from lpconf.tokens.keys import PrivateKeyError, describe, generate, public_half
from lpconf.tokens.minting import make_claims, mint

__all__ = [
    "ConnectorSettings",
    "PrivateKeyError",
    "check",
    "connector_of",
    "describe",
    "generate",
    "make_claims",
    "mint",
    "public_half",
]
