"""Files that cannot be read, and files that must not be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.config.conftest import DEMO_KEY, DEMO_PEM, HEAD, Diagnose, Load

KEY = f"{HEAD}connectors:\n  - name: Web\n    jwt_public_key: {{file: FILE}}\n"


def one(diagnose: Diagnose, *paths: str) -> tuple[str, str]:
    (found,) = diagnose(paths=paths or ("site.yaml",))
    return found.message, found.hint


def opened_below(folder: Path) -> list[Path]:
    """What this process holds open in a folder. Other threads open other files."""
    held = []
    for each in Path("/proc/self/fd").iterdir():
        try:
            held.append(each.readlink())
        except OSError:  # it was closed meanwhile
            continue
    return [file for file in held if file.is_relative_to(folder.resolve())]


class TestConfiguration:
    def test_a_missing_file_says_where_lpconf_looked(self, folder: Path, diagnose: Diagnose) -> None:
        message, hint = one(diagnose)
        assert message == f"site.yaml: this file does not exist; lpconf looked in {folder.resolve()}"
        assert hint == "lpconf init makes one. Or name the path of the one that you have."
        assert one(diagnose, "other.yaml")[1] == ""

    @pytest.mark.parametrize(("neighbour", "asked"), [("site.yml", "site.yaml"), ("site.yaml", "sight.yaml")])
    def test_a_missing_file_suggests_its_neighbour(
        self, folder: Path, diagnose: Diagnose, neighbour: str, asked: str
    ) -> None:
        (folder / neighbour).touch()
        assert one(diagnose, asked)[1] == f"Did you mean {neighbour}?"

    def test_a_missing_file_suggests_the_one_above(
        self, folder: Path, diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (folder / "site.yaml").touch()
        (folder / "a" / "b").mkdir(parents=True)
        assert one(diagnose, "a/site.yaml")[1] == "Did you mean a/../site.yaml?"
        monkeypatch.chdir(folder / "a" / "b")
        assert one(diagnose)[1] == "Did you mean ../../site.yaml?"

    def test_a_missing_folder(self, diagnose: Diagnose, folder: Path) -> None:
        assert one(diagnose, "no/site.yaml")[0] == "no/site.yaml: this file does not exist, nor does the folder no"

    def test_a_folder_without_configuration(self, folder: Path, diagnose: Diagnose) -> None:
        assert one(diagnose, ".")[0] == ".: this folder holds no .yaml or .yml file"

    def test_no_path_at_all(self, diagnose: Diagnose) -> None:
        (found,) = diagnose(paths=("x\0y",))
        assert found.code in {"file.missing", "file.unreadable"}

    def test_names_are_safe_to_print(self, folder: Path, diagnose: Diagnose) -> None:
        (folder / "a\n::error::x.yaml").write_text("a: [\n", encoding="utf-8")
        (found,) = diagnose(paths=(".",))
        assert found.position
        assert found.position.file == "a\\n::error::x.yaml"

    def test_a_saved_plan_is_recognised_and_nothing_else_is_said_of_it(self, folder: Path, diagnose: Diagnose) -> None:
        (folder / "my plan.json").write_text('{\n  "format": "lpconf-plan",\n  "target": {"account": 5}\n}\n')
        (found,) = diagnose(paths=("my plan.json",))
        assert (found.code, str(found.position)) == ("file.output", "my plan.json:2:3")
        assert found.message == "this is a saved plan and no configuration"
        assert found.hint == "Apply it with: lpconf apply --plan 'my plan.json'"

    def test_another_document_of_lpconf_is_recognised_too(self, folder: Path, diagnose: Diagnose) -> None:
        (folder / "run.json").write_text('{"format": "lpconf-run", "changes": []}')
        assert one(diagnose, "run.json") == ("lpconf wrote this file (lpconf-run); it is no configuration", "")

    @pytest.mark.parametrize("text", ['"lpconf-\\u001b[0m"', "5", "[lpconf-plan]", '"lpconf"'])
    def test_anything_else_under_that_key_is_a_word_that_lpconf_does_not_know(
        self, folder: Path, diagnose: Diagnose, text: str
    ) -> None:
        (folder / "site.yaml").write_text(f"{HEAD}format: {text}\n")
        (found,) = diagnose(paths=("site.yaml",))
        assert found.code == "schema.unknown"

    def test_a_named_pipe_is_refused_without_waiting(self, folder: Path, diagnose: Diagnose) -> None:
        os.mkfifo(folder / "site.yaml")
        assert one(diagnose)[0] == "this is not a regular file"

    def test_a_device_is_refused(self, diagnose: Diagnose) -> None:
        assert one(diagnose, "/dev/zero")[0] == "this is not a regular file"

    def test_a_large_file_is_refused_unread(self, folder: Path, diagnose: Diagnose) -> None:
        with (folder / "site.yaml").open("wb") as stream:
            stream.truncate(10**12)
        assert one(diagnose) == ("this file is larger than 5 MB", "Split it.")

    def test_an_empty_file(self, folder: Path, diagnose: Diagnose) -> None:
        (folder / "site.yaml").touch()
        assert one(diagnose)[0] == "the file declares nothing"

    def test_a_link_inside_the_folder_is_followed(self, folder: Path, load_text: Load) -> None:
        (folder / "data").mkdir()
        (folder / "data" / "x").write_text(HEAD, encoding="utf-8")
        (folder / "site.yaml").symlink_to(Path("data") / "x")
        assert load_text().account == "12345678"

    def test_a_link_out_of_the_folder_is_not(self, folder: Path, diagnose: Diagnose) -> None:
        (folder / "in").mkdir()
        (folder / "secret").write_text("password: hunter2\n", encoding="utf-8")
        (folder / "in" / "site.yaml").symlink_to(folder / "secret")
        assert one(diagnose, "in/site.yaml")[0] == "this file is a link that leads out of its folder"

    def test_a_link_to_itself(self, folder: Path, diagnose: Diagnose) -> None:
        (folder / "site.yaml").symlink_to("site.yaml")
        (found,) = diagnose()
        assert found.code in {"file.missing", "file.unreadable"}

    def test_an_unreadable_file(self, folder: Path, diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch) -> None:
        (folder / "site.yaml").write_text(HEAD, encoding="utf-8")
        real = os.open

        # As root, as which containers often run, no file is unreadable.
        def refuse(path: str, flags: int) -> int:
            if path.endswith("site.yaml"):
                raise PermissionError(13, "Permission denied", path)
            return real(path, flags)

        monkeypatch.setattr(os, "open", refuse)
        assert one(diagnose)[0] == "this file cannot be read: permission denied"

    @pytest.mark.parametrize(
        ("data", "place", "message"),
        [
            ("version: 1\n".encode("utf-16"), "1:1", "this file is UTF-16 or UTF-32, not UTF-8"),
            ("version: 1\n".encode("utf-32-be"), "1:1", "the character U+0000 is not allowed in YAML"),
            ("version: 1\n".encode("utf-16-le"), "1:2", "the character U+0000 is not allowed in YAML"),
            ("label: é\n  x: ".encode() + b"\xff\n", "2:6", "the byte 0xFF is not UTF-8"),
            (b"a\r\nb\rc\xff", "3:2", "the byte 0xFF is not UTF-8"),
        ],
    )
    def test_other_encodings(self, diagnose: Diagnose, data: bytes, place: str, message: str) -> None:
        (found,) = diagnose(data)
        assert (str(found.position), found.message) == (f"site.yaml:{place}", message)


class TestKeyFiles:
    def test_a_key_file_is_read_from_the_folder_of_the_yaml(self, folder: Path, load_text: Load) -> None:
        (folder / "conf" / "keys").mkdir(parents=True)
        (folder / "conf" / "keys" / "idp.pub.pem").write_text(DEMO_PEM, encoding="utf-8")
        (folder / "conf" / "site.yaml").write_text(KEY.replace("FILE", "./keys/idp.pub.pem"), encoding="utf-8")
        assert load_text(paths=("conf/site.yaml",)).things[0].fields["jwt_public_key"] == DEMO_KEY

    @pytest.mark.parametrize(
        "name",
        [
            "../x.pem",
            "a/../../x.pem",
            "/etc/passwd",
            ".git/config",
            "keys/.hidden",
            "~/x",
            "a\\\\b",
            "C:x",
            ".",
            '"a\\0"',
        ],
    )
    def test_names_outside_of_the_folder(self, diagnose: Diagnose, name: str) -> None:
        (found,) = diagnose(KEY.replace("FILE", name))
        assert found.message == "this does not name a file inside the folder of the YAML file"

    @pytest.mark.parametrize("name", ["no.pem", "no/no.pem"])
    def test_a_missing_file_is_named_with_the_folder_where_its_path_starts(
        self, folder: Path, diagnose: Diagnose, name: str
    ) -> None:
        (found,) = diagnose(KEY.replace("FILE", name))
        assert found.message == f"the file {name} does not exist"
        assert found.hint == f"The path starts at the folder of the YAML file, {folder.resolve()}."

    @pytest.mark.parametrize("name", ["hunter2", "a" * 50 + ".pem", "keys/" + "b" * 64, "MIIEvQIBADANBg/x+y=.pem"])
    def test_a_missing_file_whose_name_may_be_a_secret_is_not_named(self, diagnose: Diagnose, name: str) -> None:
        (found,) = diagnose(KEY.replace("FILE", name))
        assert found.message == "the file that this names does not exist"

    @pytest.mark.parametrize("name", ["link.pem", "linked/key.pem", "pipe", "folder", "key.pem/x"])
    def test_links_and_special_files(self, folder: Path, diagnose: Diagnose, name: str) -> None:
        (folder / "real").mkdir()
        (folder / "real" / "key.pem").write_text(DEMO_PEM, encoding="utf-8")
        (folder / "key.pem").write_text(DEMO_PEM, encoding="utf-8")
        (folder / "link.pem").symlink_to("key.pem")
        (folder / "linked").symlink_to("real")
        (folder / "folder").mkdir()
        os.mkfifo(folder / "pipe")
        (found,) = diagnose(KEY.replace("FILE", name))
        assert found.message in {"the file that this names cannot be read", "this is not a regular file"}

    def test_a_large_file(self, folder: Path, diagnose: Diagnose) -> None:
        (folder / "key.pem").write_text("x" * 65_537, encoding="utf-8")
        assert diagnose(KEY.replace("FILE", "key.pem"))[0].message == "this file is larger than 64 KiB"

    def test_a_binary_file(self, folder: Path, diagnose: Diagnose) -> None:
        (folder / "key.der").write_bytes(b"\x30\x82\xff\xfe")
        (found,) = diagnose(KEY.replace("FILE", "key.der"))
        assert found.message == "the file that this names is not text"

    def test_a_key_file_that_is_a_template_is_called_that(self, folder: Path, diagnose: Diagnose) -> None:
        (folder / "key.pem").write_text("-----BEGIN PUBLIC KEY-----\n${KEY}\n-----END PUBLIC KEY-----\n")
        (found,) = diagnose(KEY.replace("FILE", "key.pem"))
        assert (found.message, found.hint) == (
            "the file that this names does not hold an RSA public key: it holds ${, as a template does that is not "
            "filled in",
            "Put the key itself into the file. lpconf fills in no variables there.",
        )

    def test_nothing_of_a_file_that_is_no_key_is_shown(self, folder: Path, diagnose: Diagnose) -> None:
        (folder / "passwords").write_text("root:hunter2\n", encoding="utf-8")
        (found,) = diagnose(KEY.replace("FILE", "passwords"))
        assert (found.code, found.source) == ("key.format", None)
        assert "hunter2" not in repr(found)
        assert found.message.startswith("the file that this names does not hold an RSA public key: ")

    def test_no_descriptor_stays_open(self, folder: Path, diagnose: Diagnose, load_text: Load) -> None:
        (folder / "keys").mkdir()
        (folder / "keys" / "a.pem").write_text(DEMO_PEM, encoding="utf-8")
        load_text(KEY.replace("FILE", "keys/a.pem"))
        diagnose(KEY.replace("FILE", "keys/b.pem"))
        diagnose(KEY.replace("FILE", "nokeys/b.pem"))
        diagnose(KEY.replace("FILE", "keys"))
        assert opened_below(folder) == []
