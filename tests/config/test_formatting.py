"""The house's layout for YAML, rule by rule."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lpconf.config.document import Source
from lpconf.config.formatting import text as formatting
from lpconf.config.formatting.text import format_text
from lpconf.config.formatting.walk import Written
from lpconf.config.problems import Problems
from lpconf.model.diagnostic import Diagnostic
from lpconf.model.errors import InvalidConfiguration

ROOT = Path(__file__).parents[2]
SITES = sorted(
    path for path in (ROOT / "examples").rglob("*.y*ml") if path.read_text().startswith("# yaml-language-server")
)


def outcome(text: str) -> tuple[str | None, tuple[Diagnostic, ...]]:
    problems = Problems()
    try:
        found = format_text(text, Source.of("site.yaml", Path(), text), problems)
        if problems:
            problems.stop()
    except InvalidConfiguration as error:
        return None, error.diagnostics
    return found, ()


def formatted(text: str) -> str:
    found, diagnostics = outcome(text)
    assert not diagnostics
    assert found is not None
    return found


def test_there_are_examples() -> None:
    assert len(SITES) >= 3


@pytest.mark.parametrize("path", SITES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_examples_are_formatted(path: Path) -> None:
    assert formatted(path.read_text()) == path.read_text()


@pytest.mark.parametrize(
    ("untidy", "tidy"),
    [
        pytest.param("a:\n    b: 1\n", "a:\n  b: 1\n", id="maps are indented by two spaces"),
        pytest.param("a:\n- 1\n- 2\nb: 3\n", "a:\n  - 1\n  - 2\nb: 3\n", id="lists are indented below their key"),
        pytest.param("a:\n-   b: 1\n    c: 2\n", "a:\n  - b: 1\n    c: 2\n", id="one space behind a dash"),
        pytest.param("a:\n-\n      b: 1\n", "a:\n  -\n    b: 1\n", id="a dash may stand alone"),
        pytest.param("a:\n- -  1\n  -  2\n", "a:\n  - - 1\n    - 2\n", id="a list in a list"),
        pytest.param("  a:\n   b: 1\n  c: 2\n", "a:\n  b: 1\nc: 2\n", id="the first level is not indented"),
        pytest.param("a:    1\nb :\t2\n", "a: 1\nb: 2\n", id="one space behind a colon and none before it"),
        pytest.param("a: &x   1\nb: *x\n", "a: &x 1\nb: *x\n", id="one space behind an anchor"),
        pytest.param("a: &x key\n*x   :  1\n", "a: &x key\n*x : 1\n", id="an alias keeps a space before the colon"),
        pytest.param("a: &x\n    b: 1\n", "a: &x\n  b: 1\n", id="an anchor before a map"),
        pytest.param("?   a\n:   1\n", "? a\n: 1\n", id="a key behind a question mark"),
        pytest.param("?  a\n:  - 1\n   - 2\n", "? a\n: - 1\n  - 2\n", id="a list behind such a key"),
        pytest.param("a:\n- 1\n? b\n: 2\n", "a:\n  - 1\n? b\n: 2\n", id="such a key behind a list"),
        pytest.param("a: 1  \nb: 2\t\n", "a: 1\nb: 2\n", id="no white space at the end of lines"),
        pytest.param("\n\na: 1\n\n\n\nb: 2\n\n\n", "a: 1\n\nb: 2\n", id="one empty line at most"),
        pytest.param("a: 1", "a: 1\n", id="a line end behind the last line"),
        pytest.param("a: 1\r\nb: 2\n", "a: 1\r\nb: 2\r\n", id="line ends of the kind of the first"),
        pytest.param("a: 1\nb: 2\r\n", "a: 1\nb: 2\n", id="or of the other kind"),
        pytest.param("a: 1\rb: 2\r", "a: 1\nb: 2\n", id="and never alone"),
        pytest.param("---   # x\na:   1\n...\n# y", "---   # x\na: 1\n...\n# y\n", id="marks of a document"),
        pytest.param("a: 1\n...\n \t\n", "a: 1\n...\n", id="white space behind the end"),
        pytest.param("--- {a:   1}\n", "--- {a:   1}\n", id="a document in brackets"),
    ],
)
def test_white_space(untidy: str, tidy: str) -> None:
    assert formatted(untidy) == tidy
    assert formatted(tidy) == tidy


@pytest.mark.parametrize(
    ("untidy", "tidy"),
    [
        pytest.param("a: {b:   1,c: [ ]}\n", "a: {b:   1,c: [ ]}\n", id="brackets on one line"),
        pytest.param(
            "a:\n    b: [1,  \n        2,   # x\n\n\n      # y\n        {c: d\n         e}\n    ]\n",
            "a:\n  b: [1,\n      2,   # x\n\n    # y\n      {c: d\n       e}\n  ]\n",
            id="brackets over several lines move as a whole",
        ),
        pytest.param("a:    [1,\n       2]\n", "a: [1,\n    2]\n", id="and stay aligned to the bracket"),
        pytest.param("a: [1,# x\n2]\n", "a: [1, # x\n2]\n", id="a comment needs a space before it"),
        pytest.param(
            'a:\n    b:   "x  \n       y \\  \n      z"\n', 'a:\n  b: "x\n     y \\  \n    z"\n', id="double quotes"
        ),
        pytest.param("a:\n    b: 'x\n\n     ''y'\n", "a:\n  b: 'x\n\n    ''y'\n", id="single quotes"),
        pytest.param("a:\n    b: x\n\n     # y\n", "a:\n  b: x\n\n  # y\n", id="a comment ends a text without quotes"),
        pytest.param("a: x\n y\n\n\n  z\n", "a: x\n  y\n\n\n  z\n", id="empty lines in a text are line ends"),
        pytest.param(
            "a:\n    b: |  # x\n     one  \n\n\n       two\n\n    # y\n    c: 1\n",
            "a:\n  b: |  # x\n    one  \n\n\n      two\n\n  # y\n  c: 1\n",
            id="a block of text moves as a whole",
        ),
        pytest.param("a:\n- |1\n   x\n- 1\n", "a:\n  - |1\n     x\n  - 1\n", id="a block that says its indentation"),
        pytest.param("a: |+\n x\n\n\nb: 1\n", "a: |+\n  x\n\n\nb: 1\n", id="a block that keeps its empty lines"),
        pytest.param("a: |+\n x\n\n\n", "a: |+\n  x\n\n\n", id="at the end of the file, too"),
        pytest.param("a: |+\n x\n ", "a: |+\n  x\n", id="but not what is left of a line"),
        pytest.param("a: |\n x\n    \nb: 1\n", "a: |\n  x\n     \nb: 1\n", id="spaces in a block are text"),
        pytest.param("a: |\n x", "a: |\n  x", id="a line end would become part of a text at the end"),
        pytest.param("a: |-\n x", "a: |-\n  x\n", id="unless the text drops it"),
        pytest.param("a: |\n\n\nb: >-", "a: |\n\nb: >-\n", id="blocks without text"),
    ],
)
def test_texts_and_brackets(untidy: str, tidy: str) -> None:
    assert formatted(untidy) == tidy
    assert formatted(tidy) == tidy


@pytest.mark.parametrize(
    ("untidy", "tidy"),
    [
        pytest.param("a:\n# x\n    b: 1\n", "a:\n  # x\n  b: 1\n", id="a comment goes with what follows it"),
        pytest.param("a:\n# x\n- 1\n", "a:\n  # x\n  - 1\n", id="below a key, too"),
        pytest.param(
            "a:\n    b: 1\n    # c: 2\nd: 3\n", "a:\n  b: 1\n  # c: 2\nd: 3\n", id="indented more, it stays in its map"
        ),
        pytest.param(
            "a:\n- b: 1\n  # c: 2\n# x\nd: 3\n",
            "a:\n  - b: 1\n    # c: 2\n# x\nd: 3\n",
            id="each in a column of its own",
        ),
        pytest.param("a:\n- 1\n  # x\nb: 2\n", "a:\n  - 1\n    # x\nb: 2\n", id="below an item of a list"),
        pytest.param("a:\n    # - 1\nb: 2\n", "a:\n  # - 1\nb: 2\n", id="a list whose items are all comments"),
        pytest.param("a:\n    b: 1\n      # x\n    c: 1\n", "a:\n  b: 1\n  # x\n  c: 1\n", id="nowhere to belong to"),
        pytest.param("a:\n  - |\n   x\n  # y\n", "a:\n  - |\n    x\n  # y\n", id="never into a block of text"),
        pytest.param("a: 1\n  # x\n", "a: 1\n# x\n", id="at the end of the file"),
        pytest.param("a:\n    b: 1\n    # x", "a:\n  b: 1\n  # x\n", id="at the end of a map and the file"),
        pytest.param("a: 1\t#x  \n", "a: 1 #x\n", id="what it says stays"),
        pytest.param(
            "a:\n- b: 1\n#- b: 2\n#  c: 3\nd: 4\n",
            "a:\n  - b: 1\n  #- b: 2\n  #  c: 3\nd: 4\n",
            id="an item below its list stays in it",
        ),
        pytest.param("a:\n- 1\n# - 2\n#-\n", "a:\n  - 1\n  # - 2\n  #-\n", id="at the end of the file, too"),
        pytest.param(
            "x:\n  a:\n  - 1\n  # - 2\n  b: 3\n", "x:\n  a:\n    - 1\n    # - 2\n  b: 3\n", id="in an inner map, too"
        ),
        pytest.param(
            "a:\n- b: |\n    x\n#- b: y\nd: 4\n", "a:\n  - b: |\n      x\n  #- b: y\nd: 4\n", id="below a block of text"
        ),
        pytest.param(
            "a:\n- 1\n#- 2\n  # x\nb: 2\n", "a:\n  - 1\n  #- 2\n    # x\nb: 2\n", id="what is indented more is its own"
        ),
        pytest.param("a:\n- b: 1\n  #- 2\nc: 3\n", "a:\n  - b: 1\n    #- 2\nc: 3\n", id="not in another column"),
        pytest.param("a:\n- 1\n\n#- 2\nb: 3\n", "a:\n  - 1\n\n#- 2\nb: 3\n", id="not behind an empty line"),
        pytest.param("a:\n- 1\n#--- x\nb: 2\n", "a:\n  - 1\n#--- x\nb: 2\n", id="not a heading"),
        pytest.param("a:\n- 1\n# x\n# - y\nb: 2\n", "a:\n  - 1\n# x\n# - y\nb: 2\n", id="not a list in a text"),
        pytest.param("", "", id="nothing"),
        pytest.param(" \n  \n", "", id="only white space"),
        pytest.param("\n  # x \n\n\n# y", "# x\n\n# y\n", id="only comments"),
        pytest.param("# x\r\n # y", "# x\r\n# y\r\n", id="only comments, with the line ends of Windows"),
    ],
)
def test_comments(untidy: str, tidy: str) -> None:
    assert formatted(untidy) == tidy
    assert formatted(tidy) == tidy


ALIGNED = """\
a:
    one:  1      # x
    # of its own
    three: 3     # y
                 # goes on

    four: 4  # z
    five: 555    # other column
