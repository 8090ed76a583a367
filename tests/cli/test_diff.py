"""`lpconf diff` as a user runs it: in a git checkout, offline, without credentials."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import SITE, Run
from tests.repository import commit, git

TUTORIAL = Path(SITE).read_text(encoding="utf-8")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of the tutorial, in the folder that the command runs in."""
    commit(tmp_path, site_yaml=TUTORIAL)
    return tmp_path


def edited(checkout: Path, old: str, new: str) -> None:
    file = checkout / "site.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_without_changes(checkout: Path, lpconf: Run) -> None:
    result = lpconf("diff", "main", "--detailed-exitcode")
    assert result.returncode == 0
    assert result.stdout == (
        "No changes from main:site.yaml to site.yaml: account 12345678 is declared alike (3 things).\n"
    )
    assert result.stderr == ""


def test_a_pull_request_that_weakens_authentication(checkout: Path, lpconf: Run) -> None:
    edited(checkout, "authenticated_visitors_only: true", "authenticated_visitors_only: false")
    result = lpconf("diff", "main", "--detailed-exitcode")
    assert result.returncode == 2
    assert result.stdout == (
        "What is declared for account 12345678 changes from main:site.yaml to site.yaml.\n"
        "\n"
        "Read this first: weaker authentication.\n"
        "  ! campaign[default]/engagement[default]: "
        "Visitors who are not signed in may start conversations from now on.\n"
        "\n"
        "Read this first: perhaps seen by visitors at once.\n"
        "  ! 1 change: The campaign is published: visitors may see this at once.\n"
        "\n"
        "  ~ campaign[default]/engagement[default] is declared differently\n"
        "      ~ authenticated_visitors_only = true -> false\n"
        "        # 4 declared fields are unchanged\n"
        "      ! Visitors who are not signed in may start conversations from now on.\n"
        "      ! The campaign is published: visitors may see this at once.\n"
        "\n"
        "Difference: 0 added, 1 changed, 0 renamed, 0 no longer declared. 2 things unchanged.\n"
    )
    assert lpconf("diff", "main").returncode == 0


def test_two_files_need_no_repository(tmp_path: Path, lpconf: Run) -> None:
    (tmp_path / "a.yaml").write_text(TUTORIAL)
    (tmp_path / "b.yaml").write_text(TUTORIAL.replace("LPJsMethodName ", "other "))
    result = lpconf("diff", "a.yaml", "b.yaml")
    assert '~ js_method_name = "LPJsMethodName" -> "other"' in result.stdout


def test_two_revisions_with_paths_of_their_own(checkout: Path, lpconf: Run) -> None:
    git(checkout, "tag", "v1")
    git(checkout, "mv", "site.yaml", "b.yaml")
    edited_text = TUTORIAL.replace("status: published", "status: unpublished")
    commit(checkout, b_yaml=edited_text)
    result = lpconf("diff", "v1:site.yaml", "main:b.yaml")
    assert "from v1:site.yaml to main:b.yaml." in result.stdout
    assert '~ status = "published" -> "unpublished"' in result.stdout


def test_the_first_file_of_a_repository_is_all_new(checkout: Path, lpconf: Run) -> None:
    git(checkout, "mv", "site.yaml", "config.yaml")
    result = lpconf("diff", "main", "config.yaml")
    assert result.returncode == 0
    assert "There was no configuration before, so everything is new:" in result.stdout
    assert "main:config.yaml does not exist." in result.stdout
    assert "Difference: 3 added, 0 changed, 0 renamed, 0 no longer declared." in result.stdout
    assert "this is the tutorial's demo key" in result.stderr


def test_a_misspelled_path_is_an_error_all_the_same(checkout: Path, lpconf: Run) -> None:
    result = lpconf("diff", "main", "sites.yaml")
    assert result.returncode == 1
    assert "sites.yaml is neither a file or folder here nor a revision that git knows." in result.stderr


def test_a_misspelled_path_at_a_revision_is_one_too(checkout: Path, lpconf: Run) -> None:
    result = lpconf("diff", "HEAD:typo.yaml", "site.yaml")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("HEAD:typo.yaml: HEAD has no such file\n")


