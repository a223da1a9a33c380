"""What a sync file's reading is, and what is said where it differs from the last run."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.sync_file import SyncFile
from sendersync.transforms.readings.changes import Touches, reading_changes
from sendersync.transforms.readings.reading import reading_of, reading_of_report

SYNC: dict[str, Any] = {
    "sync": "newsletter",
    "source": {"kind": "csv", "path": "contacts.csv"},
    "columns": {
        "key": "CustomerID",
        "phone": "Mobile",
        "consent": "SMS consent",
        "opted_out": "Unsubscribed",
    },
    "words": {"opted_out": {"means_yes": ["stop", "ja"], "means_no": ["no"]}},
    "sender_code": "12065551212",
    "default_country": "US",
}


def reading(**changed: Any) -> dict[str, Any]:
    """The reading of the sync file with some keys changed; `columns__phone` is one of them."""
    given: dict[str, Any] = {key: dict(v) if isinstance(v, dict) else v for key, v in SYNC.items()}
    for name, value in changed.items():
        outer, _, inner = name.partition("__")
        target, key = (given[outer], inner) if inner else (given, outer)
        if value is None:
            target.pop(key, None)
        else:
            target[key] = value
    return reading_of(SyncFile.model_validate(given))


@pytest.mark.parametrize(
    ("changed", "keys", "touches"),
    [
        ({"default_country": "IN"}, ["default_country"], Touches.EVERYBODY),
        ({"columns__phone": "Work"}, ["columns.phone"], Touches.EVERYBODY),
        ({"columns__phone": ["Mobile", "Work"]}, ["columns.phone"], Touches.EVERYBODY),
        ({"columns__key": None}, ["columns.key"], Touches.EVERYBODY),
        ({"columns__consent": None}, ["columns.consent"], Touches.ADDS),
        ({"columns__opted_out": None}, ["columns.opted_out"], Touches.EVERYBODY),
        ({"columns__opted_out": "Note"}, ["columns.opted_out"], Touches.EVERYBODY),
        ({"columns__first_name": "Name"}, ["columns.first_name"], Touches.VALUES),
        ({"sender_code": "12065551313"}, ["sender_code"], Touches.EVERYBODY),
        ({"countries": ["US"]}, ["countries"], Touches.VALUES),
        ({"line_types": ["mobile", "voip"]}, ["line_types"], Touches.ADDS),
        ({"line_types": ["mobile"]}, ["line_types"], Touches.VALUES),
        (
            {"source": {"kind": "csv", "path": "contacts.csv", "encoding": "cp1252"}},
            ["source.encoding"],
            Touches.EVERYBODY,
        ),
        ({"source": {"kind": "csv", "path": "staff.csv"}}, ["source.path"], Touches.EVERYBODY),
        (
            {"words": {"opted_out": {"means_yes": ["no"], "means_no": ["stop", "ja"]}}},
            ["words.opted_out.means_yes", "words.opted_out.means_no"],
            Touches.EVERYBODY,
        ),
        (
            {"words__consent": {"dates_mean_yes": True}},
            ["words.consent.dates_mean_yes"],
            Touches.ADDS,
        ),
    ],
)
def test_what_differs_is_named(changed: dict[str, Any], keys: list[str], touches: Touches) -> None:
    """Each key that alters who is in, or what a cell means, is named, with what it may alter."""
    found = reading_changes(reading(), reading(**changed))
    assert found.keys == keys
    assert found.touches == touches
    assert all(key in " ".join(found.sentences()) for key in keys)


@pytest.mark.parametrize(
    "changed",
    [
        {"group": "daily"},
        {"removals": "keep"},
        {"duplicates": "last"},
        {"not_permission": ["Tags"]},
        {"guards": {"max_stops": 3}},
        {"load": {"rate_per_second": 50}},
        {"line_types": ["fixed_line_or_mobile", "mobile"]},
        {"words": {"opted_out": {"means_yes": ["JA", "stop"], "means_no": ["no"]}}},
        {"source": {"kind": "csv", "path": "contacts.csv", "max_age": "2d", "settle_seconds": 5}},
        {"source": {"kind": "csv", "path": "contacts.csv", "accept_name": True}},
        {"sync": "another"},
    ],
)
def test_what_alters_nobody_is_no_change(changed: dict[str, Any]) -> None:
    """Keys that say when, how fast or under which name a source is read are no reading."""
    assert not reading_changes(reading(), reading(**changed))


@pytest.mark.parametrize("field", ["consent", "opted_out"])
def test_a_permission_that_is_not_read_any_more(field: str) -> None:
    """A permission that was mapped and is not is a loss; one that is new or elsewhere is none."""
    without = reading(**{f"columns__{field}": None})
    assert reading_changes(reading(), without).lost_permissions == [f"columns.{field}"]
    assert reading_changes(without, reading()).lost_permissions == []
    elsewhere = reading(**{f"columns__{field}": "Other"})
    assert reading_changes(reading(), elsewhere).lost_permissions == []


def test_a_permission_that_is_new_lets_nobody_in() -> None:
    """A permission where there was none keeps people out; an opt-out may stop, a consent not."""
    without = reading(columns__consent=None)
    assert reading_changes(without, reading()).touches == Touches.VALUES
    without = reading(columns__opted_out=None)
    assert reading_changes(without, reading()).touches == Touches.OPT_OUTS


def test_no_credentials() -> None:
    """Users, passwords and what follows a question mark are no part of an address' reading."""
    plain = reading(source={"kind": "csv", "path": "sftp://host/list.csv"})
    for address in ("sftp://me:s3cret@host/list.csv", "sftp://me@host/list.csv?token=s3cret"):
        found = reading(source={"kind": "csv", "path": address})
        assert found == plain
    query = {"kind": "sql", "url_env": "CRM", "query": "select 1"}
    found = reading(source={**query, "params": {"who": "s3cret"}})
    assert "s3cret" not in str(found)
    other = reading(source={**query, "params": {"who": "else"}})
    assert reading_changes(found, other).keys == ["source.params"]
    assert "select" not in " ".join(
        reading_changes(found, reading(source={**query, "query": "select 2"})).sentences()
    )


def test_a_report_of_an_older_version() -> None:
    """What an older report tells of the reading is compared, and nothing that it does not tell."""
    columns = {"phone": "Mobile", "consent": "SMS consent", "key": "CustomerID"}
    told = {"columns": columns, "sender_code": "12065551212", "country": "US", "group": "weekly"}
    before = reading_of_report(told)
    assert before is not None
    same = reading(columns__opted_out=None, words=None)
    assert not reading_changes(before, same, of_report=True)
    changed = reading_changes(before, reading(default_country="IN"), of_report=True)
    assert changed.keys == ["columns.opted_out", "default_country"]
    assert reading_of_report({}) is None
