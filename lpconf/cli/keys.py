"""A private key that a command signs visitors' tokens with."""

from __future__ import annotations

from pathlib import Path


def private_key(file: Path) -> bytes:
    """The bytes of a private key's file. Says on stderr if others than its owner may read it. Raises LpconfError."""
    from lpconf.cli.output import tell
    from lpconf.report.escape import terminal
    from lpconf.tokens.files import read_private

    private_pem, open_to_others = read_private(file)
    if open_to_others:
        tell(terminal(f"warning: others than you may read {file}. Make it yours alone: chmod 600 {file}"))
    return private_pem
