"""E-mail addresses in one spelling."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from sendersync.transforms.cells.emails import normalise_emails, read_email

ADDRESSES = [
    "a@b.com",
    "Ann.Lee+news@Example.COM",
    "o'neil_x-1@sub.example.co.uk",
    "INFO@Example.com",
    "info@example.com",
    "postMaster@x.org",
    "a@b--c.com",
    "a@xn--bcher-kva.de",
    "müller@bücher.de",
    "a@x.test",
    "a@localhost",
    "a@b.invalid",
    "a@1.2.3",
    "a@b.c1",
    "a@1and1.com",
    "x" * 65 + "@example.com",
    "a@" + "b" * 64 + ".com",
    "a@" + "b." * 120 + "com",
    "mailto:a@b.com?subject=x",
    "Ann Lee <ann@b.com>",
    "<a@b.com>",
    '"a b"@c.com',
    "a@[127.0.0.1]",
    "a@b.com;c@d.com",
    "a@@b.com",
    "no address",
    "a@b.example",
    "a@test",
    "a@b.onion",
]


@pytest.mark.parametrize(
    ("raw", "email"),
    [
        ("", ""),
        ("   ", ""),
        ("a@b.com", "a@b.com"),
        (" Ann.Lee@Example.COM\t", "Ann.Lee@example.com"),
        ("mailto:a@b.com", "a@b.com"),
        ("MAILTO: a@b.com?subject=Hello", "a@b.com"),
        ("<a@b.com>", "a@b.com"),
        ("Ann Lee <ann@B.com>", "ann@b.com"),
        ("Lee, Ann <ann@b.com>", "ann@b.com"),
        ("ann\u200b@b.com\u00a0", "ann@b.com"),
        ("a@bücher.de", "a@xn--bcher-kva.de"),
        ("a@BÜCHER.de", "a@xn--bcher-kva.de"),
        ("a@例え.jp", "a@xn--r8jz45g.jp"),
        ("a@почта.рф", "a@xn--80a1acny.xn--p1ai"),
        ("a@straße.de", "a@xn--strae-oqa.de"),
        ("a@xn--bcher-kva.de", "a@xn--bcher-kva.de"),
        ("a@b.com.", "a@b.com"),
        ("Write to <a@b.com.>", "a@b.com"),
        ("mailto:a@b.com.", "a@b.com"),
        ("<mailto:a@b.com>", "a@b.com"),
        ("INFO@example.com", "info@example.com"),
        ("Infos@example.com", "Infos@example.com"),
    ],
)
def test_an_address_gets_one_spelling(raw: str, email: str) -> None:
    """What stands around an address goes, the domain is lowered, the local part is kept."""
    read = normalise_emails(pd.Series([raw], dtype="str"))
    assert (read["email"].item(), read["valid"].item()) == (email, True)


NO_ADDRESSES = (
    "ann|a@|@b.com|a@b|a b@c.com|a@b..com|.a@b.com|a@b.com,c@d.com|<a@b.c|a@b.test|a@localhost"
    '|a@[127.0.0.1]|"a"@b.com|a@-b.com|a@b.com..|a.@b.com|a@b.com.;|<<a@b.com>>|<a@b.com> <c@d.com>|no'
)


@pytest.mark.parametrize("raw", NO_ADDRESSES.split("|"))
def test_what_is_no_address_is_invalid(raw: str) -> None:
    """A cell that holds anything but one deliverable address is invalid and empty."""
    read = normalise_emails(pd.Series([raw], dtype="str"))
    assert (read["email"].item(), read["valid"].item()) == ("", False)


def test_the_pattern_and_the_library_agree() -> None:
    """Mutated addresses get the same answer with and without the fast pattern."""
    dice = random.Random(5)
    letters = "aZ09.-_@+'<>é ;\u200b\t#"
    mutated = list(ADDRESSES)
    for _ in range(6000):
        cell = list(dice.choice(ADDRESSES))
        for _ in range(dice.randint(1, 3)):
            at = dice.randrange(len(cell) + 1)
            cell[at : at + dice.randint(0, 1)] = dice.choice(letters)
        mutated.append("".join(cell))
    raw = pd.Series(mutated, dtype="str")
    pd.testing.assert_frame_equal(normalise_emails(raw), normalise_emails(raw, library_only=True))


def test_lengths_at_the_limit_agree() -> None:
    """Around each length limit the fast pattern accepts only what the library accepts."""
    raw = pd.Series(
        [f"{'l' * n}@{'d' * m}.com" for n in range(40, 70) for m in (1, 20, 62, 63, 64)],
        dtype="str",
    )
    pd.testing.assert_frame_equal(normalise_emails(raw), normalise_emails(raw, library_only=True))


def test_the_index_and_the_types_stay() -> None:
    """The answer has the index of the column, text as `str` and flags as `bool`."""
    raw = pd.Series(["a@B.com", "", "bad", None], index=[4, 2, 8, 6], dtype="str")
    read = normalise_emails(raw)
    assert read.index.equals(raw.index)
    assert read["email"].tolist() == ["a@b.com", "", "", ""]
    assert read["valid"].tolist() == [True, True, False, True]
    assert [str(kind) for kind in read.dtypes] == ["str", "bool"]
    assert [str(k) for k in normalise_emails(pd.Series([], dtype="str")).dtypes] == ["str", "bool"]


@pytest.mark.untraced  # a tracer looks at each of a million letters: half a minute of `make test`
def test_a_huge_cell_is_refused() -> None:
    """A cell of a million letters is an invalid address, quickly."""
    assert read_email("a" * 1_000_000 + "@b.com") is None
