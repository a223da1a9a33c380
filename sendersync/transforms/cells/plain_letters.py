"""Plain letters: what people type for letters that Unicode does not take apart.

NFKD makes an `e` and an accent of `é`, and nothing of `ø`, `ł` and `æ`; whoever types a word
without its accents types `o`, `l` and `ae`.
"""

from __future__ import annotations

from typing import Final

PLAIN_LETTERS: Final = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "ħ": "h",
    "ŋ": "n",
    "ŧ": "t",
    "ƴ": "y",
    "ɓ": "b",
    "ɗ": "d",
    "ƙ": "k",
    "ə": "a",
    "ſ": "s",
}
"""Lower case."""
