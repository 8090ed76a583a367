"""No message and no source line shows a secret or a key."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lpconf.config.secrecy import may_show
from tests.config.conftest import CONNECTOR, DEMO_KEY, Diagnose

SECRET = "hunter2"
PRIVATE = "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----"

LEAKS = [
    "    client_secret: hunter2\n",
    "    client_secret: {env: hunter2}\n",
    "    client_secret: {env: LPCONF_SECRET_X, hunter2: 1}\n",
    "    client_secret: {hunter2: 1, hunter2: 2}\n",
    "    client_secret: {hunter2: yes}\n",
    "    client_secret: {[hunter2]: 1}\n",
    "    client_secret: ${var.hunter2}\n",
    "    client_secret:\n      env: hunter2\n      env: hunter2\n",
    "    client_secret:\n      hunter2\n",
    "    client_secret: 'hunter2\n",
    '    client_secret: "hunter2\\q"\n',
    "    client_secret: [hunter2\n",
    "    client_secret: hunter2: x\n",
    "    client_secret: @hunter2\n",
    "    client_secret: *hunter2\n",
    "    client_secret: !hunter2 x\n",
    "    client_secret: &hunter2 yes\n",
    "    client_secret: |\n\thunter2\n",
    "    client_secret: |\n  hunter2\n",
    "    clientSecret: hunter2\n",
    "    client_secrt: hunter2\n",
    "    Client Secret: hunter2\n",
    "    password: hunter2\n",
    "    flow: implict # client_secret: hunter2\n",
    "    extra: {x: yes, clientSecret: hunter2}\n",
    "    extra:\n      secret:\n        x: [yes, hunter2]\n",
    "    jwt_public_key: hunter2\n",
    "    jwt_public_key: [hunter2]\n",
    "    jwt_public_key: {file: hunter2}\n",
    "    jwt_public_key: {hunter2: x}\n",
    "    jwtPublicKey: hunter2\n",
    f"    jwt_public_key: |\n{PRIVATE}\n",
    f'    jwt_public_key: "{PRIVATE}"\n',
    f'    jwt_public_key: {{file: "{PRIVATE}"}}\n',
    f"    jwt_public_key: {PRIVATE}\n",
    f"    jwt_public_key:\n{PRIVATE}\n",
    "    jwt_public_key: {file: hunter2+hunter2.pem}\n",
    "    jwks_endpoint: https://user:hunter2@idp.example.com\n",
    "    jwks_endpoint: https://user:hunter2é@idp.example.com\n",
]


@pytest.mark.parametrize("leak", LEAKS)
def test_nothing_of_a_secret_is_told(diagnose: Diagnose, leak: str) -> None:
    found = diagnose(CONNECTOR + leak)
    assert found
    assert SECRET not in repr(found)


def test_nothing_of_a_key_is_told(diagnose: Diagnose) -> None:
    found = diagnose(f"{CONNECTOR}    jwt_public_key: {DEMO_KEY}.\n")
    assert DEMO_KEY[:20] not in repr(found)


def test_nothing_of_a_folded_key_is_told(diagnose: Diagnose) -> None:
    lines = "\n".join(DEMO_KEY[at : at + 30] for at in range(0, len(DEMO_KEY), 30))
    found = diagnose(f"{CONNECTOR}    jwt_public_key: |\n{lines}\n")
    assert DEMO_KEY[:20] not in repr(found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.text("hunter2 :'\"[]{}|>&*!%@#-\n\t,", max_size=30))
def test_whatever_surrounds_a_secret_its_line_is_hidden(diagnose: Diagnose, around: str) -> None:
    found = diagnose(f"{CONNECTOR}    client_secret: s3cr3t{around}\n    flow: implict\n")
    assert "s3cr3t" not in repr(found)


def test_other_lines_are_shown(diagnose: Diagnose) -> None:
    text = f"{CONNECTOR}    client_secret: {{env: LPCONF_SECRET_X}}\n    flow: implict\n"
    assert diagnose(text)[0].source == "    flow: implict"


def test_lines_far_from_any_key_are_hidden() -> None:
    assert not may_show(["client_secret: |", *["abc"] * 300], 250)
    assert may_show(["description: |", *["abc"] * 20], 10)
    assert may_show(["x: |", *[f"  a{n}: 1" for n in range(300)]], 250)
