"""What a report says beside its counts, where silence would let somebody be texted or missed."""

from __future__ import annotations

from sendersync.pipeline.run import Finished
from tests.builders.sync_bench import Desk, people, sync_file, with_row, without


def test_an_opt_out_in_other_words_is_not_passed_over_in_silence(desk: Desk) -> None:
    """Cells of the opt-out column that are neither yes nor no are counted, and where is said."""
    rows = with_row(with_row(people(5), 2, Unsubscribed="Sí"), 4, Unsubscribed="2026-01-05")
    desk.write(rows)
    said = [each for each in desk.plan().report.warnings if "opted_out" in each]
    assert len(said) == 1
    assert said[0].startswith("2 cells of the column 'Unsubscribed' (opted_out), the first in line")
    assert "line 4" in said[0]
    assert "NOBODY is stopped" in said[0]
    assert "Sí" not in said[0]


def test_a_consent_in_other_words_is_not_passed_over_in_silence(desk: Desk) -> None:
    """A consent column whose yes is not understood explains why nobody is added."""
    desk.sync = sync_file(columns={"consent": "Consent"})
    desk.write([{**row, "Consent": "Sí"} for row in people(3)])
    finished = desk.plan()
    assert finished.report.plan.add == 0
    assert any("3 cells of the column 'Consent' (consent)" in each for each in _said(finished))


def test_numbers_of_no_country_say_what_they_lack(desk: Desk) -> None:
    """Numbers that only lack a country say so at once: each is called one that does not exist."""
    bare = [
        {**each, "Mobile": each["Mobile"].removeprefix("+1"), "Country": ""} for each in people(4)
    ]
    desk.write([*bare[:3], {**bare[3], "Country": "Narnia"}])
    desk.sync = desk.sync.model_copy(update={"default_country": None})
    said = [each for each in desk.plan().report.warnings if "no country code" in each]
    assert len(said) == 1 and said[0].startswith("3 numbers have no country code")
    assert "--country US" in said[0] and "`default_country: US`" in said[0]
    desk.sync = desk.sync.model_copy(update={"default_country": "US"})
    assert not any("no country code" in each for each in desk.plan().report.warnings)


def test_clear_answers_need_no_word(desk: Desk) -> None:
    """Yes, no and empty cells cause no remark."""
    desk.write(with_row(with_row(people(5), 2, Unsubscribed="No"), 3, Unsubscribed="x"))
    (said,) = desk.plan().report.warnings
    assert said.startswith("This state is new: ")


def test_an_add_after_a_stop_is_said_to_prove_nothing(desk: Desk) -> None:
    """Whoever was stopped and is back in the source is added, with a word on what that proves."""
    rows = people(5)
    desk.first_load(rows)
    desk.write(without(rows, 4))
    desk.run()
    desk.write(rows)
    finished = desk.run()
    assert finished.report.plan.add == 1
    assert any(each.startswith("1 person to be added had been stopped") for each in _said(finished))
    assert not any("had been stopped" in each for each in desk.run().report.warnings)


def test_notes_that_are_not_repeated_are_counted(desk: Desk) -> None:
    """Five notes of the platform are repeated in full; how many more there are is said."""
    desk.sync = sync_file(columns={"group": "First Name", "first_name": None})
    desk.write([{**each, "First Name": f"g{n}"} for n, each in enumerate(people(8))])
    said = _said(desk.run())
    assert sum("does not confirm the group" in each for each in said) == 5
    assert any(each.startswith("and 3 more of such notes") for each in said)
    desk.write([{**each, "First Name": f"g{n}"} for n, each in enumerate(people(5, start=8))])
    desk.sync = desk.sync.model_copy(update={"sync": "other"})
    assert not any("more of such" in each for each in _said(desk.run()))


def _said(finished: Finished) -> list[str]:
    return finished.report.warnings
