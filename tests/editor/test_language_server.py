"""What an editor with the YAML language server marks, proposes and explains."""

from __future__ import annotations

from pathlib import Path

import pytest

from lpconf.config.layout import words_of
from lpconf.config.schema import site_schema
from lpconf.model.address import Kind
from lpconf.resources.field import Field, Resource, ValueType
from lpconf.resources.kinds import MANAGED
from tests.config.conftest import CAMPAIGN as IN_CAMPAIGN
from tests.config.conftest import CONNECTOR as IN_CONNECTOR
from tests.config.conftest import ENGAGEMENT as IN_ENGAGEMENT
from tests.config.conftest import HEAD
from tests.editor.conftest import SCHEMA, Editor
from tests.editor.language_server import ROOT, LanguageServer, language_server

EXAMPLES = sorted((ROOT / "examples").rglob("site*.yaml"))
INSIDE = {
    Kind.CONNECTOR: f"{IN_CONNECTOR}    ",
    Kind.CAMPAIGN: f"{IN_CAMPAIGN}    ",
    Kind.ENGAGEMENT: f"{IN_ENGAGEMENT}        ",
}
FIELDS = [(resource, field) for resource in MANAGED for field in resource.fields]


class TestDiagnostics:
    @pytest.mark.parametrize("example", EXAMPLES, ids=lambda file: str(file.relative_to(ROOT)))
    def test_the_examples_have_none(self, server: LanguageServer, example: Path) -> None:
        """Where they lie: their first line names the schema."""
        server.open(example, example.read_text(encoding="utf-8"))
        assert server.diagnostics(example) == []
        server.close(example)

    @pytest.mark.parametrize(
        ("text", "line", "message"),
        [
            (f"{HEAD}conectors: []\n", 3, "Property conectors is not allowed"),
            ("version: 1\n", 1, 'Missing property "account"'),
            ("version: 1\naccount: 12345678\n", 2, 'Expected "string"'),
            ("version: 1\naccount: 12-34\n", 2, "An account is 1 to 20 letters, digits and _."),
            ('version: 2\naccount: "1"\n', 1, "Valid values: 1"),
            (f"{HEAD}connectors: []\n", 3, "too few items"),
            (f"{HEAD}connectors:\n  - flow: implicit\n", 4, 'Missing property "name"'),
            (f"{IN_CONNECTOR}    flow: implicitly\n", 5, 'Valid values: "implicit", "code"'),
            (f"{IN_CONNECTOR}    client_secret: hunter2\n", 5, "Client Secret"),
            (f"{IN_CONNECTOR}    client_secret: {{env: PATH}}\n", 5, "begins with LPCONF_SECRET_"),
            (f"{IN_CONNECTOR}    js_context: {{unset: false}}\n", 5, "must be true"),
            (f"{IN_CONNECTOR}    preferred: 'yes'\n", 5, 'Expected "boolean"'),
            (f"{IN_ENGAGEMENT}        enabeld: true\n", 7, "Property enabeld is not allowed"),
            (f"{IN_ENGAGEMENT}        skill: sales\n        entry_points: Shop\n", 8, 'Expected "array"'),
            (f"{IN_ENGAGEMENT}        lifecycle:\n          protect: maybe\n", 8, 'Expected "boolean"'),
        ],
    )
    def test_what_is_wrong_is_marked_in_its_line(self, editor: Editor, text: str, line: int, message: str) -> None:
        found = editor.diagnostics(text)
        assert list(found) == [line]
        assert message in found[line]


class TestCompletion:
    def test_a_file_can_begin_with_all_of_its_words(self, editor: Editor) -> None:
        assert set(site_schema()["properties"]) <= set(editor.completions("|"))

    @pytest.mark.parametrize("resource", MANAGED, ids=lambda resource: resource.kind.value)
    def test_a_thing_can_have_all_of_its_words(self, editor: Editor, resource: Resource) -> None:
        words = set(words_of(resource))
        inside = INSIDE[resource.kind]
        # The selector that stands there is not proposed again.
        assert set(editor.completions(f"{inside}|")) == words - {inside.rstrip().rpartition("- ")[2].partition(":")[0]}

    def test_a_lifecycle_can_have_all_of_its_words(self, editor: Editor) -> None:
        found = editor.completions(f"{IN_ENGAGEMENT}        lifecycle:\n          |")
        assert set(found) == {"state", "protect", "renamed_from"}

    def test_what_is_proposed_is_explained(self, editor: Editor) -> None:
        proposed = editor.completions(f"{IN_ENGAGEMENT}        |")["authenticated_visitors_only"]
        assert "signed in on the brand's page" in proposed["documentation"]["value"]
        assert '"Authenticated Visitors Only"' in proposed["documentation"]["value"]

    @pytest.mark.parametrize(
        ("inside", "word", "choices"),
        [
            (INSIDE[resource.kind], field.word, field.choices)
            for resource, field in FIELDS
            if field.type is ValueType.CHOICE
        ],
    )
    def test_a_choice_proposes_its_words_and_what_they_mean(
        self, editor: Editor, inside: str, word: str, choices: tuple[str, ...]
    ) -> None:
        found = editor.completions(f"{inside}{word}: |")
        assert tuple(found) == choices
        assert all(each["documentation"] for each in found.values())

    @pytest.mark.parametrize(
        ("text", "written"),
        [
            (f"{IN_ENGAGEMENT}        skill: |", {"sales", "\n  id: 1000001330", "\n  unset: true"}),
            (f"{IN_ENGAGEMENT}        skill:\n          |", {"id: 1000001330", "unset: true"}),
            (f"{IN_CONNECTOR}    client_secret: |", {"\n  env: LPCONF_SECRET_IDP"}),
            (f"{IN_CONNECTOR}    client_secret:\n      |", {"env: LPCONF_SECRET_IDP"}),
            (f"{IN_CONNECTOR}    jwt_public_key: |", {"\n  file: keys/idp.pub.pem"}),
            (f"{IN_CONNECTOR}    preferred: |", {"true", "false"}),
            (f"{HEAD}delete_undeclared: [|]", {"connectors", "campaigns"}),
            (f"{HEAD}connectors:\n  - find: |", {"default"}),
        ],
    )
    def test_every_form_of_a_value_is_proposed(self, editor: Editor, text: str, written: set[str]) -> None:
        assert {each["insertText"] for each in editor.completions(text).values()} == written

    @pytest.mark.parametrize(
        ("inside", "word", "written"),
        [
            ("", "version", "version: ${1:1}"),
            ("", "account", 'account: ${1:"12345678"}'),
            (INSIDE[Kind.CONNECTOR], "flow", "flow: "),
            (INSIDE[Kind.CONNECTOR], "find", "find: ${1:default}"),
            (INSIDE[Kind.CONNECTOR], "jwt_public_key", "jwt_public_key:\n  file: keys/idp.pub.pem"),
            (INSIDE[Kind.CONNECTOR], "js_context", "js_context: "),
            (INSIDE[Kind.ENGAGEMENT], "enabled", "enabled: ${1:true}"),
            (INSIDE[Kind.ENGAGEMENT], "connector", "connector: "),
            (INSIDE[Kind.ENGAGEMENT], "window", "window: "),
        ],
    )
    def test_choosing_a_word_writes_a_value_or_leaves_the_choice(
        self, editor: Editor, inside: str, word: str, written: str
    ) -> None:
        assert editor.completions(f"{inside}|")[word]["insertText"] == written


