"""Credentials that are kept in Prefect: registered by `serve` and `deploy`, read by the flows."""

from __future__ import annotations

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import BlockTypeUpdate

from connectors.configuration.environment import environment
from sendersync.blocks.credentials import BLOCKS, NAME


def register_blocks(logos: str) -> list[str]:
    """Makes the blocks known to the Prefect server; their names as its UI shows them.

    Args:
        logos: Address under which the server shows their logos.
    """
    for each in BLOCKS:
        each.register_type_and_schema()
        with get_client(sync_client=True) as client:
            made = client.read_block_type_by_slug(each.get_block_type_slug())
            client.update_block_type(made.id, BlockTypeUpdate(logo_url=f"{logos}/{each.kind}.svg"))
    return [each.get_block_type_name() for each in BLOCKS]


def variables(kind: str) -> dict[str, str]:
    """Our variables, with those of a block where the environment has none of that block's.

    Args:
        kind: The sync file's `source.kind`, or `PLATFORM`.
    """
    given = environment()
    for each in BLOCKS:
        if each.kind != kind or given.keys() & {each.variable(name) for name in each.model_fields}:
            continue
        try:
            found = each.load(NAME)
        except ValueError:
            continue  # nobody has made one: whoever needs it says what is missing
        if isinstance(found, each):  # a coroutine inside an event loop, where no flow of ours is
            given |= found.as_variables()
    return given
