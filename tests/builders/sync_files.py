"""The sender code of the tests, and the smallest sync file that a source can be opened with."""

from __future__ import annotations

from typing import Any, Final

from schemas.sync_file import SyncFile

CODE: Final = "12065551212"
"""Fictional, as every number of the tests."""


def sync_of(source: dict[str, Any], **more: Any) -> SyncFile:
    """A sync that reads `source`, with a column `Phone` unless `columns` are given."""
    given = {"sync": "s", "source": source, "columns": {"phone": "Phone"}, "sender_code": CODE}
    return SyncFile.model_validate({**given, **more})
