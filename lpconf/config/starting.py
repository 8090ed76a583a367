"""The text of a first configuration: from answers, or LivePerson's tutorial."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from lpconf.config import checks, schema
from lpconf.config.files import confined
from lpconf.config.problems import BadValueError
from lpconf.config.scalars import resolve
from lpconf.config.words import quoted

SCHEMA_NAME = "site.schema.json"
"""The schema's file beside the configuration.

The schema's own `$id` is a name that no editor can fetch. A file works offline, fits the version of lpconf that wrote
it, and goes into git with the YAML; the state's folder does not.
"""

DEFAULT_CONNECTOR = "Consumer authentication"
DEFAULT_KEY_FILE = "keys/idp.pub.pem"
DEFAULT_METHOD = "lpGetAuthenticationToken"
"""What LivePerson calls where a connector names no function (consumer-side 2)."""
DEFAULT_SECRET = "LPCONF_SECRET_IDP"  # noqa: S105 - the name of a variable

Flow = Literal["implicit", "code"]
_PLAIN = re.compile(r"[A-Za-z](?:[\w./?=&%~:-]|[ ](?![ #]))*", re.ASCII)


@dataclass(frozen=True, slots=True)
class CodeFlow:
    """What the code flow needs beside the rest. `secret` is the name of an environment variable, never a secret."""

    token_endpoint: str
    client_id: str
    secret: str = DEFAULT_SECRET


@dataclass(frozen=True, slots=True)
class Start:
    """The answers that make a first configuration. Exactly one of `key_file` and `jwks_endpoint` is given.

    `code_flow` is None for the implicit flow, which needs `authentication_endpoint`.
    """

    account: str
    label: str | None = None
    connector: str = DEFAULT_CONNECTOR
    authentication_endpoint: str | None = None
    code_flow: CodeFlow | None = None
    key_file: str | None = None
    jwks_endpoint: str | None = None
    js_method_name: str = DEFAULT_METHOD
    messaging: bool = True


def _account(text: str) -> None:
    if not re.fullmatch(schema.ACCOUNT, text):
        hint = "An account is 1 to 20 letters, digits and _."
        raise BadValueError("schema.account", f"{quoted(text)} is not an account", hint)


def _secret(text: str) -> None:
    if not re.fullmatch(schema.SECRET_VARIABLE, text):
        # Not shown: somebody may have written the secret itself.
        raise BadValueError(
            "schema.secret",
            "this is not the name of an environment variable for secrets",
            f"It begins with LPCONF_SECRET_, such as {DEFAULT_SECRET}. The secret itself never goes into the file.",
        )


def _text(text: str) -> None:
    if not text:
        raise BadValueError("value.empty", "this must not be empty")
    checks.single_line(text)
    if not text.isprintable():
        raise BadValueError("value.character", "this text holds an invisible character", "Remove it.")


def _key_file(text: str) -> None:
    _text(text)
    confined(text)


CHECKS: Mapping[str, Callable[[str], object]] = {
    "account": _account,
    "label": _text,
    "connector": _text,
    "authentication_endpoint": checks.https_url,
    "token_endpoint": checks.https_url,
    "client_id": _text,
    "secret_variable": _secret,
    "key_file": _key_file,
    "jwks_endpoint": checks.https_url,
    "js_method_name": checks.script_path,
}
"""For each answer that is text, what raises BadValueError for one that the loader would refuse."""


def tutorial_text(schema_name: str = SCHEMA_NAME) -> str:
    """LivePerson's tutorial as YAML. The schema is the path that editors find it by."""
    text = files("lpconf.config").joinpath("tutorial.yaml").read_text(encoding="utf-8")
    _, line_end, rest = text.partition("\n")
    return _modeline(schema_name) + line_end + rest


def site_text(start: Start, schema_name: str = SCHEMA_NAME) -> str:
    """The YAML that the answers make: formatted, with comments that say what each field is for."""
    return "\n".join((*_head(start, schema_name), "", *_connector(start), "", *_campaign(start))) + "\n"


def _modeline(schema_name: str) -> str:
    return f"# yaml-language-server: $schema={schema_name}"


def _head(start: Start, schema_name: str) -> Iterator[str]:
    yield _modeline(schema_name)
    yield "#"
    yield f"# What LivePerson account {start.account} should hold. lpconf leaves alone what is not here."
    yield "version: 1"
    yield f'account: "{start.account}"'
    if start.label:
        yield f"label: {_scalar(start.label)}"
    else:
        yield "# label: Web shop (test)   # what people call the account; apply shows it when it asks for approval"


def _connector(start: Start) -> Iterator[str]:
    yield "connectors:"
    yield "  # How LivePerson knows who a visitor is. If the account has no connector of this name, it is created."
    yield f"  - name: {_scalar(start.connector)}"
    if start.code_flow is None:
        yield "    # The page hands the visitor's token over."
        yield "    flow: implicit"
    else:
        yield "    # LivePerson exchanges a code for the visitor's token at the token endpoint."
        yield "    flow: code"
    if start.authentication_endpoint:
        yield "    # Where a visitor of a separate window signs in. Embedded windows never use it."
        yield f"    authentication_endpoint: {_scalar(start.authentication_endpoint)}"
    if start.code_flow is not None:
        yield f"    token_endpoint: {_scalar(start.code_flow.token_endpoint)}"
        yield f"    client_id: {_scalar(start.code_flow.client_id)}"
        yield "    # The environment variable that holds the secret. The secret itself never goes into this file."
        yield f"    client_secret: {{env: {start.code_flow.secret}}}"
    if start.jwks_endpoint:
        yield "    # Where LivePerson fetches the public keys that visitors' tokens are checked with."
        yield f"    jwks_endpoint: {_scalar(start.jwks_endpoint)}"
    else:
        yield "    # The public key that visitors' tokens are checked with. lpconf token keygen makes a pair."
        yield f"    jwt_public_key: {{file: {_scalar(start.key_file or DEFAULT_KEY_FILE, in_brackets=True)}}}"
    yield "    # The function of the page that an embedded window calls for the visitor's token."
    yield f"    js_method_name: {_scalar(start.js_method_name)}"
    yield "    # jwt_issuer: https://idp.example.com   # the iss claim of the tokens"


def _campaign(start: Start) -> Iterator[str]:
    lines = (
        "campaigns:",
        "  # The account's default campaign, whatever its name.",
        "  - find: default",
        "    # status: published",
        "    engagements:",
        "      # The default engagement becomes messaging, for visitors only who are signed in on the page.",
        "      - find: default",
        "        # enabled: true",
        "        conversation: messaging",
        "        authenticated_visitors_only: true",
        f"        connector: {_scalar(start.connector)}",
        "        # window_opens: embedded   # or separate",
    )
    return (line if start.messaging else f"# {line}" for line in lines)


def _scalar(text: str, *, in_brackets: bool = False) -> str:
    """The text as YAML, in quotes where it needs them, with variables written literally."""
    literal = text.replace("${", "$${")
    is_plain = _PLAIN.fullmatch(literal) and not literal.endswith((":", " ")) and resolve(literal) == literal
    if is_plain and ": " not in literal and not (in_brackets and ":" in literal):
        return literal
    return json.dumps(literal, ensure_ascii=False)
