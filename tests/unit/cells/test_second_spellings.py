"""Second spellings: one handset, whatever year its number was written in."""

from __future__ import annotations

import re
import runpy
from random import Random

import pandas as pd
import phonenumbers
import pytest

from sendersync.transforms.phones.normalise_phones import normalise_phones
from sendersync.transforms.phones.renumberings import RENUMBERINGS, Renumbering
from sendersync.transforms.phones.second_spellings import (
    canonical_phone,
    canonical_phones,
    other_spellings,
)
from tests.builders.repository import ROOT
from tests.truth.phone_spellings import spelled_examples, texts

ONE_HANDSET = [
    # (old, today), as the notices of the regulators give them
    ("+5212221234567", "+522221234567"),
    ("+5215512345678", "+525512345678"),
    ("+551161234567", "+5511961234567"),
    ("+552199887766", "+5521999887766"),
    ("+557171234567", "+5571971234567"),
    ("+541123456789", "+5491123456789"),
    ("+543514123456", "+5493514123456"),
    ("+22995123456", "+2290195123456"),
    ("+22961234567", "+2290161234567"),
    ("+22507123456", "+2250707123456"),
    ("+22505123456", "+2250505123456"),
    ("+22501123456", "+2250101123456"),
    ("+22558123456", "+2250758123456"),
    ("+22544123456", "+2250544123456"),
    ("+22572123456", "+2250172123456"),
    ("+841281234567", "+84781234567"),
    ("+841691234567", "+84391234567"),
    ("+841991234567", "+84591234567"),
    ("+24106031234", "+24166031234"),
    ("+2417281234", "+24177281234"),
    ("+24104281234", "+24174281234"),
    ("+2455123456", "+245955123456"),
    ("+2456612345", "+245966612345"),
    ("+23795123456", "+237695123456"),
]

MAY_BE_ANOTHERS = [
    ("+37744123456", "+38344123456"),
    ("+37745912345", "+38345912345"),
    ("+38643123456", "+38343123456"),
    ("+38649123456", "+38349123456"),
    ("+508551234", "+508708551234"),
]


@pytest.mark.parametrize(("old", "today"), ONE_HANDSET)
def test_both_spellings_have_one_canonical_form(old: str, today: str) -> None:
    """It is the spelling of today, and it is a number that can be texted."""
    assert canonical_phones(texts([old, today])).tolist() == [today, today]
    assert canonical_phone(old) == canonical_phone(today) == today
    number = phonenumbers.parse(today)
    assert phonenumbers.is_valid_number(number)
    assert phonenumbers.number_type(number) in (1, 2)


@pytest.mark.parametrize(("old", "today"), ONE_HANDSET)
def test_each_spelling_names_the_other(old: str, today: str) -> None:
    """Whoever looks a number up in an old list, or an old number in a new one, finds it."""
    found = other_spellings(texts([old, today]))
    assert today in found.loc[[0], "spelling"].tolist()
    assert old in found.loc[[1], "spelling"].tolist()
    assert found["certain"].all()


@pytest.mark.parametrize(("old", "today"), MAY_BE_ANOTHERS)
def test_a_number_that_may_be_anothers_today_is_never_turned_into_one(old: str, today: str) -> None:
    """Both are told to be doubtful spellings of each other, and both stay what they are."""
    assert canonical_phones(texts([old, today])).tolist() == [old, today]
    found = other_spellings(texts([old, today]))
    assert found["spelling"].tolist() == [today, old] or found["spelling"].tolist() == [old, today]
    assert not found["certain"].any()


@pytest.mark.parametrize(
    "phone",
    [
        *("", "+12065550142", "+447400123456", "+4915123456789", "+5512345678", "+551133334444"),
        *("+551123456789", "+52222123456", "+2290212345678", "+22521234567", "+22560123456"),
        *("+84912345678", "+24111234567", "+24103123456", "+237222123456", "+521123456789"),
    ],
)
def test_other_numbers_have_one_spelling(phone: str) -> None:
    """Landlines, ranges that the notices do not name, and all other countries stay as they are."""
    assert canonical_phones(texts([phone])).tolist() == [phone] == [canonical_phone(phone)]
    assert other_spellings(texts([phone])).empty


