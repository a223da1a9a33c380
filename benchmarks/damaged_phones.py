"""Damaged spellings of valid numbers of every region: does any become somebody else's number?

`python -m benchmarks.damaged_phones [SPELLINGS] [SEED]` makes 135,000 of them, each with its own
region beside it, reads them, and prints what became of each kind. The number that it was and a
reject are both right. Another number is right only where the damaged text is, letter by letter, how
that other number is written too, and the kind says so (`UNDECIDABLE`); all of those are printed.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Final, NamedTuple

import pandas as pd
import phonenumbers
from phonenumbers import PhoneNumberFormat

from sendersync.transforms.phones.normalise_phones import normalise_phones
from sendersync.transforms.phones.second_spellings import canonical_phones

SPELLINGS: Final = 135_000
SEED: Final = 20261128
REGIONS: Final = tuple(sorted(phonenumbers.SUPPORTED_REGIONS))
_KINDS: Final = (0, 1, 2, 6)  # fixed line, mobile, either of them, VoIP


class Valid(NamedTuple):
    """A valid number in its plain spellings, and another number of the same region."""

    region: str
    phone: str
    code: str
    national: str
    written: str
    abroad: str
    other: str


class Damaged(NamedTuple):
    """One damaged spelling."""

    kind: str
    text: str
    region: str
    phone: str


def valid_numbers(seed: int) -> Iterator[Valid]:
    """Valid numbers without end: each region in turn, digits at random."""
    chance = Random(seed)
    examples = {region: _examples(region) for region in REGIONS}
    while True:
        for region in REGIONS:
            number, other = (_varied(chance.choice(examples[region]), chance) for _ in range(2))
            e164, other_e164 = (_written(each, PhoneNumberFormat.E164) for each in (number, other))
            if e164 == other_e164:
                continue
            code = str(number.country_code)
            yield Valid(
                region,
                e164,
                code,
                e164[1 + len(code) :],
                _written(number, PhoneNumberFormat.NATIONAL),
                _written(number, PhoneNumberFormat.INTERNATIONAL),
                _written(other, PhoneNumberFormat.NATIONAL),
            )


def damaged(count: int, seed: int = SEED) -> list[Damaged]:
    """That many damaged spellings: every kind in turn, for every region in turn."""
    chance = Random(seed)
    numbers = valid_numbers(seed)
    found: list[Damaged] = []
    while len(found) < count:
        number = next(numbers)
        for kind, damage in DAMAGE.items():
            found.append(Damaged(kind, damage(number, chance), number.region, number.phone))
    return found[:count]


def strangers(cells: list[Damaged]) -> tuple[pd.DataFrame, Counter[tuple[str, str]]]:
    """Cells that became another number, and how each kind ended (`same`, `other`, a reason)."""
    columns = ["kind", "text", "region", "phone"]
    frame = pd.DataFrame(cells, columns=columns, dtype="str")
    read = normalise_phones(frame["text"], frame["region"])
    frame["read"] = read["phone"]
    same = canonical_phones(read["phone"]) == canonical_phones(frame["phone"])
    rejected = read["phone"] == ""
    frame["end"] = read["reason"].mask(same, "same").mask(~same & ~rejected, "other")
    ends = Counter(zip(frame["kind"], frame["end"], strict=True))
    return frame[frame["end"] == "other"], ends


def undecidable(row: pd.Series[str]) -> bool:
    """Whether this stranger is written down: the cell is how that number is written as well."""
    return row["kind"] in UNDECIDABLE and UNDECIDABLE[row["kind"]](row)


def _examples(region: str) -> list[phonenumbers.PhoneNumber]:
    numbers = (phonenumbers.example_number_for_type(region, kind) for kind in _KINDS)
    return [number for number in numbers if number is not None]


def _written(number: phonenumbers.PhoneNumber, style: int) -> str:
    return str(phonenumbers.format_number(number, style))


def _varied(number: phonenumbers.PhoneNumber, chance: Random) -> phonenumbers.PhoneNumber:
    """Another valid number of the same region: some of the digits changed."""
    text = _written(number, PhoneNumberFormat.E164)
    for size in (5, 4, 3, 2, 1):
        if len(text) - size < 5:
            continue
        for _ in range(8):
            new = text[:-size] + "".join(chance.choices("0123456789", k=size))
            varied = phonenumbers.parse(new)
            regions = [phonenumbers.region_code_for_number(each) for each in (varied, number)]
            if regions[0] == regions[1] and phonenumbers.is_valid_number(varied):
                return varied
    return number


def _digit(chance: Random, most: int = 1) -> str:
    return "".join(chance.choices("123456789", k=chance.randint(1, most)))


def _grouped(digits: str) -> str:
    return f"{int(digits):,}"


def _scientific(digits: str, kept: int) -> str:
    exponent = len(digits) - 1
    fraction = digits[1:kept].rstrip("0") or "0"
    return f"{digits[0]}.{fraction}E+{exponent:02d}"


def _shown_and_saved(digits: str) -> str:
    """Excel shows 12 digits and more as 4.479E+11, and saves what it shows; fewer it shows."""
    return digits[:6] + "0" * (len(digits) - 6) if len(digits) > 11 else digits


_WIDE: Final = str.maketrans("0123456789+ -()", "０１２３４５６７８９＋　－（）")
_ARABIC: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_DEVANAGARI: Final = str.maketrans("0123456789", "०१२३४५६७८९")

DAMAGE: Final[dict[str, Callable[[Valid, Random], str]]] = {
    # links and addresses
    "link: wa.me": lambda n, _: f"https://wa.me/{n.phone[1:]}",
    "link: wa.me, text": lambda n, c: f"wa.me/{n.phone[1:]}?text=Hi%20{_digit(c, 3)}",
    "link: api.whatsapp": lambda n, _: f"https://api.whatsapp.com/send?phone={n.phone[1:]}&app=1",
    "link: account": lambda n, _: f"{n.phone[1:]}@c.us",
    "link: whatsapp:": lambda n, _: f"whatsapp:{n.phone[1:]}",
    "link: viber": lambda n, _: f"viber://chat?number=%2B{n.phone[1:]}",
    "link: tel, plus lost": lambda n, _: f"tel:{n.phone[1:]}",
    "link: sms, national": lambda n, _: f"sms:{n.written}",
    "link: other page": lambda n, _: f"https://example.com/{n.national}",
    # digits beside the number
    "tail: bracket": lambda n, c: f"{n.written} ({_digit(c, 3)})",
    "tail: bracket, digits of it": lambda n, c: f"{n.national[:-2]} ({n.national[-2:]})",
    "tail: square bracket": lambda n, c: f"{n.phone} [{_digit(c, 2)}]",
    "tail: bracket, range": lambda n, c: f"{n.national[:-1]} ({_digit(c)}-{_digit(c)})",
    "tail: slash": lambda n, c: f"{n.written}/{_digit(c, 3)}",
    "tail: slash, digit lost": lambda n, c: f"{n.national[:-1]}/{_digit(c, 2)}",
    "tail: dash": lambda n, c: f"{n.national}-{_digit(c)}",
    "tail: room": lambda n, c: f"{n.written} Room {_digit(c, 3)}",
    "word: room": lambda n, c: f"Room {_digit(c, 2)} {n.written}",
    "word: gate, digit lost": lambda n, c: f"Gate {_digit(c, 2)} {n.national[:-1]}",
    "word: desk, glued": lambda n, c: f"Desk {_digit(c)}{n.national}",
    "word: ext before": lambda n, c: f"ext {_digit(c, 3)} {n.national}",
    "extension": lambda n, c: f"{n.written} ext. {_digit(c, 4)}",
    # zeros and codes
    "zero kept: (0)": lambda n, _: f"+{n.code} (0){n.national}",
    "zero kept: ( 0 )": lambda n, _: f"+{n.code} ( 0 ) {n.national}",
    "zero kept: 0": lambda n, _: f"+{n.code} 0 {n.national}",
    "zero kept: 00CC(0)": lambda n, _: f"00{n.code}(0){n.national}",
    "code doubled": lambda n, _: f"+{n.code}{n.code}{n.national}",
    "code doubled, apart": lambda n, _: f"+{n.code} {n.code} {n.national}",
    "code doubled, 00": lambda n, _: f"+{n.code} 00{n.code} {n.national}",
    "code doubled, two plus": lambda n, _: f"+{n.code}+{n.code}{n.national}",
    "code doubled, plus lost": lambda n, _: f"{n.code}{n.code}{n.national}",
    "plus lost": lambda n, _: n.phone[1:],
    "plus lost, .0": lambda n, _: f"{n.phone[1:]}.0",
    "zero lost": lambda n, _: n.national.removeprefix("0"),
    "national digits alone": lambda n, _: n.national,
    "zeros lost of 00": lambda n, _: f"0{n.phone[1:]}",
    # labels and marks
    "label": lambda n, _: f"Mobile: {n.written}",
    "label, counted": lambda n, c: f"Phone {_digit(c)} {n.written}",
    "label, two numbers": lambda n, _: f"Tel {n.written} Fax {n.other}",
    "full width": lambda n, _: n.written.translate(_WIDE),
    "arabic digits": lambda n, _: n.abroad.translate(_ARABIC),
    "devanagari digits": lambda n, _: n.written.translate(_DEVANAGARI),
    "zero-width": lambda n, _: "\u200b".join(n.phone),
    # spreadsheets
    "apostrophe": lambda n, _: f"'{n.phone}",
    "formula": lambda n, _: f'="{n.written}"',
    "float": lambda n, _: f"{n.national.lstrip('0') or '0'}.0",
    "thousands": lambda n, _: _grouped(n.phone[1:]),
    "scientific": lambda n, _: _scientific(n.phone[1:], 99),
    "scientific, lost": lambda n, _: _scientific(n.phone[1:], 6),
    "shown and saved": lambda n, _: _shown_and_saved(n.phone[1:]),
    # two numbers
    "two: slash": lambda n, _: f"{n.written} / {n.other}",
    "two: semicolon": lambda n, _: f"{n.written};{n.other}",
    "two: or": lambda n, _: f"{n.written} or {n.other}",
    "two: line": lambda n, _: f"{n.written}\n{n.other}",
    "two: colons": lambda n, _: f"{n.written} ::: {n.other}",
    "two: blank": lambda n, _: f"{n.national} {n.other}",
    # digits hidden or typed as letters
    "hidden": lambda n, _: n.written[:-2] + "**",
    "hidden, x": lambda n, _: "xx" + n.national[2:],
    "letter o": lambda n, _: n.written.replace("0", "O", 1),
    "letter l": lambda n, _: n.national[:-1].replace("1", "l") + n.national[-1],
}
"""Kind of damage: how it writes a number."""


def _bare_of_kept_zero(row: pd.Series[str]) -> bool:
    """331123456 in Italy: an old mobile, or the landline 0331 123456 without its zero."""
    digits = row["text"].removesuffix(".0")
    return bool(row["phone"].endswith(f"0{digits}") and row["read"].endswith(digits))


UNDECIDABLE: Final[dict[str, Callable[[pd.Series[str]], bool]]] = {
    "zero lost": _bare_of_kept_zero,
    "float": _bare_of_kept_zero,
}
"""Kind of damage: whether this cell is how the other number is written as well.