def test_a_strangers_file_does_not_decide_what_is_compared(checkout: Path, lpconf: Run) -> None:
    edited(checkout, "authenticated_visitors_only: true", "authenticated_visitors_only: false")
    (checkout / "main").write_text((checkout / "site.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    result = lpconf("diff", "main", "site.yaml")
    assert (result.returncode, result.stdout) == (64, "")
    assert "For the file or folder write ./main\n" in result.stderr
    assert "No changes" in lpconf("diff", "./main", "site.yaml").stdout
    assert "Read this first: weaker authentication." in lpconf("diff", "refs/heads/main", "site.yaml").stdout


def test_a_repository_without_a_commit(tmp_path: Path, lpconf: Run) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "site.yaml").write_text(TUTORIAL)
    result = lpconf("diff", "HEAD")
    assert result.returncode == 1
    assert result.stderr.endswith("This repository has no commit yet, so there is nothing to compare with.\n")


def test_a_damaged_repository_is_no_bug_of_lpconf(checkout: Path, lpconf: Run) -> None:
    tree = git(checkout, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=b"damaged")
    id = git(checkout, "commit-tree", tree, "-m", "a")
    result = lpconf("diff", id)
    assert (result.returncode, result.stderr) == (
        1,
        "Error: git did not give the files of a revision. Try git fsck.\n",
    )


def test_another_account_is_annotated_where_the_file_says_it(checkout: Path, lpconf: Run) -> None:
    edited(checkout, 'account: "12345678"', 'account: "87654321"')
    line = (checkout / "site.yaml").read_text(encoding="utf-8").partition("account: ")[0].count("\n") + 1
    assert (
        f"::warning file=site.yaml,line={line},col=10,title=All of it is for another account::12345678 -> 87654321\n"
        in lpconf("diff", "HEAD", "-o", "github").stdout
    )
    assert "Difference: 0 added, 1 changed, " in lpconf("diff", "HEAD").stdout


def test_a_protection_that_disappears_is_said_first(checkout: Path, lpconf: Run) -> None:
    edited(checkout, "    flow: implicit ", "    lifecycle: {protect: true}\n    flow: implicit ")
    commit(checkout)
    edited(checkout, "    lifecycle: {protect: true}\n", "")
    edited(checkout, "authenticated_visitors_only: true", "authenticated_visitors_only: false")
    lines = lpconf("diff", "HEAD").stdout.splitlines()
    assert lines[2:4] == [
        "Read this first: no longer protected from being deleted.",
        '  ! connector["Consumer authentication"]',
    ]


def test_another_account_is_said_first(checkout: Path, lpconf: Run) -> None:
    edited(checkout, 'account: "12345678"', 'account: "87654321"\nlabel: Production')
    output = lpconf("diff", "HEAD").stdout
    assert output.startswith("What is declared for account 87654321 (Production) changes")
    assert output.splitlines()[2:4] == [
        "Read this first: all of it is for another account.",
        "  ! 12345678 -> 87654321",
    ]


def test_only_warnings_that_are_new_are_told(checkout: Path, lpconf: Run) -> None:
    edited(checkout, "connectors:", "connectors:\n  - {name: Other, preferred: true}")
    edited(checkout, "    flow: implicit ", "    preferred: true\n    flow: implicit ")
    result = lpconf("diff", "HEAD")
    assert "is preferred too" in result.stderr
    assert "demo key" not in result.stderr
    assert "is preferred too" not in lpconf("diff", "HEAD", "--quiet").stderr


def test_variables_need_no_values(checkout: Path, lpconf: Run) -> None:
    edited(checkout, "https://dummy.com", "https://${var.idp}/authorize")
    output = lpconf("diff", "HEAD").stdout
    assert 'authentication_endpoint = "https://dummy.com" -> "https://${var.idp}/authorize"' in output
    assert "Variables that are not set, shown as ${var.name}:\n  x idp" in output
    output = lpconf("diff", "HEAD", "--var", "idp=idp.example.net").stdout
    assert '-> "https://idp.example.net/authorize"' in output
    assert "not set" not in output
    assert "idp.example.org" in lpconf("diff", "HEAD", LPCONF_VAR_idp="idp.example.org").stdout


def test_errors_of_the_older_side_name_the_revision(checkout: Path, lpconf: Run) -> None:
    edited(checkout, "flow: implicit", "flow: implizit")
    commit(checkout)
    edited(checkout, "flow: implizit", "flow: implicit")
    result = lpconf("diff", "HEAD")
    assert result.returncode == 1
    assert result.stderr.startswith("HEAD:site.yaml:10:11: connectors[0].flow: ")


def test_json(checkout: Path, lpconf: Run) -> None:
    edited(checkout, "    js_method_name: LPJsMethodName", "    js_context: {unset: true}")
    document = json.loads(lpconf("diff", "HEAD", "-o", "json").stdout)
    assert document["counts"] == {
        "added": 0,
        "changed": 1,
        "renamed": 0,
        "removed": 0,
        "deleted": 0,
        "unchanged": 2,
        "settings": 0,
    }
    (thing,) = document["things"]
    assert thing["address"] == 'connector["Consumer authentication"]'
    assert [(each["field"], each["change"], each["before"], each["after"]) for each in thing["fields"]] == [
        ("js_method_name", "removed", "LPJsMethodName", None),
        ("js_context", "added", None, {"unset": True}),
    ]
    assert thing["fields"][0]["position"] == {"file": "HEAD:site.yaml", "line": 14, "column": 21}
    assert thing["fields"][1]["position"] == {"file": "site.yaml", "line": 14, "column": 17}


def test_every_format_at_once(checkout: Path, lpconf: Run) -> None:
    edited(checkout, "enabled: true", "enabled: false")
    formats = ("text=a.txt", "json=a.json", "markdown=a.md", "html=a.html")
    result = lpconf("diff", "HEAD", *(part for each in formats for part in ("-o", each)), "-o", "github")
    assert result.returncode == 0
    for name in ("a.txt", "a.json", "a.md", "a.html"):
        assert "visitors lose its button" in (checkout / name).read_text(encoding="utf-8")
    assert "::warning file=site.yaml,line=22,col=9," in result.stdout


def test_a_step_of_github_actions(checkout: Path, lpconf: Run) -> None:
    edited(checkout, "enabled: true", "enabled: false")
    files = {"GITHUB_OUTPUT": str(checkout / "output"), "GITHUB_STEP_SUMMARY": str(checkout / "summary")}
    lpconf("diff", "HEAD", "-o", "github", **files)
    output = (checkout / "output").read_text(encoding="utf-8")
    assert "changes<<" in output
    assert "\ntrue\n" in output
    assert "visitors lose its button" in (checkout / "summary").read_text(encoding="utf-8")


def test_without_values(checkout: Path, lpconf: Run) -> None:
    edited(checkout, 'account: "12345678"', 'account: "12345678"\nlabel: Secret Bank')
    edited(checkout, "LPJsMethodName ", "myMethod ")
    output = lpconf("diff", "HEAD", "--addresses-only").stdout
    assert "js_method_name" in output
    assert "myMethod" not in output
    assert "Secret Bank" not in output
    assert lpconf("diff", "HEAD", "--addresses-only", "-o", "json").returncode == 64


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 64, "Missing argument 'OLD'"),
        (("site.yaml",), 64, "Name what site.yaml is to be compared with."),
        (("--", "--upload-pack=touch ran"), 1, "--upload-pack=touch ran is neither a file or folder here"),
        (("HEAD:../x",), 1, "../x lies outside of the git checkout"),
        (("HEAD", "-o", "xml"), 64, "-o xml is not one of text, json, markdown, html, github"),
    ],
)
def test_mistakes(checkout: Path, lpconf: Run, arguments: tuple[str, ...], code: int, message: str) -> None:
    result = lpconf("diff", *arguments)
    assert result.returncode == code
    assert message in result.stderr
    assert not (checkout / "ran").exists()


def test_names_from_the_configuration_are_harmless(checkout: Path, lpconf: Run) -> None:
    edited(checkout, "find: default\n    status", 'name: "##vso[x] \\u200b ::error::"\n    status')
    output = lpconf("diff", "HEAD").stdout
    assert "##vso[" not in output
    assert "\u200b" not in output
