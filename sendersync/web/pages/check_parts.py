"""What `check` found, part by part: the page of `check --html` and the page of a dropped file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from schemas.reasons import ADVICE, WITHHELD, Reason
from schemas.wording import counted
from sendersync.transforms.masking.masked_cells import shown_cell, shown_field
from sendersync.web.pages.html import bar, cell, stacked_bar, table, text
from sendersync.web.pages.plain_names import FIELD_NAMES, REASON_NAMES

if TYPE_CHECKING:
    from sendersync.pipeline.check.result import CheckResult, CheckSummary, Sample

MOST_COLUMNS: Final = 200
"""Columns that are listed; of those behind them only the ones that are used or suggested."""

_ENDS: Final = {
    "accepted": ("good", "would be added"),
    "withheld": ("kept", "kept back: said stop, may have said stop, or no consent"),
    "merged": ("merged", "same phone as another row"),
    "rejected": ("bad", "need fixing"),
}
_TONES: Final = {"sure": "good", "likely": "kept", "guess": "bad"}


def counts(summary: CheckSummary) -> Iterator[str]:
    """What became of the rows: four numbers and a bar, then what a run would say of them."""
    if summary.count is None:
        yield f"<p>{counted(summary.rows, 'row')}. It is not clear which column holds the phone, "
        yield "so nothing more can be said about them.</p>\n"
        return
    rows = {name: getattr(summary.count, name) for name in _ENDS}
    read = counted(summary.rows, "row was", "rows were")
    yield f'<p class="soft">{read} read. Nothing was sent or changed.</p>\n'
    yield '<div class="tiles">\n'
    for name, (tone, words) in _ENDS.items():
        yield f'<div class="tile {tone}"><b>{rows[name]:,}</b><span>{words}</span></div>\n'
    yield "</div>\n"
    yield stacked_bar(
        [(tone, rows[name]) for name, (tone, _) in _ENDS.items()],
        ", ".join(f"{rows[name]:,} {words}" for name, (_, words) in _ENDS.items()),
    )
    if not summary.complete:
        yield '<p class="note">The file was not read to its end, or changed meanwhile.</p>\n'
    if summary.country_differs:
        differ = counted(summary.country_differs, "row")
        yield f'<p class="small soft">{differ}: country column and number disagree; the number '
        yield "was used.</p>\n"
    for remark in summary.remarks:
        yield f'<p class="note">{text(remark)}</p>\n'


def decisions(result: CheckResult) -> Iterator[str]:
    """What a person must decide stands above everything that is only worth knowing."""
    for field, several in result.suggestion.undecided.items():
        what = "opted out" if field == "opted_out" else "agreed to texts"
        named = ", ".join(map(cell, several))
        yield f'<p class="note"><b>Please decide.</b> {named} may say who {what}, '
        yield "but this is not certain. No one should be added before that is clear.</p>\n"


def reasons(summary: CheckSummary) -> Iterator[str]:
    """Why rows are not added, the commonest first, each with its advice."""
    found = summary.reasons | summary.withheld
    if not found:
        if summary.count is not None:
            yield "<h2>What holds rows back</h2>\n<p>Nothing.</p>\n"
        return
    most = max(found.values())
    yield "<h2>What holds rows back, and what to do</h2>\n"
    yield '<ul class="reasons">\n'
    for code, rows in sorted(found.items(), key=lambda each: (-each[1], each[0])):
        reason = Reason(code)
        tone = "kept" if reason in WITHHELD else "bad"
        yield f'<li class="{tone}"><div class="top"><b>{REASON_NAMES[reason]}</b>'
        yield f"<b>{rows:,}</b></div>"
        yield bar(rows / most)
        yield f'<span class="small">{text(ADVICE[reason])} '
        yield f'<code class="soft">{reason.value}</code></span></li>\n'
    yield "</ul>\n"


def near_misses(summary: CheckSummary) -> Iterator[str]:
    """Countries and e-mail domains that are one slip away from a known one."""
    if summary.countries:
        yield "<h2>Countries that were not understood</h2>\n"
        yield from table(
            ("Rows", "In the file", "Perhaps meant"),
            (
                (
                    f"{each.rows:,}",
                    cell(each.cell),
                    text(" or ".join(f"{name} ({code})" for code, name in each.meant.items())),
                )
                for each in summary.countries
            ),
        )
    if summary.domains:
        yield "<h2>E-mail addresses that may have a slip</h2>\n"
        yield "<p>They are left as they are: only their owners know.</p>\n"
        yield from table(
            ("Rows", "Addresses at", "Perhaps meant"),
            ((f"{each.rows:,}", cell(each.domain), cell(each.meant)) for each in summary.domains),
        )


def columns(result: CheckResult) -> Iterator[str]:
    """Each column of the source: what it is read as, and how sure the suggestion is."""
    from sendersync.transforms.mapping.suggest import level

    used = _fields_of(result.pairs())
    suggested = _fields_of(result.suggestion.columns.items())
    yield "<h2>Which column is what</h2>\n"
    rows = []
    for place, column in enumerate(result.summary.columns):
        if place >= MOST_COLUMNS and column not in used and column not in suggested:
            continue
        sure = ""
        for field in suggested.get(column, []):
            confidence = result.suggestion.confidence[field]
            word = level(confidence)
            sure += (
                f'<div class="{_TONES[word]}">{bar(confidence, "meter")}'
                f"{text(FIELD_NAMES[field])}: {word}</div>"
            )
        taken = ", ".join(FIELD_NAMES[field] for field in used.get(column, []))
        rows.append((cell(column), text(taken) or '<span class="soft">not used</span>', sure))
    yield from table(("Column", "Read as", "Suggested, and how sure"), rows, numbers=False)
    if more := len(result.summary.columns) - len(rows):
        yield f"<p>And {counted(more, 'more column')}: neither used nor suggested.</p>\n"
    for note in result.suggestion.notes:
        yield f'<p class="note">{text(note)}</p>\n'


def samples(summary: CheckSummary, *, unmasked: bool) -> Iterator[str]:
    """One row of each kind and the first rows, before and after."""
    if not summary.samples:
        return
    yield "<h2>One row of each kind, before and after</h2>\n"
    yield from _sample_table(summary.examples, unmasked=unmasked)
    first = len(summary.samples)
    yield f"<h2>The first {first} rows</h2>\n" if first > 1 else "<h2>The first row</h2>\n"
    yield from _sample_table(summary.samples, unmasked=unmasked)


def _sample_table(samples: Iterable[Sample], *, unmasked: bool) -> Iterator[str]:
    rows = []
    for each in samples:
        before = {
            field: shown_cell(field, value, unmasked=unmasked)
            for field, value in each.before.items()
        }
        after = {
            field: shown_field(field, value, unmasked=unmasked)
            for field, value in each.after.items()
        }
        rows.append((f"{each.line:,}", _row(before), _end(each.end), _row(after)))
    yield from table(("Line", "In the file", "Becomes", "After"), rows)


def _row(cells: Mapping[str, str]) -> str:
    shown = [
        f'<dt>{text(FIELD_NAMES[field])}</dt><dd class="cell" dir="auto">{text(value)}</dd>'
        for field, value in cells.items()
        if value
    ]
    return f'<dl class="row">{"".join(shown)}</dl>' if shown else ""


def _end(end: str) -> str:
    if end in set(Reason):
        tone = "kept" if Reason(end) in WITHHELD else "bad"
        return f'<span class="tag {tone}">{text(REASON_NAMES[Reason(end)])}</span>'
    tone = "good" if end == "accepted" else "merged"
    return f'<span class="tag {tone}">{"a contact" if end == "accepted" else "merged"}</span>'


def written_as(result: CheckResult) -> Iterator[str]:
    """Encoding, delimiter and header of delimited text, and what the source said of itself."""
    if result.dialect is None:
        for note in result.notes:
            yield f'<p class="small soft">{text(note)}</p>\n'
        return
    names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
    yield "<h2>How the file is written</h2>\n"
    yield f"<p>Encoding <code>{text(result.dialect.encoding)}</code>, cells apart by "
    yield f"<code>{text(names.get(result.dialect.delimiter, result.dialect.delimiter))}</code>, "
    line = result.dialect.header_line
    yield f"names of the columns in line {line}.</p>\n" if line else "no names of columns.</p>\n"
    for note in (*result.dialect.notes, *result.notes):
        yield f'<p class="small soft">{text(note)}</p>\n'


def _fields_of(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for field, column in pairs:
        fields.setdefault(column, []).append(field)
    return fields
