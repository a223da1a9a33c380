"""Credentials of CRMs that are kept in Prefect: registered by `serve`, read by the flows."""

from __future__ import annotations

from connectors.configuration.environment import environment
from sendersync.blocks.crm_credentials import BLOCKS, NAME


def register_blocks() -> list[str]:
    """Makes the blocks known to the Prefect server; their names as its UI shows them."""
    for each in BLOCKS:
        each.register_type_and_schema()
    return [each.get_block_type_name() for each in BLOCKS]


def variables(kind: str) -> dict[str, str]:
    """Our variables, with those of a CRM's block where the environment has none for that CRM.

    Args:
        kind: The sync file's `source.kind`.
    """
    given = environment()
    for each in BLOCKS:
        known = any(name.startswith(f"SENDERSYNC_{kind}_".upper()) for name in given)
        if each.kind != kind or known:
            continue
        try:
            found = each.load(NAME)
        except ValueError:
            continue  # nobody has made one: whoever needs it says what is missing
        if isinstance(found, each):  # a coroutine inside an event loop, where no flow of ours is
            given |= found.as_variables()
    return given
