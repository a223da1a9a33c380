"""Pages of what is not one run: several syncs, what waits, a retry, a look at a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from flows.pages.page_text import code, counts, folded, picture, section, table
from flows.pages.pictures import card
from flows.pages.report_page import answer, parts, to_do
from flows.support.ending import BY_URGENCY
from schemas.pages.beside_report import SyncEnd
from schemas.reasons import ADVICE, Reason
from schemas.wording import counted
from sendersync.pipeline.check.result import CheckResult
from sendersync.state.runs import RunRow
from sendersync.transforms.masking.masked_cells import shown_cell

_WHO_ACTS: Final = {
    "Misconfigured": "you: the sync file or its source",
    "Failed": "run again; tell us if it stays",
    "NeedsApproval": "you: look, then approve",
    "UnprovenStops": "you: stop them on the platform's page",
    "TryLater": "nobody yet: run again later",
    "Cancelled": "nobody: the next run goes on",
    "Partial": "you: read its report",
    "AlreadyRunning": "nobody",
    "DryRun": "nobody",
    "Completed": "nobody",
}
"""States of a sync in a night: who must do something."""


def night_page(ends: Sequence[SyncEnd], left_out: Sequence[str]) -> str:
    """The report over all syncs of a night, those first for which somebody must act."""
    ends = sorted(ends, key=lambda each: (BY_URGENCY.index(each.state), each.sync))
    sums = summed(ends)
    said = summed_in_words(ends)
    waits = sum(not _WHO_ACTS[each.state].startswith("nobody") for each in ends)
    syncs = counted(len(ends), "sync")
    title = f"{syncs}, all is well" if not waits else f"{waits} of {syncs} need you"

    def lines() -> Iterator[str]:
        yield f"# {title}: {said or 'nothing had to be done'}"
        image = card(sums, (), f"{title}; {said}")
        if image:
            yield from ("", picture(image, said))
        rows = (
            (
                f"[{each.sync}]({each.page})" if each.page else each.sync,
                each.state,
                answer(each.report) if each.report else each.message,
                _WHO_ACTS[each.state],
            )
            for each in ends
        )
        yield from section("Who must act", table("sync|ended as|what happened|who acts", rows))
        for each in ends:
            todo = to_do(each.report) if each.report else [f"- {each.message}"]
            if not _WHO_ACTS[each.state].startswith("nobody"):
                yield from section(each.sync, [*todo, *([each.message] if not todo else [])])
        if left_out:
            yield from section("Left out", (f"- {each}" for each in left_out))

    return "\n".join(lines()) + "\n"


def summed(ends: Sequence[SyncEnd]) -> list[tuple[str, int]]:
    """What came of the calls of all of them."""
    sums: dict[str, int] = {}
    for each in ends:
        for word, number in parts(each.report) if each.report else ():
            sums[word] = sums.get(word, 0) + number
    return list(sums.items())


def summed_in_words(ends: Sequence[SyncEnd]) -> str:
    """`30 added, 4 stopped`; of a look, in which nothing was sent, `30 would be added`."""
    return ", ".join(f"{number:,} {word}" for word, number in summed(ends) if number)


def waiting_page(waiting: Sequence[RunRow], links: Mapping[str, str]) -> str:
    """What waits for an approval.

    Args:
        waiting: The runs that hold it.
        links: Id of a run to the form that lets it go, filled in.
    """

    def lines() -> Iterator[str]:
        number = counted(len(waiting), "plan waits", "plans wait")
        yield f"# {number} for an approval" if waiting else "# Nothing waits for an approval"
        rows = (
            (
                run.sync,
                int(run.report["plan"]["held"]),
                " ".join(str(each.get("text", "")) for each in run.report["held_because"]),
                f"`{run.id}`",
                f"[`{run.digest}`]({links[run.id]})" if links.get(run.id) else f"`{run.digest}`",
            )
            for run in waiting
        )
        yield ""
        yield from table("sync|held|why|run|approve", rows)
        if waiting:
            yield from (
                "",
                "Look at the report of the run first: who is held, and why. The link opens the "
                "form with the digest filled in; type the number, your name and why.",
            )

    return "\n".join(lines()) + "\n"


def retry_page(run: str, again: Mapping[str, int], left: Mapping[str, int], form: str) -> str:
    """What a retry would ask again.

    Args:
        run: Whose calls.
        again: Kind to calls that would be made.
        left: Reason to calls that would not.
        form: Where the form opens that does it; empty: nowhere.
    """

    def lines() -> Iterator[str]:
        total = sum(again.values())
        yield f"# {counted(total, 'call')} of run {run} would be asked again"
        yield from section("What to do now", _retry_steps(total, form))
        yield from section("Would be asked again", counts("call|number", again.items()))
        yield from section(
            "Would not", counts("why|calls", [(code(w), n) for w, n in left.items()])
        )

    return "\n".join(lines()) + "\n"


def _retry_steps(total: int, form: str) -> Iterator[str]:
    if not total:
        yield "Nothing: whatever failed has its end by now, or is asked by the next run."
    elif form:
        yield f"- If that is right, [do it for real]({form})."
    else:
        yield "- If that is right, run it for real."


def check_page(found: CheckResult) -> str:
    """What a source holds: which column is what, what became of its rows, and samples, masked."""
    summary = found.summary

    def lines() -> Iterator[str]:
        count = summary.count
        usable = f"{count.accepted:,} of " if count else ""
        yield f"# {usable}{counted(summary.rows, 'row')} of {code(found.name)} can be used"
        yield from section("Which column is what", table("field|column", _pairs(found)))
        yield from section("To decide", _to_decide(found))
        if count:
            rows = [
                ("usable", count.accepted),
                ("not usable", count.rejected),
                ("same phone as another row", count.merged),
                ("left out: said stop, or no consent", count.withheld),
            ]
            yield from section("Rows", counts("|rows", rows))
        reasons = {**summary.reasons, **summary.withheld}
        yield from section(
            "Why rows were left out",
            table(
                "rows|why, and what to do",
                ((n, f"`{why}`: {ADVICE[Reason(why)]}") for why, n in reasons.items()),
            ),
        )
        notes = [f"- {each}" for each in (*summary.remarks, *found.notes)]
        yield from section("Worth knowing", notes)
        yield from folded("The first rows, before and after (masked)", _samples(found))

    return "\n".join(lines()) + "\n"


def _pairs(found: CheckResult) -> Iterator[tuple[object, ...]]:
    for field, column in found.pairs():
        yield field, code(column)


def _to_decide(found: CheckResult) -> Iterator[str]:
    for field, columns in found.suggestion.undecided.items():
        several = ", ".join(code(each) for each in columns)
        yield f"- {several} may say `{field}`: say so in the sync file, or in the columns' field."


def _samples(found: CheckResult) -> Iterator[str]:
    rows = []
    for each in found.summary.samples:
        before = each.before.get("phone", "")
        after = each.after.get("phone", "")
        rows.append(
            (
                each.line,
                code(shown_cell("phone", before, unmasked=False)) if before else "",
                code(shown_cell("phone", after, unmasked=False)) if after else "",
                code(each.end),
            )
        )
    yield from table("line|phone as given|phone as read|what became of it", rows)
