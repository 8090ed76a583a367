"""What is wrong with a configuration, as a plan says it."""

from __future__ import annotations

import pytest

from lpconf.model.errors import InvalidConfiguration
from tests.account import plan


def problem(*arguments: object) -> str:
    """All problems of a plan that cannot be made, one line each. The arguments are those of `plan`."""
    with pytest.raises(InvalidConfiguration) as caught:
        plan(*arguments)  # type: ignore[arg-type]
    return "\n".join(f"{each.path}: {each.message}" for each in caught.value.diagnostics)
