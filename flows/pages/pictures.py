"""Pictures of a run: what came of its calls, and how the list has grown; as SVG.

A picture inside a page cannot follow the page's dark theme. So each stands on a card of its own, in
colours that are told apart without seeing colours: every one has its number and word beside it. It
is 360 wide, so that a telephone shows its letters as large as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

WIDTH: Final = 360
_EDGE: Final = 16
_INSIDE: Final = WIDTH - 2 * _EDGE
_LEAST: Final = 4
"""Pixels of the smallest part of a bar: one failure among thousands is seen."""

_CARD, _FRAME, _INK, _QUIET, _LINE = "#f6f7f9", "#c9ced6", "#1f2933", "#4b5563", "#2f5d8a"

_OF_CALLS: Final = {
    "added": "#3b74ad",
    "updated": "#8fb8de",
    "already there": "#a9b4c2",
    "stopped": "#5b6472",
    "held": "#d19a2a",
    "failed": "#a8402d",
    "unclear": "#c0678a",
    "not sent yet": "#cfd5dd",
}

COLOURS: Final = {**_OF_CALLS, **{f"would be {word}": each for word, each in _OF_CALLS.items()}}
"""Colour of each word of a picture; in a look, in which nothing was sent, all of it would be."""

Parts = Sequence[tuple[str, int]]
"""Words of `COLOURS`, each with its number."""

Point = tuple[int, int]
"""Of one run: subscribers when it began, and calls that it made."""


def card(parts: Parts, runs: Sequence[Point], title: str) -> str:
    """The picture of a run; empty where there is nothing to show.

    Args:
        parts: What came of the calls; zeros are left out.
        runs: Of the sync's last runs, oldest first; fewer than two show nothing.
        title: The same in words.
    """
    shown = [(word, number) for word, number in parts if number]
    body: list[str] = []
    height = _EDGE
    if shown:
        body += _bar(shown, height)
        rows = (len(shown) + 1) // 2
        height += 22 + 12 + rows * 20
    if len(runs) > 1:
        body += _trend(runs, height)
        height += 126
    if not body:
        return ""
    height += 4
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" font-family="system-ui, sans-serif" '
        f'font-size="13"><title>{escape(title)}</title>'
        f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="8" fill="{_CARD}" '
        f'stroke="{_FRAME}"/>{"".join(body)}</svg>'
    )


def _bar(parts: Parts, top: int) -> Iterator[str]:
    total = sum(number for _, number in parts)
    free = _INSIDE - _LEAST * len(parts)
    left = float(_EDGE)
    for word, number in parts:
        wide = _LEAST + free * number / total
        yield (
            f'<rect x="{left:.1f}" y="{top}" width="{wide:.1f}" height="22" '
            f'fill="{COLOURS[word]}" stroke="{_CARD}"/>'
        )
        left += wide
    for place, (word, number) in enumerate(parts):
        x, y = _EDGE + place % 2 * (_INSIDE // 2), top + 34 + place // 2 * 20
        yield f'<rect x="{x}" y="{y}" width="11" height="11" fill="{COLOURS[word]}"/>'
        yield _text(x + 17, y + 10, f"{number:,} {word}")


def _trend(runs: Sequence[Point], top: int) -> Iterator[str]:
    most_people = max(1, *(people for people, _ in runs))
    most_calls = max(1, *(calls for _, calls in runs))
    base, high = top + 92, 64
    step = _INSIDE / len(runs)
    yield _text(_EDGE, top + 14, f"The last {len(runs)} runs", colour=_QUIET)
    for place, (_, calls) in enumerate(runs):
        tall = high * calls / most_calls
        yield (
            f'<rect x="{_EDGE + place * step + 1:.1f}" y="{base - tall:.1f}" '
            f'width="{max(1.0, step - 2):.1f}" height="{tall:.1f}" '
            f'fill="{COLOURS["not sent yet"]}"/>'
        )
    points = " ".join(
        f"{_EDGE + (place + 0.5) * step:.1f},{base - high * people / most_people:.1f}"
        for place, (people, _) in enumerate(runs)
    )
    yield f'<polyline points="{points}" fill="none" stroke="{_LINE}" stroke-width="2"/>'
    yield f'<path d="M{_EDGE} {base}H{_EDGE + _INSIDE}" stroke="{_FRAME}"/>'
    people = runs[-1][0]
    yield f'<path d="M{_EDGE} {base + 14}h14" stroke="{_LINE}" stroke-width="2"/>'
    yield _text(_EDGE + 20, base + 18, f"subscribers: {people:,}")
    x = _EDGE + _INSIDE // 2
    yield f'<rect x="{x}" y="{base + 8}" width="11" height="11" fill="{COLOURS["not sent yet"]}"/>'
    yield _text(x + 17, base + 18, f"calls, at most {most_calls:,}")


def _text(x: int, y: int, words: str, *, colour: str = _INK) -> str:
    return f'<text x="{x}" y="{y}" fill="{colour}">{escape(words)}</text>'