One cell cannot say; its column can, and does where it is read whole (`located_phones`)."""


def main(count: int = SPELLINGS, seed: int = SEED) -> bool:
    """Reads them and prints the list."""
    begun = time.perf_counter()
    found, ends = strangers(damaged(count, seed))
    written_down = found.apply(undecidable, axis=1) if len(found) else found["read"] == ""
    for kind in DAMAGE:
        of_kind = {end: rows for (each, end), rows in ends.items() if each == kind}
        total, same, other = sum(of_kind.values()), of_kind.get("same", 0), of_kind.get("other", 0)
        print(f"{kind:32} {total:6} cells, {same:6} the number, {total - same - other:6} rejected"
              f"{f', {other} ANOTHER NUMBER' if other else ''}")  # fmt: skip
    for title, rows in (
        ("written down as undecidable", found[written_down]),
        ("NOT WRITTEN DOWN", found[~written_down]),
    ):
        print(f"\n{len(rows)} {title}")
        for _, row in rows.iterrows():
            print(f"  {row.kind}: {row.text!r} in {row.region}: {row.phone} became {row.read}")
    seconds = time.perf_counter() - begun
    print(f"\n{sum(ends.values())} damaged spellings in {seconds:.0f} s, seed {seed}")
    return bool(written_down.all())


if __name__ == "__main__":
    met = main(*map(int, sys.argv[1:]))
    sys.exit(0 if met else 1)
