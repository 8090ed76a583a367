"""What stands at a line of a file, and which things a file declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from lpconf.config.reference.outline import addresses
from lpconf.config.reference.standing import standing_at
from lpconf.model.errors import InvalidConfiguration, LpconfError
from lpconf.model.reference import Standing

TEXT = r"""# what it is
version: 1
account: "1"
connectors:
  - name: Shop "A"
    flow: implicit
    description: |
      # not a comment
      two lines

      and a third

    # a comment
    lifecycle: {protect: true, renamed_from: Old}
    extra:
      a: {b: 1}
    flwo: code
campaigns:
  - find: default
    engagements:
      - {name: Chat, enabled: true, skill: {unset: true}}
      - id: 5
        name: Named
        language:
          en-US
        entry_points:
          - Shop
          - id: 7
vars:
  shop: Web
qqq: 1
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("site.yaml").write_text(TEXT)
    return Path("site.yaml")


def line_of(text: str) -> int:
    return TEXT[: TEXT.index(text)].count("\n") + 1


def told(found: tuple[Standing, ...]) -> list[tuple[str, str]]:
    """The path, and what it is about."""
    return [(each.path, each.about.name if each.about else "") for each in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version: 1", [("version", "site.version")]),
        ("connectors:", [("connectors", "site.connectors")]),
        ("- name: Shop", [("connectors[0].name", "connector.name")]),
        ("flow: implicit", [("connectors[0].flow", "connector.flow")]),
        ("# not a comment", [("connectors[0].description", "connector.description")]),
        ("and a third", [("connectors[0].description", "connector.description")]),
        (
            "lifecycle:",
            [
                ("connectors[0].lifecycle.protect", "lifecycle.protect"),
                ("connectors[0].lifecycle.renamed_from", "lifecycle.renamed_from"),
            ],
        ),
        ("extra:", [("connectors[0].extra", "connector.extra")]),
        ("a: {b: 1}", [("connectors[0].extra", "connector.extra")]),
        ("flwo: code", [("connectors[0].flwo", "")]),
        ("campaigns:", [("campaigns", "site.campaigns")]),
        ("- find: default", [("campaigns[0].find", "campaign.find")]),
        ("engagements:", [("campaigns[0].engagements", "campaign.engagements")]),
        (
            "- {name: Chat",
            [
                ("campaigns[0].engagements[0].name", "engagement.name"),
                ("campaigns[0].engagements[0].enabled", "engagement.enabled"),
                ("campaigns[0].engagements[0].skill", "engagement.skill"),
            ],
        ),
        ("en-US", [("campaigns[0].engagements[1].language", "engagement.language")]),
        ("- Shop\n", [("campaigns[0].engagements[1].entry_points", "engagement.entry_points")]),
        ("- id: 7", [("campaigns[0].engagements[1].entry_points", "engagement.entry_points")]),
        ("shop: Web", [("vars", "site.vars")]),
        ("qqq: 1", [("qqq", "")]),
    ],
)
def test_a_line_tells_its_words(file: Path, text: str, expected: list[tuple[str, str]]) -> None:
    assert told(standing_at(file, line_of(text))) == expected


@pytest.mark.parametrize(
    ("column", "path"),
    [
        (1, "engagements[0]"),
        (9, "engagements[0]"),
        (10, "engagements[0].name"),
        (20, "engagements[0].name"),
        (24, "engagements[0].enabled"),
        (50, "engagements[0].skill"),
        (500, "engagements[0].skill"),
    ],
)
def test_a_column_picks_one_word_of_a_line(file: Path, column: int, path: str) -> None:
    (found,) = standing_at(file, line_of("- {name: Chat"), column)
    assert found.path == f"campaigns[0].{path}"


def test_it_tells_the_thing_and_the_place(file: Path) -> None:
    (name, *_) = standing_at(file, line_of("- {name: Chat"))
    assert name.address == 'campaign[default]/engagement["Chat"]'
    assert str(name.position) == "site.yaml:21:10"
    (by_id,) = standing_at(file, line_of("name: Named"))
    assert by_id.address == "campaign[default]/engagement[id=5]"
    (top,) = standing_at(file, line_of("version"))
    assert top.address == ""


