"""What `check` found, as one page for people who will never open a terminal.

The page is whole in itself: no script, nothing loaded from elsewhere, and a policy that forbids
both, should a cell ever get past the escaping. Whatever comes from the source goes through `_t`.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemas.reasons import ADVICE, WITHHELD, Reason
from schemas.wording import counted
from sendersync.cli.views.masking import shown_cell, shown_field
from sendersync.cli.views.output import strip_control_chars

if TYPE_CHECKING:
    from sendersync.pipeline.check.result import CheckResult, CheckSummary, Sample
    from sendersync.pipeline.export.output_place import EarlierOutput

_LONGEST_CELL: Final = 300

_TITLES: Final = {
    Reason.PHONE_MISSING: "No phone number",
    Reason.PHONE_NOT_A_NUMBER: "Not one phone number",
    Reason.PHONE_TOO_SHORT: "Phone number too short",
    Reason.PHONE_TOO_LONG: "Phone number too long",
    Reason.PHONE_INVALID: "Phone number does not exist",
    Reason.PHONE_NOT_MOBILE: "Not a mobile number",
    Reason.PHONE_DIGITS_LOST: "A spreadsheet cut digits off",
    Reason.PHONE_COUNTRY_NOT_ALLOWED: "Number of another country",
    Reason.COUNTRY_UNKNOWN: "Country not understood",
    Reason.EMAIL_INVALID: "E-mail address is broken",
    Reason.ROW_MALFORMED: "Row cannot be read",
    Reason.DUPLICATE: "Is in the file twice",
    Reason.SUPPRESSED: "On the do-not-contact list",
    Reason.NO_CONSENT: "No consent to texts",
    Reason.OPTED_OUT: "Said stop",
    Reason.OPT_OUT_UNCLEAR: "May have said stop",
}
"""Reason codes for people who do not know codes; a test holds them complete."""

_ENDS: Final = {
    "accepted": ("good", "would be added"),
    "withheld": ("kept", "kept back: said stop, may have said stop, or no consent"),
    "merged": ("merged", "same phone as another row"),
    "rejected": ("bad", "need fixing"),
}
_FIELDS: Final = {
    "phone": "Phone",
    "key": "Key",
    "email": "E-mail",
    "country": "Country",
    "first_name": "First name",
    "customer_key": "Customer key",
    "group": "Group",
    "sender_code": "Sender code",
    "opted_out": "Opted out",
    "consent": "Consent",
    "consent_at": "Consent given at",
}
_TONES: Final = {"sure": "good", "likely": "kept", "guess": "bad"}

_MARK: Final = '<meta name="generator" content="sendersync check">'
"""By this a page is known as an earlier one, whose place a new one may take."""


def write_page(path: Path, result: CheckResult, *, unmasked: bool) -> None:
    """Writes the page, readable to this user only: also a masked one is about people.

    Raises:
        WrongUse: The place cannot be written, or is taken by what is no earlier page.
    """
    from sendersync.pipeline.export.write_csv import private_file

    with private_file(path, earlier_page()) as file:
        file.write(page(result, unmasked=unmasked).encode())


def earlier_page() -> EarlierOutput:
    """Knows an earlier page, of any file."""
    from sendersync.pipeline.export.output_place import page_with

    return page_with(_MARK)


def page(result: CheckResult, *, unmasked: bool) -> str:
    """The page."""
    style = Path(__file__).with_name("check_page.css").read_text("utf-8")
    title = f"What is in {result.name}"
    return "".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            f"{_MARK}\n",
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; ',
            "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n",
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            '<meta name="robots" content="noindex">\n',
            '<meta name="referrer" content="no-referrer">\n',
            f"<title>{_t(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n",
            f'<h1 dir="auto">{_t(title)}</h1>\n',
            *_counts(result.summary),
            *_decisions(result),
            *_reasons(result.summary),
            *_near_misses(result.summary),
            *_columns(result),
            *_samples(result.summary, unmasked=unmasked),
            *_written_as(result),
            _footer(unmasked=unmasked),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _t(text: object) -> str:
    """Foreign text as text: nothing in it is read as mark-up or obeyed."""
    shown = str(text)
    if len(shown) > _LONGEST_CELL:
        shown = shown[:_LONGEST_CELL] + " …"
    return html.escape(strip_control_chars(shown), quote=True)


def _counts(summary: CheckSummary) -> Iterator[str]:
    if summary.count is None:
        yield f"<p>{counted(summary.rows, 'row')}. It is not clear which column holds the phone, "
        yield "so nothing more can be said about them.</p>\n"
        return
    counts = {name: getattr(summary.count, name) for name in _ENDS}
    rows = max(1, summary.rows)
    read = counted(summary.rows, "row was", "rows were")
    yield f'<p class="soft">{read} read. Nothing was sent or changed.</p>\n'
    yield '<div class="tiles">\n'
    for name, (tone, words) in _ENDS.items():
        yield f'<div class="tile {tone}"><b>{counts[name]:,}</b><span>{words}</span></div>\n'
    yield '</div>\n<div class="whole" role="img" aria-label="'
    yield _t(", ".join(f"{counts[name]:,} {words}" for name, (_, words) in _ENDS.items()))
    yield '">'
    for name, (tone, _) in _ENDS.items():
        if counts[name]:
            yield f'<i class="{tone}" style="width:{100 * counts[name] / rows:.3f}%"></i>'
    yield "</div>\n"
    if not summary.complete:
        yield '<p class="note">The file was not read to its end, or changed meanwhile.</p>\n'
    if summary.country_differs:
        differ = counted(summary.country_differs, "row")
        yield f'<p class="small soft">{differ}: country column and number disagree; the number '
        yield "was used.</p>\n"
    for remark in summary.remarks:
        yield f'<p class="note">{_t(remark)}</p>\n'


def _decisions(result: CheckResult) -> Iterator[str]:
    """What a person must decide stands above everything that is only worth knowing."""
    for field, several in result.suggestion.undecided.items():
        what = "opted out" if field == "opted_out" else "agreed to texts"
        named = ", ".join(map(_cell, several))
        yield f'<p class="note"><b>Please decide.</b> {named} may say who {what}, '
        yield "but this is not certain. No one should be added before that is clear.</p>\n"


def _reasons(summary: CheckSummary) -> Iterator[str]:
    reasons = summary.reasons | summary.withheld
    if not reasons:
        if summary.count is not None:
            yield "<h2>What holds rows back</h2>\n<p>Nothing.</p>\n"
        return
    most = max(reasons.values())
    yield "<h2>What holds rows back, and what to do</h2>\n"
    yield '<ul class="reasons">\n'
    for code, rows in sorted(reasons.items(), key=lambda each: (-each[1], each[0])):
        reason = Reason(code)
        tone = "kept" if reason in WITHHELD else "bad"
        yield f'<li class="{tone}"><div class="top"><b>{_TITLES[reason]}</b><b>{rows:,}</b></div>'
        yield f'<div class="bar"><i style="width:{100 * rows / most:.2f}%"></i></div>'
        yield f'<span class="small">{_t(ADVICE[reason])} '
        yield f'<code class="soft">{reason.value}</code></span></li>\n'
    yield "</ul>\n"


def _near_misses(summary: CheckSummary) -> Iterator[str]:
    if summary.countries:
        yield "<h2>Countries that were not understood</h2>\n"
        yield from _table(
            ("Rows", "In the file", "Perhaps meant"),
            (
                (
                    f"{each.rows:,}",
                    _cell(each.cell),
                    _t(" or ".join(f"{name} ({code})" for code, name in each.meant.items())),
                )
                for each in summary.countries
            ),
        )
    if summary.domains:
        yield "<h2>E-mail addresses that may have a slip</h2>\n"
        yield "<p>They are left as they are: only their owners know.</p>\n"
        yield from _table(
            ("Rows", "Addresses at", "Perhaps meant"),
            ((f"{each.rows:,}", _cell(each.domain), _cell(each.meant)) for each in summary.domains),
        )


def _columns(result: CheckResult) -> Iterator[str]:
    from sendersync.transforms.mapping.suggest import level

    used = _fields_of(result.pairs())
    suggested = _fields_of(result.suggestion.columns.items())
    yield "<h2>Which column is what</h2>\n"
    rows = []
    for column in result.summary.columns:
        sure = ""
        for field in suggested.get(column, []):
            confidence = result.suggestion.confidence[field]
            word = level(confidence)
            sure += (
                f'<div class="{_TONES[word]}"><span class="meter">'
                f'<i style="width:{100 * confidence:.0f}%"></i></span>'
                f"{_t(_FIELDS[field])}: {word}</div>"
            )
        taken = ", ".join(_FIELDS[field] for field in used.get(column, []))
        rows.append((_cell(column), _t(taken) or '<span class="soft">not used</span>', sure))
    yield from _table(("Column", "Read as", "Suggested, and how sure"), rows, numbers=False)
    for note in result.suggestion.notes:
        yield f'<p class="note">{_t(note)}</p>\n'


def _samples(summary: CheckSummary, *, unmasked: bool) -> Iterator[str]:
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
            field: shown_cell(field, cell, unmasked=unmasked) for field, cell in each.before.items()
        }
        after = {
            field: shown_field(field, cell, unmasked=unmasked) for field, cell in each.after.items()
        }
        rows.append((f"{each.line:,}", _row(before), _end(each.end), _row(after)))
    yield from _table(("Line", "In the file", "Becomes", "After"), rows)


def _row(cells: Mapping[str, str]) -> str:
    shown = [
        f'<dt>{_t(_FIELDS[field])}</dt><dd class="cell" dir="auto">{_t(cell)}</dd>'
        for field, cell in cells.items()
        if cell
    ]
    return f'<dl class="row">{"".join(shown)}</dl>' if shown else ""


def _end(end: str) -> str:
    if end in set(Reason):
        tone = "kept" if Reason(end) in WITHHELD else "bad"
        return f'<span class="tag {tone}">{_t(_TITLES[Reason(end)])}</span>'
    tone = "good" if end == "accepted" else "merged"
    return f'<span class="tag {tone}">{"a contact" if end == "accepted" else "merged"}</span>'


def _written_as(result: CheckResult) -> Iterator[str]:
    if result.dialect is None:
        for note in result.notes:
            yield f'<p class="small soft">{_t(note)}</p>\n'
        return
    names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
    yield "<h2>How the file is written</h2>\n"
    yield f"<p>Encoding <code>{_t(result.dialect.encoding)}</code>, cells apart by "
    yield f"<code>{_t(names.get(result.dialect.delimiter, result.dialect.delimiter))}</code>, "
    line = result.dialect.header_line
    yield f"names of the columns in line {line}.</p>\n" if line else "no names of columns.</p>\n"
    for note in (*result.dialect.notes, *result.notes):
        yield f'<p class="small soft">{_t(note)}</p>\n'


def _footer(*, unmasked: bool) -> str:
    words = (
        "This page holds personal data: delete it when you have read it, and do not pass it on."
        if unmasked
        else "Phones, e-mails and names are masked: their spelling can be seen, the people cannot."
    )
    return f"<footer>{words} Made by <code>sendersync check --html</code>.</footer>\n"


def _fields_of(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for field, column in pairs:
        fields.setdefault(column, []).append(field)
    return fields


def _cell(text: str) -> str:
    return f'<span class="cell" dir="auto">{_t(text)}</span>'


def _table(
    heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, numbers: bool = True
) -> Iterator[str]:
    """A table; cells are mark-up already, and the first column is a number."""
    mark = ' class="n"' if numbers else ""
    yield '<div class="scroll"><table><thead><tr>'
    yield "".join(f"<th{mark if not at else ''}>{_t(head)}</th>" for at, head in enumerate(heads))
    yield "</tr></thead><tbody>\n"
    for row in rows:
        cells = "".join(f"<td{mark if not at else ''}>{cell}</td>" for at, cell in enumerate(row))
        yield f"<tr>{cells}</tr>\n"
    yield "</tbody></table></div>\n"
