"""One file of the disk to its document."""

from __future__ import annotations

from lpconf.config import files
from lpconf.config.document import Document, Source
from lpconf.config.files import ConfigFile
from lpconf.config.parser import parse
from lpconf.config.problems import Problems


def read(file: ConfigFile, problems: Problems) -> Document | None:
    """The document of a file; None for one that is no YAML. What is wrong goes to `problems`."""
    text = files.read(file, problems)
    return parse(text, Source.of(file.name, file.path.parent, text), problems) if text is not None else None
