"""The picture of a plan: what `lpconf plan` prints on a terminal about the README's site, as SVG."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

_COLUMNS = 104
_THEMES = {
    "light": TerminalTheme(
        (255, 255, 255),
        (31, 35, 40),
        [(31, 35, 40), (207, 34, 46), (26, 127, 55), (140, 90, 0)],
    ),
    "dark": TerminalTheme(
        (22, 27, 34),
        (230, 237, 243),
        [(139, 148, 158), (255, 123, 114), (86, 211, 100), (227, 179, 65)],
    ),
}
"""Background, foreground, and the terminal colours black, red, green and yellow."""

# No font is loaded from anywhere: each system has a monospaced one, and every piece is stretched to its columns.
_SVG = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="A plan on a terminal">
<style>
.{unique_id}-matrix {{
  font: {char_height}px/{line_height}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}}
{styles}
</style>
<defs>{lines}</defs>
<rect x="0.5" y="0.5" width="99.9%" height="99.8%" rx="8" class="{unique_id}-window"/>
{backgrounds}
<g transform="translate(24, 24)" class="{unique_id}-matrix">
{matrix}
</g>
</svg>
"""


def pictures(root: Path) -> dict[str, str]:
    """The SVG files by name. `root` is the repository; the site is the first YAML block of its README."""
    found = re.search(r"^```yaml[^\n]*\n(.*?)^```", (root / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    if found is None:
        raise ValueError("README.md has no YAML block")
    printed = _printed(found[1])
    return {f"plan-{name}.svg": _svg(printed, theme) for name, theme in _THEMES.items()}


def _printed(site: str) -> str:
    """What a terminal shows of the command, with ANSI styles."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "site.yaml").write_text(site, encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LPCONF_")}
        environment = {**kept, "HOME": folder, "XDG_STATE_HOME": folder, "FORCE_COLOR": "1", "NO_COLOR": ""}
        command = [str(Path(sys.executable).with_name("lpconf")), "plan", "--sandbox"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"lpconf plan --sandbox: {done.stderr}")
    return f"\x1b[1m$ lpconf plan --sandbox\x1b[0m\n{done.stdout}"


def _svg(printed: str, theme: TerminalTheme) -> str:
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=_COLUMNS, file=nowhere, force_terminal=True, legacy_windows=False)
        console.print(Text.from_ansi(printed.rstrip()), overflow="fold", highlight=False, soft_wrap=False)
        drawn = console.export_svg(title="", theme=theme, code_format=_SVG, unique_id="plan")
    window = f".plan-window {{ fill: {theme.background_color.hex}; stroke: #8b949e66 }}"
    return drawn.replace("</style>", f"{window}\n</style>")
