"""Reads a sync file, and says of a wrong one which line, which key, and what was meant.

YAML is read twice from one text: as values for the models of `schemas.sync_file`, and as nodes,
which know their lines.
"""

from __future__ import annotations

import re
import shlex
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from connectors.sources.files.opening import format_of, similar_name
from connectors.sources.files.unpacking import ENDINGS, TABLES
from schemas.did_you_mean import nearest
from schemas.errors import SyncFileError
from schemas.source_specs import SOURCE_KINDS
from schemas.sync_file import SyncFile
from schemas.wording import counted

_DOCUMENTS: Final = {
    **dict.fromkeys((".doc", ".docx", ".docm", ".odt", ".pages"), "a text document"),
    **dict.fromkeys((".ppt", ".pptx", ".odp", ".key"), "a presentation"),
}
"""What people write sync files with by mistake, by ending."""

_CONTACT_FILES: Final = TABLES.union(ENDINGS)
_SYNC_KEY: Final = re.compile(rb"^\W*sync[\"']?\s*:", re.MULTILINE)
_DELIMITER: Final = re.compile(rb"^[^:{\[]*[,;\t|]")

LARGEST: Final = 1_000_000
"""Bytes of a sync file: one that names a hundred columns has some 10,000."""

SYNC_FILES: Final = frozenset({".yaml", ".yml"})


@dataclass(frozen=True)
class SyncOnDisk:
    """A sync file and where it lies: its paths start from its own folder."""

    sync: SyncFile
    path: Path

    @property
    def folder(self) -> Path:
        """Where relative paths of the sync file start."""
        return self.path.resolve().parent


def read_sync_file(path: Path) -> SyncOnDisk:
    """Reads and checks a sync file.

    Raises:
        SyncFileError: No such file, not YAML, an unknown key, a wrong type; `where` holds the file
            and the line.
    """
    try:
        _refuse_what_is_no_text(path)
        if _is_list_of_contacts(path):
            raise _list_of_contacts(path)
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        near = similar_name(path)
        raise SyncFileError(
            "There is no such sync file.",
            where=str(path),
            do=f"Did you mean {near!r}?"
            if near
            else "Check the path, or begin with `sendersync init --from FILE`.",
        ) from None
    except IsADirectoryError:
        raise SyncFileError(
            "This is a folder, not a sync file.", where=str(path), do="Name the sync file in it."
        ) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise SyncFileError(
            "The sync file cannot be read.",
            where=str(path),
            do="It must be a UTF-8 text file that this user may read.",
        ) from problem
    return SyncOnDisk(parse_sync_file(text, name=str(path)), path)


def _refuse_what_is_no_text(path: Path) -> None:
    """Refuses a device, a pipe and a file that nobody has written by hand, before it is read."""
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        return  # said by whoever opens it
    if not stat.S_ISREG(found.st_mode):
        raise SyncFileError(
            "This is no regular file.", where=str(path), do="Name the sync file itself."
        )
    if found.st_size > LARGEST and path.suffix.lower() not in _CONTACT_FILES:
        raise SyncFileError(
            f"This file is too large for a sync file: {found.st_size:,} bytes, at most "
            f"{LARGEST:,}.",
            where=str(path),
            do="Name the sync file, not its source.",
        )


def says_sync(path: Path) -> bool:
    """Whether a file says early that it is a sync file; one that cannot be read does not."""
    try:
        with path.open("rb") as file:
            return _SYNC_KEY.search(file.read(4096)) is not None
    except OSError:
        return False


def _is_list_of_contacts(path: Path) -> bool:
    """By its ending or by how it begins; a sync file of any name says `sync:` early."""
    if path.is_dir():
        return False
    with path.open("rb") as file:
        head = file.read(4096)
    suffix = path.suffix.lower()
    if (what := _DOCUMENTS.get(suffix) or format_of(head)) and suffix not in _CONTACT_FILES:
        raise SyncFileError(
            f"This is {what}, not a sync file.",
            where=str(path),
            do="A sync file is plain text: begin with `sendersync init --from FILE`.",
        )
    if _SYNC_KEY.search(head):
        return False
    first = head.partition(b"\n")[0]
    table = b"\0" in head or (_DELIMITER.search(first) and not first.startswith(b"#"))
    return bool(table) or suffix in _CONTACT_FILES


def _list_of_contacts(path: Path) -> SyncFileError:
    file, name = shlex.quote(str(path)), shlex.quote(f"{path.stem}.yaml")
    return SyncFileError(
        "This is a list of contacts, not a sync file.",
        where=str(path),
        do=f"To import it once: `sendersync import {file} --sender-code CODE`. To keep it in step "
        f"every night, write a sync file for it: `sendersync check {file} --write {name}`.",
    )


def parse_sync_file(text: str, *, name: str) -> SyncFile:
    """The sync file in `text`; `name` is what messages call it.

    Raises:
        SyncFileError: See `read_sync_file`.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
        _refuse_repeated_keys(node, name)
    except RecursionError:
        raise SyncFileError(
            "The keys are nested too deeply.",
            where=name,
            do="Start from sample_data/newsletter.yaml.",
        ) from None
    except ValueError:  # such as 2026-13-45, which YAML takes for a date
        raise SyncFileError(
            "A value looks like a date or a number, but there is no such date or number.",
            where=name,
            do="Write it in quotes.",
        ) from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        raise SyncFileError(
            f"This is not YAML: {getattr(problem, 'problem', None) or 'it cannot be parsed'}.",
            where=f"{name}:{mark.line + 1}" if mark else name,
            do="Check the indentation, the colons and the quotes of this line.",
        ) from None
    if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
        raise SyncFileError(
            "A sync file is a list of keys and values.",
            where=f"{name}:1",
            do="Start from sample_data/newsletter.yaml.",
        )
    if "opt_outs" in values and values["opt_outs"] is None:
        raise SyncFileError(
            "There is nothing under `opt_outs`: no list of who texted STOP would be read.",
            where=f"{name}:{_line(node, ('opt_outs',))}",
            do="Say there where the list is, as `path: stops/*.csv`, or delete the line.",
        )
    try:
        return SyncFile.model_validate(values)
    except ValidationError as refused:
        raise _refusal(refused, node, name) from None


def line_of(path: Path, key: str) -> int | None:
    """The line of a key on top of a sync file, as the file is now; None where it is not there."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, ValueError, RecursionError, yaml.YAMLError):
        return None
    keys = node.value if isinstance(node, yaml.MappingNode) else []
    return next((int(k.start_mark.line) + 1 for k, _ in keys if k.value == key), None)


