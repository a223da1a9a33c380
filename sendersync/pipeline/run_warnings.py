"""Warnings of a run: what its counts do not show, each with what to do; never about one person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from connectors.configuration.sync_files import line_of
from connectors.sources.source import HasNotes
from schemas.masking import mask_text
from schemas.outcomes import Cause, Kind
from schemas.report import LateCount, UnprovenCount
from schemas.sync_file import SyncFile
from schemas.sync_keys.sender_code import plain_code
from schemas.wording import counted, named_lines
from sendersync.pipeline.decide import Decided
from sendersync.pipeline.extract import Extracted, Unclear
from sendersync.pipeline.guarding.source_facts import canaries_that_say_stop
from sendersync.pipeline.job import Command, Job
from sendersync.state.one_off_names import is_stop_list
from sendersync.state.store import State
from sendersync.transforms.cells.arrow_columns import is_in, joined
from sendersync.transforms.keys import SharedKeys
from sendersync.transforms.located_phones import ColumnDoubts
from sendersync.transforms.mapping.unclear_words import listed

_TOLD: Final = 3
"""Rows that `check` names; `rejects` lists all of them."""


def run_warnings(job: Job, extracted: Extracted, decided: Decided) -> Iterator[str]:
    """What a person should know of a plan."""
    name, plan = job.source.name, decided.plan
    if isinstance(job.source, HasNotes):
        yield from (f"{name}: {note}." for note in job.source.notes())
    if not extracted.rows and not extracted.incremental:
        yield f"{name} has no rows."
    if extracted.cut_short:
        yield f"{name}: {extracted.cut_short}"
    elif not extracted.complete:
        yield f"{name} was not read to its end, or changed while it was read."
    yield from _named_twice(job.sync, extracted.columns)
    yield from of_reading(job.sync, extracted)
    for place in canaries_that_say_stop(
        job.sync.canaries, extracted, job.sync.default_country or ""
    ):
        yield (
            f"Number {place} of `canaries` in the sync file says stop, and is stopped like "
            "anybody. Name another in its place."
        )
    if plan.kept:
        yield (
            f"{counted(plan.kept, 'person stays', 'people stay')} on their sender code though "
            "their row cannot be read today."
        )
    yield from _not_sent_again(plan.values_differ)
    yield from _exchanged(plan.relabelled, decided)
    if job.command is Command.ADOPT and not len(plan.held):
        yield from _adopted_anew(decided)
    yield from _consents(job.sync, decided)
    if decided.unreadable_opt_outs:
        may = ", or may," if job.command is Command.STOP and job.sync.columns.opted_out else ","
        without_country = job.command is Command.STOP and not job.sync.default_country
        lines = decided.unreadable_opt_outs
        yield (
            f"{counted(len(lines), 'row says', 'rows say')} stop{may} but cannot be read "
            f"({named_lines(lines)}), so "
            f"{'that person is' if len(lines) == 1 else 'those people are'} NOT stopped: look in "
            "the rejects"
            + (
                ". Numbers without a country code are read with --country, e.g. --country US."
                if without_country
                else " and stop them by hand."
            )
        )
    yield from _unread_numbers(decided.unread_numbers, job.command)
    yield from _subscribed_elsewhere(decided.subscribed_elsewhere)
    if staying_out := len(decided.staying_out):
        yield (
            f"{counted(staying_out, 'person stays', 'people stay')} out, since a run that "
            "added them was taken back (`sendersync undo`): until their row changes, or "
            "`sendersync review` lets them in."
        )


def _unread_numbers(lines: Sequence[int], command: Command) -> Iterator[str]:
    """Rows that say stop by one number, and have another one that cannot be read."""
    if lines:
        where = "look in the rejects and" if command is Command.STOP else "look there and"
        yield (
            f"{counted(len(lines), 'row says', 'rows say')} stop and "
            f"{'has' if len(lines) == 1 else 'have'} a further phone that cannot be read "
            f"({named_lines(lines)}). The phone that can be read is stopped; the other is NOT: "
            f"{where} stop it by hand."
        )


def _subscribed_elsewhere(found: Mapping[str, int]) -> Iterator[str]:
    """People of a stop list on sender codes on which it stops nobody: by code, how many."""
    for code, people in found.items():
        yield (
            f"{counted(people, 'phone of this list is', 'phones of this list are')} still "
            f"subscribed on another sender code, {code}, on which this command stops nobody. The "
            "next run of a sync on it stops whoever it has; for people who were imported by hand: "
            f"`sendersync stop FILE --sender-code {code}`."
        )


def _named_twice(sync: SyncFile, columns: Collection[str]) -> Iterator[str]:
    """Mapped columns whose name stands twice: a reader numbers the others."""
    for _, column in sync.columns.pairs():
        if f"{column} (2)" in columns:
            yield (
                f"{column!r} stands twice in the header: the first is read. The other is called "
                f"'{column} (2)'."
            )


def _exchanged(relabelled: pd.DataFrame, decided: Decided) -> Iterator[str]:
    """Phones that have passed from one key to another, both of them in today's source."""
    if relabelled.empty:
        return
    pair = ["sender_code", "phone"]
    before = relabelled[pair].merge(decided.members[[*pair, "key"]], on=pair)
    count = int(is_in(before["key"], decided.wanted["key"]).sum())
    if count:
        yield (
            f"{counted(count, 'person has', 'people have')} the phone that another person of the "
            "source had in the last run. Nobody is called for that, but a stop goes by the key "
            "too: if keys and phones were sorted apart, get the file again."
        )


