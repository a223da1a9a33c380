"""The names under which the ledger keeps one-off imports and stop lists: `import:<sender code>`.

They are pseudo syncs: nobody is in their source tomorrow, so they are out of use from the start.
The name of a sync holds no colon, so that the two never meet.
"""

from __future__ import annotations

from typing import Final, Literal

_MARK: Final = ":"

SQL_PATTERN: Final = f"%{_MARK}%"
"""What LIKE finds them by."""


def one_off_name(command: Literal["import", "stop"], sender_code: str) -> str:
    """The pseudo sync of a one-off command for one sender code."""
    return f"{command}{_MARK}{sender_code}"


def is_one_off(sync: str) -> bool:
    """Whether this is the name of a pseudo sync."""
    return _MARK in sync


def is_stop_list(sync: str) -> bool:
    """Whether this is the name of a stop list's pseudo sync."""
    return sync.startswith(f"stop{_MARK}")
