"""Advice about countries and domains: near ones are named, and nothing is changed."""

from __future__ import annotations

import pytest

from benchmarks.near_country_names import slips
from sendersync.transforms.near_misses import (
    COMMON_DOMAINS,
    meant_domain,
    near_countries,
    near_domains,
)


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        *(("gmial.com", "gmail.com"), ("gmal.com", "gmail.com"), ("gmail.con", "gmail.com")),
        *(("gmaill.com", "gmail.com"), ("gnail.com", "gmail.com"), ("gmail.cm", "gmail.com")),
        *(("hotmial.com", "hotmail.com"), ("hotmal.com", "hotmail.com")),
        *(("yaho.com", "yahoo.com"), ("yahooo.com", "yahoo.com"), ("outlok.com", "outlook.com")),
        *(("iclod.com", "icloud.com"), ("t-onlin.de", "t-online.de"), ("aol.con", "aol.com")),
        *(("wanado.fr", "wanadoo.fr"), ("docomo.ne.j", "docomo.ne.jp")),
    ],
)
def test_a_slip_in_a_common_domain_is_told(domain: str, meant: str) -> None:
    """One letter wrong, missing, doubled or swapped beside a domain that everybody uses."""
    assert meant_domain(domain) == meant


@pytest.mark.parametrize(
    "domain",
    [
        *COMMON_DOMAINS,
        *("example.com", "gmx.com", "mail.de", "email.com", "company.com", "live.de", "web.com"),
        *("yahoo.at", "hotmail.ch", "bmail.com", "a.b", "", "x" * 300 + ".com", "fmail.com"),
    ],
)
def test_other_domains_are_left_alone(domain: str) -> None:
    """A domain that exists for itself is nobody's slip."""
    assert meant_domain(domain) == ""


def test_domains_are_told_most_rows_first() -> None:
    """With the rows that have them."""
    found = near_domains({"gmial.com": 2, "yaho.com": 5, "example.com": 9})
    assert [(each.domain, each.rows, each.meant) for each in found] == [
        ("yaho.com", 5, "yahoo.com"),
        ("gmial.com", 2, "gmail.com"),
    ]


def test_countries_are_told_with_what_they_may_mean() -> None:
    """Only cells that are near a country: what else stands there may be a person's data."""
    found = near_countries(["Irelnd", "Korea", "Irelnd ", "Ann Lee", "+12065550101", "", "?"])
    assert [(each.cell, each.rows) for each in found] == [("Irelnd", 2), ("Korea", 1)]
    assert set(found[0].meant) == {"IE", "IS"} and set(found[1].meant) == {"KP", "KR"}
    assert found[0].meant["IE"] == "Ireland"


@pytest.mark.parametrize("seed", [4, pytest.param(20_260_704, marks=pytest.mark.soak)])
def test_one_and_two_slips_never_make_another_country(seed: int) -> None:
    """Of English names, made at test time: the country it was, or none; the benchmark tries 20,000."""
    found = slips(1_500, seed)
    assert not found.misread
    assert found.right > 450
    assert len(found.other_names) < 10


@pytest.mark.parametrize("cell", ["250", "+250", "591", "00 49", "２５０"])
def test_a_calling_code_is_no_misspelt_country(cell: str) -> None:
    """A number that two code systems read differently is never explained by one of them."""
    assert near_countries([cell, cell]) == ()