def _adopted_anew(decided: Decided) -> Iterator[str]:
    """People who are new to a sync that has people already: an adoption sends them nothing."""
    adopted, known = (
        joined(people["sender_code"], people["phone"])
        for people in (decided.adopted(), decided.members)
    )
    new = int((~is_in(adopted, known)).sum())
    if new and len(known):
        yield (
            f"{counted(new, 'person is', 'people are')} new to this sync and recorded as "
            "subscribed without a call. Whoever of them is not on the platform is never added: "
            "for new people it is `sendersync run`, not `adopt`."
        )


def _not_sent_again(people: int) -> Iterator[str]:
    """People with other values than were sent, where `updates` is `keep`."""
    if people:
        yield (
            f"{counted(people, 'person has', 'people have')} another name, e-mail, customer key or "
            "group than was sent. It is not sent again: a second add may undo a stop that the "
            "person texted (`updates: send` in the sync file sends it)."
        )


def _consents(sync: SyncFile, decided: Decided) -> Iterator[str]:
    """Times of consents that are none, and a `resubscribe` that can bring nobody back."""
    if sync.resubscribe and not _tells_when(sync):
        yield (
            "`resubscribe` brings nobody back: the sync file does not say when people agreed. Map "
            "the column of that day: `columns: {consent: ..., consent_at: ...}`."
        )
    unread = decided.consents.unread if decided.consents is not None else ()
    if len(unread):
        yield (
            f"{counted(len(unread), 'cell', 'cells')} of the column {sync.columns.consent_at!r} "
            f"(consent_at), the first in line {min(unread)}, {'is' if len(unread) == 1 else 'are'} "
            "no date: no time is kept for those consents, and nobody comes back by them. Write "
            "days such as 2026-11-29 there."
        )


def _tells_when(sync: SyncFile) -> bool:
    asked = sync.columns.consent is not None
    return asked and (sync.columns.consent_at is not None or sync.words.consent.dates_mean_yes)


def of_reading(sync: SyncFile, extracted: Extracted) -> Iterator[str]:
    """What holds for many rows at once, and is fixed at once."""
    yield from unclear_cells(sync, extracted.unclear)
    yield from _doubts(sync, extracted.doubts)
    yield from _shared_keys(sync, extracted.shared_keys)
    if extracted.missing_country:
        yield (
            f"{counted(extracted.missing_country, 'number has', 'numbers have')} no country code, "
            "and no country is given for them, so they are rejected. If it is one "
            "country for all, say so: --country US for a file, `default_country: US` in a sync "
            "file."
        )


