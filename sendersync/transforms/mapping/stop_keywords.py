"""Keywords that people text to stop, as a whole cell of a column of replies, notes or states.

A platform's export of what people answered has them as they came: `STOP`, `Stop!`, `stop please`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from sendersync.transforms.mapping.header_words import has_stem, without_accents
from sendersync.transforms.mapping.permission_words import OF_THINGS, REPLIES

STOP_KEYWORDS: Final = (
    "stop|stop ?all|stop ?it|stop ?sms|unsubscribe|unsub|opt ?out|revoke|no more|remove me|"
    "delete me|stopp|abmelden|abmeldung|abbestellen|austragen|kundigen|arret|arrete|arreter|"
    "arretez|desabonner|desabonnement|desinscrire|desinscription|baja|dar de baja|darme de baja|"
    "parar|pare|detener|no mas|descadastrar|descadastro|basta|cancellami|disiscrivi|disiscrizione|"
    "rimuovi|fermati|afmelden|afmelding|uitschrijven|stoppen|stoppa|avregistrera|avanmal|"
    "avprenumerera|afmeld|frameld|avmeld|wypisz|rezygnuje|rezygnacja|zatrzymaj|"
    "ストップ|停止|解除|配信停止|退会|やめて|стоп|отписаться|отписка"
)
"""What carriers and platforms take for a stop. CTIA's Messaging Principles and 47 CFR
64.1200(a)(10) name STOP, QUIT, END, REVOKE, OPT OUT, CANCEL and UNSUBSCRIBE; platforms add STOPALL
and the word of each country, such as ARRET in Canada and France."""

_ENDINGS: Final = (
    "end|quit|cancel|exit|remove|leave|ende|beenden|loschen|annuler|salir|cancelar|eliminar|borrar|"
    "fim|sair|remover|annulla|cancella|ferma|eind|einde|uit|avsluta|sluta|slut|slutt|avslutt|koniec|"
    "usun|終了|中止|キャンセル"
)
"""More of them, which say of an order, a task or a journey that it is over."""

_POLITE: Final = (
    "please|pls|plz|thanks|thank you|thx|now|bitte|danke|svp|merci|por favor|gracias|obrigad[oa]|"
    "per favore|grazie|aub|alstublieft|bedankt|tack|tak|takk|venligst|prosze|dziekuje"
)

_OF_PLACES: Final = tuple(
    # names of people, firms and things
    "name firstname lastname fullname surname vorname nachname prenom nom nombre apellido nome "
    "cognome naam namn navn fornavn imie nazwisko 氏名 名前 company organi firm empresa azienda "
    "bedrijf foretag virksomhed 会社 brand product produkt producto produit produto prodotto "
    # places, and stops of a bus
    "city town street address ort stadt wohnort strasse adress ville rue ciudad calle direccion "
    "cidade rua endereco citta indirizzo plaats stad straat adres gata gade miasto ulica "
    "住所 市区町村 bus tram train metro route station haltestelle fermata parada paragem halte "
    "przystanek hallplats stoppested バス停 停留所 駅 "
    # how much and how urgent: Spanish and Portuguese `baja` and `baixa` are low
    "priorit priorid prioryt urgenc nivel level".split()
)
"""A column of one of these holds something else that is called so."""

_OF_STEPS: Final = (
    *OF_THINGS,
    *("step", "phase", "stage", "action", "button", "position", "journey", "chapter", "start"),
)


def stop_keyword(header: str) -> Callable[[str], bool]:
    """What tells whether a cell under a header is a keyword to stop.

    Args:
        header: Of a column that nobody mapped; of a place nothing counts, of an order only what
            says nothing else.
    """
    if has_stem(header, _OF_PLACES):
        return _never
    if has_stem(header, _OF_STEPS) and not has_stem(header, REPLIES):
        return _only_stop
    return is_stop_keyword


def is_stop_keyword(cell: str) -> bool:
    """Whether a cell, or one of its tags, is a keyword that people text to stop."""
    return _ANY.search(without_accents(cell)) is not None


def that_are_keywords(cells: pa.Array[Any]) -> list[str]:
    """Those of some distinct cells that are keywords to stop."""
    plain = pc.replace_substring_regex(pc.utf8_normalize(cells, form="NFKD"), r"\pM+", "")
    likely = cells.filter(pc.match_substring_regex(plain, _BEGINS, ignore_case=True))
    return [cell for cell in likely.to_pylist() if is_stop_keyword(cell)]


def _never(_cell: str) -> bool:
    return False


def _only_stop(cell: str) -> bool:
    return _STOPS.search(without_accents(cell)) is not None


def _pattern(words: str) -> str:
    """Words as a regular expression, where one space is any sign between them."""
    return without_accents(words).replace(" ?", f"{_SIGN}*").replace(" ", f"{_SIGN}+")


def _whole(words: str) -> re.Pattern[str]:
    """A keyword between the ends of a cell, or of one of several tags, perhaps with a please."""
    polite = rf"(?:{_pattern(_POLITE)})"
    return re.compile(
        rf"(?:^|[;,|]){_SIGN}*(?:{polite}{_SIGN}+)*(?:{_pattern(words)})(?:{_SIGN}+{polite})*"
        rf"{_SIGN}*(?:$|[;,|])"
    )


_ALL: Final = f"{STOP_KEYWORDS}|{_ENDINGS}"
_SIGN: Final = r"(?:(?![;,|])[\W_])"
_STOPS: Final = _whole(STOP_KEYWORDS)
_ANY: Final = _whole(_ALL)
_APART: Final = "[^a-z]"
_FIRST: Final = without_accents(f"{_ALL}|{_POLITE}").replace(" ?", f"{_APART}*")
_BEGINS: Final = rf"(?:^|[;,|])[^\pL\pN]*(?:{_FIRST.replace(' ', f'{_APART}+')})"
"""How such a cell begins, for the engine of Arrow."""
