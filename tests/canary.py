"""The secret that tests hand to lpconf and to the sandbox. It must come to light nowhere (see tests/conftest.py)."""

CANARY = "s3cret-canary-5b1e9f07"