def test_an_unknown_word_tells_what_may_be_meant(file: Path) -> None:
    (unknown,) = standing_at(file, line_of("flwo"))
    assert (unknown.about, unknown.meant, unknown.address) == (None, "connector.flow", r'connector["Shop \"A\""]')
    (far,) = standing_at(file, line_of("qqq"))
    assert (far.about, far.meant) == (None, "")


def test_a_thing_without_words_tells_its_kind(file: Path) -> None:
    file.write_text("connectors:\n  - {}\n  - 5\ncampaigns:\n  - engagements: [{id: yes, name: ''}]\n")
    assert told(standing_at(file, 2)) == [("connectors[0]", "connector")]
    assert told(standing_at(file, 3)) == [("connectors[1]", "connector")]
    assert {each.address for line in (2, 3, 5) for each in standing_at(file, line)} == {""}


def test_a_name_with_a_variable_has_no_address_yet(file: Path) -> None:
    file.write_text("connectors:\n  - name: ${var.shop}\n")
    (found,) = standing_at(file, 2)
    assert found.address == ""


@pytest.mark.parametrize("line", [1, line_of("and a third") - 1 + 2, line_of("# a comment"), 0])
def test_where_nothing_stands_it_says_so(file: Path, line: int) -> None:
    with pytest.raises(LpconfError, match=f"^Nothing is declared in line {line} of site.yaml.$"):
        standing_at(file, line)


@pytest.mark.parametrize(
    ("text", "line", "count"),
    [("version: 1\n", 2, "1 line"), ("version: 1", 2, "1 line"), ("a: 1\nb: 2\n", 99, "2 lines")],
)
def test_a_line_beyond_the_end_tells_how_many_there_are(file: Path, text: str, line: int, count: str) -> None:
    file.write_text(text)
    with pytest.raises(LpconfError, match=f"^site.yaml has {count} only, no line {line}.$"):
        standing_at(file, line)


def test_a_comment_inside_of_a_list_is_nothing(file: Path) -> None:
    file.write_text("connectors:\n  # here\n  - name: A\n")
    with pytest.raises(LpconfError, match="Nothing is declared in line 2"):
        standing_at(file, 2)


@pytest.mark.parametrize(
    ("name", "message"),
    [("missing.yaml", "does not exist"), (".", "this is a folder"), ("broken.yaml", "")],
)
def test_a_file_that_cannot_be_read_is_told(file: Path, name: str, message: str) -> None:
    Path("broken.yaml").write_text("a: [")
    with pytest.raises(InvalidConfiguration) as raised:
        standing_at(Path(name), 1)
    assert message in raised.value.diagnostics[0].message


def test_a_link_out_of_the_folder_is_not_followed(file: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "secret.yaml"
    elsewhere.write_text("password: hunter2\n")
    Path("link.yaml").symlink_to(elsewhere)
    with pytest.raises(InvalidConfiguration, match="1 errors"):
        standing_at(Path("link.yaml"), 1)


class TestAddresses:
    def test_the_things_that_declare_a_word(self, file: Path) -> None:
        found = [str(each) for each in addresses([file], "flow", largest=10_000)]
        assert found == [r'connector["Shop \"A\""]']
        found = [str(each) for each in addresses([file], "skill", largest=10_000)]
        assert found == ['campaign[default]/engagement["Chat"]']

    def test_large_files_are_left_alone(self, file: Path) -> None:
        assert list(addresses([file], "flow", largest=len(TEXT) - 1)) == []

    def test_what_cannot_be_read_is_left_out(self, file: Path) -> None:
        Path("broken.yaml").write_text("a: [")
        Path("bytes.yaml").write_bytes(b"\xff")
        Path("other.yaml").write_text(
            "connectors:\n  - name: ${var.a}\n    flow: code\n  - {id: 5, flow: code}\n  - 5\n"
        )
        paths = [Path(name) for name in ("missing.yaml", "broken.yaml", "bytes.yaml", "other.yaml")]
        assert [str(each) for each in addresses(paths, "flow", largest=10_000)] == ["connector[id=5]"]

    def test_an_engagement_of_a_campaign_that_nothing_selects_has_no_address(self, file: Path) -> None:
        file.write_text("campaigns:\n  - engagements:\n      - {name: A, skill: B}\n")
        assert list(addresses([file], "skill", largest=10_000)) == []
