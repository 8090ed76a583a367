"""What stands in for the reader's account."""

from tests.cli.conftest import served

__all__ = ["served"]
