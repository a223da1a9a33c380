"""A header that says the opposite of its field, and words that turn it round, or seem to."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.sync_file import FlagWords
from sendersync.transforms.mapping.polarity import not_turned_round, turned_round


@pytest.mark.parametrize(
    ("field", "header", "words"),
    [
        ("opted_out", "Subscribed", {"means_yes": ["unsubscribed"], "means_no": ["subscribed"]}),
        ("opted_out", "Subscribed", {"means_yes": ["no", "0"], "means_no": ["subscribed"]}),
        ("opted_out", "is_active", {"means_yes": ["inactive"], "means_no": ["active"]}),
        ("opted_out", "Angemeldet", {"means_yes": ["abgemeldet"], "means_no": ["angemeldet"]}),
        ("consent", "Unsubscribed", {"means_yes": ["no"], "means_no": ["unsubscribed"]}),
        ("consent", "Opt-out", {"means_yes": ["opted in"], "means_no": ["opted out"]}),
    ],
)
def test_words_may_turn_a_header_round(field: str, header: str, words: dict[str, Any]) -> None:
    """Whoever writes what each word means has seen what the header says."""
    assert turned_round(field, header, FlagWords(**words))


@pytest.mark.parametrize(
    ("field", "header", "words"),
    [
        ("opted_out", "Subscribed", {}),
        ("opted_out", "Subscribed", {"means_yes": ["unsubscribed"]}),
        ("opted_out", "Subscribed", {"means_no": ["subscribed"]}),
        ("opted_out", "Subscribed", {"means_yes": ["subscribed"], "means_no": ["unsubscribed"]}),
        ("opted_out", "Subscribed", {"means_yes": ["yes"], "means_no": ["no"]}),
        ("opted_out", "Subscribed", {"means_yes": ["a"], "means_no": ["b"]}),
        ("opted_out", "Subscribed", {"means_yes": ["no", "subscribed"], "means_no": ["b"]}),
        ("opted_out", "Subscribed", {"filled_means_yes": True}),
        ("opted_out", "Angemeldet", {"means_yes": ["angemeldet"], "means_no": ["abgemeldet"]}),
        ("consent", "Unsubscribed", {"means_yes": ["unsubscribed"], "means_no": ["subscribed"]}),
        ("consent", "Unsubscribed", {"means_yes": ["yes"], "means_no": ["no"]}),
        ("consent", "Opt-out", {"dates_mean_yes": True}),
    ],
)
def test_swapped_or_missing_words_do_not(field: str, header: str, words: dict[str, Any]) -> None:
    """Lists that are swapped are the same slip again; one list alone leaves the rest to chance."""
    assert not turned_round(field, header, FlagWords(**words))


@pytest.mark.parametrize(
    ("field", "words", "cell", "wrong"),
    [
        ("opted_out", {"means_yes": ["unsubscribed"], "means_no": ["subscribed"]}, "yes", True),
        ("opted_out", {"means_yes": ["unsubscribed"], "means_no": ["subscribed"]}, "no", True),
        ("opted_out", {"means_yes": ["unsubscribed"], "means_no": ["subscribed"]}, "", True),
        ("opted_out", {"means_yes": ["No"], "means_no": ["subscribed"]}, "no", False),
        ("consent", {"means_yes": ["no"], "means_no": ["unsubscribed"]}, "yes", True),
        ("consent", {"means_yes": ["no"], "means_no": ["unsubscribed"]}, "no", False),
        ("consent", {"means_yes": ["no"], "means_no": ["unsubscribed"]}, "", False),
    ],
)
def test_common_words_are_not_turned_round_unless_they_are_listed(
    field: str, words: dict[str, Any], cell: str, *, wrong: bool
) -> None:
    """A plain yes is always a yes, so that it cannot stand under a header that was turned round."""
    assert (cell in not_turned_round(field, FlagWords(**words))) is wrong
