"""ARCHITECTURE.md leads from the words of a bug report to the file, in at most two looks."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.builders.repository import ROOT

REPORTS = {
    "One of our numbers has suddenly become another number that belongs to a stranger": "sendersync/transforms/phones/damage.py",
    "It says the phone has lost digits, but the phone is fine": "sendersync/transforms/phones/damage.py",
    "Why are my 40 removals held every night?": "sendersync/transforms/guards/guard.py",
    "explain does not tell why a woman is not subscribed": "sendersync/pipeline/explain/explain.py",
    "My approval let nothing go, and the plan has another digest": "sendersync/pipeline/approval.py",
    "A woman who is still in the file got stopped": "sendersync/transforms/diff.py",
    "All the umlauts in our CSV look broken": "connectors/sources/delimited/encoding.py",
    "The second row of the CSV was taken as the header": "connectors/sources/delimited/header.py",
    "Everything lands in one column, our CSV uses a semicolon": "connectors/sources/delimited/dialect.py",
    "Birthdays from Excel come out as numbers": "connectors/sources/spreadsheets/cell_values.py",
    "It reads the wrong sheet of our workbook": "connectors/sources/spreadsheets/spreadsheet_file.py",
    "Yesterday's file was picked, not the newest": "connectors/sources/files/newest_match.py",
    "Our list is refused since its name has 'cleaned' in it": "sendersync/pipeline/one_off/refuse_departed.py",
    "The total in the last lines counts as a person": "connectors/sources/files/footers.py",
    "Two exports pasted together are refused as a second table": "connectors/sources/files/names_again.py",
    "Some HubSpot contacts never arrive": "connectors/sources/hubspot/contacts.py",
    "The Salesforce job fails half way": "connectors/sources/salesforce/bulk_jobs.py",
    "Somebody on the Odoo blacklist was texted": "connectors/sources/odoo/sanitized_phones.py",
    "Jersey is read as the wrong country": "sendersync/transforms/countries/normalise_countries.py",
    "The word 'granted' in the consent column counts as unclear": "sendersync/transforms/cells/flags.py",
    "check suggests the fax column as the phone": "sendersync/transforms/mapping/suggest.py",
    "Two people with one phone were merged into one": "sendersync/transforms/dedupe.py",
    "The platform answered 500 and the call counts as refused": "connectors/destinations/sms_platform/answer_table.py",
    "After a timeout the same call went out again": "sendersync/pipeline/load/retries.py",
    "We set a rate of 5 and see 9 requests in a second": "sendersync/pipeline/load/rate_limiter.py",
    "It tells me another run is active, but there is none": "sendersync/state/lease/lease.py",
    "Ctrl-C left the run hanging": "sendersync/pipeline/load/clean_stop.py",
    "The file with the rejected rows opens garbled": "sendersync/pipeline/export/rejected_rows.py",
    "Our page refused the workbook I dropped": "sendersync/web/checked_upload.py",
    "The page asks me for the token every morning": "sendersync/web/access.py",
    "The held plan on our page shows other people": "sendersync/web/pages/held_page.py",
    "In Prefect the run is green though rows failed": "flows/support/ending.py",
    "The form in Prefect does not offer my new sync file": "flows/support/form_choices.py",
    "I pressed approve in Prefect and nothing happened": "flows/support/approvals.py",
    "The picture on the report page in Prefect has no stops": "flows/pages/report_page.py",
    "A customer's name showed up in the log": "schemas/masking.py",
    "We took a wrong file back with undo, and it left forty people subscribed": "sendersync/transforms/corrections/inverse_plan.py",
    "The people we had taken back were added the next night": "sendersync/transforms/corrections/stay_out.py",
    "retry did not ask for the calls that failed last night": "sendersync/transforms/corrections/ask_again.py",
    "review still lists a woman whom I closed yesterday": "sendersync/state/corrections/reviews.py",
    "She agreed to texts again in May, and resubscribe did not bring her back": "sendersync/transforms/rights/resubscribe.py",
    "The report calls an opt-out late after only eight business days": "sendersync/transforms/rights/business_days.py",
    "restore brought a woman back who said stop last week": "sendersync/state/upkeep/restore.py",
    "The backup stopped half way, there is no copy": "sendersync/state/database/copies.py",
    "database is locked, every night at two": "sendersync/state/database/sqlite_file.py",
}
"""Sentences as users write them, and the file where the rule lives."""

STOP_WORDS = frozenset(
    "a again all and are as at be been but by every for from go goes has have in into is it its left me "
    "my never no not of on one or our out says set since some somebody still such suddenly tells that "
    "the their them then there though to too two up was we were which who with".split()
)


def _words(text: str) -> set[str]:
    """Words without endings, so that `numbers` finds `number`, and `suggests` finds `suggest`."""
    found = re.findall(r"[a-z][a-z-]+", text.lower())
    return {re.sub(r"(ing|ed|es|s)$", "", word) for word in found if word not in STOP_WORDS}


def _table() -> list[tuple[set[str], list[str]]]:
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    section = page.partition("## Where is ...?")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| ")]
    return [
        (_words(cells[0]), re.findall(r"`([\w./]+\.py)`", "".join(cells[1:]))) for cells in rows[2:]
    ]


def _looks(report: str) -> list[str]:
    """The files in the order in which a reader opens them: rarest shared words first."""
    table = _table()
    often = Counter(word for words, _ in table for word in words)
    said = _words(report)
    rows = sorted(table, key=lambda row: -sum(1 / often[word] for word in row[0] & said))
    return [name for _, files in rows for name in files]


@pytest.mark.parametrize("report", REPORTS)
def test_a_bug_report_leads_to_its_file(report: str) -> None:
    """Whoever looks for the words of the report in the table opens the right file first or second."""
    assert REPORTS[report] in _looks(report)[:2]


def test_the_table_has_no_file_that_is_gone() -> None:
    """Every file of the table exists, and no row names more than two."""
    for words, files in _table():
        assert words and 1 <= len(files) <= 2
        assert all((ROOT / name).is_file() for name in files), files
