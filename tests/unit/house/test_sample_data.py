"""The sample: made again byte for byte, nobody's data, each row with the outcome it announces."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from connectors.configuration.sync_files import read_sync_file
from connectors.sources.delimited.csv_file import CsvFile
from connectors.sources.registry import open_file
from schemas.sync_file import LineType, SyncFile
from sendersync.transforms.choose_contacts import choose_contacts
from sendersync.transforms.keys import give_own_keys
from sendersync.transforms.normalise import malformed_as_rejects, normalise
from sendersync.transforms.suppress import NeverToAdd

SAMPLE = Path(__file__).resolve().parents[3] / "sample_data"
FILES = ("contacts.csv", "contacts-next-night.csv", "half-file.csv", "opt-outs.csv")

FICTION = re.compile(
    r"\+1\d{3}55501\d\d"  # North America: 555-0100 to 555-0199 of every area code
    r"|\+18005550199|\+49(17139200\d\d|176040690\d\d|3023125\d{3})"  # BNetzA, media productions
    r"|\+467017406\d\d"  # PTS
    r"|\+61491(57\d{4})"  # ACMA
    r"|\+442079460\d{3}"  # Ofcom
    r"|\+52(5512345678|2221234567|8112345678)|\+33612345678"  # documentation placeholders
)
"""Numbers that no person has: ranges set aside for fiction, and placeholders."""


def test_making_the_sample_again_gives_the_same_bytes(tmp_path: Path) -> None:
    """What is committed is what the generator makes, on any machine."""
    made = subprocess.run(
        [sys.executable, "-B", SAMPLE / "make_sample.py", tmp_path], capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    for name in (*FILES, "README.md"):
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes(), name


@pytest.fixture(scope="module")
def sync() -> SyncFile:
    """The sample's sync file."""
    return read_sync_file(SAMPLE / "newsletter.yaml").sync


def _outcomes(name: str, sync: SyncFile, suppressed: pd.Series[str]) -> dict[int, str]:
    """Line to outcome, through reading, normalising, merging and withholding."""
    batches = list(open_file(SAMPLE / name).read())
    assert batches[-1].complete
    done = normalise(pd.concat([batch.frame for batch in batches]), sync)
    malformed = malformed_as_rejects(pd.concat([batch.malformed for batch in batches]))
    owned = give_own_keys(done.contacts, pd.concat([done.rejects, malformed]))
    kept = choose_contacts(
        owned.contacts,
        owned.rejects,
        sync.duplicates,
        NeverToAdd(phones=suppressed),
    )
    return {
        **{int(line): "accepted" for line in kept.wanted.index},
        **{int(line): "merged" for line in kept.merged},
        **dict(zip(kept.withheld.index, kept.withheld["reason"], strict=True)),
        **dict(zip(kept.rejects.index, kept.rejects["reason"], strict=True)),
    }


def _announced() -> dict[int, str]:
    """Line to outcome as the table of hazards says."""
    page = (SAMPLE / "README.md").read_text("utf-8")
    table = page.partition("## Hazards")[2].partition("## What changed")[0]
    return {int(line): outcome for line, outcome in re.findall(r"(\d+): `(\w+)`", table)}


def test_every_hazard_comes_out_as_the_readme_announces(sync: SyncFile) -> None:
    """The README names a line and an outcome for each hazard, and the program agrees."""
    outcomes = _outcomes("contacts.csv", sync, pd.Series([], dtype="str"))
    announced = _announced()
    assert len(announced) > 60
    assert {line: outcomes.get(line, "not_read") for line in announced} == announced
    others = Counter(outcome for line, outcome in outcomes.items() if line not in announced)
    assert set(others) == {"accepted", "opted_out", "no_consent"}


@pytest.mark.parametrize(("name", "night"), [("contacts.csv", 1), ("contacts-next-night.csv", 2)])
def test_the_books_of_the_readme_are_the_books_of_the_program(
    name: str, night: int, sync: SyncFile
) -> None:
    """Rows, accepted, rejected, merged and withheld are what the README says for either night."""
    page = (SAMPLE / "README.md").read_text("utf-8")
    books = {
        row: int(re.findall(rf"\| {row} \| (\d+) \| (\d+)", page)[0][night - 1]) for row in ENDS
    }
    said_stop = _outcomes("contacts.csv", sync, pd.Series([], dtype="str"))
    frame = normalise(next(CsvFile(SAMPLE / "contacts.csv").read()).frame, sync).contacts
    lines = [line for line, outcome in said_stop.items() if outcome == "opted_out"]
    suppressed = frame.loc[frame.index.intersection(lines), "phone"]

    outcomes = Counter(_outcomes(name, sync, suppressed if night == 2 else suppressed[:0]).values())
    withheld = {"opted_out", "no_consent", "suppressed"}
    assert books == {
        "rows": outcomes.total(),
        "accepted": outcomes["accepted"],
        "merged": outcomes["merged"],
        "withheld": sum(outcomes[reason] for reason in withheld),
        "rejected": sum(
            count
            for reason, count in outcomes.items()
            if reason not in withheld | {"accepted", "merged"}
        ),
    }


ENDS = ("rows", "accepted", "rejected", "merged", "withheld")


@pytest.mark.parametrize("name", FILES)
def test_nobody_can_be_reached_under_a_number_of_the_sample(name: str, sync: SyncFile) -> None:
    """Every number that can be dialled is one that nobody has."""
    frame = pd.concat([batch.frame for batch in CsvFile(SAMPLE / name).read()])
    if "Phone" in frame:
        blank = dict.fromkeys(sync.columns.mapped().values(), "")
        frame = frame.assign(**{**blank, "Mobile": frame["Phone"]})
    anybody = sync.model_copy(update={"line_types": list(LineType), "countries": None})
    read = normalise(frame, anybody)
    phones = {*read.contacts["phone"], *read.rejects["phone"]} - {""}
    assert len(phones) > 10
    assert [phone for phone in phones if not FICTION.fullmatch(phone)] == []


@pytest.mark.parametrize("name", FILES[:3])
def test_nobody_can_be_reached_under_an_address_of_the_sample(name: str) -> None:
    """Every address ends in a domain that is set aside for examples (RFC 2606)."""
    text = (SAMPLE / name).read_text("utf-8").lower()
    domains = set(re.findall(r"@([\w.-]+)", text))
    assert domains <= {"example.com", "example.org", "example.net", "example", "exam"}
