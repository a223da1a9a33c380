"""Fast path: plainly written numbers, a column at a time, exactly as the library reads them.

A number here is a slice of a row of digits: reading a dialling prefix or a country code moves the
slice's beginning. Each step follows `phonenumbers.parse`; wherever a step would need a judgement
of the library's that is not in the tables, the row is left out and the library gets it. So this
module can be slow to accept and can never accept something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sendersync.transforms.phones.automaton import BITS, DEAD, PAD
from sendersync.transforms.phones.numbering_plans import (
    CODE_BY_START,
    CODE_DIGITS_BY_START,
    GENERAL,
    GROUPED,
    GROUPED_AT_END,
    LEADING,
    LONGEST,
    PLAIN,
    PLANS,
    TYPE_OF_BITS,
    regions_of_code,
)

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_PLAIN_SPELLING: Final = r"^ *\+?(?:[0-9]{1,3}[ .\-]?)?\(?[0-9]+(?:(?:[ .\-]|\)[ .\-]?)[0-9]+)* *$"
# What `damage` looks at twice: lost digits, machines' addresses, dates, decimals, counting.
_DUBIOUS_SPELLING: Final = (
    r"^ *(?:[0-9]{6}0{5,}|[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
    r"|[0-9]{4}[.\-][0-9]{1,2}[.\-][0-9]{1,2}|[0-9]{1,2}[.\-][0-9]{1,2}[.\-][0-9]{4}) *$"
    r"|\.(?:0+|[0-9]) *$|-[0-9] *$|[0-9]{2} [0-9] *$|^ *\(?[0-9](?:\)|[ .(\-]+0)"
)
_LONE_ZERO: Final = r"[0-9][ .\-]*\(0\)|[0-9][ .\-]+0[ .\-]"
_MOST_DIGITS: Final = 20
_WIDTH: Final = 2 * _MOST_DIGITS  # a slice may be read past its end: there is padding
_UNREAD: Final = -1
_UNSURE: Final = -2


@dataclass(frozen=True)
class Accepted:
    """Numbers that were read, one entry a number.

    Attributes:
        rows: int64, places in the column that was given, ascending.
        phones: `large_string`, E.164 with plus.
        plans: int64, the number's own plan, an index of `PLANS.regions`.
        types: uint8, an index of `TYPE_NAMES`.
    """

    rows: Ints
    phones: pa.Array[Any]
    plans: Ints
    types: npt.NDArray[np.uint8]


@dataclass
class _Slices:
    """Digits of many rows, and where each row's number begins now.

    `digits` holds the first digit of every row, then the second of every row, and so on, with
    `PAD` after a row's last; `at` and `left` say where a number begins and how long it is.
    """

    digits: npt.NDArray[np.uint8]
    count: int
    row: Ints
    at: Ints
    left: Ints

    def of(self, chosen: Flags | Ints) -> _Slices:
        return _Slices(
            self.digits, self.count, self.row[chosen], self.at[chosen], self.left[chosen]
        )

    def moved(self, by: Ints) -> _Slices:
        return _Slices(self.digits, self.count, self.row, self.at + by, self.left - by)

    def digit(self, place: int) -> npt.NDArray[np.uint8]:
        return self.digits.take((self.at + place) * self.count + self.row)


def read_columns(raw: pa.Array[Any], plan: Ints) -> Accepted:
    """Reads what is written plainly.

    Args:
        raw: `large_string` without nulls.
        plan: int64, the plan to read a number without country code in, or -1.
    """
    plain = pc.match_substring_regex(raw, _PLAIN_SPELLING)
    dubious = pc.match_substring_regex(raw, _DUBIOUS_SPELLING)
    chosen = pc.and_not(plain, dubious)
    rows = np.flatnonzero(chosen.to_numpy(zero_copy_only=False))
    slices, plus = _digits(raw.filter(chosen))
    given = plan[rows]

    fits = (slices.left > 4) & (slices.left <= _MOST_DIGITS) & (plus | (given >= 0))
    rows, given, plus, slices = rows[fits], given[fits], plus[fits], slices.of(fits)
    code = np.zeros(len(rows), dtype=np.int64)
    readable = plus.copy()
    _read_from_abroad(slices, given, plus, readable)
    _read_code(slices, code, readable & plus)
    national = np.flatnonzero(~plus)
    if len(national):
        _read_at_home(slices, given, code, readable, national)

    given[plus] = _UNREAD  # with a country code, the region says nothing
    readable &= code > 0
    rows, code, given, slices = rows[readable], code[readable], given[readable], slices.of(readable)
    known = ~_prefix_again(slices, given)
    known &= _strip_prefix(slices, given, code) & ~_code_again(slices, code)
    lone_zero = pc.match_substring_regex(raw.take(pa.array(rows)), _LONE_ZERO)
    kept_zero = (slices.digit(0) == 0) | (code % 10 == 0)
    known &= ~(lone_zero.to_numpy(zero_copy_only=False) & kept_zero)
    rows, code, slices = rows[known], code[known], slices.of(known)
    plans, types = _judge(slices, code)
    valid = types > 0
    return Accepted(rows[valid], _spell(slices.of(valid), code[valid]), plans[valid], types[valid])


def _digits(texts: pa.Array[Any]) -> tuple[_Slices, Flags]:
    """Digits of every text, and whether it begins with a plus."""
    count = len(texts)
    _, offset_buffer, data_buffer = texts.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int64)[texts.offset :][: count + 1]
    data = np.frombuffer(data_buffer or b"", dtype=np.uint8)[: offsets[-1] if count else 0]
    values = data - 48  # wraps round: everything but a digit is above 9
    is_digit = values < 10
    before = np.concatenate(([0], np.cumsum(is_digit)))
    first = before[offsets[:-1]]
    length = before[offsets[1:]] - first
    plus = np.zeros(count, dtype=np.bool_)
    plus[np.searchsorted(offsets, np.flatnonzero(data == ord("+")), side="right") - 1] = True
    kept = np.concatenate((values[is_digit], np.zeros(_MOST_DIGITS, dtype=np.uint8)))
    digits = np.full(_WIDTH * count, PAD, dtype=np.uint8)
    most = min(int(length.max(initial=0)), _MOST_DIGITS)
    for place in range(most):
        column = kept.take(first + place)
        column[length <= place] = PAD
        digits[place * count : (place + 1) * count] = column
    row = np.arange(count, dtype=np.int64)
    return _Slices(digits, count, row, np.zeros(count, dtype=np.int64), length), plus


def _match(table: Ints, states: Ints, slices: _Slices) -> Ints:
    """Bits of the patterns that the whole number matches."""
    index = slices.at * slices.count + slices.row
    for _ in range(int(slices.left.max(initial=0))):
        states = table.take(states + slices.digits.take(index))
        index += slices.count
    return table.take(states + BITS)


def _prefix(table: Ints, states: Ints, slices: _Slices) -> Ints:
    """Digits of the dialling prefix: 0 or more, `_UNREAD` for none, `_UNSURE` for the library.

    More than one way to end a prefix means that the pattern's own order decides: unsure.
    """
    ends = np.full(len(states), _UNREAD, dtype=np.int64)
    alive = np.flatnonzero(states)
    states = states[alive]
    index = (slices.at * slices.count + slices.row)[alive]
    left = slices.left[alive]
    for place in range(_MOST_DIGITS + 1):
        if not len(alive):
            break
        bits = table.take(states + BITS)
        plain = alive[(bits & PLAIN) > 0]
        again = ends[plain] != _UNREAD
        ends[plain] = np.where(again, _UNSURE, place)
        grouped = (bits & GROUPED > 0) | ((bits & GROUPED_AT_END > 0) & (left == place))
        if grouped.any():
            ends[alive[grouped]] = _UNSURE
        digit = slices.digits.take(index)
        states = np.where(digit == PAD, 0, table.take(states + digit))
        going = np.flatnonzero(states)
        alive, states, left = alive[going], states[going], left[going]
        index = index[going] + slices.count
    return ends


def _read_from_abroad(slices: _Slices, given: Ints, plus: Flags, readable: Flags) -> None:
    """Numbers that begin with the region's international prefix lose it, and count as plus."""
    home = np.flatnonzero(~plus)
    if not len(home):
        return
    tables = PLANS.tables()
    part = slices.of(home)
    ends = _prefix(tables.table, tables.abroad[given[home]], part)
    readable[home[ends <= 0]] = ends[ends <= 0] == _UNREAD
    found = ends > 0
    taken = home[found]
    cut = part.of(found).moved(ends[found])
    slices.at[taken], slices.left[taken] = cut.at, cut.left
    after = cut.digit(0)  # after a zero the library takes it for no international prefix
    readable[taken] = (after != 0) & (after != PAD) & _usual_prefix(part.of(found), ends[found])
    plus[taken] = True


