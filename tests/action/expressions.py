"""The expressions of GitHub Actions, as far as action.yml uses them. Any other one fails the test."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_INSIDE = re.compile(r"\$\{\{(.*?)\}\}")
_COMPARISON = re.compile(r"(\S+) (==|!=) '([^']*)'")


@dataclass
class Context:
    """What an expression can name."""

    inputs: Mapping[str, str]
    values: Mapping[str, str]
    """Such as `runner.temp`."""
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    """By step."""
    failed: bool = False

    def value(self, name: str) -> str:
        """The value of a name; an output that no step has set is empty."""
        match name.strip().split("."):
            case ["inputs", key]:
                return self.inputs[key]
            case ["steps", step, "outputs", key]:
                return self.outputs.get(step, {}).get(key, "")
            case _:
                return self.values[name.strip()]

    def text(self, template: str) -> str:
        """A text with its expressions replaced."""
        return _INSIDE.sub(lambda found: self.value(found[1]), template)

    def condition(self, text: str | None) -> bool:
        """An `if:`. Without a status function it also wants that no step has failed."""
        parts = text.split(" && ") if text else []
        always = "always()" in parts
        compared = (self._compared(part) for part in parts if part != "always()")
        return (always or not self.failed) and all(compared)

    def _compared(self, part: str) -> bool:
        found = _COMPARISON.fullmatch(part)
        assert found, f"an expression that the test does not know: {part}"
        return (self.value(found[1]) == found[3]) is (found[2] == "==")
