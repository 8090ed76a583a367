"""lpconf: Terraform for a LivePerson account."""

__version__ = "0.1.0"
