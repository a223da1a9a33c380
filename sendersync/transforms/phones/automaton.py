r"""Automaton: many digit patterns in one table of states, matched a whole column at a time.

The patterns of `phonenumbers`' metadata know digits, `\d`, classes, groups, `|`, `?`, `{m,n}` and
`$` at the end of an alternative: regular languages. Several of them become one deterministic
automaton: reading a digit is one look-up in an array, so a million numbers are read by some
fifteen look-ups in numpy, and the patterns that match are bits of the state reached.

A pattern with anything else in it raises `UnknownPattern`; its numbers are left to the library.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

STRIDE: Final = 12
"""Cells of a state: ten digits, the state itself (past the end of a number), its bits."""

PAD: Final = 10
BITS: Final = 11
DEAD: Final = 0

_ALL_DIGITS: Final = (1 << 10) - 1


class UnknownPattern(ValueError):
    """A construct that the metadata did not use when this was written."""


class Node(NamedTuple):
    """A piece of a pattern.

    Attributes:
        kind: `digit` (one of the digits in the mask `low`), `all` (the parts in a row), `any` (one
            of the parts), `repeat` (the part, `low` to `high` times), `group` (captures the part),
            `end` (end of the text), `rest` (any digits, any number of them).
    """

    kind: Literal["digit", "all", "any", "repeat", "group", "end", "rest"]
    parts: tuple[Node, ...] = ()
    low: int = 0
    high: int = 0


def parse_pattern(pattern: str) -> Node:
    """The pattern as a tree.

    Raises:
        UnknownPattern: There is something in it besides what the module's text names.
    """
    node, end = _alternatives(pattern, 0)
    if end != len(pattern):
        raise UnknownPattern(pattern)
    return node


def _alternatives(text: str, at: int) -> tuple[Node, int]:
    choices: list[Node] = []
    row: list[Node] = []
    while at < len(text) and text[at] != ")":
        if text[at] == "|":
            choices.append(Node("all", tuple(row)))
            row = []
            at += 1
            continue
        piece, at = _piece(text, at)
        row.append(piece)
    choices.append(Node("all", tuple(row)))
    return (choices[0] if len(choices) == 1 else Node("any", tuple(choices))), at


def _piece(text: str, at: int) -> tuple[Node, int]:
    if text.startswith("(?:", at):
        piece, at = _closed(text, at + 3)
    elif text[at] == "(" and not text.startswith("(?", at):
        inner, at = _closed(text, at + 1)
        piece = Node("group", (inner,))
    elif text.startswith(r"\d", at):
        piece, at = Node("digit", low=_ALL_DIGITS), at + 2
    elif text[at] == "[":
        close = text.index("]", at)
        piece, at = Node("digit", low=_class(text[at + 1 : close])), close + 1
    elif text[at] in "0123456789":
        piece, at = Node("digit", low=1 << int(text[at])), at + 1
    elif text[at] == "$":
        return Node("end"), at + 1
    else:
        raise UnknownPattern(text)
    return _repeated(piece, text, at)


def _closed(text: str, at: int) -> tuple[Node, int]:
    inner, at = _alternatives(text, at)
    if not text.startswith(")", at):
        raise UnknownPattern(text)
    return inner, at + 1


def _class(inside: str) -> int:
    digits = 0
    at = 0
    while at < len(inside):
        if inside.startswith(r"\d", at):
            digits |= _ALL_DIGITS
            at += 2
            continue
        first = last = inside[at]
        at += 1
        if inside.startswith("-", at):
            last = inside[at + 1]
            at += 2
        if not (first + last).isdecimal() or not (first + last).isascii():
            raise UnknownPattern(inside)
        for digit in range(int(first), int(last) + 1):
            digits |= 1 << digit
    return digits


def _repeated(piece: Node, text: str, at: int) -> tuple[Node, int]:
    if text.startswith("?", at):
        low, high, at = 0, 1, at + 1
    elif text.startswith("{", at):
        close = text.index("}", at)
        bounds = text[at + 1 : close].split(",")
        low, high, at = int(bounds[0]), int(bounds[-1]), close + 1
    else:
        return piece, at
    if at < len(text) and text[at] in "?*+{":  # lazy, possessive: another language
        raise UnknownPattern(text)
    return Node("repeat", (piece,), low, high), at


def without_groups(node: Node) -> Node | None:
    """The part of the language in which no group takes part; None when there is none."""
    if node.kind == "group":
        return None
    kept = [part for part in map(without_groups, node.parts) if part is not None]
    if node.kind == "any":
        return node._replace(parts=tuple(kept)) if kept else None
    if len(kept) < len(node.parts):
        return Node("all") if node.kind == "repeat" and node.low == 0 else None
    return node._replace(parts=tuple(kept))


def with_groups(node: Node) -> Node | None:
    """The part of the language in which some group takes part, or a little more than that."""
    if node.kind == "group":
        return node
    if node.kind == "repeat":
        inner = with_groups(node.parts[0])
        if inner is None or node.high > 1:
            return None if inner is None else node
        return inner
    choices: list[Node] = []
    for place, part in enumerate(node.parts):
        inner = with_groups(part)
        if inner is None:
            continue
        if node.kind == "any":
            choices.append(inner)
            continue
        before = [without_groups(other) for other in node.parts[:place]]
        if None not in before:
            head = tuple(other for other in before if other is not None)
            choices.append(Node("all", (*head, inner, *node.parts[place + 1 :])))
    return Node("any", tuple(choices)) if choices else None


def has_end(node: Node) -> bool:
    """Whether the pattern asks for the end of the text somewhere."""
    return node.kind == "end" or any(map(has_end, node.parts))


class Automaton:
    """All states of all patterns so far, in one growing table.

    Attributes:
        table: int32, flat; `table[state + digit]` is the next state, `table[state + BITS]` the bits
            of the patterns that end here. States are offsets: multiples of `STRIDE`; 0 is dead.
    """

    def __init__(self) -> None:
        self._rows: list[npt.NDArray[np.int32]] = [np.zeros(STRIDE, dtype=np.int32)]
        self._size = STRIDE
        self._table: npt.NDArray[np.int32] | None = None

    @property
    def table(self) -> npt.NDArray[np.int32]:
        """The table as it is now; states handed out before stay what they were."""
        if self._table is None or len(self._table) != self._size:
            self._table = np.concatenate(self._rows)
            self._rows = [self._table]
        return self._table

    def add(self, patterns: list[tuple[Node, int]]) -> int:
        """Compiles patterns that are read side by side.

        Args:
            patterns: Trees, each with the bits it stands for; a pattern that ends in `$` must be
                given bits that its reader takes for true at the end of a number only.

        Returns:
            The state to start from.
        """
        positions = _Positions()
        first = 0
        ends: list[tuple[int, int]] = []
        for node, bits in patterns:
            marker = positions.new(0)
            ends.append((1 << marker, bits))
            first |= positions.entry(node, 1 << marker)
        rows = _subsets(positions, first, ends, self._size)
        self._rows.append(rows)
        start = self._size
        self._size += len(rows)
        return start


class _Positions:
    """Every place of a pattern that takes a digit; sets of them are the bits of an int.

    A tree is walked from its end to its beginning: what may follow it is known, and it answers
    which positions it can be entered at, those that follow included where it can be empty.
    """

    def __init__(self) -> None:
        self.follow: list[int] = []
        self.taking = [0] * 10

    def new(self, digits: int) -> int:
        """A position that takes one of these digits."""
        position = len(self.follow)
        self.follow.append(0)
        for digit in range(10):
            if digits >> digit & 1:
                self.taking[digit] |= 1 << position
        return position

    def entry(self, node: Node, after: int) -> int:
        """Where the node can be entered when `after` follows it."""
        if node.kind == "digit":
            position = self.new(node.low)
            self.follow[position] = after
            return 1 << position
        if node.kind == "rest":
            position = self.new(_ALL_DIGITS)
            self.follow[position] = after | 1 << position
            return after | 1 << position
        if node.kind == "any":
            entries = 0
            for part in node.parts:
                entries |= self.entry(part, after)
            return entries
        if node.kind == "repeat":
            for turn in range(node.high, 0, -1):
                entered = self.entry(node.parts[0], after)
                after = entered if turn <= node.low else after | entered
            return after
        for part in reversed(node.parts):  # all, group; an `end` has no parts
            after = self.entry(part, after)
        return after


def _subsets(
    positions: _Positions, first: int, ends: list[tuple[int, int]], base: int
) -> npt.NDArray[np.int32]:
    """The deterministic automaton: its states are the sets of positions that are open."""
    numbers = {0: DEAD, first: base}
    waiting = [first]
    rows: list[int] = []
    stepped: dict[int, int] = {}
    follow = positions.follow
    taking = positions.taking
    for state in waiting:  # grows while it is walked
        number = numbers[state]
        for digit in range(10):
            taken = state & taking[digit]
            reached = stepped.get(taken, -1)
            if reached < 0:
                reached, left = 0, taken
                while left:
                    lowest = left & -left
                    reached |= follow[lowest.bit_length() - 1]
                    left ^= lowest
                stepped[taken] = reached
            target = numbers.get(reached)
            if target is None:
                target = numbers[reached] = base + STRIDE * len(waiting)
                waiting.append(reached)
            rows.append(target)
        matched = 0
        for marker, bits in ends:
            if state & marker:
                matched |= bits
        rows += (number, matched)
    return np.array(rows, dtype=np.int32)
