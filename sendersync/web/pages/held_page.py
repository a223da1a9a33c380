"""What a run holds, whole: why, how many for what, the first people masked, and how to let go."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from schemas.report import READING_CHANGED, headline, held_texts
from schemas.wording import counted
from sendersync.transforms.approval.held_summary import HeldSummary, held_summary
from sendersync.transforms.masking.masked_cells import shown_text
from sendersync.web.pages.document import served
from sendersync.web.pages.html import command_line, stacked_bar, table, text, value_of
from sendersync.web.pages.plain_names import KIND_NAMES
from sendersync.web.pages.small_pages import moment

if TYPE_CHECKING:
    from sendersync.state.runs import RunRow
    from sendersync.web.held_plans import HeldPlan

_TONES: Final = {"add": "good", "update": "merged", "stop": "bad"}


def waiting_page(rows: Sequence[RunRow]) -> str:
    """The runs that hold something which somebody may let go."""
    body = ["<h1>What waits for somebody to look</h1>\n"]
    if rows:
        body += table(
            ("Held", "Sync", "Run"),
            (
                (
                    f"{row.report.get('plan', {}).get('held', 0):,}",
                    text(row.sync),
                    f'<a href="/runs/{value_of(row.id)}">{text(row.id)}</a>',
                )
                for row in rows
            ),
        )
    else:
        body.append("<p>Nothing: no run holds anything that could be approved.</p>\n")
    return served("sendersync: held runs", body)


def held_page(plan: HeldPlan, approve_form: str) -> str:
    """The page of one run.

    Args:
        plan: What it holds.
        approve_form: Prefect's form that lets it go, filled in; empty where it is not served.
    """
    report = plan.run.report
    title = f"What a run of {plan.run.sync} holds"
    body = [
        f"<h1>{text(title)}</h1>\n",
        f'<p class="soft">Run {text(plan.run.id)}, begun {_began(plan.run)}.</p>\n',
    ]
    if report:
        body.append(f"<p><b>{text(headline(report), 1_000)}</b></p>\n")
    if plan.newer:
        body.append(
            '<p class="note">This sync has run since: <a href="/runs/'
            f'{value_of(plan.newer)}">look at the newest run</a>.</p>\n'
        )
    if not len(plan.held) and not plan.until:
        body.append("<p>This run holds nothing that could be approved.</p>\n")
        return served(title, body)
    summary = held_summary(plan.held)
    body += [*_why(report), *_changed(report), *_counts(summary), *_people(summary)]
    body += _let_go(plan, approve_form)
    return served(title, body)


def _why(report: dict[str, Any]) -> Iterator[str]:
    yield "<h2>Why</h2>\n<ul>\n"
    yield from (f"<li>{text(each, 1_000)}</li>\n" for each in held_texts(report))
    yield "</ul>\n"


def _changed(report: dict[str, Any]) -> Iterator[str]:
    """What the sync file says otherwise than in the last run."""
    keys = report.get("plan", {}).get("reading_changed", ())
    if not keys:
        return
    said = [each for each in report.get("warnings", ()) if each.startswith(READING_CHANGED)]
    said = said or [f"{READING_CHANGED}: {key}." for key in keys]
    yield "<h2>What changed in the sync file</h2>\n<ul>\n"
    yield from (f"<li>{text(shown_text(each, unmasked=False), 1_000)}</li>\n" for each in said)
    yield "</ul>\n"


def _counts(summary: HeldSummary) -> Iterator[str]:
    if not summary.total:
        return
    yield f"<h2>{counted(summary.persons, 'person waits', 'people wait')}</h2>\n"
    kinds: Counter[str] = Counter()
    for each in summary.counts:
        kinds[each.kind] += each.count
    yield stacked_bar(
        [(_TONES.get(kind, "kept"), count) for kind, count in kinds.items()],
        ", ".join(f"{_kind(kind)}: {count:,}" for kind, count in kinds.items()),
    )
    yield from table(
        ("People", "Would", "Because", "Held by"),
        (
            (f"{each.count:,}", _kind(each.kind), text(each.why), _guards(each.held_by))
            for each in summary.counts
        ),
    )


def _people(summary: HeldSummary) -> Iterator[str]:
    if not summary.people:
        return
    first = len(summary.people)
    yield f"<h2>{f'The first {first} of them' if first < summary.total else 'Who they are'}</h2>\n"
    yield "<p>Masked: <code>sendersync show RUN --unmasked</code> shows them in full.</p>\n"
    yield from table(
        ("Line", "Phone", "Would", "Because", "Held by"),
        (
            (
                f"{each.line:,}" if each.line else "",
                text(each.phone),
                _kind(each.kind),
                text(each.why),
                _guards(each.held_by),
            )
            for each in summary.people
        ),
    )


def _let_go(plan: HeldPlan, approve_form: str) -> Iterator[str]:
    yield "<h2>What to do</h2>\n"
    if plan.used_in:
        yield f"<p>This plan was approved already, in run {text(plan.used_in)}. "
        yield "An approval is used once.</p>\n"
    elif plan.until is None or not plan.by_digest:
        why = "it is too old" if plan.until is None else "the source must be put right first"
        yield f"<p>This plan cannot be approved: {why}. Run it again, and look at what it holds "
        yield "then.</p>\n"
    else:
        yield "<p>If it is wrong, put the source or the sync file right and run again; what is "
        yield "held here is then forgotten.</p>\n"
        yield "<p>If it is right, let exactly this go, once, until "
        yield f"{text(moment(plan.until))}:</p>\n"
        if approve_form and plan.sync_file and not plan.newer:
            yield f'<p><a class="button" href="{value_of(approve_form)}">Approve in Prefect</a>'
            held = plan.run.report.get("plan", {}).get("held", len(plan.held))
            yield f"</p>\n<p>The form asks for the number of people: {held:,}.</p>\n"
        if plan.sync_file:
            yield "<p>On the command line:</p>\n"
            file = shlex.quote(plan.sync_file)
            yield command_line(f"sendersync run {file} --approve {plan.run.digest}")
        else:
            yield "<p>Give the same command again with</p>\n"
            yield command_line(f"--approve {plan.run.digest}")


def _began(run: RunRow) -> str:
    return text(f"{run.started_at[:16].replace('T', ' ')} UTC")


def _kind(kind: str) -> str:
    return text({str(each): name for each, name in KIND_NAMES.items()}.get(kind, kind))


def _guards(held_by: str) -> str:
    return ", ".join(f"<code>{text(each)}</code>" for each in held_by.split(", "))
