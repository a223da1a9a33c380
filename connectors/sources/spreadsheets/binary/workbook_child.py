"""Child process that reads one binary workbook, and writes its rows as JSON.

xls by xlrd, which tells error cells, hidden rows and merged cells; xlsb by calamine. Run by path,
not imported: a damaged workbook can make a reader ask for hundreds of gigabytes, and then the whole
process is gone. Here it is this one, which has a limit and nothing else to lose.

    python workbook_child.py FILE [SHEET] [MEGABYTES]

Without SHEET it writes `[[name, hidden], ...]`. With it first `{"merged": [[row, column, rows,
columns], ...], "since_1904": true or false}`, all counted from 0, then one list for each row with
cells: `[number from 1, cells, hidden, {column: error}]`. A cell is a text, a number, true or false,
`[ISO text]` for a date, `{"s": seconds}` for a duration, or `{"n": number, "f": format}` for a
number that its format shows as a moment.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import struct
import sys
from typing import Any

OUT_OF_MEMORY = 77
NOT_READABLE = 78
PROTECTED = 79

_NAME, _EOF, _IGNORED = 0x0018, 0x000A, 0x00FF


def main(path: str, sheet: str | None, megabytes: int) -> int:
    """Writes what was asked for; the exit code says what went wrong."""
    _limit(megabytes)
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # nothing is imported that is not needed
            binary_xml = file.read(2) == b"PK"
        code = (_with_calamine if binary_xml else _with_xlrd)(path, sheet)
    except MemoryError:
        return OUT_OF_MEMORY
    except BaseException:  # noqa: BLE001  # a panic of a library is no Exception
        return NOT_READABLE
    sys.stdout.flush()
    return code


def _with_xlrd(path: str, sheet: str | None) -> int:
    import olefile
    import xlrd

    with olefile.OleFileIO(path, raise_defects=olefile.DEFECT_INCORRECT) as container:
        names = {name[0].upper(): name for name in container.listdir() if len(name) == 1}
        stream = container.openstream(names.get("WORKBOOK") or names["BOOK"]).read()
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123  # see above
        try:
            book = xlrd.open_workbook(
                file_contents=_without_names(stream),
                logfile=nowhere,  # by default it would write between our lines
                formatting_info=True,
                on_demand=True,  # a macro sheet or a chart that is broken spoils no other sheet
                ragged_rows=True,
            )
        except xlrd.XLRDError as problem:
            if "encrypted" in str(problem):
                return PROTECTED
            raise
        if sheet is None:
            hidden = book._sheet_visibility  # not public; else every sheet would be read for it
            _write([[n, bool(h)] for n, h in zip(book.sheet_names(), hidden, strict=True)])
        else:
            _write_xls_rows(book, book.sheet_by_name(sheet))
    return 0


def _without_names(stream: bytes) -> bytes:
    """The stream without its named formulas: no cell needs them, and xlrd fails at odd ones."""
    kept = bytearray(stream)
    place = 0
    while place + 4 <= len(kept):
        kind, size = struct.unpack_from("<HH", kept, place)
        if kind == _NAME:
            struct.pack_into("<H", kept, place, _IGNORED)
        elif kind == _EOF:
            break  # of what concerns the whole workbook
        place += 4 + size
    return bytes(kept)


def _write_xls_rows(book: Any, sheet: Any) -> None:
    from xlrd.biffh import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XL_CELL_NUMBER
    from xlrd.biffh import error_text_from_code as errors

    merged = [[top, left, end - top, to - left] for top, end, left, to in sheet.merged_cells]
    _write({"merged": merged, "since_1904": book.datemode == 1})
    codes = [
        known.format_str if (known := book.format_map.get(style.format_key)) else ""
        for style in book.xf_list
    ]
    for place in range(sheet.nrows):
        cells = list(sheet.row_values(place))
        faulty: dict[int, str] = {}
        for n, kind in enumerate(sheet.row_types(place)):
            if kind in (XL_CELL_NUMBER, XL_CELL_DATE):
                style = sheet.cell_xf_index(place, n)
                code = codes[style] if style < len(codes) else ""
                if kind == XL_CELL_DATE or "[" in code:
                    cells[n] = {"n": cells[n], "f": code, "date": kind == XL_CELL_DATE}
            elif kind == XL_CELL_BOOLEAN:
                cells[n] = bool(cells[n])
            elif kind == XL_CELL_ERROR:
                faulty[n] = errors.get(cells[n], "#ERROR")
                cells[n] = faulty[n]
        if any(cell != "" for cell in cells):
            info = sheet.rowinfo_map.get(place)
            _write([place + 1, cells, bool(info and info.hidden), faulty])


def _with_calamine(path: str, sheet: str | None) -> int:
    import python_calamine

    try:
        with python_calamine.load_workbook(path) as book:
            if sheet is None:
                _write(_sheets(book))
                return 0
            found = book.get_sheet_by_name(sheet)
            _write({"merged": [], "since_1904": False})
            # its rows begin at row 1, its cells at the first column that is filled
            before = [""] * (found.start[1] if found.start else 0)
            for number, row in enumerate(found.iter_rows(), start=1):
                _write([number, [*before, *map(_plain, row)], False, {}])
    except python_calamine.PasswordError:
        return PROTECTED
    return 0


def _sheets(book: Any) -> list[list[Any]]:
    import python_calamine

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
