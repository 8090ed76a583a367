"""Configurations of a git commit: read as from the disk, and hostile repositories that gain nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lpconf.config import load
from lpconf.config.git.objects import MAX_TREE, MissingObjectError, Objects, TooLargeError
from lpconf.config.git.tree import GitTree
from lpconf.model.errors import InvalidConfiguration, LpconfError
from lpconf.model.site import Site
from tests.config.conftest import DEMO_PEM, HEAD
from tests.repository import CLEAN, commit, git

KEY = f"{HEAD}connectors:\n  - name: Web\n    jwt_public_key: {{file: keys/idp.pem}}\n"

AtCommit = Callable[..., Site]


@pytest.fixture
def at(folder: Path) -> AtCommit:
    """Loads paths as they are at a commit of the repository here, which is called `v1`."""

    def run(id: str, *paths: str) -> Site:
        with Objects(folder) as objects:
            tree = GitTree(objects, id, "v1")
            return load([Path(path) for path in paths or ("site.yaml",)], variables={}, environ={}, files=tree)

    return run


def refused(at: AtCommit, id: str, *paths: str) -> str:
    with pytest.raises(InvalidConfiguration) as raised:
        at(id, *paths)
    (found,) = raised.value.diagnostics
    return f"{found.position or ''} {found.message}".strip()


def counting(folder: Path) -> dict[str, str]:
    """An environment whose git writes a line into `count` at each start."""
    folder.mkdir()
    (folder / "git").write_text(f'#!/bin/sh\necho x >> {folder / "count"}\nexec {shutil.which("git")} "$@"\n')
    (folder / "git").chmod(0o755)
    return {**CLEAN, "PATH": f"{folder}:{CLEAN['PATH']}"}


def linked(folder: Path, link: str, target: str, **files: str) -> str:
    (folder / link).parent.mkdir(parents=True, exist_ok=True)
    (folder / link).symlink_to(target)
    return commit(folder, **files)


class TestReading:
    def test_the_file_is_as_it_was_then(self, folder: Path, at: AtCommit) -> None:
        first = commit(folder, site_yaml=HEAD)
        commit(folder, site_yaml=HEAD.replace("12345678", "87654321"))
        (folder / "site.yaml").write_text("not even YAML: [")
        assert at(first).account == "12345678"

    def test_messages_name_the_revision(self, folder: Path, at: AtCommit) -> None:
        id = commit(folder, config__site_yaml=f"{HEAD}wrong: 1\n")
        assert refused(at, id, "config/site.yaml").startswith("v1:config/site.yaml:3:1 ")

    def test_a_folder_stands_for_its_yaml_files(self, folder: Path, at: AtCommit) -> None:
        more = f"{HEAD}connectors: [{{name: Web}}]\n"
        (folder / "config" / "inner.yaml").mkdir(parents=True)
        (folder / "config" / ".hidden.yaml").write_text("[")
        (folder / "config" / "inner.yaml" / "x.yaml").write_text("[")
        id = commit(folder, config__a_yaml=HEAD, config__b_yaml=more, config__c="[")
        site = at(id, "config", "config/b.yaml")
        assert list(site.sources) == ["v1:config/a.yaml", "v1:config/b.yaml"]

    def test_many_files_take_one_git(self, folder: Path, tmp_path: Path) -> None:
        id = commit(folder, **{f"config__{number}_yaml": HEAD for number in range(200)})
        environ = counting(tmp_path / "bin")
        with Objects(folder, environ) as objects:
            tree = GitTree(objects, id, "v1")
            assert len(load([Path("config")], variables={}, environ={}, files=tree).sources) == 200
        assert (tmp_path / "bin" / "count").read_text() == "x\n"

    def test_a_repository_with_longer_ids(self, folder: Path, at: AtCommit) -> None:
        git(folder, "init", "--quiet", "--object-format=sha256")
        id = commit(folder, site_yaml=HEAD)
        assert len(id) == 64
        assert at(id).account == "12345678"

    def test_key_files_are_those_of_the_commit(self, folder: Path, at: AtCommit) -> None:
        id = commit(folder, config__site_yaml=KEY, config__keys__idp_pem=DEMO_PEM)
        (folder / "config" / "keys" / "idp.pem").write_text("gone")
        assert "jwt_public_key" in at(id, "config/site.yaml").things[0].fields

    def test_odd_names(self, folder: Path, at: AtCommit) -> None:
        (folder / "a\n::error::x.yaml").write_text(f"{HEAD}wrong: 1\n")
        (folder / "-x*?.yaml").write_text(HEAD)
        (folder / os.fsdecode(b"\xff.yaml")).write_text(HEAD)
        id = commit(folder)
        assert refused(at, id, "a\n::error::x.yaml").startswith("v1:a\\n::error::x.yaml:3:1 ")
        assert at(id, "-x*?.yaml").account == "12345678"
        assert list(at(id, os.fsdecode(b"\xff.yaml")).sources) == ["v1:\\xff.yaml"]

    def test_what_it_holds(self, folder: Path) -> None:
        (folder / "a").symlink_to("b")
        id = commit(folder, config__site_yaml=HEAD, empty__x="x")
        with Objects(folder) as objects:
            tree = GitTree(objects, id, "v1")
            found = {
                path
                for path in ("config", "config/site.yaml", "empty", "no", "a", "a/x", "config/site.yaml/x")
                if tree.holds(Path(path))
            }
            assert tree.holds(Path()) is False
        assert found == {"config", "config/site.yaml", "a", "a/x"}


class TestRefusals:
    def test_what_is_not_there(self, folder: Path, at: AtCommit) -> None:
        id = commit(folder, site_yaml=HEAD, config__x="x")
        assert refused(at, id, "no/site.yaml") == "v1:no/site.yaml: v1 has no such file"
        assert refused(at, id, "site.yaml/x") == "v1:site.yaml/x: site.yaml is not a folder"
        assert refused(at, id, "config") == "v1:config: this folder holds no .yaml or .yml file"

    def test_a_link_inside_the_folder_is_followed(self, folder: Path, at: AtCommit) -> None:
        id = linked(folder, "config/site.yaml", "data/x", config__data__x=HEAD)
        assert at(id, "config").account == "12345678"

    @pytest.mark.parametrize("target", ["../secret", "/etc/passwd", "site.yaml", "data/../../secret", "no"])
    def test_any_other_link_is_not(self, folder: Path, at: AtCommit, target: str) -> None:
        id = linked(folder, "config/site.yaml", target, secret="password: x\n")
        message = refused(at, id, "config/site.yaml")
        assert "password" not in message
        assert message.endswith(("this file is a link that leads out of its folder", "v1 has no such file"))

    def test_a_link_to_a_folder(self, folder: Path, at: AtCommit) -> None:
        id = linked(folder, "config", "real", real__site_yaml=HEAD)
        assert refused(at, id, "config/site.yaml") == "v1:config/site.yaml: the folder config is a link"
        id = linked(folder, "site.yaml", "real")
        assert refused(at, id, "site.yaml") == "v1:site.yaml:1:1 this is not a regular file"

    def test_a_submodule(self, folder: Path, at: AtCommit) -> None:
        inner = commit(folder / "config", site_yaml=HEAD)
        assert len(inner) == 40
        id = commit(folder, site_yaml=HEAD)
        message = "config is a submodule, whose files are not in this commit"
        assert refused(at, id, "config") == f"v1:config: {message}"
        assert refused(at, id, "config/site.yaml") == f"v1:config/site.yaml: {message}"
        assert list(at(id, "site.yaml").sources) == ["v1:site.yaml"]

    def test_a_huge_file_is_not_read(self, folder: Path, at: AtCommit) -> None:
        id = commit(folder, site_yaml=b"#" * 200_000_000)
        assert refused(at, id) == "v1:site.yaml:1:1 this file is larger than 5 MB"

    def test_after_a_huge_file_the_others_are_read(self, folder: Path, at: AtCommit) -> None:
        id = commit(folder, config__a_yaml=b"#" * 6_000_000, config__b_yaml=f"{HEAD}wrong: 1\n")
        with pytest.raises(InvalidConfiguration) as raised:
            at(id, "config")
        assert [each.code for each in raised.value.diagnostics] == ["file.size", "schema.unknown"]

    def test_what_is_not_text(self, folder: Path, at: AtCommit) -> None:
        id = commit(folder, site_yaml=b"version: \xff\n")
        assert refused(at, id) == "v1:site.yaml:1:10 the byte 0xFF is not UTF-8"

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("../secret", "this does not name a file inside the folder of the YAML file"),
            (".git/config", "this does not name a file inside the folder of the YAML file"),
            ("no.pem", "the file no.pem does not exist"),
            ("keys", "the file that this names cannot be read"),
            ("keys/link.pem", "the file that this names cannot be read"),
            ("linked/idp.pem", "the file that this names cannot be read"),
            ("keys/large.pem", "this file is larger than 64 KiB"),
        ],
    )
    def test_key_files_stay_inside(self, folder: Path, at: AtCommit, name: str, message: str) -> None:
        (folder / "config" / "keys").mkdir(parents=True)
        (folder / "config" / "keys" / "link.pem").symlink_to("idp.pem")
        (folder / "config" / "linked").symlink_to("keys")
        id = commit(
            folder,
            config__site_yaml=KEY.replace("keys/idp.pem", name),
            config__keys__idp_pem=DEMO_PEM,
            config__keys__large_pem="x" * 70_000,
            secret=DEMO_PEM,
        )
        assert refused(at, id, "config/site.yaml") == f"v1:config/site.yaml:5:21 {message}"


class TestPrograms:
    """A repository names programs for git to run, and addresses to fetch from. None of them is used."""

    @pytest.mark.parametrize(
        "setting",
        [
            "core.fsmonitor",
            "core.sshCommand",
            "core.pager",
            "core.alternateRefsCommand",
            "diff.x.textconv",
            "diff.external",
            "filter.x.smudge",
            "filter.x.clean",
            "filter.x.process",
            "uploadpack.packObjectsHook",
            "alias.cat-file",
            "alias.rev-parse",
        ],
    )
    def test_a_setting_runs_nothing(self, folder: Path, at: AtCommit, tmp_path: Path, setting: str) -> None:
        id = commit(folder, site_yaml=HEAD, **{".gitattributes": "*.yaml filter=x diff=x\n"})
        git(folder, "config", setting, f"{'!' if 'alias' in setting else ''}touch {tmp_path / 'ran'} #")
        assert at(id).account == "12345678"
        assert not (tmp_path / "ran").exists()

    def test_no_hook_runs(self, folder: Path, at: AtCommit, tmp_path: Path) -> None:
        id = commit(folder, site_yaml=HEAD)
        for name in ("post-checkout", "fsmonitor-watchman", "reference-transaction", "post-index-change"):
            hook = folder / ".git" / "hooks" / name
            hook.parent.mkdir(exist_ok=True)
            hook.write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n")
            hook.chmod(0o755)
        assert at(id).account == "12345678"
        assert not (tmp_path / "ran").exists()

    def test_nothing_is_fetched_from_where_the_rest_of_a_clone_is(
        self, folder: Path, at: AtCommit, tmp_path: Path
    ) -> None:
        id = commit(folder, site_yaml=HEAD)
        blob = git(folder, "rev-parse", f"{id}:site.yaml")
        (folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
        for name, value in {
            "core.repositoryFormatVersion": "1",
            "extensions.partialClone": "origin",
            "remote.origin.promisor": "true",
            "remote.origin.url": f"ext::touch {tmp_path / 'ran'}",
            "remote.origin.partialCloneFilter": "blob:none",
            "protocol.ext.allow": "always",
            "protocol.allow": "always",
        }.items():
            git(folder, "config", name, value)
        message = refused(at, id)
        assert "this clone does not hold what is in this file" in message
        assert not (tmp_path / "ran").exists()

    def test_the_control_of_the_test_above_runs_it(self, folder: Path, tmp_path: Path) -> None:
        id = commit(folder, site_yaml=HEAD)
        blob = git(folder, "rev-parse", f"{id}:site.yaml")
        (folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
        for name, value in {
            "core.repositoryFormatVersion": "1",
            "extensions.partialClone": "origin",
            "remote.origin.promisor": "true",
            "remote.origin.url": f"ext::touch {tmp_path / 'ran'}",
            "protocol.ext.allow": "always",
        }.items():
            git(folder, "config", name, value)
        with pytest.raises(Exception, match="128"):
            git(folder, "cat-file", "-p", blob)
        assert (tmp_path / "ran").exists()

    def test_replaced_objects_do_not_count(self, folder: Path, at: AtCommit) -> None:
        id = commit(folder, site_yaml=HEAD)
        other = git(folder, "hash-object", "-w", "--stdin", given=HEAD.replace("12345678", "87654321").encode())
        git(folder, "replace", git(folder, "rev-parse", f"{id}:site.yaml"), other)
        assert at(id).account == "12345678"


class TestObjects:
    def test_without_git(self, folder: Path) -> None:
        id = commit(folder, site_yaml=HEAD)
        with Objects(folder, {"PATH": "/nonexistent"}) as objects, pytest.raises(LpconfError, match="could not start"):
            objects.tree(id)

    def test_outside_of_a_repository(self, folder: Path) -> None:
        with Objects(folder, {**CLEAN, "GIT_CEILING_DIRECTORIES": "/"}) as objects, pytest.raises(LpconfError):
            objects.tree("0" * 40)

    def test_what_is_missing_or_something_else(self, folder: Path) -> None:
        id = commit(folder, site_yaml=HEAD)
        blob = git(folder, "rev-parse", f"{id}:site.yaml")
        with Objects(folder) as objects:
            with pytest.raises(MissingObjectError):
                objects.blob("0" * 40, 10)
            with pytest.raises(MissingObjectError):
                objects.tree(blob)
            with pytest.raises(MissingObjectError):
                objects.blob(id, 10_000)
            with pytest.raises(TooLargeError):
                objects.blob(blob, 3)
            assert objects.blob(blob, 1_000) == HEAD.encode()

    def test_a_git_that_does_not_answer_is_ended(self, folder: Path, tmp_path: Path) -> None:
        fake = tmp_path / "bin" / "git"
        fake.parent.mkdir()
        fake.write_text("#!/bin/sh\nexec sleep 1000\n")
        fake.chmod(0o755)
        environ = {**CLEAN, "PATH": f"{fake.parent}:{CLEAN['PATH']}"}
        with Objects(folder, environ, seconds=0.1) as objects, pytest.raises(LpconfError, match="did not give"):
            objects.tree("0" * 40)

    def test_a_git_that_breaks_off_is_told(self, folder: Path, tmp_path: Path) -> None:
        fake = tmp_path / "bin" / "git"
        fake.parent.mkdir()
        fake.write_text(f"#!/bin/sh\nread line\necho {'0' * 40} blob 100\necho x\n")
        fake.chmod(0o755)
        environ = {**CLEAN, "PATH": f"{fake.parent}:{CLEAN['PATH']}"}
        with Objects(folder, environ) as objects, pytest.raises(LpconfError, match="did not give"):
            objects.blob("0" * 40, 1_000)

    @pytest.mark.parametrize(
        "tree",
        [b"x", b"100644 site.yaml", b"100644\0site.yaml", b"100644 site.yaml\0" + b"a" * 19, b"\0" * 30],
        ids=["no-space", "no-end", "no-name", "short-id", "nothing-but-ends"],
    )
    def test_a_damaged_folder_is_told(self, folder: Path, at: AtCommit, tree: bytes) -> None:
        commit(folder)
        arguments = ("hash-object", "-t", "tree", "-w", "--literally", "--stdin")
        id = git(folder, "commit-tree", git(folder, *arguments, given=tree), "-m", "a")
        with pytest.raises(LpconfError, match=r"git did not give the files of a revision\. Try git fsck\."):
            at(id, "site.yaml")

    def test_a_folder_of_too_many_names_is_not_read(self, folder: Path, at: AtCommit) -> None:
        git(folder, "init", "--quiet")
        blob = git(folder, "hash-object", "-w", "--stdin", given=HEAD.encode())
        entry = f"100644 blob {blob}\t"
        count = MAX_TREE // 200
        names = "".join(f"{entry}{hashlib.sha256(str(each).encode()).hexdigest() * 3}\n" for each in range(count))
        tree = git(folder, "mktree", given=names.encode())
        id = git(folder, "commit-tree", tree, "-m", "a")
        assert refused(at, id, ".") == "v1:.: a folder on the way holds too many files"
