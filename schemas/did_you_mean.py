"""Which known name a misspelt one was probably meant to be: of columns, fields, keys and words."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from typing import Final

LEAST_ALIKE: Final = 0.6
"""Share of signs that two names have in common (`difflib`); below it no name is offered."""


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


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in plain if sign.isalnum())
