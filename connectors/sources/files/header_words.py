"""Words that name columns of contacts: evidence for where a header stands, and for nothing else.

Which column is what, `sendersync.transforms.mapping` suggests, with far more words. Here it is
enough that nobody's row holds two of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

HEADER_WORDS: Final = re.compile(
    r"phone|mobil|cell|tel|sms|mail|name|vorname|nom\b|country|land\b|pays|pa[ií]s|consent|handy|"
    r"celular|portable|contact|key|\bid\b|nummer|n[uú]mero|電話|携帯|氏名|国",
    re.IGNORECASE,
)

_MORE_WORDS: Final = re.compile(
    r"m[oó]vil|celulare|tel[eé]fono|correo|apellido|nombre|cognome|nome\b|ciudad|citt[aà]|cidade|"
    r"stadt|\bort\b|ville|city|town|street|stra(?:ß|ss)e|address|adress|zip\b|\bplz\b|post|code|"
    r"company|firma|group|gruppe|status|note|comment|remark|birth|geburt|\btags?\b|opt.?(?:in|out)|"
    r"имя|фамилия|телефон|город|почта|страна|όνομα|τηλέφωνο|שם|טלפון|اسم|هاتف|姓名|手机|手機|住所|都市",
    re.IGNORECASE,
)
_LONGEST: Final = 40
_SENTENCE: Final = re.compile(r"[:!?@]|\w\.\s|\d{3}")


def name_columns(cells: Iterable[str]) -> bool:
    """Whether a line names columns of contacts: half of its cells do, and two of them at least."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    known = sum(map(names_a_column, filled))
    return known >= 2 and 2 * known >= len(filled) and len(set(filled)) == len(filled)


def names_a_column(cell: str) -> bool:
    """Whether a cell may be the name of a column of contacts."""
    return (
        len(cell) <= _LONGEST
        and (HEADER_WORDS.search(cell) or _MORE_WORDS.search(cell)) is not None
        and _SENTENCE.search(cell) is None
    )
