"""The flow behind a one-off import that somebody starts in Prefect's UI."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from connectors.sources.registry import open_file
from flows.support.running import approver, run_as_flow
from schemas.flow_options import ColumnChoice, ImportChoice, ImportOptions
from sendersync.pipeline.job import Command, Job
from sendersync.pipeline.one_off.one_off import import_mapping, import_sync

AS_THE_HEADER_SAYS = ColumnChoice()
FOR_REAL = ImportOptions()


@flow(name="import_contacts", flow_run_name="{what.file}", retries=0, persist_result=False)
def import_contacts(
    what: ImportChoice,
    columns: ColumnChoice = AS_THE_HEADER_SAYS,
    options: ImportOptions = FOR_REAL,
) -> State[Any]:
    """Adds the people of one file to a sender code. Never removes anyone.

    Args:
        what: The file, the sender code and the group.
        columns: What the columns of the file are called. Leave all empty to have them recognised
            by their names; a dry run's report shows what was found.
        options: Dry run and time limit.
    """

    def prepare() -> Job:
        source = open_file(Path(what.file).expanduser())
        mapping = import_mapping(source, columns.named())
        return Job(
            command=Command.IMPORT,
            sync=import_sync(
                mapping.columns,
                what.sender_code.strip(),
                group=what.group.strip() or None,
                country=what.country or None,
                words=mapping.words,
            ),
            source=source,
            decided=mapping.decided,
            dry_run=options.dry_run,
            approved_by=approver(),
        )

    return run_as_flow(prepare, options.minutes)
