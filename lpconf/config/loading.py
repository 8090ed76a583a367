"""Files to a `Site`: read, check, merge, build. All that is wrong is told at once."""

from __future__ import annotations

import gc
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from lpconf import __version__
from lpconf.config import checks
from lpconf.config import files as disk
from lpconf.config.building import Builder, Checked
from lpconf.config.document import Document, Source, Value
from lpconf.config.explain import account_complaint, explain, make_validator
from lpconf.config.files import Files
from lpconf.config.parser import parse
from lpconf.config.problems import BadValueError, Complaint, Problems
from lpconf.config.schema import ACCOUNT, VARIABLE_NAME
from lpconf.config.variables import Variables
from lpconf.config.words import closest, quoted
from lpconf.model.json_schema import format_name
from lpconf.model.site import Site

_LONGEST_REQUIRES = 200
"""Characters. What is longer names no versions."""


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Without cyclic garbage collection: it walks all values again and again and finds none (a third of the time)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_collector_paused()
def load_site(
    paths: Sequence[Path], variables: Mapping[str, str], environ: Mapping[str, str], files: Files, *, keep_unset: bool
) -> Site:
    """The site that the files declare; see `lpconf.config.load`."""
    problems = Problems()
    documents = _read(paths, files, problems)
    readable = [document for document in documents if not _too_new(document, problems)]
    validator = make_validator()
    checked = [Checked(document, explain(document, validator, problems)) for document in readable]
    filler = Variables(variables, environ, _declared_variables(checked, problems), keep_unset=keep_unset)
    account = _account(checked, problems)
    label = _label(checked, filler, problems)
    builder = Builder(filler, problems, files)
    declared = [(each, tuple(builder.things(each))) for each in checked]
    undeclared = tuple(one for each, things in declared for one in builder.undeclared(each, things))
    things = tuple(thing for _, each in declared for thing in each)
    if not problems and not keep_unset:
        _check_given(filler, problems)
    if problems or account is None:
        problems.stop()
    sources = {document.source.file: document.source.lines for document in documents}
    return Site(
        account=account,
        things=things,
        delete_undeclared=undeclared,
        label=label,
        unset_variables=filler.unset(),
        sources=sources,
        account_position=readable[0].source.position(readable[0].value_mark(("account",))),
    )


def _read(paths: Sequence[Path], files: Files, problems: Problems) -> list[Document]:
    documents: list[Document] = []
    found = files.find(paths, problems)
    size = 0
    if not found and not problems:
        problems.add_missing("lpconf", Complaint("file.none", "no file was named", "Name a YAML file or its folder."))
    for file in found:
        problems.expect(file.name)
        text = files.read(file, problems)
        size += len(text or "")
        if size > disk.MAX_ALTOGETHER:
            message = f"the files are larger than {disk.MAX_ALTOGETHER // 1_000_000} MB altogether"
            problems.add_file(file.name, Complaint("file.size", message, "Name fewer of them."))
            break
        if text is not None:
            document = parse(text, Source.of(file.name, file.path.parent, text), problems)
            if document is not None and not _is_output(document, problems):
                documents.append(document)
    return documents


def _is_output(document: Document, problems: Problems) -> bool:
    """Whether the file is what a command of lpconf wrote. Nothing else is said of such a file."""
    written = document.value.get("format")
    if not (isinstance(written, str) and re.fullmatch(format_name("[a-z-]{1,40}"), written)):
        return False
    if written == format_name("plan"):
        command = f"lpconf apply --plan {shlex.quote(document.source.file)}"
        complaint = Complaint("file.output", "this is a saved plan and no configuration", f"Apply it with: {command}")
    else:
        complaint = Complaint("file.output", f"lpconf wrote this file ({written}); it is no configuration")
    problems.add(document.source, document.key_mark(("format",)), complaint)
    return True


