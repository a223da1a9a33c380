"""The numbering plans of `phonenumbers`, region by region, as tables for `fast_columns`.

A plan is built when its first number is met and is never changed afterwards. What is built here
only ever says yes: where a plan's rules leave more than one way to read a number, the tables say
so, and the number goes to the library.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, SUPPORTED_REGIONS
from phonenumbers.phonemetadata import PhoneMetadata

from schemas.sync_file import LineType
from sendersync.transforms.phones.automaton import (
    DEAD,
    Automaton,
    Node,
    UnknownPattern,
    has_end,
    parse_pattern,
    with_groups,
    without_groups,
)

GENERAL: Final = 1
"""Bit: the number fits the plan's general description."""

LEADING: Final = 1 << 11
"""Bit: the number begins with digits that belong to this region alone of its country code."""

PLAIN: Final = 1
"""Bit: a dialling prefix ends here, and what follows it is the number."""

GROUPED: Final = 2
"""Bit: a dialling prefix ends here, and parts of it belong to the number: for the library."""

GROUPED_AT_END: Final = 4
"""Bit: the same, where this is the end of the number."""

LONGEST: Final = 17
"""Digits of the longest national number that the library reads."""

# In the order in which the library asks; the first one that fits names the type.
_ASKED: Final = (
    ("premium_rate", LineType.PREMIUM_RATE),
    ("toll_free", LineType.TOLL_FREE),
    ("shared_cost", LineType.SHARED_COST),
    ("voip", LineType.VOIP),
    ("personal_number", LineType.PERSONAL_NUMBER),
    ("pager", LineType.PAGER),
    ("uan", LineType.UAN),
    ("voicemail", LineType.VOICEMAIL),
    ("fixed_line", LineType.FIXED_LINE),
    ("mobile", LineType.MOBILE),
)
_FIXED: Final = 1 << 9
_MOBILE: Final = 1 << 10

TYPE_NAMES: Final = ("", *(line_type.value for _, line_type in _ASKED), "fixed_line_or_mobile")
"""Line types by their code; 0 is no valid number."""


def _type_of_bits() -> npt.NDArray[np.uint8]:
    codes = np.zeros(1 << 12, dtype=np.uint8)
    for bits in range(1 << 12):
        if not bits & GENERAL:
            continue
        if bits & _FIXED and bits & _MOBILE and not bits & (_FIXED - 2):
            codes[bits] = len(_ASKED) + 1
            continue
        codes[bits] = next((k + 1 for k in range(len(_ASKED)) if bits >> (k + 1) & 1), 0)
    return codes


TYPE_OF_BITS: Final = _type_of_bits()
"""Code of the line type for the bits a number matches."""


@dataclass(frozen=True)
class Tables:
    """All plans built so far, column by column; the index of every array but `table` is a plan.

    Attributes:
        table: The automaton of all patterns.
        numbers, prefixes, abroad: States from which to read a number, a national dialling prefix,
            an international one; 0 where there is none.
        fitting: Bits that a number of that many digits may match at all.
        settles: Whether a number of that many digits, left after its prefix, is taken as it is.
        longest: Digits of the longest number of this plan.
        code, code_digits: Country code, and how many digits it has.
        leading: Whether `LEADING` alone decides that a number is of this region.
    """

    table: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.int64]
    prefixes: npt.NDArray[np.int64]
    abroad: npt.NDArray[np.int64]
    fitting: npt.NDArray[np.int64]
    settles: npt.NDArray[np.bool_]
    longest: npt.NDArray[np.int64]
    code: npt.NDArray[np.int64]
    code_digits: npt.NDArray[np.int64]
    leading: npt.NDArray[np.bool_]