def _usual_prefix(slices: _Slices, size: Ints) -> Flags:
    """00, 011 and 0011: any other way to dial abroad may be something else too."""
    first, second, third, fourth = (slices.digit(place) for place in range(4))
    dialled = (size == 2) & (first == 0) & (second == 0)
    dialled |= (size == 3) & (first == 0) & (second == 1) & (third == 1)
    dialled |= (size == 4) & (first == 0) & (second == 0) & (third == 1) & (fourth == 1)
    return np.asarray(dialled)


def _read_code(slices: _Slices, code: Ints, chosen: Flags) -> None:
    """The country code moves from the number's beginning to `code`."""
    rows = np.flatnonzero(chosen & (slices.left > 4))
    part = slices.of(rows)
    start = part.digit(0) * np.int64(100) + part.digit(1) * np.int64(10) + part.digit(2)
    size = CODE_DIGITS_BY_START[start]
    code[rows] = CODE_BY_START[start]
    slices.at[rows] += size
    slices.left[rows] -= size


def _read_at_home(
    slices: _Slices, given: Ints, code: Ints, readable: Flags, national: Ints
) -> None:
    """Numbers without plus: of the region, or with its country code and the plus left out."""
    tables = PLANS.tables()
    part, plan = slices.of(national), given[national]
    code[national] = tables.code[plan]
    size = tables.code_digits[plan]
    start = part.digit(0).astype(np.int64)
    for place in (1, 2):
        start = np.where(size > place, start * 10 + part.digit(place), start)
    begins = np.flatnonzero((start == tables.code[plan]) & readable[national])
    part, plan, rows = part.of(begins), plan[begins], national[begins]
    whole = _match(tables.table, tables.numbers[plan], part) & GENERAL > 0
    whole &= part.left <= tables.longest[plan]
    bare = part.moved(size[begins])
    fits = (_match(tables.table, tables.numbers[plan], bare) & GENERAL > 0) & (bare.left > 0)
    prefix = _prefix(tables.table, tables.prefixes[plan], bare)
    untouched = (prefix == 0) | (prefix == _UNREAD)
    stays = whole & ~fits & untouched  # where both may be, `damage` looks twice
    leaves = ~whole & fits & untouched
    readable[rows] = stays | leaves
    gone = rows[leaves]
    slices.at[gone], slices.left[gone] = bare.at[leaves], bare.left[leaves]
    given[gone] = _UNREAD  # from here on a number of its code, whatever the region


