"""Writes README.md: every hazard with its lines, and the books that must come out."""

from __future__ import annotations

from collections import Counter

from hazard import Hazard
from known_for import KNOWN_FOR
from nightly import Night
from rows import Row, line_numbers

WITHHELD = {"suppressed", "no_consent", "opted_out"}
NOT_READ = "not_read"

_HEAD = """\
# Sample data

A shop's customers as a real export looks, the same export one night later, and what can go wrong
with either. `sendersync demo` plays both nights against the sandbox; the files are yours to spoil.

Everybody in here is invented. Addresses end in example.com, .org or .net. Phone numbers come from
blocks that are set aside for films and books (555-01xx in North America; the lists of BNetzA for
Germany, PTS for Sweden, ACMA for Australia) or are a country's documentation placeholder.

This page and the CSV files are made by `python sample_data/make_sample.py`, which imports nothing
of sendersync; a test makes them again and compares every byte, and another runs the program over
them and compares every row with what stands here.

| file | what it is |
| --- | --- |
| `contacts.csv` | the first night: {first} rows, {people} of them without anything wrong |
| `contacts-next-night.csv` | the next night: {second} rows |
| `half-file.csv` | the next night again, cut in half where a row ends: nothing in it looks wrong |
| `opt-outs.csv` | a call centre's list: numbers only, in all spellings; for `sendersync stop` |
| `newsletter.yaml` | the sync file |
"""


def readme_text(first: list[Row], places: list[tuple[Hazard, list[Row]]], night: Night) -> str:
    """The whole page."""
    people = sum(row.customer.startswith("C1") for row in first)
    head = _HEAD.format(
        first=_many(_rows(first)), people=_many(people), second=_many(_rows(night.rows))
    )
    return "\n".join(
        [head, _books(first, night), _first_table(first, places), _night_table(first, night), _TAIL]
    )


def _books(first: list[Row], night: Night) -> str:
    """What a run over each file must report."""
    add = sum(row.outcome == "accepted" for row in first)
    later = {
        name: sum(getattr(change, name) for change in night.changes) for name in ("add", "stop")
    }
    return "\n".join(
        [
            "## The books",
            "",
            "| | first night | next night |",
            "| --- | --- | --- |",
            f"| rows | {_rows(first)} | {_rows(night.rows)} |",
            *(
                f"| {name} | {_ends(first)[name]} | {_ends(night.rows)[name]} |"
                for name in ("accepted", "rejected", "merged", "withheld")
            ),
            f"| add | {add} | {later['add']} |",
            "| update | 0 | 0 |",
            f"| stop | 0 | {later['stop']} |",
            "",
        ]
    )


def _ends(rows: list[Row]) -> Counter[str]:
    kinds = {"accepted": "accepted", "merged": "merged"}
    return Counter(
        kinds.get(row.outcome, "withheld" if row.outcome in WITHHELD else "rejected")
        for row in rows
        if row.outcome != NOT_READ
    )


def _rows(rows: list[Row]) -> int:
    """Rows that are read: lines of names and totals are none."""
    return sum(row.outcome != NOT_READ for row in rows)


def _first_table(first: list[Row], places: list[tuple[Hazard, list[Row]]]) -> str:
    at = {id(row): number for row, number in zip(first, line_numbers(first), strict=True)}
    lines = [
        "## Hazards of `contacts.csv`",
        "",
        "A line is where its row begins, as an editor counts; the header is line 1. First the ten",
        "that exports are known for; `sendersync demo` shows and checks them one by one.",
        "",
    ]
    in_order = sorted(places, key=lambda place: at[id(place[1][0])])
    known_for = [place for place in in_order if place[0] in KNOWN_FOR]
    others = [place for place in in_order if place[0] not in KNOWN_FOR]
    for part in (known_for, others):
        lines += ["| line: outcome | what is wrong | what becomes of it |", "| --- | --- | --- |"]
        for hazard, rows in part:
            ends = ", ".join(f"{at[id(row)]}: `{row.outcome}`" for row in rows)
            lines.append(f"| {ends} | {hazard.what} | {hazard.becomes} |")
        lines.append("")
    ordinary = Counter(row.outcome for row in first if row.customer.startswith("C1"))
    lines += [
        f"Beside these, {ordinary['opted_out']} ordinary rows are opted out and "
        f"{ordinary['no_consent']} are without consent; about four in ten have no e-mail; and "
        "phones and countries are written in every way people write them.",
        "",
    ]
    return "\n".join(lines)


def _night_table(first: list[Row], night: Night) -> str:
    new = {row.customer: n for row, n in zip(night.rows, line_numbers(night.rows), strict=True)}
    old = {row.customer: n for row, n in zip(first, line_numbers(first), strict=True)}
    lines = [
        "## What changed in `contacts-next-night.csv`",
        "",
        "| lines | what changed | what becomes of it |",
        "| --- | --- | --- |",
    ]
    for change in night.changes:
        if change.customers[0] in new:
            where = ", ".join(str(new[customer]) for customer in change.customers[:6])
        else:
            where = "old file: " + ", ".join(str(old[customer]) for customer in change.customers)
        more = len(change.customers) - 6
        where += f" and {more} more" if more > 0 else ""
        lines.append(f"| {where} | {change.what} | {change.becomes} |")
    return "\n".join([*lines, ""])


def _many(count: int) -> str:
    return f"{count:,}"


_TAIL = """\
## What `half-file.csv` shows

Half of the members seem to have left. That is far more than `max_stops` and `max_stop_share` allow,
so every removal is held, nobody is stopped, and the run ends with exit code 3 and a list. The adds
and updates of the half that is there go through.

## What `opt-outs.csv` shows

Twelve people of `contacts.csv` said stop to a call centre; their numbers stand in whatever spelling
the agent typed. One number belongs to nobody we know: it is suppressed all the same. One line is no
number at all, and is rejected.

    sendersync stop opt-outs.csv --sender-code 12065551212 --country US

Without `--country` the numbers that have no country code are rejected instead of guessed at: look
at the count of rejects after every stop list.
"""
