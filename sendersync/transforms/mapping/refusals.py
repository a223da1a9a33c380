"""Cells of free text, such as notes and tags, that say: no texts to this person.

Only what speaks of texts, or of no channel, counts: `unsubscribed from e-mail` does not.
"""

from __future__ import annotations

import re
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from sendersync.transforms.mapping.header_words import without_accents
from sendersync.transforms.mapping.permission_words import REFUSALS, REFUSALS_ANYWHERE, TEXTS

_SIGNS: Final = re.compile(r"[\W_]+")
_HINT: Final = (
    "text|sms|mms|msg|mess|cont|kont|opt|unsub|dnc|list|werb|nachr|berich|meld|mäld|bestel|wider|kündig"
    "|kundig|baja|env|inv|mand|molest|abonn|inscr|suscr|cadastr|iscri|quer|vuol|schrev|benad|avreg"
    "|rezyg|wypis|wys|配信|不要|拒否|オプト|退会"
)
"""Letters that every refusal has, in any capitals: what has none of them is not looked at."""


def refuses_texts(cell: str) -> bool:
    """Whether a text says that somebody wants no texts."""
    words = _plain(cell)
    if _SAYS.search(words) is None:
        return False
    return not TEXTS.isdisjoint(words.split()) or _OTHER.search(words) is None


def that_refuse_texts(cells: pa.Array[Any]) -> list[str]:
    """Those of some distinct cells that refuse texts."""
    likely = cells.filter(pc.match_substring_regex(cells, _HINT, ignore_case=True))
    return [cell for cell in likely.to_pylist() if refuses_texts(cell)]


def _plain(cell: str) -> str:
    """Lower case without accents, one space for each run of signs."""
    return _SIGNS.sub(" ", without_accents(cell)).strip()


_ANYWHERE: Final = "|".join(map(_plain, REFUSALS_ANYWHERE.split("|")))
_SAYS: Final = re.compile(rf"\b(?:{'|'.join(REFUSALS)})|{_ANYWHERE}")
_OTHER: Final = re.compile(
    r"\b(?:e ?mails?|mails?|mailings?|newsletter|post|fax|correo|courriel|phone|calls?)\b"
)
"""Other channels: what speaks of one of these and not of texts refuses none."""