def _prefix_again(slices: _Slices, given: Ints) -> Flags:
    """Numbers in which a country code is followed by an international prefix: +49 0049 151 ..."""
    first, second, third = (slices.digit(place) for place in range(3))
    again = (first == 0) & ((second == 0) | ((second == 1) & (third == 1)))
    return np.asarray(again & (given == _UNREAD))


def _code_again(slices: _Slices, code: Ints) -> Flags:
    """Numbers that begin with their country code: perhaps it is there twice."""
    first = slices.digit(0).astype(np.int64)
    second = first * 10 + slices.digit(1)
    third = second * 10 + slices.digit(2)
    start = np.where(code > 99, third, np.where(code > 9, second, first))
    return np.asarray(start == code)


def _strip_prefix(slices: _Slices, given: Ints, code: Ints) -> Flags:
    """Numbers lose their national prefix; says which of them are sure to be what is left."""
    if not len(code):
        return np.zeros(0, dtype=np.bool_)
    plan = np.where(given >= 0, given, _plan_of_code(np.unique(code), 0)[code])
    known = plan >= 0
    if not known.any():
        return known
    tables = PLANS.tables()
    ends = _prefix(tables.table, np.where(known, tables.prefixes[plan], DEAD), slices)
    known &= ends != _UNSURE
    rows = np.flatnonzero(known & (ends > 0))
    part = slices.of(rows).moved(ends[rows])
    fits = _match(tables.table, tables.numbers[plan[rows]], part) & GENERAL > 0
    fits &= part.left <= LONGEST
    fits &= tables.settles[plan[rows], np.minimum(part.left, LONGEST)]
    known[rows] = fits
    slices.at[rows], slices.left[rows] = part.at, part.left
    return known


