"""Renumberings: how one handset's number was written before, and how it is written since.

Numbers that a country changed by a rule, so that the old one still says which the new one is. The
table holds what has changed for mobile numbers since 2015, and the two changes that older lists are
still full of (Argentina's `9`, Cameroon's `6`). `docs/phones.md` shows it; where the rule is not
known for certain, it is not here, and the page says so.
"""

from __future__ import annotations

import itertools
import re
from typing import Final, NamedTuple


class Renumbering(NamedTuple):
    r"""One rule, from the old spelling to the one of today.

    Attributes:
        country: Alpha-2 of the number today.
        since: The day of the new numbers, `YYYY-MM-DD`, or the day the change was complete; empty
            where we know of no notice.
        old: Old numbers, E.164: digits, and one group in brackets for each part that stayed.
        new: Numbers of today, with the same groups.
        source: Where the rule stands.
        old_is_dead: Nobody can have an old number today. Where somebody may, the two spellings are
            one person for stops only: whoever may be meant is not texted, and no number is turned
            into the other.
        read_as_new: The old spelling is read as the new one wherever it stands, also in a contact.
    """

    country: str
    since: str
    old: str
    new: str
    source: str
    old_is_dead: bool = True
    read_as_new: bool = False

    def old_pattern(self) -> str:
        """Matches old numbers with their plus, each part that stayed as a group."""
        return rf"^\+{self.old}$"

    def new_pattern(self) -> str:
        """Matches new numbers with their plus, with the same groups."""
        return rf"^\+{self.new}$"

    def old_template(self) -> str:
        r"""The old number with `\1`, `\2` for the parts that stayed."""
        return _template(self.old)

    def new_template(self) -> str:
        r"""The new number with `\1`, `\2` for the parts that stayed."""
        return _template(self.new)


def _template(pattern: str) -> str:
    numbers = itertools.count(1)
    return "+" + re.sub(r"\([^)]*\)", lambda _: rf"\{next(numbers)}", pattern)


_ITU: Final = "https://www.itu.int/oth/T02020000"
_CI: Final = f"{_ITU}31/en (ARTCI, notice of 2020 under ITU-T E.129)"
_GA: Final = (
    "https://www.rfi.fr/afrique/20191115-changement-numerotation-telephonique-gabon and the notice "
    "of ANINF, 29 February 2024: the old numbers end on 6 April 2024"
)
_VN: Final = f"{_ITU}E4/en and https://www.mobifone.vn (plan of the conversion, 2018)"
_XK: Final = "https://en.wikipedia.org/wiki/Telephone_numbers_in_Kosovo (+383 alone since 2019)"
_GW: Final = "Autoridade Reguladora Nacional, by Lusa, 3 November 2015"

_VIETNAM: Final = (
    "120:70 121:79 122:77 126:76 128:78 123:83 124:84 125:85 127:81 129:82 162:32 163:33 164:34 "
    "165:35 166:36 167:37 168:38 169:39 186:56 188:58 199:59"
)
_GABON: Final = "2:62 5:65 6:66 4:74 7:77"
_KOSOVO: Final = "37744:44 37745:45 38643:43 38649:49"

RENUMBERINGS: Final = (
    Renumbering(
        "MX",
        "2019-08-03",
        r"521([2-9]\d{9})",
        r"52([2-9]\d{9})",
        f"{_ITU}8A/en (IFT: the 1 before mobile numbers is abolished)",
        read_as_new=True,
    ),
    Renumbering(
        "BR",
        "2016-11-06",
        r"55([1-9][1-9])([6-9]\d{7})",
        r"55([1-9][1-9])9([6-9]\d{7})",
        f"{_ITU}1D/en (Anatel, Resolução 553/2010: a ninth digit, area by area from 2012 to 2016)",
    ),
    Renumbering(
        "AR",
        "1999-01-24",
        r"54([1-3]\d{9})",
        r"549([1-3]\d{9})",
        f"{_ITU}09/en (from abroad a mobile number has a 9 that it has not at home)",
    ),
    Renumbering(
        "BJ", "2024-11-30", r"229([2-9]\d{7})", r"22901([2-9]\d{7})", f"{_ITU}17/en (ARCEP Bénin)"
    ),
    Renumbering("CI", "2021-01-31", r"225(0[1-3]\d{6})", r"22501(0[1-3]\d{6})", f"{_CI}, Moov"),
    Renumbering(
        "CI", "2021-01-31", r"225([457][0-3]\d{6})", r"22501([457][0-3]\d{6})", f"{_CI}, Moov"
    ),
    Renumbering(
        "CI", "2021-01-31", r"225([04-9][4-6]\d{6})", r"22505([04-9][4-6]\d{6})", f"{_CI}, MTN"
    ),
    Renumbering(
        "CI", "2021-01-31", r"225([04-9][7-9]\d{6})", r"22507([04-9][7-9]\d{6})", f"{_CI}, Orange"
    ),
    *(
        Renumbering("VN", "2018-11-15", rf"84{old}(\d{{7}})", rf"84{new}(\d{{7}})", _VN)
        for old, new in (pair.split(":") for pair in _VIETNAM.split())
    ),
    *(
        Renumbering("GA", "2019-11-16", rf"241{zero}{old}(\d{{6}})", rf"241{new}(\d{{6}})", _GA)
        for old, new in (pair.split(":") for pair in _GABON.split())
        for zero in ("0", "")
    ),
    Renumbering("GW", "2015-11-01", r"245(5\d{6})", r"24595(5\d{6})", f"{_GW}: Orange"),
    Renumbering("GW", "2015-11-01", r"245(6\d{6})", r"24596(6\d{6})", f"{_GW}: MTN"),
    Renumbering(
        "CM",
        "2014-11-22",
        r"237([5-9]\d{7})",
        r"2376([5-9]\d{7})",
        f"{_ITU}24/en (ART: mobile numbers get a 6)",
    ),
    *(
        Renumbering(
            "XK",
            "2019-02-14",
            rf"{old}(\d{{6}})",
            rf"383{new}(\d{{6}})",
            _XK,
            # Monaco and Slovenia have these numbers in their plans; nothing says they stay empty.
            old_is_dead=False,
        )
        for old, new in (pair.split(":") for pair in _KOSOVO.split())
    ),
    Renumbering(
        "PM",
        "",
        r"508([45]\d{5})",
        r"508708([45]\d{5})",
        "libphonenumber (both are valid there); no notice of the day when the old ones end",
        old_is_dead=False,
    ),
)
