"""Turns the text of YAML files into a `Site`, and says what is wrong with it, where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lpconf.model.site import Site

if TYPE_CHECKING:
    from lpconf.config.files import Files


def load(
    paths: Sequence[Path],
    *,
    variables: Mapping[str, str],
    environ: Mapping[str, str],
    files: Files | None = None,
    keep_unset: bool = False,
) -> Site:
    """The site that the files declare.

    `paths` are files and folders; a folder stands for its .yaml and .yml files, without sub-folders and hidden ones.
    `variables` are the values of `--var`; of `environ` only LPCONF_VAR_name is looked at.
    `files` is where to read: the disk, or the tree of a git commit. With `keep_unset` a variable that nothing sets is
    no error: texts are then as the YAML spells them, `${var.name}` and `$${` left as they are.
    Raises InvalidConfiguration with all diagnostics, in the files' order.
    """
    # Heavy, and not every command loads something.
    from lpconf.config import files as disk
    from lpconf.config.loading import load_site

    return load_site(paths, variables, environ, files or disk, keep_unset=keep_unset)
