"""A process of its own that reads one binary workbook with calamine, and writes its rows as JSON.

Run by path, not imported: a damaged workbook can make calamine ask for hundreds of gigabytes, and
then the whole process is gone. Here it is this one, which has a limit and nothing else to lose.

    python calamine_child.py FILE [SHEET] [MEGABYTES]

Without SHEET it writes `[[name, hidden], ...]`; with it one list for each row from row 1 on: text,
numbers, true and false, `[ISO text]` for dates, `{"s": seconds}` for durations.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from typing import Any

import python_calamine

OUT_OF_MEMORY = 77
NOT_READABLE = 78
PROTECTED = 79


def main(path: str, sheet: str | None, megabytes: int) -> int:
    """Writes what was asked for; the exit code says what went wrong."""
    _limit(megabytes)
    try:
        with python_calamine.load_workbook(path) as book:
            if sheet is None:
                _write(_sheets(book))
            else:
                found = book.get_sheet_by_name(sheet)
                # its rows begin at row 1, its cells at the first column that is filled
                before = [""] * (found.start[1] if found.start else 0)
                for row in found.iter_rows():
                    _write([*before, *map(_plain, row)])
    except python_calamine.PasswordError:
        return PROTECTED
    except MemoryError:
        return OUT_OF_MEMORY
    except BaseException:  # noqa: BLE001  # a panic of the library is no Exception
        return NOT_READABLE
    sys.stdout.flush()
    return 0


def _sheets(book: Any) -> list[list[Any]]:
    visible, sheets = (
        python_calamine.SheetVisibleEnum.Visible,
        python_calamine.SheetTypeEnum.WorkSheet,
    )
    return [
        [each.name, each.visible != visible] for each in book.sheets_metadata if each.typ == sheets
    ]


def _plain(cell: Any) -> Any:
    if isinstance(cell, dt.datetime):
        return [(cell.date() if cell.time() == dt.time.min else cell).isoformat()]
    if isinstance(cell, dt.date | dt.time):
        return [cell.isoformat()]
    if isinstance(cell, dt.timedelta):
        return {"s": cell.total_seconds()}
    return cell


def _write(thing: Any) -> None:
    sys.stdout.write(json.dumps(thing) + "\n")


def _limit(megabytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the limit is the machine's own
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    given = [*sys.argv[1:], None, None]
    code = main(given[0] or "", given[1], int(given[2] or 4096))
    # at once: taking a large workbook apart again takes seconds
    sys.stdout.flush()
    os._exit(code)
