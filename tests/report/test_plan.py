"""What a plan says, and what it never says."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpconf.model.address import Address, Kind, SelectBy, Selector
from lpconf.model.json import Json
from lpconf.model.plan import (
    Absent,
    Block,
    Comparison,
    FieldChange,
    KnownAfterApply,
    Origin,
    Plan,
    Risk,
    RiskKind,
    Side,
    Target,
)
from lpconf.model.site import SecretReference
from lpconf.report import text
from lpconf.report.review_of_plan import of_plan

from . import samples
from .samples import NOT_THERE, changed, creation, field, named, update, value


def plan_lines(*fields: FieldChange) -> list[str]:
    """The lines of the fields of one changed connector."""
    shown = text.plan(samples.plan(update(samples.CONNECTOR, *fields)), color=False)
    return shown.split("\n\n")[1].split("\n")[1:]


def creation_lines(*fields: FieldChange) -> list[str]:
    shown = text.plan(samples.plan(creation(samples.CONNECTOR, *fields)), color=False)
    return shown.split("\n\n")[1].split("\n")[1:]


@given(st.text(st.characters(), min_size=1))
def test_no_name_adds_a_line_or_a_control_character(name: str) -> None:
    address = named(Kind.CAMPAIGN, name)
    change = update(address, changed("name", name, f"{name}!"), changed(f"a{name}", [name], {name: name}), name=name)
    noted = replace(
        change, notes=(name,), risks=(Risk(f"a{name}", RiskKind.AUTHENTICATION),), blocks=(Block(name, name),)
    )

    shown = text.plan(samples.plan(noted, target=Target("1", "host", name)), color=False)

    assert shown.count("\n") == 13
    assert shown.replace("\n", "").isprintable() or "\u3000" in shown


def test_a_label_cannot_speak_for_lpconf() -> None:
    target = replace(samples.PRODUCTION, label="Bank) in the sandbox (")

    opening = text.plan(samples.plan(update(samples.CONNECTOR), target=target), color=False).splitlines()[0]

    assert opening == 'lpconf will change account 87654321 ("Bank) in the sandbox (") through api.liveperson.net.'


def test_the_live_name_is_shown_where_the_address_does_not_show_it() -> None:
    by_name = update(samples.CONNECTOR, live_id=5)
    renamed = replace(by_name, name='Old "name"')

    shown = text.plan(samples.plan(by_name, renamed), color=False)

    assert '  ~ connector["Consumer authentication"] will be changed (id 5)\n' in shown
    assert '  ~ connector["Consumer authentication"] will be changed ("Old \\"name\\"", id 5)\n' in shown


@pytest.mark.parametrize(
    ("side", "comparison", "shown"),
    [
        pytest.param(value("a"), Comparison.TEXT, '"a"', id="text"),
        pytest.param(value(""), Comparison.TEXT, '""', id="empty text"),
        pytest.param(value(True), Comparison.FLAG, "true", id="switch"),
        pytest.param(value(0.5), Comparison.EXACT, "0.5", id="number"),
        pytest.param(NOT_THERE, Comparison.TEXT, "(not set)", id="absent"),
        pytest.param(Side(None, None), Comparison.TEXT, "(not set)", id="null"),
        pytest.param(Side(None, "All skills"), Comparison.ID, '"All skills"', id="null with a word"),
        pytest.param(Side("MIG", "RSA 2048 bits"), Comparison.PUBLIC_KEY, "RSA 2048 bits", id="key"),
        pytest.param(Side(2, "unknown(2)"), Comparison.EXACT, "unknown(2)", id="value without a word"),
        pytest.param(value("unknown(2)"), Comparison.TEXT, '"unknown(2)"', id="text that looks like one"),
        pytest.param(Side([1, 2], ["A", "B"]), Comparison.ID_SET, '["A", "B"]', id="references"),
        pytest.param(
            Side(KnownAfterApply(samples.CONNECTOR), "A"), Comparison.ID, '"A" (known after apply)', id="new reference"
        ),
        pytest.param(
            Side(KnownAfterApply(samples.CONNECTOR), None),
            Comparison.ID,
            "(known after apply)",
            id="nameless reference",
        ),
        pytest.param(value(MappingProxyType({"a": ("b",)})), Comparison.EXACT, '{"a": ["b"]}', id="read-only map"),
        pytest.param(value(deque(["a"])), Comparison.EXACT, '["a"]', id="sequence"),
    ],
)
def test_values(side: Side, comparison: Comparison, shown: str) -> None:
    assert plan_lines(field("word", value(1), side, comparison)) == [f"      ~ word = 1 -> {shown}"]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (Side(Absent(), "hunter2"), Side(SecretReference("LPCONF_SECRET_IDP"), "hunter2"), "(sensitive value) -> "
         "(sensitive value from LPCONF_SECRET_IDP)"),
        (Side("hunter2", "hunter2"), Side(None, None), "(sensitive value) -> (not set)"),
        (Side("hunter2", "hunter2"), Side("", ""), "(sensitive value) -> (not set)"),
        (NOT_THERE, Side("hunter2", ["hunter2"]), "(not set) -> (sensitive value)"),
    ],
)  # fmt: skip
def test_a_sensitive_value_is_never_shown_even_if_the_plan_holds_it(before: Side, after: Side, shown: str) -> None:
    assert plan_lines(field("client_secret", before, after, sensitive=True)) == [f"      ~ client_secret = {shown}"]


def test_a_long_value_is_cut_and_its_rest_is_counted() -> None:
    (line,) = plan_lines(changed("description", "short", "a" * 500))

    assert line == f'      ~ description = "short" -> "{"a" * 99}... (402 more characters)'


def test_long_values_that_differ_late_are_shown_where_they_differ() -> None:
    (line,) = plan_lines(changed("description", "a" * 300 + "old", "a" * 300 + "new" + "b" * 200))

    beginning = "a" * 20
    assert f'...{beginning}old" -> ...{beginning}new{"b" * 74}... (127 more characters)' in line


def test_many_differences_inside_a_value_are_cut_and_counted() -> None:
    details = tuple(f"[{index}]: 1 -> 2" for index in range(21))

    lines = plan_lines(field("extra", value([1] * 100), value([2] * 100), origin=Origin.EXTRA, details=details))

    assert len(lines) == 22
    assert lines[20] == "          [19]: 1 -> 2"
    assert lines[21] == "          ... and 1 more difference"


def test_a_list_is_shown_whole_or_by_what_differs_inside_it_and_never_both() -> None:
    def lines(*before: int) -> list[str]:
        changed = field(
            "list", value(list(before)), value([2, *before[1:]]), origin=Origin.EXTRA, details=("[0]: 1 -> 2",)
        )
        return plan_lines(changed)

    assert lines(1, 3) == ["      ~ list = [1, 3] -> [2, 3]"]
    assert lines(1, *range(100)) == ["      ~ list", "          [0]: 1 -> 2"]


@pytest.mark.parametrize("nested", ["deep", "endless"])
def test_a_value_that_cannot_be_written_is_said_to_be_so(nested: str) -> None:
    inner: list[Json] = []
    if nested == "endless":
        inner.append(inner)
    else:
        for _ in range(100_000):
            inner = [inner]

    assert plan_lines(changed("x", 1, inner)) == ["      ~ x = 1 -> (too deeply nested to be shown)"]


@pytest.mark.parametrize(
    ("origin", "comment"),
    [
        (Origin.DECLARED, ""),
        (Origin.EXTRA, ""),
        (Origin.TEMPLATE, "  # from the template"),
        (Origin.GROUP, "  # follows from flow and key source"),
        (Origin.COPY, "  # follows the reference"),
        (Origin.DEFAULT, "  # not declared: the only or the default one"),
    ],
)
def test_a_field_says_where_it_comes_from(origin: Origin, comment: str) -> None:
    assert creation_lines(samples.new("word", "x", origin)) == [f'      + word = "x"{comment}']


def test_comments_stand_under_each_other_but_not_behind_a_long_value() -> None:
    rows = [("a", "x"), ("bc", "x" * 30), ("d", "x" * 90)]

    assert creation_lines(*(samples.new(word, text, Origin.TEMPLATE) for word, text in rows)) == [
        f'      + a  = "x"{" " * 31}# from the template',
        f'      + bc = "{"x" * 30}"  # from the template',
        f'      + d  = "{"x" * 90}"  # from the template',
    ]


def test_wide_letters_keep_the_columns() -> None:
    assert plan_lines(changed("名前", 1, 2), changed("abcd", 1, 2), changed("x", 1, 2)) == [
        "      ~ 名前 = 1 -> 2",
        "      ~ abcd = 1 -> 2",
        "      ~ x    = 1 -> 2",
    ]


def test_empty_fields_of_a_new_thing_are_counted_unless_they_are_declared() -> None:
    nothing: list[Json] = [None, "", [], {}]
    taken = [samples.new(f"taken{index}", empty, Origin.TEMPLATE) for index, empty in enumerate(nothing)]

    assert creation_lines(samples.new("declared", ""), *taken[:1]) == [
        '      + declared = ""',
        "        # 1 more field stays empty",
    ]
    assert creation_lines(*taken) == ["        # 4 more fields stay empty"]


def test_what_a_new_thing_will_refer_to_is_not_empty() -> None:
    later = field("goal", NOT_THERE, Side(KnownAfterApply(samples.CONNECTOR), None), Comparison.ID, Origin.DEFAULT)

    assert creation_lines(later) == ["      + goal = (known after apply)  # not declared: the only or the default one"]


def test_false_and_zero_are_not_empty() -> None:
    assert creation_lines(samples.new("a", False, Origin.TEMPLATE), samples.new("b", 0, Origin.TEMPLATE)) == [
        "      + a = false  # from the template",
        "      + b = 0      # from the template",
    ]


def test_the_list_of_weakened_authentication_is_short_and_says_so() -> None:
    weaker = [
        replace(update(named(Kind.CONNECTOR, f"C{index}")), risks=(Risk("Weaker.", kind=RiskKind.AUTHENTICATION),))
        for index in range(23)
    ]

    first = text.plan(samples.plan(*weaker), color=False).split("\n\n")[1].splitlines()

    assert first[0] == "Read this first: weaker authentication."
    assert first[1] == '  ! connector["C0"]: Weaker.'
    assert first[20] == '  ! connector["C19"]: Weaker.'
    assert first[21:] == ["  ... and 3 more. Each stands with its change below."]


def test_all_that_is_grave_is_read_first_in_the_order_of_risks() -> None:
    every = replace(update(samples.CONNECTOR), risks=tuple(Risk(f"{kind}.", kind) for kind in reversed(RiskKind)))
    other = replace(update(named(Kind.CONNECTOR, "B")), risks=(Risk("publishing.", RiskKind.PUBLISHING),))
    lost = replace(samples.plan(every, other), unprotected=(samples.unprotected(samples.CAMPAIGN, 5),))

    paragraphs = text.plan(lost, color=False).split("\n\n")[1:-3]

    assert paragraphs == [
        "Read this first: no longer protected from being deleted.\n  ! campaign[default] (id 5)",
        *(
            f'Read this first: {title}.\n  ! connector["Consumer authentication"]: {kind}.'
            for title, kind in (
                ("weaker authentication", "authentication"),
                ("another key or endpoint", "key"),
                ("secrets are sent", "secret"),
                ("another preferred connector", "preferred"),
                ("visitors lose something", "visibility"),
                ("deleted", "deletion"),
            )
        ),
        "Read this first: perhaps seen by visitors at once.\n  ! 2 changes: publishing.",
    ]


def test_that_visitors_see_it_at_once_alone_is_no_reason_to_read_anything_first() -> None:
    seen = replace(update(samples.CONNECTOR), risks=(Risk("At once.", RiskKind.PUBLISHING), Risk("Other.")))

    assert "Read this first" not in text.plan(samples.plan(seen), color=False)


def test_what_is_no_longer_protected_is_the_change_of_that_thing() -> None:
    change = update(samples.CONNECTOR, changed("x", 1, 2), live_id=7)
    lost = (samples.unprotected(samples.CAMPAIGN, 5), samples.unprotected(named(Kind.CONNECTOR, "As it was"), 7))
    made = replace(samples.plan(change), unprotected=lost)

    (notice,) = of_plan(made).notices

    assert notice.things == (None, 0)


def test_what_is_no_longer_protected_is_known_by_its_address_and_its_id() -> None:
    by_id = Address(Kind.CONNECTOR, Selector(SelectBy.ID, 7))
    lost = (samples.unprotected(samples.CAMPAIGN, 5), samples.unprotected(by_id, 7))

    (notice,) = of_plan(replace(samples.plan(), unprotected=lost)).notices

    assert notice.lines == ("campaign[default] (id 5)", "connector[id=7]")


@pytest.mark.parametrize("sample", [samples.tutorial(), samples.risky(), samples.hostile()])
def test_the_counts_are_the_last_line_and_colour_changes_no_word(sample: Plan) -> None:
    from rich.text import Text

    plain = text.plan(sample, color=False)

    assert "\x1b" not in plain
    assert plain.splitlines()[-1].startswith("Plan: ")
    assert Text.from_ansi(text.plan(sample, color=True)).plain == plain


def test_approval_names_account_place_and_counts_and_ends_with_the_answer() -> None:
    lines = text.approval(samples.risky()).splitlines()

    assert "account 87654321 through api.liveperson.net" in lines[0]
    assert lines[1:] == [
        "  0 to create, 2 to change, 0 to delete, 2 blocked.",
        "  1 change with weaker authentication. Read this above before you answer.",
        "Only 'yes' is accepted.",
    ]
