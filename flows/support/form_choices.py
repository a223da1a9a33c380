"""What the drop-downs of Prefect's forms show: the syncs, codes, groups and countries there are.

A form is made when a deployment is, and made anew while `serve` runs. So `serve` and `deploy` ask
`installed_choices`, and give each deployment the schema that `with_choices` returns, with the
parameters that `with_defaults` returns: Prefect's page sends nothing while a default is not among
its choices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from connectors.configuration.sync_files import read_sync_file
from connectors.configuration.sync_folder import sync_files
from schemas.errors import SendersyncError
from schemas.forms.choices import Choices
from schemas.forms.fields import CHOICES
from schemas.sync_file import SyncFile
from schemas.sync_keys.country_codes import COUNTRY_CODES
from sendersync.state.store import State as Ledger

LEVELS: Final = 2
"""Folders below the one where runs start in which sync files are looked for."""


def installed_choices(folder: Path, state_url: str) -> Choices:
    """What is installed now.

    Args:
        folder: Where runs start.
        state_url: Database URL of the state; only read.
    """
    files = sync_files(folder, below=LEVELS)
    readable = [sync for each in files if (sync := _read(each)) is not None]
    return Choices(
        syncs=tuple(place_of(each, folder) for each in files),
        sender_codes=_distinct(
            [each.sender_code for each in readable], sorted(_codes_of_members(state_url))
        ),
        groups=_distinct([each.group for each in readable]),
        countries=_distinct(
            [each.default_country for each in readable],
            [code for each in readable for code in each.countries or ()],
            sorted(COUNTRY_CODES),
        ),
    )


def place_of(file: Path, folder: Path) -> str:
    """A sync file as a form names it: from the folder where runs start, where it lies in it."""
    file, folder = file.resolve(), folder.resolve()
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.as_posix()


def with_choices(
    schema: Mapping[str, Any], choices: Choices, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """The schema of a flow's parameters with the drop-downs of this installation.

    A field without any choice stays a line of text. What a deployment is given is among its
    choices, also where it is not installed: a form with another value could not be sent.

    Args:
        schema: `ParameterSchema.model_dump_for_openapi()` of the flow.
        choices: What is installed.
        parameters: What the deployment is given.
    """
    made = deepcopy(dict(schema))
    for frame, fields in _frames(made).items():
        given = parameters.get(frame) or {}
        _only_shown(made["properties"][frame], fields)
        for name, field in fields.items():
            listed = field.pop(CHOICES, None)
            known = getattr(choices, listed) if listed else ()
            if not known:
                continue
            several = field.get("type") == "array"
            default = field.get("default", "")
            own = given.get(name, default)
            values = [*([] if several else [default]), *known, *(own if several else [own])]
            shown = [*dict.fromkeys(values)]
            if several:
                field["items"] = {**field.get("items", {}), "enum": shown}
            else:
                field["enum"] = shown
    return made


def _only_shown(frame: dict[str, Any], fields: Mapping[str, Any]) -> None:
    """Takes fields of older forms out of a frame's default: the page would send them along."""
    if isinstance(frame.get("default"), dict):
        frame["default"] = {
            name: frame["default"][name] for name in frame["default"] if name in fields
        }


def with_defaults(
    schema: Mapping[str, Any], choices: Choices, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """What a deployment is given, and the first choice for a sync or code that it is not given.

    So every deployment can be started as it is. Groups and countries stay empty.

    Args:
        schema: As for `with_choices`.
        choices: What is installed.
        parameters: What `prefect.yaml` gives it.
    """
    made = deepcopy(dict(parameters))
    for frame, fields in _frames(schema).items():
        for name, field in fields.items():
            listed = field.get(CHOICES)
            wanted = listed in ("syncs", "sender_codes") and field.get("type") == "string"
            optional = name == "like"
            known = getattr(choices, listed) if wanted else ()
            if known and not optional and not (made.get(frame) or {}).get(name):
                made[frame] = {**(made.get(frame) or {}), name: known[0]}
    return made


def _frames(schema: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Parameter to the fields of its frame, as they stand in the schema's definitions."""
    frames = {}
    for name, found in schema.get("properties", {}).items():
        reference = found.get("$ref") or (found.get("allOf") or [{}])[0].get("$ref", "")
        frame = schema.get("definitions", {}).get(reference.rpartition("/")[2], {})
        frames[name] = frame.get("properties", {})
    return frames


def _read(file: Path) -> SyncFile | None:
    """A sync file; None where it is wrong: its run says so."""
    try:
        return read_sync_file(file).sync
    except SendersyncError:
        return None


def _codes_of_members(state_url: str) -> Iterable[str]:
    try:
        with Ledger.open(state_url, read_only=True) as ledger:
            # no sync has this name, so that these are all codes there are
            return [str(each) for each in ledger.members.codes_elsewhere("")]
    except SendersyncError:  # the runs say what is wrong with the state
        return []


def _distinct(*several: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for values in several for each in values if each))
