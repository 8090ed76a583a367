"""Write the generated pages and pictures of the documentation, or check them.

.venv/bin/python docs/generate.py           writes what is stale
.venv/bin/python docs/generate.py --check   shows what is stale, and fails if anything is
"""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

from generators import commands, json, picture, plan, quirks, words

DOCS = Path(__file__).parent


def pages() -> dict[Path, str]:
    """The generated files: path to text."""
    return {
        DOCS / "reference" / "yaml.md": words.page(),
        DOCS / "reference" / "commands.md": commands.page(),
        DOCS / "reference" / "plan.md": plan.page(),
        DOCS / "reference" / "json.md": json.page(),
        DOCS / "reference" / "quirks.md": quirks.page(),
        **{DOCS / "images" / name: text for name, text in picture.pictures(DOCS.parent).items()},
    }


def main(arguments: list[str]) -> int:
    """Write or check. Returns the exit code: 1 if `--check` found something stale, 2 for another argument."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write(__doc__ or "")
        return 2
    stale = {path: text for path, text in pages().items() if not path.exists() or path.read_text("utf-8") != text}
    for path, text in stale.items():
        if arguments:
            old = path.read_text("utf-8") if path.exists() else ""
            lines = difflib.unified_diff(old.splitlines(), text.splitlines(), str(path), "as it should be", lineterm="")
            sys.stdout.write("\n".join(lines) + "\n")
        else:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(DOCS.parent)}\n")
    return 1 if arguments and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