def _refuse_repeated_keys(node: yaml.Node | None, name: str) -> None:
    """YAML lets the last of two equal keys win in silence; we do not."""
    if not isinstance(node, yaml.MappingNode):
        return
    seen: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if key.value in seen:
            raise SyncFileError(
                f"The key `{key.value}` is there twice, first in line {seen[key.value]}.",
                where=f"{name}:{line}",
                do="Keep one of the two.",
            )
        seen[key.value] = line
        _refuse_repeated_keys(value, name)


def _refusal(refused: ValidationError, node: yaml.MappingNode, name: str) -> SyncFileError:
    """The first refusal in the file's own order, with its line and the nearest right word."""
    # A misspelt key is both unknown and missing: the line that a person can fix comes first.
    problems = sorted(
        refused.errors(),
        key=lambda item: (item["type"] == "missing", _line(node, _place(item))),
    )
    first = problems[0]
    place = _place(first)
    line = _line(node, place)
    key = ".".join(str(part) for part in place if isinstance(part, str)) or "the file"
    kind = first["type"]
    if kind == "extra_forbidden":
        what = f"`{key}` is not a key of a sync file."
        do = _advice(str(place[-1]), _keys_beside(first["loc"]))
    elif kind == "union_tag_not_found":
        what = f"`{key}` is missing."
        do = f"Add it: one of {', '.join(f'`{word}`' for word in SOURCE_KINDS)}."
    elif kind == "union_tag_invalid":
        what = f"`{key}` is {_shown(first['ctx']['tag'])}, which is not allowed here."
        do = _advice(str(first["ctx"]["tag"]), list(SOURCE_KINDS))
    elif kind == "missing":
        what = f"`{key}` is missing."
        do = "Add it."
    elif kind in ("literal_error", "enum"):
        what = f"`{key}` is {_shown(first['input'])}, which is not allowed here."
        do = _advice(str(first["input"]), _words(first))
    else:
        what = f"`{key}` is wrong: {_reason(first)}."
        # our own refusals say what belongs there; those of pydantic do not
        do = "Fix this line." if kind == "value_error" else _fix(first["loc"])
    if len(problems) > 1:
        do += f" ({counted(len(problems) - 1, 'more problem')} below.)"
    return SyncFileError(what, where=f"{name}:{line}", do=do)


def _line(node: yaml.Node, location: Sequence[int | str]) -> int:
    """The line of the key at `location`, or of its nearest parent that is in the file."""
    line = int(node.start_mark.line) + 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == part), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _place(problem: Any) -> tuple[int | str, ...]:
    """Where a problem is in the file; pydantic puts the source's kind into the path of its keys."""
    location: tuple[int | str, ...] = problem["loc"]
    if problem["type"] in ("union_tag_not_found", "union_tag_invalid"):
        return (*location, "kind")
    if location[:1] == ("source",):
        return location[:1] + location[2:]
    return location


def _keys_beside(location: Sequence[int | str]) -> list[str]:
    model: type[BaseModel] = SyncFile
    for part in location[:-1]:
        if model is SyncFile and part == "source":
            return list(SOURCE_KINDS[str(location[1])].model_fields)
        section = model.model_fields[str(part)].annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            model = section
    return list(model.model_fields)


def _fix(location: Sequence[int | str]) -> str:
    """What the key is for, as `docs/sync-file.md` says it."""
    field = _field(location)
    said = field.description if field is not None and field.description else ""
    if field is not None and any(getattr(each, "le", None) == 1 for each in field.metadata):
        said += " A share is written 0.05 for 5 %."
    return f"Fix this line: {said[0].lower()}{said[1:]}" if said else "Fix this line."


def _field(location: Sequence[int | str]) -> FieldInfo | None:
    """The key of the model at `location`; None inside lists and maps."""
    model: type[BaseModel] = SyncFile
    found = None
    for part in location:
        if model is SyncFile and part == "source":
            found = None
            continue
        if found is None and part in SOURCE_KINDS:
            model = SOURCE_KINDS[str(part)]
            continue
        found = model.model_fields.get(str(part))
        if found is None:
            return None
        section = found.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            model = section
    return found


def _words(problem: Any) -> list[str]:
    expected = str(problem.get("ctx", {}).get("expected", ""))
    return [word.strip(" '") for word in expected.replace(" or ", ",").split(",") if word.strip()]


def _advice(word: str, known: list[str]) -> str:
    if near := nearest(word, known):
        return f"Did you mean `{near}`?"
    return "Use one of: " + ", ".join(f"`{item}`" for item in known) + "."


def _shown(value: Any) -> str:
    text = str(value)
    return f"`{text if len(text) <= 40 else text[:40] + '...'}`"


def _reason(problem: Any) -> str:
    message = str(problem["msg"]).removeprefix("Value error, ")
    return message[0].lower() + message[1:]