def _too_new(document: Document, problems: Problems) -> bool:
    """Whether the file is for another lpconf. Nothing else is said of such a file: its words may be new ones."""
    requires, version = document.value.get("requires"), document.value.get("version")
    if isinstance(requires, str) and (complaint := _requires_complaint(requires)):
        problems.add(document.source, document.value_mark(("requires",)), complaint, "requires")
        return True
    if isinstance(version, int) and not isinstance(version, bool) and version > 1:
        complaint = Complaint(
            "schema.version", f"version {version} is not known to this lpconf ({__version__})", "Use a newer lpconf."
        )
        problems.add(document.source, document.value_mark(("version",)), complaint, "version")
        return True
    return False


def _requires_complaint(requires: str) -> Complaint | None:
    from packaging.specifiers import SpecifierSet  # few files have it

    try:
        if len(requires) > _LONGEST_REQUIRES:
            raise ValueError
        fits = SpecifierSet(requires).contains(__version__, prereleases=True)
    except ValueError:
        # Not only InvalidSpecifier: it refuses numbers of thousands of digits with Python's own error.
        return Complaint("requires", f"{quoted(requires)} does not name versions of lpconf", 'Write it as ">=1.2".')
    if fits:
        return None
    needed = " ".join(requires.split())
    return Complaint("requires", f"this file needs lpconf {needed}; this is lpconf {__version__}", "Use that lpconf.")


def _declared_variables(checked: Sequence[Checked], problems: Problems) -> dict[str, str]:
    values: dict[str, str] = {}
    first: dict[str, str] = {}
    for each in checked:
        document = each.document
        declared = document.value.get("vars")
        if ("vars",) in each.wrong or not isinstance(declared, dict):
            continue
        for name, value in declared.items():
            spot = ("vars", name)
            if spot in each.wrong or not re.fullmatch(VARIABLE_NAME, name):
                continue
            here = str(document.source.position(document.key_mark(spot)))
            if name in values:
                complaint = Complaint(
                    "duplicate", f"the variable {name} is set twice; the first is at {first[name]}", "Keep one of them."
                )
                problems.add(document.source, document.key_mark(spot), complaint, spot)
                continue
            values[name] = _variable_text(document, name, value)
            first[name] = here
    return values


def _check_given(filler: Variables, problems: Problems) -> None:
    for name in filler.unknown():
        near = closest(name, filler.known())
        hint = f"Did you mean {near}?" if near else "Use it as ${var." + name + "}, or leave the option out."
        problems.add_missing("--var", Complaint("variable.unknown", f"no variable is named {quoted(name)}", hint))


def _variable_text(document: Document, name: str, value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return document.written(("vars", name), value)


def _account(checked: Sequence[Checked], problems: Problems) -> str | None:
    """The one account of all files."""
    account, first = None, ""
    for each in checked:
        document, value = each.document, each.document.value.get("account")
        if ("account",) in each.wrong or value is None:
            continue
        mark = document.value_mark(("account",))
        if not re.fullmatch(ACCOUNT, value):
            # A validator searches with the schema's pattern, whose end lets a line break pass.
            problems.add(document.source, mark, account_complaint(value, ""), "account")
        elif account is None:
            account, first = value, str(document.source.position(mark))
        elif value != account:
            complaint = Complaint(
                "account.several",
                f"more than one account at once is not supported yet: {value} here, {account} at {first}",
                "Name the files of one account.",
            )
            problems.add(document.source, mark, complaint, "account")
    return account


def _label(checked: Sequence[Checked], filler: Variables, problems: Problems) -> str | None:
    label, first = None, ""
    for each in checked:
        document, value = each.document, each.document.value.get("label")
        if ("label",) in each.wrong or value is None:
            continue
        mark = document.value_mark(("label",))
        try:
            text = filler.fill(value)
            checks.single_line(text)
            if label is not None and text != label:
                raise BadValueError(
                    "duplicate", f"the account has two labels; the first is at {first}", "Keep one of them."
                )
        except BadValueError as error:
            problems.add(document.source, mark, error.complaint, "label")
            continue
        if label is None:
            label, first = text, str(document.source.position(mark))
    return label
