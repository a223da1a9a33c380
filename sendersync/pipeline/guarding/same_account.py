"""A state is used with the account that gave its answers, or nothing is read or sent."""

from __future__ import annotations

from collections.abc import Collection

from schemas.errors import WrongUse
from schemas.wording import counted
from sendersync.state.store import State


def refuse_other_account(
    state: State, account: str, sync: str, sender_codes: Collection[str]
) -> None:
    """Refuses to go on beside another account of the platform than the state knows.

    Args:
        state: What earlier runs left; only read here.
        account: The one that is set; empty where none is, as in a dry run without credentials.
        sync: The sync.
        sender_codes: Of the sync file, or of the operations that are due.

    Raises:
        WrongUse: Some sender code was confirmed on another account.
    """
    if not account:
        return
    others = state.accounts.codes_of_others(account, sync, sender_codes)
    if not others:
        return
    codes = counted(len(others), "sender code", "sender codes")
    raise WrongUse(
        f"What {state.where} knows of {codes} of this sync comes from another account of the "
        "platform than the one that is set. Nothing was sent.",
        where="SENDERSYNC_API_URL, SENDERSYNC_REALM",
        do="Set them to the account that you used before; or, for this account, set "
        "SENDERSYNC_STATE to a place of its own. If your account only got a new address or a new "
        "name: `sendersync account --moved`.",
    )
