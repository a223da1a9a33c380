"""The flow behind a one-off import that somebody starts in Prefect's UI."""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.support.one_off_jobs import import_job
from flows.support.run_names import run_name, stem
from flows.support.running import only_look, run_as_flow
from schemas.flow_options import ColumnChoice, ImportChoice, ImportOptions, OlderColumns
from schemas.forms.fields import heading

AS_NOBODY_SAID = ImportOptions()
NO_FILE = ImportChoice()
AS_THE_HEADER_SAYS = ColumnChoice()


ABOUT = """\
Adds the people of one file to a sender code. Never stops anyone.

**Look first.** A look shows which column was taken for what, how many people would be added,
and which rows cannot be used and why; it sends nothing.

- Nobody is added who has said stop, here or in the file, or who is on the do-not-contact list.
- The same file again does no harm: whoever is there already is left alone.
- A file that should be read every night is a *sync*, not an import.
"""
"""What the deployment's page says beside the button Run."""


@flow(
    name="import_contacts",
    flow_run_name=run_name(lambda given: f"import of {stem(given['what'].file) or 'nothing'}"),
    description=ABOUT,
    retries=0,
    persist_result=False,
)
def import_contacts(
    options: Annotated[ImportOptions, heading("Only look first, or do it?")] = AS_NOBODY_SAID,
    what: Annotated[ImportChoice, heading("Which file, and to which sender code?")] = NO_FILE,
    columns: OlderColumns = AS_THE_HEADER_SAYS,
) -> State[Any]:
    """Adds the people of one file to a sender code. Never stops anyone.

    Args:
        options: A look sends nothing and remembers nothing.
        what: The page cannot upload: the file must lie on the machine where the runs happen.
        columns: As an older form named them; not on the form any more.
    """
    return run_as_flow(
        lambda: import_job(what, columns.named(), dry_run=only_look(options)), options.minutes
    )
