"""Reads revisions from git's objects. Nothing of a repository runs."""
