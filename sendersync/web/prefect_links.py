"""Links to Prefect's forms with their fields filled in.

A form that meets a field which it does not know stays dead without a word: the names are those of
the flows' parameters and of `schemas.flow_options`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from schemas.flow_options import ImportChoice
from schemas.forms.fields import columns_named
from sendersync.web.choices import Choices
from sendersync.web.settings import PrefectForms


def approve_link(forms: PrefectForms, digest: str) -> str:
    """The form that lets go what was held under a digest; empty where it is not served."""
    return _filled(forms.approve, {"what": {"digest": digest}})


def sync_link(forms: PrefectForms, file: Path) -> str:
    """The form that runs a sync file; empty where it is not served."""
    # as the form's drop-down names it: from the folder where runs start, as ours do
    inside = file.is_relative_to(Path.cwd())
    place = file.relative_to(Path.cwd()).as_posix() if inside else str(file)
    return _filled(forms.sync_contacts, {"sync": {"file": place}})


def import_link(forms: PrefectForms, file: Path, choices: Choices) -> str:
    """The form that imports a file once; empty where it is not served."""
    what = {"file": str(file), "country": choices.country}
    pairs = [f"{name}={column}" for name, column in choices.columns.items() if column]
    line = ", ".join(pairs)
    try:
        ImportChoice(**what, columns=line)
    except ValueError:  # a column that the form would refuse without a word
        line = ""
    if columns_named(line) == pairs:  # else one of them holds what parts them in the form
        what["columns"] = line
    return _filled(forms.import_contacts, {"what": what})


def _filled(form: str, parameters: dict[str, Any]) -> str:
    values = quote(json.dumps(parameters, separators=(",", ":")), safe="")
    return f"{form}?parameters={values}" if form else ""