def _shared_keys(sync: SyncFile, shared: SharedKeys) -> Iterator[str]:
    """Keys that identify nobody, and who may have meant a stop that was said under one."""
    if not shared.keys:
        return
    yield (
        f"{counted(shared.keys, 'value', 'values')} of the key column {sync.columns.key!r} "
        f"{'stands' if shared.keys == 1 else 'stand'} at several people "
        f"({named_lines(shared.lines)}), so each of them is known by the phone instead. Give each "
        "person a key of their own."
    )
    if shared.unheard:
        yield (
            f"Another row with the same key as {named_lines(shared.unheard)} says stop. Those "
            "rows share neither phone nor e-mail with it, so they are NOT stopped: look them up, "
            "and stop by hand whoever is the same person."
        )


def _doubts(sync: SyncFile, doubts: ColumnDoubts) -> Iterator[str]:
    """What only whole columns show, with the first lines and what to do."""
    country = sync.columns.country
    if len(doubts.grouped):
        yield (
            f"The country in {country!r} stands only in the first row of each run of rows: "
            f"{counted(len(doubts.grouped), 'number below one is', 'numbers below one are')} "
            f"valid there and in {sync.default_country} too, so {_lines(doubts.grouped)} "
            "cannot be read (country_unknown). Write the country into every row, or give "
            "the numbers with + and country code."
        )
    if len(doubts.undecided_codes):
        yield (
            f"The numbers in {country!r} may be calling codes or ISO numbers, and nothing says "
            f"which: {_lines(doubts.undecided_codes)} cannot be read (country_unknown). Write "
            "names or two-letter codes there, a + before calling codes, or name the column "
            "'Calling code'."
        )
    if len(doubts.zeros_lost):
        named = " or ".join(map(repr, sync.columns.phone))
        yield (
            f"No number in {named} begins with 0, and some are numbers only with "
            f"one: zeros were lost, and {_lines(doubts.zeros_lost)} may be another person's "
            "number (phone_digits_lost). Export the column again formatted as text."
        )
    if len(doubts.foreign_codes):
        yield (
            f"In {_lines(doubts.foreign_codes)} the number has another country's code than "
            f"{country!r} says, and without that code it is a number there too. If a CRM put "
            "the code before it, correct those numbers: they are used as they stand."
        )


def _lines(lines: pd.Index[int]) -> str:
    first = ", ".join(str(line) for line in lines[:_TOLD])
    more = f" and {len(lines) - _TOLD} more" if len(lines) > _TOLD else ""
    return f"line {first}" if len(lines) == 1 else f"lines {first}{more}"


def first_malformed(extracted: Extracted) -> Iterator[str]:
    """Why the first rows could not be read; a problem names cells and columns, never a person."""
    problems = extracted.malformed["problem"]
    for line, problem in problems.head(_TOLD).items():
        yield f"Line {line} cannot be read: {problem}."
    if len(problems) > _TOLD:
        more = counted(len(problems) - _TOLD, "more row", "more rows")
        yield f"{more} cannot be read; `rejects` of a run lists all."


def unclear_cells(sync: SyncFile, unclear: Mapping[str, Unclear]) -> Iterator[str]:
    """A yes that is not understood: the worst is an opt-out, and its person gets more texts."""
    mapped = sync.columns.mapped()
    so = {
        "opted_out": "NOBODY is stopped for them, and nobody is added.",
        "consent": "Nobody is added for them, and nobody is stopped.",
    }
    otherwise = (
        "leave only the rows that say stop in the list"
        if is_stop_list(sync.sync)
        else "say under `words` in the sync file what they mean"
    )
    for name, cells in unclear.items():
        yield (
            f"{counted(cells.rows, 'cell', 'cells')} of the column {mapped[name]!r} ({name}), the "
            f"first in line {cells.first}, {'is' if cells.rows == 1 else 'are'} unclear, neither "
            f"yes nor no: {listed(cells.words)}. {so[name]} Write yes or no there, or "
            f"{otherwise}."
        )


