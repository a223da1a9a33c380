"""What `check` found, for people at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.masking import strip_control_chars
from schemas.wording import counted
from sendersync.cli.views.output import console, print_line, print_text
from sendersync.cli.views.report import reasons_table
from sendersync.cli.views.tables import table
from sendersync.transforms.masking.masked_cells import shown_cell, shown_field

if TYPE_CHECKING:
    from sendersync.pipeline.check.result import CheckResult, CheckSummary


_COLUMNS = 200
"""Columns that are listed; of those behind them only the ones that are used or suggested."""

_SAYS = {"opted_out": "who opted out", "consent": "who agreed to texts"}


def show(result: CheckResult, *, unmasked: bool) -> None:
    """Prints dialect, columns, counts, reasons, hints and the first rows."""
    from sendersync.transforms.mapping.suggest import level

    out = console()
    summary, suggestion = result.summary, result.suggestion
    print_text(out, result.name, style="bold")
    if result.dialect is not None:
        line = result.dialect.header_line
        named = f"header in line {line}" if line else "no header"
        print_text(
            out,
            f"Written as {result.dialect.encoding}, delimiter {result.dialect.delimiter!r}, "
            f"quote {result.dialect.quote!r}, {named}.",
        )
        for note in result.dialect.notes:
            print_text(out, f"Note: {note}.")
    used = {column: field for field, column in reversed(result.pairs())}
    fields = {column: field for field, column in reversed(suggestion.columns.items())}
    rows = []
    for place, column in enumerate(summary.columns):
        field = fields.get(column, "")
        if place >= _COLUMNS and not field and column not in used:
            continue
        sure = suggestion.confidence.get(field, 0.0)
        rows.append(
            (column, used.get(column, ""), field, f"{level(sure)} {sure:.2f}" if field else "")
        )
    out.print()
    out.print(table(("Column", "Used as", "Suggested", "How sure"), rows))
    if len(rows) < len(summary.columns):
        more = counted(len(summary.columns) - len(rows), "more column")
        print_text(out, f"And {more}: neither used nor suggested.")
    for note in suggestion.notes:
        print_text(out, f"Note: {note}")
    for field, several in suggestion.undecided.items():
        named = strip_control_chars(", ".join(map(repr, several)))
        read = "is not read" if len(several) == 1 else "are not read"
        answer = _answer_in_sync_file if result.of_sync_file else _answer_of_import
        print_text(
            out,
            f"Decide: {named} may say {_SAYS[field]} (`{field}`), and {read}. "
            + answer(field, strip_control_chars(", ".join(several))),
        )
    if suggestion.notes or suggestion.undecided:
        out.print()
    _show_counts(out, summary)
    reasons = summary.reasons | summary.withheld
    if reasons:
        out.print()
        out.print(reasons_table(reasons))
    _show_near_misses(out, summary)
    if summary.samples:
        out.print()
        out.print(_sample_table(summary, unmasked=unmasked))
    for note in result.notes:
        print_line(f"Note: {note[0].upper()}{note[1:]}.")


def _answer_in_sync_file(field: str, named: str) -> str:
    return (
        f"If one does, name it in the sync file: `{field}: COLUMN` under `columns:`. "
        f"What says nothing about texts: `not_permission: [{named}]`."
    )


def _answer_of_import(field: str, _: str) -> str:
    return (
        f"`import` goes on only with --map {field}=COLUMN, or --map {field}= for none; "
        "a sync file may name it under `columns:`."
    )


def _show_near_misses(out: Any, summary: CheckSummary) -> None:
    if summary.countries:
        rows = [
            (f"{each.rows:,}", each.cell, ", ".join(f"{n} ({c})" for c, n in each.meant.items()))
            for each in summary.countries
        ]
        out.print()
        out.print(table(("Rows", "Country not understood", "Perhaps meant"), rows, right=("Rows",)))
    if summary.domains:
        rows = [(f"{each.rows:,}", each.domain, each.meant) for each in summary.domains]
        out.print()
        out.print(
            table(("Rows", "E-mails at (left as they are)", "Perhaps meant"), rows, right=("Rows",))
        )


def _show_counts(out: Any, summary: CheckSummary) -> None:
    count = summary.count
    words = counted(summary.rows, "row")
    if count is not None:
        words += (
            f": {count.accepted:,} accepted, {count.rejected:,} rejected, "
            f"{count.merged:,} merged, {count.withheld:,} left out"
        )
    print_text(out, words + ".")
    if not summary.complete:
        print_text(out, "The file was not read to its end, or changed while it was read.")
    if summary.country_differs:
        print_text(
            out,
            f"{counted(summary.country_differs, 'row')}: country column and number disagree; "
            "the number was used.",
        )
    for remark in summary.remarks:
        print_text(out, f"Note: {remark}")


def _sample_table(summary: CheckSummary, *, unmasked: bool) -> Any:
    rows = []
    for each in summary.samples:
        before = [shown_cell(field, cell, unmasked=unmasked) for field, cell in each.before.items()]
        after = [shown_field(field, cell, unmasked=unmasked) for field, cell in each.after.items()]
        rows.append(
            (each.line, " | ".join(before), each.end, " | ".join(cell for cell in after if cell))
        )
    return table(
        ("Line", "Before", "Becomes", "After"),
        rows,
        right=("Line",),
        title="The first row" if len(rows) == 1 else f"The first {len(rows)} rows",
    )
