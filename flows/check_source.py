"""The flow behind a look at a source in Prefect's UI: what `sendersync check` shows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State

from connectors.configuration.sync_files import read_sync_file
from flows.support.credentials import variables
from flows.support.ending import source_looked_at
from flows.support.publishing import publish_check
from flows.support.run_names import run_name, stem
from flows.support.running import Contexts, work_as_flow
from schemas.errors import WrongUse
from schemas.flow_options import CheckChoice
from schemas.forms.fields import columns_named, heading
from sendersync.pipeline.check.open_checked import look_at, open_contacts, open_sync
from sendersync.pipeline.one_off.map_options import read_mapping

NOTHING = CheckChoice()


ABOUT = """\
Shows what a source holds: which column is what, which rows cannot be used, and why.

It sends nothing, remembers nothing, and needs no credentials of the SMS platform.

- For a sync, its source is read as the sync reads it.
- For a file, the columns are recognised by their names: look here before you import it.
- Phones are shown masked.
"""
"""What the deployment's page says beside the button Run."""


@flow(
    name="check_source",
    flow_run_name=run_name(lambda given: f"look at {stem(given['what'].place)}"),
    description=ABOUT,
    retries=0,
    persist_result=False,
)
def check_source(
    what: Annotated[CheckChoice, heading("What should be looked at?")] = NOTHING,
) -> State[Any]:
    """Shows what a source holds: which column is what, which rows cannot be used, and why.

    Args:
        what: A sync, or a file on the machine where the runs happen.
    """

    def look(_contexts: Contexts) -> State[Any]:
        if what.file:
            given = read_mapping(columns_named(what.columns))
            opened = open_contacts(Path(what.file).expanduser(), given, what.country or None)
            found = look_at(opened, given)
        elif what.sync:
            read = read_sync_file(Path(what.sync).expanduser())
            found = look_at(open_sync(read, variables(read.sync.source.kind)))
        else:
            raise WrongUse(
                "Neither a sync nor a file is named; nothing was looked at.",
                where="What should be looked at?",
                do="Choose a sync, or write the path of a file.",
            )
        publish_check(found)
        return source_looked_at(found)

    return work_as_flow(look)