def _judge(slices: _Slices, code: Ints) -> tuple[Ints, npt.NDArray[np.uint8]]:
    """The plan that a number belongs to, and its line type; type 0 for what is left out."""
    plans = np.full(len(code), _UNREAD, dtype=np.int64)
    types = np.zeros(len(code), dtype=np.uint8)
    fits = (slices.left >= 2) & (slices.left <= LONGEST)
    open_rows = np.flatnonzero(fits)
    turn = 0
    while len(open_rows):
        candidates = _plan_of_code(np.unique(code[open_rows]), turn)
        plan = candidates[code[open_rows]]
        open_rows, plan = open_rows[plan >= 0], plan[plan >= 0]
        if not len(open_rows):
            break
        tables = PLANS.tables()
        part = slices.of(open_rows)
        bits = _match(tables.table, tables.numbers[plan], part)
        bits &= tables.fitting[plan, part.left]
        kinds = TYPE_OF_BITS[bits]
        decided = np.where(tables.leading[plan], bits & LEADING > 0, kinds > 0)
        plans[open_rows[decided]] = plan[decided]
        types[open_rows[decided]] = kinds[decided]
        open_rows = open_rows[~decided]
        turn += 1
    return plans, types


def _plan_of_code(codes: Ints, turn: int) -> Ints:
    """Plan of the turn-th region of each country code; -1 where there are no more."""
    plans = np.full(1000, _UNREAD, dtype=np.int64)
    regions = {int(code): regions_of_code(int(code)) for code in codes}
    asked = {code: names[turn] for code, names in regions.items() if turn < len(names)}
    plans[list(asked)] = PLANS.ids(list(asked.values()))
    return plans


def _spell(slices: _Slices, code: Ints) -> pa.Array[Any]:
    """E.164 with plus."""
    count = len(code)
    size = 1 + (code > 9) + (code > 99)
    longest = int(slices.left.max(initial=0))
    text = np.empty((count, 4 + longest), dtype=np.uint8)
    used = np.ones((count, 4 + longest), dtype=np.bool_)
    text[:, 0] = ord("+")
    for place, unit in ((1, 100), (2, 10), (3, 1)):
        text[:, place] = code // unit % 10 + 48
        used[:, place] = size > 3 - place
    for place in range(longest):
        text[:, 4 + place] = slices.digit(place) + 48
        used[:, 4 + place] = slices.left > place
    offsets = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(1 + size + slices.left, out=offsets[1:])
    return pa.LargeStringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(text[used]))
