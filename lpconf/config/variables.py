"""`${var.name}` in texts: one pass, `$${` to write it literally (design, 2)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lpconf.config.problems import BadValueError

ENVIRONMENT_PREFIX = "LPCONF_VAR_"

MAX_TEXT = 100_000
"""Characters of one filled text."""
MAX_FILLED = 20_000_000
"""Characters of all filled texts: a small file must not ask for all memory."""

_VARIABLE = re.compile(r"\$\$\{|\$\{(?:var\.(?P<name>[A-Za-z_][A-Za-z0-9_]*)\})?")


class Variables:
    """The values of variables: `--var` first, then LPCONF_VAR_name, then `vars:`.

    With `keep_unset` a variable that none of them sets stays as `${var.name}`. All texts are then in the YAML's
    spelling, so that `$${` stays, too, and `${` in a value becomes it: what is kept can be mistaken for nothing else.
    """

    def __init__(
        self,
        given: Mapping[str, str],
        environ: Mapping[str, str],
        declared: Mapping[str, str],
        *,
        keep_unset: bool = False,
    ) -> None:
        self._given = given
        self._environ = environ
        self._declared = declared
        self._left = MAX_FILLED
        self._used: set[str] = set()
        self._keep_unset = keep_unset
        self._unset: set[str] = set()

    def unknown(self) -> tuple[str, ...]:
        """The `--var` names that nothing declares and nothing uses: misspelled, most likely."""
        return tuple(name for name in self._given if name not in self._declared and name not in self._used)

    def known(self) -> tuple[str, ...]:
        """The names that are declared or used."""
        return tuple(sorted({*self._declared, *self._used}))

    def unset(self) -> tuple[str, ...]:
        """The names of those that were left as they are."""
        return tuple(sorted(self._unset))

    def leaves_open(self, text: str) -> bool:
        """Whether a text keeps a variable that is unset, so that its value is not known."""
        return self._keep_unset and any(found["name"] in self._unset for found in _VARIABLE.finditer(text))

    def fill(self, text: str) -> str:
        """The text with its variables filled in. Raises BadValueError for one that is unset or misspelled."""
        if "${" not in text:
            return text
        parts: list[str] = []
        size = end = 0
        for found in _VARIABLE.finditer(text):
            part = self._replacement(found)
            parts += (text[end : found.start()], part)
            end = found.end()
            size += len(part)
            if size > MAX_TEXT:
                raise BadValueError(
                    "variable.size", f"with its variables this text is longer than {MAX_TEXT:,} characters"
                )
        self._left -= size
        if self._left < 0:
            raise BadValueError("variable.size", "the variables fill in too much text altogether")
        return "".join((*parts, text[end:]))

    def _replacement(self, found: re.Match[str]) -> str:
        if found[0] == "$${":
            return found[0] if self._keep_unset else "${"
        name = found["name"]
        if name is None:
            raise BadValueError(
                "variable.syntax",
                'here "${" does not start a variable such as ${var.name}',
                "Write $${ to mean it literally.",
            )
        self._used.add(name)
        for values, key in (
            (self._given, name),
            (self._environ, ENVIRONMENT_PREFIX + name),
            (self._declared, name),
        ):
            if key in values:
                return values[key].replace("${", "$${") if self._keep_unset else values[key]
        if self._keep_unset:
            self._unset.add(name)
            return found[0]
        raise BadValueError(
            "variable.unset",
            f"the variable {name} is not set",
            f"Set it with --var {name}=VALUE, as {ENVIRONMENT_PREFIX}{name} in the environment, or under vars:.",
        )