class Plans:
    """Builds plans as they are asked for, and hands out what it has as `Tables`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._automaton = Automaton()
        self._ids: dict[str, int] = {}
        self._rows: list[tuple[Any, ...]] = []
        self._tables: Tables | None = None
        self.regions: list[str] = []

    def ids(self, regions: list[str]) -> npt.NDArray[np.int64]:
        """Numbers of the plans of these regions; -1 where there is none to be used."""
        with self._lock:
            return np.array([self._id(region) for region in regions], dtype=np.int64)

    def tables(self) -> Tables:
        """Everything built so far."""
        with self._lock:
            if self._tables is None:
                columns = [np.array(column) for column in zip(*self._rows, strict=True)]
                self._tables = Tables(self._automaton.table.astype(np.int64), *columns)
            return self._tables

    def _id(self, region: str) -> int:
        known = self._ids.get(region)
        if known is not None:
            return known
        number = -1
        metadata = (
            PhoneMetadata.metadata_for_region(region) if region in SUPPORTED_REGIONS else None
        )
        if metadata is not None:
            try:
                row = self._row(metadata)
            except UnknownPattern:
                pass  # a newer metadata format: the library reads this region alone
            else:
                number = len(self._rows)
                self._rows.append(row)
                self.regions.append(region)
                self._tables = None
        self._ids[region] = number
        return number

    def _row(self, metadata: Any) -> tuple[Any, ...]:
        general = metadata.general_desc
        described = [(general, GENERAL)]
        for place, (name, _) in enumerate(_ASKED):
            described.append((getattr(metadata, name), 1 << (place + 1)))
        if metadata.same_mobile_and_fixed_line_pattern:
            described[-1] = (metadata.fixed_line, _MOBILE)
        patterns: list[tuple[Node, int]] = []
        fitting = np.zeros(LONGEST + 1, dtype=np.int64)
        for description, bit in described:
            if description is None or not description.national_number_pattern:
                continue
            patterns.append((parse_pattern(description.national_number_pattern), bit))
            lengths = description.possible_length or range(LONGEST + 1)
            for length in lengths:
                fitting[length] |= bit
        if metadata.leading_digits:
            begun = Node("all", (parse_pattern(metadata.leading_digits), Node("rest")))
            patterns.append((begun, LEADING))
            fitting |= LEADING
        if any(has_end(node) for node, _ in patterns):
            raise UnknownPattern(metadata.id)
        longest = general.possible_length[-1]
        settles = np.zeros(LONGEST + 1, dtype=np.bool_)
        settles[longest + 1 :] = True
        settles[list(general.possible_length)] = True
        settles[list(general.possible_length_local_only)] = False
        code = metadata.country_code
        return (
            self._automaton.add(patterns),
            self._prefix(metadata),
            self._abroad(metadata),
            fitting,
            settles,
            longest,
            code,
            len(str(code)),
            bool(metadata.leading_digits),
        )

    def _prefix(self, metadata: Any) -> int:
        if not metadata.national_prefix_for_parsing:
            return DEAD
        whole = parse_pattern(metadata.national_prefix_for_parsing)
        if not metadata.national_prefix_transform_rule:
            return self._prefixes([(whole, PLAIN)])
        patterns: list[tuple[Node, int]] = []
        plain = without_groups(whole)
        if plain is not None:
            patterns.append((plain, PLAIN))
        grouped = with_groups(whole)
        if grouped is not None:
            patterns += [
                (part, GROUPED_AT_END if has_end(part) else GROUPED) for part in grouped.parts
            ]
        return self._prefixes(patterns)

    def _abroad(self, metadata: Any) -> int:
        if not metadata.international_prefix:
            return DEAD
        return self._prefixes([(parse_pattern(metadata.international_prefix), PLAIN)])

    def _prefixes(self, patterns: list[tuple[Node, int]]) -> int:
        if any(has_end(node) and bits == PLAIN for node, bits in patterns):
            raise UnknownPattern("the end of a number decides how its prefix is read")
        return self._automaton.add(patterns)


def _codes() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    codes = np.zeros(1000, dtype=np.int64)
    digits = np.zeros(1000, dtype=np.int64)
    for code in COUNTRY_CODE_TO_REGION_CODE:
        size = len(str(code))
        span = 10 ** (3 - size)
        codes[code * span : (code + 1) * span] = code
        digits[code * span : (code + 1) * span] = size
    return codes, digits


CODE_BY_START, CODE_DIGITS_BY_START = _codes()
"""Country code, and how many digits it has, by the first three digits of a number; 0 for none."""


def regions_of_code(code: int) -> tuple[str, ...]:
    """Regions that share a country code, the main one first."""
    return tuple(COUNTRY_CODE_TO_REGION_CODE.get(code, ()))


PLANS: Final = Plans()
"""The plans of this process."""