def _number_of(pattern: str, chance: Random) -> str:
    """A random number that a pattern of the table describes."""
    number = "+"
    for piece in re.findall(r"\[[^\]]*\]|\\d|\{\d+\}|\d", pattern):
        if piece.startswith("["):
            last = [d for d in "0123456789" if re.fullmatch(piece, d)]
        elif piece == r"\d":
            last = list("0123456789")
        elif piece.startswith("{"):
            number += "".join(chance.choice(last) for _ in range(int(piece[1:-1]) - 1))
            continue
        else:
            last = [piece]
        number += chance.choice(last)
    return number


@pytest.mark.parametrize("rule", RENUMBERINGS, ids=lambda rule: f"{rule.country} {rule.old}")
def test_every_rule_leads_there_and_back(rule: Renumbering) -> None:
    """Random old numbers of each rule: today's number, and from that the old one again."""
    chance = Random(20261128)
    old = texts([_number_of(rule.old, chance) for _ in range(50)])
    new = other_spellings(old) if not rule.old_is_dead else canonical_phones(old)
    today = texts(new["spelling"].tolist() if isinstance(new, pd.DataFrame) else new.tolist())
    assert today.str.match(rule.new_pattern()).all()
    back = other_spellings(today)
    for place, phone in old.items():
        assert phone in back.loc[[place], "spelling"].tolist()
    # The number of today is old by no rule: it stays.
    assert canonical_phones(today).tolist() == today.tolist()


def test_one_number_at_a_time_is_as_the_column() -> None:
    """The two ways to ask give the same for every example of the library and every old number."""
    phones = texts([text for text, _ in spelled_examples() if re.fullmatch(r"\+\d+", text)])
    phones = pd.concat([phones, texts([old for old, _ in ONE_HANDSET + MAY_BE_ANOTHERS])])
    assert canonical_phones(phones).tolist() == [canonical_phone(phone) for phone in phones]


def test_the_index_and_the_types_stay() -> None:
    """Labels of the column are those of the answer, also of none and of a repeated label."""
    phones = pd.Series(["+5212221234567", "", "+24166031234"], index=[7, 3, 3], dtype="str")
    assert canonical_phones(phones).index.equals(phones.index)
    found = other_spellings(phones)
    assert found.index.tolist() == [7, 3, 3]
    for frame in (found, other_spellings(phones[:0])):
        assert [str(kind) for kind in frame.dtypes] == ["str", "bool"]
        assert frame.columns.tolist() == ["spelling", "certain"]
    assert str(canonical_phones(phones[:0]).dtype) == "str"


@pytest.mark.parametrize("library_only", [False, True])
def test_a_contact_with_mexicos_old_one_is_the_same_person(library_only: bool) -> None:
    """`+52 1` is read as `+52` in every spelling that has the country code; without it, never."""
    read = normalise_phones(
        texts(["+52 1 222 123 4567", "5212221234567", "0052 1 222 123 4567", "1 281 555 0142"]),
        texts(["", "MX", "DE", "MX"]),
        library_only=library_only,
    )
    assert read["phone"].tolist() == ["+522221234567"] * 3 + [""]
    assert read["country"].tolist() == ["MX"] * 3 + [""]


@pytest.mark.parametrize("library_only", [False, True])
def test_a_reject_says_which_number_it_is_today(library_only: bool) -> None:
    """Old numbers stay rejects; for stop lists the reading names the number of today."""
    rows = [
        ("+229 95 12 34 56", "", "+2290195123456"),
        ("95 12 34 56", "BJ", "+2290195123456"),
        ("+225 07 12 34 56", "", "+2250707123456"),
        ("+55 11 6123-4567", "", "+5511961234567"),
        ("+84 128 123 4567", "", "+84781234567"),
        # not for certain one old number
        ("+229 95 12 34 56 / 57", "", ""),
        ("+229 95 12 34 5?6", "", ""),
        ("Bob +229 95 12 34 56", "", ""),
        ("+1 206 555 014", "", ""),
        ("+1 206 555 0142", "", ""),
        ("", "BJ", ""),
    ]
    raw, regions = texts([row[0] for row in rows]), texts([row[1] for row in rows])
    read = normalise_phones(raw, regions, library_only=library_only)
    assert read["today"].tolist() == [row[2] for row in rows]
    assert (read["phone"] == "").sum() == len(rows) - 1


def test_the_page_shows_the_table() -> None:
    """`docs/phones.md` has every rule with its source, as its generator writes it."""
    text = (ROOT / "docs/phones.md").read_text(encoding="utf-8")
    assert runpy.run_path(str(ROOT / "docs/generators/phone_page.py"))["page"](text) == text
    assert all(rule.source in text and rule.since in text for rule in RENUMBERINGS)