class TestHover:
    @pytest.mark.parametrize(("resource", "field"), FIELDS, ids=lambda each: getattr(each, "word", None))
    def test_each_field_shows_what_it_means_and_what_the_console_calls_it(
        self, editor: Editor, resource: Resource, field: Field
    ) -> None:
        inside = INSIDE[resource.kind].replace("name: ", "find: ")
        value = "x" if field.type is not ValueType.CHOICE else field.choices[0]
        shown = editor.hover(f"{inside}{field.word[0]}|{field.word[1:]}: {value}\n")
        assert field.meaning in shown
        assert field.label in shown
        assert ".".join(field.path) in shown

    @pytest.mark.parametrize(
        ("text", "meaning"),
        [
            ("vers|ion: 1\n", "Always 1."),
            ('acc|ount: "1"\n', "Always in quotes"),
            ("va|rs: {a: b}\n", "`${var.name}`"),
            ("conn|ectors:\n  - name: A\n", "One that is not here is left alone."),
            (f"{HEAD}delete_und|eclared: [connectors]\n", "`--allow-delete`"),
            (f"{HEAD}connectors:\n  - fi|nd: default\n", "whatever its name"),
            (f"{HEAD}connectors:\n  - i|d: 5\n", "LivePerson's id"),
            (f"{IN_CONNECTOR}    ext|ra: {{a: 1}}\n", "LivePerson's own spelling"),
            (f"{IN_CONNECTOR}    life|cycle: {{protect: true}}\n", "What lpconf does"),
            (f"{IN_CONNECTOR}    lifecycle: {{prot|ect: true}}\n", "must never be deleted"),
            (f"{IN_CONNECTOR}    lifecycle: {{sta|te: absent}}\n", "`absent` deletes the thing"),
            (f"{IN_CONNECTOR}    lifecycle: {{renamed|_from: A}}\n", "the live thing may still have"),
            (f"{IN_CONNECTOR}    js_context: {{un|set: true}}\n", "Clears the value."),
            (f"{IN_CONNECTOR}    client_secret: {{en|v: LPCONF_SECRET_A}}\n", "never the secret itself"),
            (f"{IN_CONNECTOR}    jwt_public_key: {{fi|le: a.pem}}\n", "below the folder of the YAML file"),
            (f"{IN_ENGAGEMENT}        skill: {{i|d: 5}}\n", "LivePerson's id of the skill"),
        ],
    )
    def test_every_other_word_is_explained_too(self, editor: Editor, text: str, meaning: str) -> None:
        assert meaning in editor.hover(text)

    def test_a_choice_shows_what_each_word_means(self, editor: Editor) -> None:
        shown = editor.hover(f"{IN_CONNECTOR}    fl|ow: implicit\n")
        assert "* `implicit`: The page hands the visitor's token over." in shown


def test_the_first_line_of_a_file_can_name_the_schema(tmp_path: Path) -> None:
    """As in the examples: by a path from the file's folder, without any setting."""
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / SCHEMA.name).write_bytes(SCHEMA.read_bytes())
    file = tmp_path / "examples" / "site.yaml"
    first, _, rest = (ROOT / "examples" / "site.yaml").read_text(encoding="utf-8").partition("\n")
    assert first == "# yaml-language-server: $schema=../schemas/site.schema.json"
    with language_server(tmp_path, {}) as server:
        server.open(file, f"{first}\n{rest}")
        assert server.diagnostics(file) == []
        bad = file.with_name("bad.yaml")
        server.open(bad, f"{first}\n{rest}conectors: []\n")
        (found,) = server.diagnostics(bad)
    assert "Property conectors is not allowed" in found["message"]


def test_without_a_schema_nothing_is_marked(server: LanguageServer, tmp_path: Path) -> None:
    """So the tests above would fail if the schema were not found."""
    file = tmp_path / "elsewhere.yaml"
    server.open(file, "conectors: []\n")
    assert server.diagnostics(file) == []