"""


def test_comments_in_a_column_stay_in_a_column() -> None:
    assert formatted(ALIGNED) == (
        "a:\n  one: 1       # x\n  # of its own\n  three: 3     # y\n               # goes on\n\n"
        "  four: 4  # z\n  five: 555    # other column\n"
    )


@pytest.mark.parametrize("before", ["a:\n- b: 1\n#- b: 2\n#  c: 3\nd: 4\n", "x:\n  a:\n  - 1\n  # - 2\n  b: 3\n"])
def test_an_item_can_be_uncommented_before_and_after(before: str) -> None:
    def uncommented(text: str) -> object:
        return yaml.safe_load(text.replace("#-", "-").replace("# -", "-").replace("#  c", "  c"))

    assert uncommented(formatted(before)) == uncommented(before)


def test_what_only_the_schema_refuses_can_be_formatted() -> None:
    assert formatted("nonsense:   [~]\n") == "nonsense: [~]\n"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: 1\n\tb: 2\n", "site.yaml:2:1", "a tab cannot indent"),
        ("a: [1\n", "site.yaml:1:4", 'the list that opens here is not closed, or lacks a "," between two items'),
        ("a: yes\n", "site.yaml:1:4", "yes without quotes is text to some tools and true to others"),
        ("---\n", "site.yaml:1:1", "the file declares nothing"),
        ("# \x07\n", "site.yaml:1:3", "the character U+0007 is not allowed in YAML"),
    ],
)
def test_what_is_no_yaml_is_told_as_everywhere(text: str, place: str, message: str) -> None:
    found, diagnostics = outcome(text)
    assert found is None
    assert (str(diagnostics[0].position), diagnostics[0].message) == (place, message)


def proven(monkeypatch: pytest.MonkeyPatch, written: str) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """The outcome for a small document where the formatter, the first time, answers with `written`."""
    first = iter([Written(written, ((3, "# x"),))])
    right = formatting._write
    monkeypatch.setattr(formatting, "_write", lambda text, parser: next(first, None) or right(text, parser))
    return outcome("a:  1\n# x\n")


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param("a: 2\n# x\n", id="another value"),
        pytest.param("a: '1'\n# x\n", id="another type"),
        pytest.param("b: 1\n# x\n", id="another key"),
        pytest.param("a: 1\nb: 2\n# x\n", id="more"),
        pytest.param("a: [\n", id="no YAML"),
        pytest.param("a:   1\n# x\n", id="not formatted"),
        pytest.param("a: 1\n", id="a lost comment"),
        pytest.param("# x\na: 1\n", id="a comment elsewhere"),
    ],
)
def test_a_mistake_of_the_formatter_never_gets_out(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    found, diagnostics = proven(monkeypatch, wrong)
    assert found is None
    assert [each.code for each in diagnostics] == ["format.unsure"]


def test_what_is_right_gets_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proven(monkeypatch, "a: 1\n# x\n") == ("a: 1\n# x\n", ())


def test_a_result_too_large_to_be_read_again_is_refused() -> None:
    deep = "".join(f"{' ' * depth}- \n" for depth in range(60))
    text = f"a:\n{deep}{' ' * 60}[" + "1,\n" * 60_000 + "]\n"
    assert len(text) < 1_000_000
    found, diagnostics = outcome(text)
    assert found is None
    assert diagnostics[0].code == "format.unsure"


def test_time_grows_with_the_size() -> None:
    """A large file is a matter of seconds. Quadratic time would take minutes."""
    entry = "    -   find: default      # the default\n        # note\n        enabled:   true   # x\n\n\n"
    text = "campaigns:\n" + entry * 4_000
    found = formatted(text)
    assert yaml.load(found, yaml.CSafeLoader) == yaml.load(text, yaml.CSafeLoader)
    assert found.count("\n") == 1 + 4_000 * 4 - 1
