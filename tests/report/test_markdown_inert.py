"""Whatever a name or a value is: on GitHub it is shown as it is, and nothing happens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.plan import Block, Risk, RiskKind
from lpconf.model.site import Position
from lpconf.report.escape import terminal
from lpconf.report.markdown import comment as markdown
from lpconf.report.markdown import inert as markdown_inert
from lpconf.report.review import Count, Mark, Notice, Review, ReviewedField, ReviewedThing

from .rendered import acted_on, page_of

ALLOWED = {"h3", "h4", "p", "b", "br", "table", "tr", "th", "td", "ul", "li", "code", "pre", "details", "summary"}
HOSTILE = (
    "`", "```", "``` \n", "|", "</details>", "</summary>", "</code>", "</ul>", "<!--", "-->", "<![CDATA[", "<?x",
    "@org/team", "@nobody", "#123", "GH-123", "org/repo#1", "org/repo@0123456789abcdef", "deadbeef",
    "0123456789abcdef0123456789abcdef01234567", "https://evil.example/", "http://x.example", "www.evil.example",
    "a@evil.example", "mailto:a@evil.example", "![x](https://evil.example/x.png)", "[x](javascript:alert(1))",
    "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "<a href=x>", "<style>", "<title>", "<textarea>",
    "<plaintext>", "&lt;", "&amp;", "&#64;nobody", "$x$", "$$", "[^1]", "[^1]: note", "- [ ] task", ":smile:", ":+1:",
    "~~x~~", "**x**", "__x__", "# x", "- x", "1. x", "> x", "    x", "\t", "---", "===", "\n", "\n\n", "\r\n\r\n",
    "\u202e", "\u200b", "\x00", "/close", "\\", "\\|", '"', "'", "a" * 500, "%0A", "::error::x", "!123", "&1", "^x^",
    "==x==", "{+x+}",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8) | st.sampled_from((" ", "a", "the "))).map("".join)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_shown_as_it_is_and_does_nothing(text: str) -> None:
    for shown in (text, f"say {text} again", f"{text}{text}", f"({text})", f'"{text}"', f"a{text}b"):
        for page in (page_of(f"<p>{markdown_inert.prose(shown)}</p>"), page_of(f"<p>{markdown_inert.code(shown)}</p>")):
            assert page.text.rstrip("\n") == terminal(shown)
            assert page.elements <= {"p", "code"}
            assert acted_on(page) == []


@given(TEXTS)
def test_a_sentence_is_shown_as_it_is_and_does_nothing(text: str) -> None:
    page = page_of(f"<p>{markdown_inert.prose(text)}</p>")

    assert page.text.removesuffix("\n") == terminal(text)
    assert page.elements <= {"p", "code"}
    assert acted_on(page) == []


@given(st.lists(TEXTS, min_size=1))
def test_no_line_of_code_ends_the_block(texts: list[str]) -> None:
    page = page_of(markdown_inert.fenced([f"+ {text}" for text in texts], "diff") + "\n\n<p>after</p>")

    assert page.codes == ["".join(f"{terminal(f'+ {text}')}\n" for text in texts)]
    assert page.plain[-2:] == ["after", "\n"]


@pytest.mark.parametrize(
    ("sentence", "html"),
    [
        ("Tokens are easier to forge.", "Tokens are easier to forge."),
        ("from 2048 to 1024 bits: the tutorial's (5%)", "from 2048 to 1024 bits: the tutorial's (5%)"),
        ('The campaign "Web shop" is published.', 'The campaign <code>"Web shop"</code> is published.'),
        ("sent to idp.example.net.", "sent to <code>idp.example.net</code>."),
        ("changed (id 1000001030), done", "changed (id <code>1000001030</code>), done"),
        ("it is defaced", "it is <code>defaced</code>"),
        ("f(x) -> y", "<code>f(x)</code> -&gt; y"),
        ("日本語 と Größe", "日本語 と Größe"),
    ],
)
def test_only_what_is_not_a_plain_word_is_code(sentence: str, html: str) -> None:
    assert markdown_inert.prose(sentence) == html


def whole(text: str) -> Review:
    """A review that says one text in every place."""
    line = terminal(text)
    thing = ReviewedThing(
        address=line,
        mark=Mark.CHANGED,
        headline="will be changed",
        live=line,
        fields=(
            ReviewedField(line, line, line, line, (line,)),
            ReviewedField(line, None, None),
            ReviewedField(line, line, None, line),
        ),
        risks=tuple(Risk(line, kind, (line,)) for kind in RiskKind),
        blocks=(Block(line, line),),
        notes=(line,),
        unshown=(line,),
    )
    diagnostic = Diagnostic(Severity.WARNING, text, text, text, text, Position(text, 1, 2), text)
    return Review(
        title="Plan",
        opening=line,
        counts=(Count("to change", 1),),
        things=(thing, thing),
        notices=(Notice("Left alone", (line,)), Notice("Lost", (line,), urgent=True, addresses=True)),
        diagnostics=(diagnostic,),
        closing=line,
    )


@given(TEXTS)
def test_a_text_in_every_place_of_a_review_does_nothing(text: str) -> None:
    shown = markdown.render(whole(text), limit=10_000_000)
    page = page_of(shown)

    assert page.elements <= ALLOWED
    assert page.attributes <= {("td", "align", "right"), ("pre", "lang", "diff")}
    assert acted_on(page) == []
    # What GitLab would take for a command of its own.
    assert not any(line.startswith("/") for line in shown.splitlines())
    line = terminal(text)
    changed = f"- {line}: {line}\n+ {line}: {line}" + (f"  # {line}" if line else "") + f"\n#   {line}\n! {line}\n"
    assert sum(code.startswith(changed) for code in page.codes) == 2
