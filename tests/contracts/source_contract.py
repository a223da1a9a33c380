"""The contract that every source with a connection passes: CRMs, databases, and yours.

A source brings a harness, which knows how to fill what it reads and how to spoil it:

    from tests.contracts.source_contract import Harness, SourceContract

    @pytest.fixture(scope="module")
    def my_crm() -> Iterator[Harness]:
        with MyHarness() as harness:
            yield harness

    class TestMyCrm(SourceContract):
        @pytest.fixture
        def harness(self, my_crm: Harness) -> Harness:
            return my_crm

Everything below then runs against it. `tests/contracts/crm/test_crm_sources.py` does so for HubSpot and
Odoo; `tests/contracts/crm/crm_harness.py` is a harness for whatever `sandbox.crm` stands in for. What a
source cannot do (a database has no rate limit) its harness says with `unable`.
"""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import textwrap
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from connectors.sources.reachable import Reachable
from connectors.sources.source import IncrementalSource, Records
from schemas.errors import CredentialsRefused, SourceUnavailable
from tests.builders.repository import ROOT
from tests.waiting.open_files import open_files

PAGE = 10
START = datetime(2026, 1, 1, tzinfo=UTC)  # of the first person; each further one a second later
ODD_TEXTS = (
    *("007", "+1 206", "1e5", "1.0", "true", "NULL", "nan", "-0", "0x1F", "1,5", "=1+1"),
    *("'; DROP TABLE x; --", 'say "hi"', "a;b|c\td", "Zoë Łukasz 李 🎉", "12345678901234567890"),
)
MOST_MEGABYTES = 300
MANY = (20_000, pytest.param(200_000, marks=pytest.mark.soak))
AT_ONCE = (11_000, pytest.param(50_000, marks=pytest.mark.soak))  # HubSpot finds 10,000 at most


class Harness(ABC):
    """What the contract needs to know of one source."""

    key: ClassVar[str] = "id"
    """The column of the stable key."""
    text_column: ClassVar[str]
    """A column that takes any text."""
    breakages: ClassVar[tuple[str, ...]]
    """Ways in which a page can fail to arrive."""
    secrets: tuple[str, ...]
    """Credentials in every form in which they travel."""
    unable: ClassVar[frozenset[str]] = frozenset()
    """Names of tests that make no sense for this source."""

    @abstractmethod
    def fill(self, count: int, *, same_moment: int = 0) -> None:
        """Forgets everything and everybody, then makes people: see `START`.

        `same_moment` of them, in the middle, share one moment.
        """

    @abstractmethod
    def truth(self) -> dict[str, tuple[str, ...]]:
        """Key to cells, in the order of the source's columns, of everybody who is still there."""

    @abstractmethod
    def moments(self) -> dict[str, datetime]:
        """Key to moment of the last change, as far as the source tells it."""

    @abstractmethod
    def source(self, *, page: int = PAGE, overlap: timedelta = timedelta(0)) -> IncrementalSource:
        """The source; hasty: two attempts, hardly a wait, no limit of its own."""

    @abstractmethod
    def cursor_at(self, source: IncrementalSource, moment: datetime) -> str:
        """A cursor as the source would have written it at a moment."""

    @abstractmethod
    def change(self, keys: Sequence[str], at: datetime) -> None:
        """Changes people."""

    @abstractmethod
    def put_away(self, keys: Sequence[str]) -> None:
        """Archives people, or deletes them where there is no such thing."""

    @abstractmethod
    def add(self, texts: Sequence[str]) -> None:
        """New people with these texts in the text column."""

    @abstractmethod
    def break_page(self, page: int, how: str) -> None:
        """The so-many-th page of a full read (from 1) fails, however often it is asked for."""

    @abstractmethod
    def change_before_page(self, page: int, keys: Sequence[str], *, full: bool) -> None:
        """People change just before the so-many-th page of a full or incremental read."""

    @abstractmethod
    def busy_once(self, wait: int) -> None:
        """The second page is refused once: too many questions, come back in so many seconds."""

    @abstractmethod
    def lock_out(self) -> None:
        """The credentials are good no more."""

    @abstractmethod
    def child_code(self) -> str:
        """Python that binds `source` to this source, to be run in a process of its own."""


