"""Labels in a column beside the numbers: Google Contacts writes them so."""

from __future__ import annotations

import pandas as pd
import pytest

from schemas.frames import LINE
from schemas.sync_file import SyncFile
from sendersync.transforms.normalise import normalise
from sendersync.transforms.phones.labelled_lists import label_column, with_labels
from tests.truth.phone_spellings import texts

MOBILE, WORK = "+1 206 555 0142", "+1 206 555 0199"


@pytest.mark.parametrize(
    ("labels", "values", "phone"),
    [
        ("Mobile ::: Work", f"{MOBILE} ::: {WORK}", "+12065550142"),
        ("Work ::: * Mobile", f"{WORK} ::: {MOBILE}", "+12065550142"),
        ("Trabajo ::: M\u00f3vil", f"{WORK} ::: {MOBILE}", "+12065550142"),
        ("Mobile", MOBILE, "+12065550142"),
        ("Work", WORK, "+12065550199"),
        ("Home ::: Work", f"{MOBILE} ::: {WORK}", ""),
        ("Mobile ::: Mobile", f"{MOBILE} ::: {WORK}", ""),
        ("Mobile", f"{MOBILE} ::: {WORK}", ""),
        ("", f"{MOBILE} ::: {WORK}", ""),
        ("", f"{MOBILE} ::: (206) 555-0142", "+12065550142"),
    ],
)
@pytest.mark.parametrize("word", ["Label", "Type"])
def test_the_number_labelled_mobile_counts(labels: str, values: str, phone: str, word: str) -> None:
    """One of the list, where one alone is a mobile by its label; else the list is a reject."""
    sync = SyncFile.model_validate(
        {
            "sync": "google",
            "source": {"kind": "csv", "path": "x.csv"},
            "columns": {"phone": "Phone 1 - Value"},
            "sender_code": "1",
            "default_country": "US",
        }
    )
    frame = pd.DataFrame(
        [[labels, values]],
        columns=[f"Phone 1 - {word}", "Phone 1 - Value"],
        index=pd.RangeIndex(2, 3, name=LINE),
        dtype="str",
    )
    assert normalise(frame, sync).contacts["phone"].tolist() == ([phone] if phone else [])


def test_the_label_column_is_found_by_its_name() -> None:
    """Only beside a column of values, and only of the same number."""
    columns = ["Phone 1 - Label", "Phone 1 - Value", "Phone 2 - Type", "Phone 2 - Value", "Phone"]
    assert label_column("Phone 1 - Value", columns) == "Phone 1 - Label"
    assert label_column("Phone 2 - Value", columns) == "Phone 2 - Type"
    assert label_column("Phone", columns) == label_column("Phone 3 - Value", columns) == ""


def test_cells_without_a_list_stay() -> None:
    """No label is put before a single number: it may be anything."""
    values = texts([MOBILE, "", f"{MOBILE} ::: {WORK}"])
    labelled = with_labels(values, texts(["Gate 12", "Mobile", "Gate 12"]))
    assert labelled.tolist() == values.tolist()