def stopped_before(state: State, decided: Decided) -> Iterator[str]:
    """Adds of people whom an earlier run, of this sync or of another one, has stopped."""
    operations = decided.plan.operations
    adds = operations.loc[operations["kind"] == Kind.ADD, ["phone", "sender_code"]]
    people = int(state.members.standing_anywhere(adds).stopped.sum())
    if people:
        yield (
            f"{counted(people, 'person', 'people')} to be added had been stopped before. The "
            "platform may keep such a stop: that it takes the add does not prove that they get "
            "texts again."
        )


def passed_over_syncs(state: State, decided: Decided) -> Iterator[str]:
    """People who are stopped though a sync has them that is out of use."""
    stops = decided.plan.operations
    stops = stops.loc[stops["cause"] == Cause.GONE, ["phone", "sender_code"]]
    for sync, why in decided.passed_over.items():
        members = state.members.of(sync) if len(stops) else stops
        people = len(stops.merge(members[["phone", "sender_code"]]))
        if not people:
            continue
        yield (
            f"{why}, so it is out of use: {counted(people, 'person', 'people')} of it who "
            "left this source would be stopped, or are, by this run. `sendersync list` shows all "
            "syncs."
        )


def unknown_codes(job: Job, codes: Collection[str]) -> Iterator[str]:
    """Names each wrong sender code; the answers of the platform have it masked like a phone.

    Args:
        job: What was run.
        codes: Sender codes that the platform said it does not know.
    """
    constant = job.sync.sender_code
    if constant is not None and plain_code(constant) in {plain_code(code) for code in codes}:
        yield (
            f"The sender code {constant} is not known to this account of the platform, so nobody "
            f"was called on it. Write it right in {_place(job)}, then run again."
        )
    elif codes:
        shown = ", ".join(mask_text(code) for code in sorted(codes)[:_TOLD])
        yield (
            f"{counted(len(codes), 'sender code is', 'sender codes are')} not known to this "
            f"account of the platform ({shown}{', ...' if len(codes) > _TOLD else ''}), so nobody "
            f"was called on them. Correct the column {job.sync.columns.sender_code!r} of the "
            "source, then run again."
        )


def _place(job: Job) -> str:
    if not job.sync_file:
        return "`--sender-code`"
    line = line_of(Path(job.sync_file), "sender_code")
    return f"{Path(job.sync_file).name}{f':{line}' if line else ''} (`sender_code`)"


def new_state(where: str) -> Iterator[str]:
    """A state without a run: a mistyped place looks the same as a first night."""
    yield (
        f"This state is new: {where}. It knows nobody from earlier runs, and no stop. If this is "
        "not your first run, set SENDERSYNC_STATE to the state that you used before."
    )


def unproven_stops(unproven: UnprovenCount) -> Iterator[str]:
    """People who were to be stopped and may still get texts."""
    if unproven.stops:
        people = counted(unproven.stops, "person was", "people were")
        yield (
            f"{people} asked to be stopped and the platform has not confirmed it, the first since "
            f"{(unproven.oldest or '')[:10]}: they may still get texts. Every run asks again; look "
            "them up on the platform's page."
        )


def late_stops(late: LateCount) -> Iterator[str]:
    """Opt-outs that are not honoured in the time that the law gives."""
    if late.opt_outs:
        what = counted(late.opt_outs, "opt-out is", "opt-outs are")
        yield (
            f"{what} not proven within 10 business days, the first of {late.oldest}: the law of "
            "the United States gives no longer. `sendersync suppress list --owed`, `sendersync "
            "review` and `sendersync show last` say whose; stop them on the platform's page today."
        )