def rows_of(batches: Sequence[Records]) -> list[tuple[str, ...]]:
    """All rows of a read."""
    return [row for each in batches for row in each.frame.itertuples(index=False, name=None)]


def assert_each_once(rows: Sequence[tuple[str, ...]], keys: Sequence[str]) -> None:
    """These people, in any order, and nobody twice."""
    got = sorted(row[0] for row in rows)
    assert len(got) == len(set(got)), "a row came twice"
    assert got == sorted(keys), f"missing {sorted(set(keys) - set(got))[:5]}"


class SourceContract:
    """Rules for every source behind a connection."""

    @pytest.fixture(autouse=True)
    def _able(self, request: pytest.FixtureRequest, harness: Harness) -> None:
        if request.function.__name__ in harness.unable:
            pytest.skip("makes no sense for this source")

    # Full reads

    def test_check_is_harmless(self, harness: Harness) -> None:
        """`check` asks, changes nothing, and says something without personal data."""
        harness.fill(3)
        before = harness.truth()
        source = harness.source()
        assert isinstance(source, Reachable)
        said = source.check()
        assert said and not any(c in said for row in before.values() for c in row[1:] if len(c) > 5)
        assert harness.truth() == before

    @pytest.mark.parametrize("count", [0, 1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, 10 * PAGE + 3])
    def test_every_row_is_read_whatever_their_number(self, harness: Harness, count: int) -> None:
        """None, one, a page, one more: each row once, cells as they are, the end told once."""
        harness.fill(count)
        source = harness.source()
        batches = list(source.read())
        assert [each.complete for each in batches] == [False] * (len(batches) - 1) + [True]
        assert batches[-1].cursor
        truth = harness.truth()
        rows = rows_of(batches)
        assert_each_once(rows, list(truth))
        assert {row[0]: row for row in rows} == truth
        assert source.columns() == tuple(batches[0].frame.columns)
        for each in batches:
            assert set(map(str, each.frame.dtypes)) == {"str"}
            assert not each.frame.isna().to_numpy().any()
        lines = [line for each in batches for line in each.frame.index]
        assert len(set(lines)) == len(lines) and batches[0].frame.index.name == "line"

    def test_keys_are_stable(self, harness: Harness) -> None:
        """Whoever changes keeps the key."""
        harness.fill(12)
        source = harness.source()
        before = rows_of(list(source.read()))
        changed, past = [row[0] for row in before[::2]], datetime.now(UTC) - timedelta(hours=1)
        harness.change(changed, past)
        since = harness.cursor_at(source, past - timedelta(hours=1))
        assert_each_once(rows_of(list(source.read_since(since))), changed)
        after = rows_of(list(source.read()))
        assert sorted(row[0] for row in before) == sorted(row[0] for row in after)

    def test_text_stays_text(self, harness: Harness) -> None:
        """Nothing becomes a number, a date, a truth or nothing."""
        harness.fill(0)
        harness.add(ODD_TEXTS)
        source = harness.source()
        place = source.columns().index(harness.text_column)
        assert sorted(row[place] for row in rows_of(list(source.read()))) == sorted(ODD_TEXTS)

    def test_rows_of_one_moment_are_each_read_once(self, harness: Harness) -> None:
        """More people than a page share a moment: nobody is lost or doubled at its edges."""
        harness.fill(55, same_moment=37)
        source = harness.source()
        keys = list(harness.truth())
        assert_each_once(rows_of(list(source.read())), keys)
        since = list(source.read_since(harness.cursor_at(source, START)))
        assert_each_once(rows_of(since), keys)

    @pytest.mark.parametrize("page", [2, 3, 5])
    def test_rows_that_move_while_paging_are_read_once(self, harness: Harness, page: int) -> None:
        """People change, read or not yet read, while pages are turned: nobody is lost or doubled."""
        harness.fill(55)
        keys = list(harness.truth())
        harness.change_before_page(page, [keys[1], keys[12], keys[33], keys[54]], full=True)
        assert_each_once(rows_of(list(harness.source().read())), keys)

    def test_who_was_put_away_is_not_delivered(self, harness: Harness) -> None:
        """Archived and deleted people have left, in full reads and in others."""
        harness.fill(25)
        keys = list(harness.truth())
        harness.put_away(keys[3:6])
        source = harness.source()
        left = [key for key in keys if key not in keys[3:6]]
        assert_each_once(rows_of(list(source.read())), left)
        since = list(source.read_since(harness.cursor_at(source, START)))
        assert_each_once(rows_of(since), left)

    # Trouble

    @pytest.mark.parametrize("page", range(1, 11))
    def test_an_error_in_the_middle_is_no_complete_read(self, harness: Harness, page: int) -> None:
        """Whichever page of ten is lost, in whatever way: unavailable, and never `complete`."""
        harness.fill(10 * PAGE)
        source = harness.source()
        harness.break_page(page, harness.breakages[page % len(harness.breakages)])
        got: list[Records] = []
        with pytest.raises(SourceUnavailable) as failure:
            got.extend(source.read())
        assert not any(each.complete for each in got)
        assert failure.value.do

    def test_a_reader_may_leave_early(self, harness: Harness) -> None:
        """Whoever stops reading leaves no connection behind."""
        harness.fill(3 * PAGE)
        harness.truth()  # what the harness itself keeps open is open now
        before = open_files()
        reading = harness.source().read()
        assert next(reading) is not None
        reading.close()  # type: ignore[attr-defined]
        del reading
        assert open_files() <= before

    def test_a_busy_source_is_asked_again_when_it_said(self, harness: Harness) -> None:
        """Too many questions: the wait it asks for is kept, and nothing is missing."""
        harness.fill(3 * PAGE)
        harness.busy_once(1)
        began = datetime.now(UTC)
        rows = rows_of(list(harness.source().read()))
        assert datetime.now(UTC) - began >= timedelta(seconds=1)
        assert_each_once(rows, list(harness.truth()))

    def test_refused_credentials_are_wrong_use(self, harness: Harness) -> None:
        """The credentials are refused: exit 2, with the mend, and no row."""
        harness.fill(3)
        harness.lock_out()
        for ask in (lambda source: source.check(), lambda source: list(source.read())):
            with pytest.raises(CredentialsRefused) as refusal:
                ask(harness.source())
            assert refusal.value.do

    def test_nothing_secret_or_personal_is_shown(self, harness: Harness) -> None:
        """Logs at DEBUG, reprs, messages and tracebacks hold no credential and no person."""
        harness.fill(3 * PAGE)
        people = [cell for row in harness.truth().values() for cell in row[1:] if len(cell) > 5]
        log, shown = io.StringIO(), []
        handler, root = logging.StreamHandler(log), logging.getLogger()
        level = root.level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            source = harness.source()
            shown += [repr(source), str(source), source.name, *map(repr, vars(source).values())]
            list(source.read())
            for spoil in (lambda: harness.break_page(2, harness.breakages[0]), harness.lock_out):
                spoil()
                with pytest.raises((SourceUnavailable, CredentialsRefused)) as failure:
                    list(source.read())
                shown += traceback.format_exception(failure.value)
                shown.append(repr(failure.value.as_json()))
        finally:
            root.removeHandler(handler)
            root.setLevel(level)
        text = log.getvalue() + "\n".join(shown)
        assert not [each for each in (*harness.secrets, *people) if each in text]

    # Many

    @pytest.mark.parametrize("many", MANY)
    def test_memory_stays_flat(self, harness: Harness, many: int) -> None:
        """200,000 people pass through less than 300 MB, and so do fewer."""
        harness.fill(many)
        code = harness.child_code() + textwrap.dedent(
            """
            import pathlib, re
            rows = 0
            for batch in source.read():
                rows += batch.rows
            # the peak of this program alone: ru_maxrss would carry the parent's through exec
            status = pathlib.Path("/proc/self/status").read_text()
            peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1])
            print(rows, batch.complete, peak // 1024)
            """
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        rows, complete, megabytes = done.stdout.split()
        assert (rows, complete) == (str(many), "True")
        assert int(megabytes) < MOST_MEGABYTES

    # Incremental reads

    def test_a_cursor_goes_on_where_it_was_written(self, harness: Harness) -> None:
        """What changed since is read, everything else is not; the next cursor follows."""
        harness.fill(3 * PAGE)
        source = harness.source()
        keys = list(harness.truth())
        cursor = harness.cursor_at(source, START + timedelta(days=1))
        assert rows_of(list(source.read_since(cursor))) == []
        harness.change(keys[4:7], START + timedelta(days=2))
        batches = list(source.read_since(cursor))
        assert_each_once(rows_of(batches), keys[4:7])
        assert batches[-1].complete
        truth = harness.truth()
        assert {row[0]: row for row in rows_of(batches)} == {key: truth[key] for key in keys[4:7]}
        harness.change(keys[8:9], datetime.now(UTC) - timedelta(seconds=2))
        patient = harness.source(overlap=timedelta(minutes=1))
        assert_each_once(rows_of(list(patient.read_since(batches[-1].cursor))), keys[8:9])

    def test_rows_of_the_cursors_moment_are_read_again(self, harness: Harness) -> None:
        """Whoever changed in the very moment of the cursor is read again rather than lost."""
        harness.fill(40, same_moment=25)
        moments = harness.moments()
        moment = sorted(moments.values())[20]
        source = harness.source()
        due = [key for key, at in moments.items() if at >= moment]
        assert 25 < len(due) < 40
        assert_each_once(rows_of(list(source.read_since(harness.cursor_at(source, moment)))), due)

    def test_a_full_reads_cursor_begins_before_the_read(self, harness: Harness) -> None:
        """Who changes while everything is read is in the next incremental read."""
        harness.fill(5 * PAGE)
        keys = list(harness.truth())
        harness.change_before_page(4, keys[:2], full=True)
        source = harness.source()
        cursor = list(source.read())[-1].cursor
        harness.change(keys[5:6], datetime.now(UTC))
        later = harness.source(overlap=timedelta(seconds=5))
        for _ in range(50):
            # seconds are the finest that some tell, and the present one is not over
            got = {row[0] for row in rows_of(list(later.read_since(cursor)))}
            if got == {*keys[:2], *keys[5:6]}:
                return
            time.sleep(0.1)
        raise AssertionError(got)

    @pytest.mark.parametrize("page", [2, 3, 5])
    def test_changes_are_read_once_though_they_change(self, harness: Harness, page: int) -> None:
        """A row that moves to the end while changes are read hides nobody and comes once.

        Who changes meanwhile may be left to the next read.
        """
        harness.fill(55)
        keys = list(harness.truth())
        moved = [keys[0], keys[11], keys[12], keys[54]]
        harness.change_before_page(page, moved, full=False)
        source = harness.source()
        batches = list(source.read_since(harness.cursor_at(source, START)))
        got = [row[0] for row in rows_of(batches)]
        assert len(got) == len(set(got)), "a row came twice"
        assert set(keys) - set(got) <= set(moved), "a row was lost"

    def test_a_cursor_of_another_question_reads_everything(self, harness: Harness) -> None:
        """Whatever a cursor says that is not ours: everybody is read."""
        harness.fill(15)
        source = harness.source()
        for cursor in ("2026-01-01", "", "0123456789ab 2026-01-01T00:00:00+00:00"):
            assert_each_once(rows_of(list(source.read_since(cursor))), list(harness.truth()))

    @pytest.mark.parametrize("many", AT_ONCE)
    def test_thousands_of_one_moment_are_each_read_once(self, harness: Harness, many: int) -> None:
        """An import gives 50,000 people one moment: an incremental read brings each of them once."""
        harness.fill(many, same_moment=many)
        source = harness.source(page=1000)
        keys, rows = set[str](), 0
        for each in source.read_since(harness.cursor_at(source, START)):
            rows += each.rows
            keys.update(each.frame[harness.key])
        assert rows == len(keys) == many
