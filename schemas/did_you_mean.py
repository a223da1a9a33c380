"""Which known name a misspelt one was probably meant to be: of columns, fields, keys and words."""

from __future__ import annotations

import difflib
import json
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

LEAST_ALIKE: Final = 0.6
"""Share of signs that two names have in common (`difflib`); below it no name is offered."""

ABOUT_AS_NEAR: Final = 0.1
"""How much less alike than the nearest another name may be to be offered beside it."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant; None where none is near.

    Capitals, accents, spaces and signs count for nothing: `firstname` means `first_name`.

    Args:
        word: As somebody wrote it.
        known: Every name there is; the answer is one of them as it is spelt here.
    """
    by_folded = {_fold(each): each for each in known}
    near = difflib.get_close_matches(_fold(word), list(by_folded), n=1, cutoff=LEAST_ALIKE)
    return by_folded[near[0]] if near else None


def nearest_names(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names that may have been meant, at most three, the nearest first.

    A second one is there only where it is about as near as the first: `opt_out_sms` and
    `opt_out_text` for `opt_out`.

    Args:
        word: As somebody wrote it.
        known: Every name there is.
    """
    by_folded = {_fold(each): each for each in known}
    near = difflib.get_close_matches(_fold(word), list(by_folded), n=3, cutoff=LEAST_ALIKE)
    alike = [difflib.SequenceMatcher(None, each, _fold(word)).ratio() for each in near]
    return tuple(
        by_folded[each]
        for each, ratio in zip(near, alike, strict=True)
        if ratio >= alike[0] - ABOUT_AS_NEAR
    )


def did_you_mean(word: str, names: Sequence[str]) -> str:
    """The question whether one of `names` was meant; empty where there is none.

    Where the first looks the same on the screen, it also says how to write it in a sync file.
    """
    if not names:
        return ""
    *others, last = [repr(each) for each in names]
    before = ", ".join(others) + " or " if others else ""
    asked = f"Did you mean {before}{last}?"
    if _visible(names[0]) != _visible(word):
        return asked
    return f"{asked} The two differ in signs that do not show: write {json.dumps(names[0])}."


def _visible(name: str) -> str:
    """What a person sees of a name: one Unicode form, single blanks, nothing invisible."""
    plain = unicodedata.normalize("NFKC", name)
    return " ".join("".join(sign for sign in plain if unicodedata.category(sign) != "Cf").split())


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in plain if sign.isalnum())
