"""Cells of free text, such as notes and tags, that say: no texts to this person.

Only what speaks of texts, or of no channel, counts: `unsubscribed from e-mail` does not.
"""

from __future__ import annotations

import re
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from sendersync.transforms.mapping.header_words import without_accents
from sendersync.transforms.mapping.permission_words import (
    REFUSALS,
    REFUSALS_ANYWHERE,
    REFUSALS_OF_ALL,
    TEXTS,
)

_SIGNS: Final = re.compile(r"[\W_]+")
_HINT: Final = (
    "text|sms|mms|msg|mess|cont|kont|opt|unsub|dnc|list|werb|nachr|berich|meld|mäld|mal|bestel|wider"
    "|kündig|kundig|getragen|baja|env|inv|mand|molest|escrib|mensaj|recib|public|promo|perturb|disturb"
    "|abonn|inscr|suscr|cadastr|iscri|quer|vuol|desej|desea|desir|desider|aceit|autoriz|accett|chiest"
    "|receb|recev|écrire|ecrire|pediu|cancel|nessun|bast|nient|consent|permis|alone|schrijv|schrev"
    "|schreib|schrieb|benad|appen|avreg|avsa|avsä|utskick|medde|besk|rezyg|wypis|wys|pisa|chce|życz|zycz"
    "|zgadza|wyraża|wyraza|配信|不要|拒否|不可|オプト|退会|連絡|送|停止|解約|ＳＭＳ"
    "|stop|quit|remov|delet|taken off|take off|sair|parar|arret|arrêt|wrong|incorrec|falsche"
    "|mauvais|faux|erron|attribu|equivoc|errad|sbagl|verkeerd|fel num|fel tel|fel pers|felaktig"
    "|forkert|feil |zły|zly|błędny|bledny|pomył|pomyl|his |her |their |my |reassigned|disconnected"
    "|deceas|passed|died|storben|décéd|deced|falleci|faleci|falece|overled|avlid|r d[öø]d|zmar"
    "|違|死亡|逝去"
)
"""Letters that every refusal has, in any capitals: what has none of them is not looked at."""


def refuses_texts(cell: str) -> bool:
    """Whether a text says that somebody wants no texts."""
    words = _plain(cell)
    if _OF_ALL.search(words) is not None:
        return True
    if _SAYS.search(words) is None:
        return False
    return _OF_TEXTS.search(words) is not None or _OTHER.search(words) is None


def that_refuse_texts(cells: pa.Array[Any]) -> list[str]:
    """Those of some distinct cells that refuse texts."""
    likely = cells.filter(pc.match_substring_regex(cells, _HINT, ignore_case=True))
    return [cell for cell in likely.to_pylist() if refuses_texts(cell)]


def _plain(cell: str) -> str:
    """Lower case without accents, one space for each run of signs."""
    return _SIGNS.sub(" ", without_accents(cell)).strip()


_ANYWHERE: Final = "|".join(map(_plain, REFUSALS_ANYWHERE.split("|")))
_SAYS: Final = re.compile(rf"\b(?:{'|'.join(REFUSALS)})|{_ANYWHERE}")
_OF_ALL: Final = re.compile(rf"\b(?:{'|'.join(REFUSALS_OF_ALL)})")
_OF_TEXTS: Final = re.compile(
    rf"\b(?:{'|'.join(sorted(TEXTS))}|textos?|messages?|msgs?|mensajes?|mensagens|nachrichten|messaggi)\b"
)
_OTHER: Final = re.compile(
    r"\b(?:e ?mails?|mails?|mailings?|newsletter|post|fax|correo|courriel|phone|calls?)\b"
)
"""Other channels: what speaks of one of these and not of texts refuses none."""
