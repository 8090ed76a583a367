"""What the arguments of `lpconf diff` mean."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lpconf.config.sides import Side, Sides
from lpconf.model.errors import ExitCode, InvalidConfiguration, LpconfError
from tests.config.conftest import CONNECTOR, HEAD
from tests.repository import CLEAN, commit, git

SITE = (Path("site.yaml"),)


def meant(old: str, new: str | None = None, *paths: str) -> tuple[Side, Side]:
    return Sides(Path(), CLEAN).of(old, new, tuple(map(Path, paths)) or SITE)


def refused(old: str, new: str | None = None, *paths: str) -> str:
    with pytest.raises(LpconfError) as raised:
        meant(old, new, *paths)
    return str(raised.value)


@pytest.fixture
def repository(folder: Path) -> str:
    """A repository here with `site.yaml` and `config/a.yaml` on the branch `main`. The commit's id."""
    return commit(folder, site_yaml=HEAD, config__a_yaml=HEAD)


class TestMeaning:
    def test_a_revision_alone_is_compared_with_the_file_here(self, repository: str) -> None:
        old, new = meant("main")
        assert (old, new) == (Side(SITE, "main", repository), Side(SITE))
        assert (old.name, new.name) == ("main:site.yaml", "site.yaml")

    def test_other_files_than_the_default(self, repository: str) -> None:
        old, new = meant("main", None, "config", "site.yaml")
        assert old.paths == new.paths == (Path("config"), Path("site.yaml"))
        assert old.name == "main:config, site.yaml"

    def test_a_revision_takes_the_path_of_the_other_side(self, repository: str) -> None:
        assert meant("main", "config")[0] == Side((Path("config"),), "main", repository)
        assert meant("config", "main")[1] == Side((Path("config"),), "main", repository)
        assert meant("main:config/a.yaml", "HEAD")[1] == Side((Path("config/a.yaml"),), "HEAD", repository)

    def test_two_revisions(self, repository: str) -> None:
        git(Path(), "tag", "v1")
        assert meant("v1", "main") == (Side(SITE, "v1", repository), Side(SITE, "main", repository))
        assert meant("v1", "main", "config")[1].paths == (Path("config"),)

    def test_each_side_has_its_own_path(self, repository: str) -> None:
        assert meant("main:site.yaml", "HEAD:config/a.yaml") == (
            Side(SITE, "main", repository, named=True),
            Side((Path("config/a.yaml"),), "HEAD", repository, named=True),
        )
        assert meant("main:config") == (
            Side((Path("config"),), "main", repository, named=True),
            Side((Path("config"),)),
        )

    def test_two_files(self, repository: str) -> None:
        assert meant("site.yaml", "config/a.yaml") == (Side(SITE), Side((Path("config/a.yaml"),)))

    def test_files_need_no_repository(self, folder: Path) -> None:
        (folder / "site.yaml").touch()
        assert meant("site.yaml", "site.yaml") == (Side(SITE), Side(SITE))

    def test_below_the_root(self, repository: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir("config")
        assert meant("main", "a.yaml")[0].paths == (Path("config/a.yaml"),)
        assert meant("main", "../site.yaml")[0].paths == SITE
        assert meant("main", str(Path("a.yaml").absolute()))[0].paths == (Path("config/a.yaml"),)
        assert meant("main:site.yaml") == (
            Side(SITE, "main", repository, named=True),
            Side((Path("../site.yaml"),)),
        )
        assert meant("main:./a.yaml")[0].paths == (Path("config/a.yaml"),)
        assert meant("main:../site.yaml")[0].paths == SITE
        assert meant("main:.")[0].paths == (Path("config"),)

    @pytest.mark.parametrize("revision", ["HEAD", "HEAD~0", "main@{0}", "refs/heads/main", "HEAD^{/a}"])
    def test_all_spellings_of_a_revision(self, repository: str, revision: str) -> None:
        assert meant(revision)[0].commit == repository

    def test_a_tag_with_a_message_is_its_commit(self, repository: str) -> None:
        git(Path(), "tag", "--annotate", "--message", "x", "v2")
        assert meant("v2")[0].commit == repository

    @pytest.mark.parametrize("name", ["HEAD", "main", "base", "HEAD^1", "HEAD:site.yaml"])
    def test_a_file_of_a_strangers_pull_request_is_not_taken_for_a_revision(self, repository: str, name: str) -> None:
        git(Path(), "branch", "base")
        commit(Path())
        Path(name).write_text(HEAD)
        for sides in ((name, "site.yaml"), ("site.yaml", name)):
            with pytest.raises(LpconfError) as raised:
                meant(*sides)
            assert raised.value.exit_code is ExitCode.USAGE
            assert str(raised.value) == (
                f"{name} is a file or folder here, and a git revision as well.\n"
                f"For the file or folder write ./{name}\n"
                "For the revision write its full name, such as refs/heads/main, or the full id of the commit."
            )

    def test_both_ways_out_of_it_work(self, repository: str) -> None:
        Path("main").write_text(HEAD)
        assert meant("./main", "site.yaml")[0] == Side((Path("main"),))
        for revision in ("refs/heads/main", repository):
            assert meant(revision, "site.yaml")[0] == Side(SITE, revision, repository)


class TestRefusals:
    def test_a_path_alone(self, repository: str) -> None:
        with pytest.raises(LpconfError, match=r"lpconf diff HEAD site\.yaml") as raised:
            meant("site.yaml")
        assert raised.value.exit_code is ExitCode.USAGE

    @pytest.mark.parametrize("text", ["origin/main", "0000000", "nope.yaml", "main..HEAD", "^main", "main:", ":x", ""])
    def test_neither_a_path_nor_a_revision(self, repository: str, text: str) -> None:
        assert "is neither a file or folder here nor a revision that git knows." in refused(text)

    @pytest.mark.parametrize("name", ["origin/main", "origin/release/2", "0123456789" * 4])
    def test_a_shallow_clone_is_told_how_to_fetch(self, repository: str, name: str) -> None:
        assert refused(name).endswith(f"git fetch --depth=1 origin {name.removeprefix('origin/')}")

    def test_a_shallow_clone_lacks_what_came_before(self, repository: str, tmp_path: Path) -> None:
        commit(Path())
        git(tmp_path, "clone", "--quiet", "--depth=1", Path().absolute().as_uri(), "shallow")
        with pytest.raises(LpconfError, match=r"Fetch those before it: git fetch --unshallow$"):
            Sides(tmp_path / "shallow", CLEAN).of("HEAD~1", None, SITE)
        assert refused("HEAD~2").endswith("nor a revision that git knows.")

    @pytest.mark.parametrize("text", ["nosuch", "nosuch.yaml", "folder/nosuch.yaml", "nosuch:site.yaml"])
    def test_nothing_is_to_be_fetched_for_what_is_merely_misspelled(self, repository: str, text: str) -> None:
        assert "fetch" not in refused(text)

    def test_a_branch_that_only_origin_has(self, repository: str) -> None:
        git(Path(), "update-ref", "refs/remotes/origin/release", repository)
        assert refused("release").endswith("\nDid you mean origin/release?")

    @pytest.mark.parametrize("text", ["HEAD", "@", "HEAD:site.yaml", "HEAD~1"])
    def test_a_repository_without_a_commit(self, folder: Path, text: str) -> None:
        git(folder, "init", "--quiet")
        assert refused(text).endswith("\nThis repository has no commit yet, so there is nothing to compare with.")

    @pytest.mark.parametrize(
        ("text", "apart"),
        [
            ("main~1..main", ": main~1 main"),
            ("main~1..", ": main~1 HEAD"),
            ("main~9..main", ": main~9 main"),
            ("main~1...main", "; the older one is the answer of: git merge-base main~1 main"),
        ],
    )
    def test_a_range_is_two_revisions(self, repository: str, text: str, apart: str) -> None:
        commit(Path())
        assert refused(text).endswith(f"\nWrite the two revisions apart{apart}")

    @pytest.mark.parametrize(
        "text",
        [
            "--upload-pack=touch ran",
            "--output=ran",
            "-c",
            "--exec=touch ran",
            "--help",
            "--git-dir=ran",
            "HEAD\n--all",
            "HEAD\0x",
            "\x1b[2J",
            "x" * 100_000,
            "--upload-pack=touch ran:site.yaml",
        ],
    )
    def test_no_revision_is_an_option(self, repository: str, text: str) -> None:
        assert "is neither a file" in refused(text)
        assert not Path("ran").exists()

    def test_an_ambiguous_name(self, repository: str) -> None:
        git(Path(), "branch", "v1")
        git(Path(), "tag", "v1")
        assert refused("v1") == (
            "v1 is the name of several things in git.\nWrite refs/heads/v1 for the branch, or refs/tags/v1 for the tag."
        )
        assert meant("refs/tags/v1")[0].commit == repository

    @pytest.mark.parametrize("path", ["../x.yaml", "/etc/passwd", "config/../../x"])
    def test_a_path_outside_of_the_checkout(self, repository: str, path: str) -> None:
        assert refused("main", "HEAD", path) == (
            f"{path} lies outside of the git checkout that the working folder is in."
        )
        assert "lies outside" in refused(f"main:{path}")

    def test_outside_of_a_checkout(self, folder: Path) -> None:
        assert "lies in no git checkout" in refused("main")
        assert "lies in no git checkout" in refused("main:site.yaml")

    def test_without_git(self, repository: str) -> None:
        with pytest.raises(LpconfError, match="git, which knows revisions, does not answer"):
            Sides(Path(), {"PATH": "/nonexistent"}).of("main", None, SITE)

    def test_a_checkout_of_another_user(self, repository: str) -> None:
        environ = {**CLEAN, "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
        fake = Path("bin") / "git"
        fake.parent.mkdir()
        # The variable above is one of git's own tests; those of the user's environment are not passed on.
        fake.write_text('#!/bin/sh\nPATH="${PATH#*:}" GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec git "$@"\n')
        fake.chmod(0o755)
        environ["PATH"] = f"{fake.parent.absolute()}:{CLEAN['PATH']}"
        with pytest.raises(LpconfError, match=r"belongs to another user\.\n.*safe\.directory"):
            Sides(Path(), environ).of("main", None, SITE)

    def test_a_bare_repository_in_a_checkout_is_not_asked(
        self, repository: str, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        git(folder, "clone", "--quiet", "--bare", str(folder), "nested")
        monkeypatch.chdir("nested")
        assert "lies in no git checkout" in refused("main")

    def test_variables_of_another_repository_do_not_count(self, repository: str, tmp_path: Path) -> None:
        environ = {**CLEAN, "GIT_DIR": str(tmp_path / "nowhere"), "GIT_CONFIG_COUNT": "x"}
        assert Sides(Path(), environ).of("main", None, SITE)[0].commit == repository


class TestLoading:
    def load(self, old: str, *paths: str, **variables: str) -> tuple[object, tuple[str, ...]]:
        sides = Sides(Path(), os.environ)
        older, _ = sides.of(old, None, tuple(map(Path, paths)) or SITE)
        with sides.loading(variables=variables) as loader:
            loaded = loader.load_or_none(older)
        return loaded.site, loaded.notes

    def test_a_revision_may_lack_the_files(self, folder: Path) -> None:
        commit(folder, README="x", empty__x="x")
        assert self.load("main") == (None, ())
        assert self.load("main", "empty") == (None, ())
        commit(folder, site_yaml=HEAD)
        site, notes = self.load("main", "site.yaml", "more.yaml")
        assert site is not None
        assert notes == ("main has no more.yaml.",)

    def test_a_file_that_is_named_for_its_revision_must_be_there(self, repository: str) -> None:
        sides = Sides(Path(), os.environ)
        older, _ = sides.of("main:typo.yaml", "site.yaml", SITE)
        with sides.loading(variables={}) as loader, pytest.raises(InvalidConfiguration) as raised:
            loader.load_or_none(older)
        assert [each.message for each in raised.value.diagnostics] == ["main:typo.yaml: main has no such file"]

    def test_unset_variables_stay_in_the_spelling_of_the_file(self, folder: Path) -> None:
        text = f"""{CONNECTOR}    client_id: '$${{var.a}} ${{var.a}}'
    authentication_endpoint: https://${{var.host}}/x
    js_method_name: ${{var.method}}
    description: ${{var.set}}
"""
        commit(folder, site_yaml=text)
        sides = Sides(Path(), {**CLEAN, "LPCONF_VAR_set": "a ${b}"})
        with sides.loading(variables={"elsewhere": "x"}) as loader:
            site = loader.load(sides.of("main", None, SITE)[0])
        assert dict(site.things[0].fields) == {
            "client_id": "$${var.a} ${var.a}",
            "authentication_endpoint": "https://${var.host}/x",
            "js_method_name": "${var.method}",
            "description": "a $${b}",
        }
        assert site.unset_variables == ("a", "host", "method")
