"""Pages as a tree, and reviews to make them of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from lpconf.model.button import AgentState, Button, Label, Look, Picture, Place
from lpconf.report.html.page import render
from lpconf.report.review import (
    Count,
    Mark,
    Review,
    ReviewedThing,
)
from tests.report import samples

ELEMENTS_LISTED = """
html head meta title style body a header p h1 h2 h3 ul li b span div section main form label input
select option fieldset legend output article code small table thead tbody tr th td figure figcaption
svg use defs g rect circle path text footer script details summary wbr
"""
ELEMENTS = frozenset(ELEMENTS_LISTED.split())
ATTRIBUTES_LISTED = """
aria-hidden aria-label aria-labelledby aria-live autocomplete charset checked class colspan content
cx cy d data-mark data-risks fill font-size height hidden href http-equiv id lang name placeholder r
role rx scope spellcheck stroke stroke-width tabindex transform type value viewbox width x y
"""
ATTRIBUTES = frozenset(ATTRIBUTES_LISTED.split())
VOID = frozenset({"wbr", "meta", "input", "use", "rect", "circle", "path"})

HOSTILE = [
    "`code` | cell",
    "</details></li></ul><h1>Approved</h1>",
    "@everyone",
    "[a link](https://evil.example/)",
    "![x](https://evil.example/x.png)",
    "<img src=https://evil.example/x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><style>*{display:none}</style>",
    '" onmouseover="alert(1)" x="',
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "-->]]><!--",
    "&lt;b&gt; &amp; &#x3c;",
    samples.HOSTILE,
]


@dataclass
class Node:
    """An element of the page with its attributes, its text, and what is in it."""

    name: str
    attributes: dict[str, str | None]
    children: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(each if isinstance(each, str) else each.text for each in self.children)

    def all(self, name: str = "", class_: str = "") -> Iterator[Node]:
        for each in self.children:
            if isinstance(each, Node):
                classes = (each.attributes.get("class") or "").split()
                if name in {"", each.name} and (not class_ or class_ in classes):
                    yield each
                yield from each.all(name, class_)

    def one(self, name: str = "", class_: str = "") -> Node:
        (found,) = self.all(name, class_)
        return found


class Parser(HTMLParser):
    """Reads a page as a tree, and accepts nothing that does not close."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ELEMENTS, tag
        assert {name for name, _ in attrs} <= ATTRIBUTES, attrs
        assert len(dict(attrs)) == len(attrs)
        node = Node(tag, dict(attrs))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop().name == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def parsed(review: Review) -> Node:
    """The page as a tree. Every link in it stays in it, and every id is there once."""
    parser = Parser()
    page = render(review)
    page.encode()
    parser.feed(page)
    parser.close()
    assert len(parser.open) == 1
    ids = [id for node in parser.root.all() if (id := node.attributes.get("id"))]
    assert len(set(ids)) == len(ids)
    links = [link for node in parser.root.all() if (link := node.attributes.get("href")) is not None]
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert all(link.startswith("#") for link in links)
    return parser.root


def thing(address: str = 'connector["A"]', mark: Mark = Mark.CHANGED, **more: object) -> ReviewedThing:
    return replace(ReviewedThing(address, mark, "will be changed"), **more)  # type: ignore[arg-type]


def review(*things: ReviewedThing, **more: object) -> Review:
    counts = (Count("to create", 0), Count("to change", len(things)))
    made = Review("Plan", "lpconf will change account 1.", counts, things)
    return replace(made, **more)  # type: ignore[arg-type]


SHAPE = Look(
    AgentState.ONLINE,
    True,
    40,
    152,
    "#0363ad",
    radius=30,
    labels=(Label("Message us", -23, 53, 16, "white", turn=270),),
    pictures=(Picture("Bubble", 8, 113),),
)
BUTTON = Button(True, Place.RIGHT, (SHAPE,))
