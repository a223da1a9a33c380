"""Names of files, sheets, tables and columns that say: these people left, said stop, or bounced.

An export of a mailing provider is often three files with the same columns, and only their names say
whose permission is gone. The words are data, in the same twelve languages as `words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from sendersync.transforms.mapping.header_words import fold, has_stem, holds, tokens
from sendersync.transforms.mapping.permission_words import OPT_OUT_WORDS

_ANYWHERE: Final = (
    *OPT_OUT_WORDS,
    *("unsubscri", "nonsubscri", "notsubscri", "neversubscri", "donotcontact", "donottext"),
    *("donotsms", "donotmail", "nomail", "stoplist", "spamcomplain", "spamreport", "spamtrap"),
    *("hardbounce", "softbounce", "undeliver", "unreachable", "invalidnumber", "globalunsub"),
    *(
        "unsubs",
        "stopreply",
        "stopreplies",
        "repliedstop",
        "textedstop",
        "wrongnumber",
        "invalidphone",
        "lostcustomer",
        "lostmember",
        "lostclient",
        "failednumber",
        "removefromlist",
        "leftthelist",
        "noconsent",
        "withoutconsent",
        "notoptedin",
    ),
    *("lostsubscriber", "lostcontact", "lostdonor", "lostpatient", "lostguest", "smsstop"),
    *(
        "stopsms",
        "textstop",
        "notext",
        "donotsolicit",
        "litigat",
        "erasurerequest",
        "deletionrequest",
    ),
    *("righttobeforgotten", "gdprdelet", "reassignednumber", "complainer"),
    # German, Spanish, French, Portuguese
    *(
        "abmeld",
        "abbestell",
        "ausgetragen",
        "gekundigt",
        "kundigung",
        "kuendig",
        "unzustell",
        "sperrliste",
    ),
    *("robinsonliste", "widersproch", "widerspruch", "anulad", "desapuntad", "rebotad"),
    *("noentregad", "listanegra", "dadosdebaja", "desinscri", "desabon", "desincri", "resili"),
    *("listenoire", "listerouge", "nondelivr", "descadastr", "desinscrit", "cancelouinscri"),
    *("listabloqueio", "naoenviar", "removidos", "devolvid"),
    # Italian, Dutch, Swedish, Danish, Norwegian, Polish, Japanese
    *("disiscri", "disabbon", "cancellat", "respint", "nonconsegn", "afgemeld", "uitgeschreven"),
    *("opgezegd", "geweigerd", "onbestelbaar", "avregistr", "avanmal", "avprenumer", "studsa"),
    *("sparrlist", "spaerrelist", "framel", "afmeld", "avmeld", "reserverte", "wypisan"),
    *(
        "rezygn",
        "odrzucon",
        "niedoreczon",
        "czarnalista",
        "解除",
        "退会",
        "解約",
        "不達",
        "エラー",
        "ブラックリスト",
    ),
    *("отписа", "отказ", "стоп", "удален", "відписа"),
    # people who were members: ex-customers, anciens clients, oud-leden
    *("anciensclient", "anciensmembre", "anciensabonn", "ancienclient", "oudlid", "oudled"),
    *("oudeklant", "byliklien", "byliczlonk", "cancelament", "opzegging", "utmeld", "udmeld"),
)
"""Stems that may stand anywhere in a name."""

_WORDS: Final = (
    *("bounced", "bounces", "bouncers", "cleaned", "complaint", "complaints", "abuse"),
    *("stops", "stopped", "dnc", "dnd", "removed", "removals", "deleted", "departed"),
    *("leavers", "cancelled", "canceled", "cancellations", "churned", "inactive"),
    *("archived", "suppressions", "suppressed", "suppression", "blocked", "blacklisted", "banned"),
    *("deceased", "former", "resigned", "quitters", "revoked", "withdrawn", "expunged", "purged"),
    *(
        "optouts",
        "unsub",
        "unsubbed",
        "unengaged",
        "lapsed",
        "expired",
        "deactivated",
        "terminated",
    ),
    *("declined", "refused", "erased", "erasure", "erasures", "forgotten", "dead", "dnt"),
    *("deletions", "revocations", "withdrawals", "objections", "dropouts", "muted"),
    *("loschungen", "loschantrage", "loeschungen", "widerrufe", "effacements", "suppressions"),
    *("supresiones", "exclusoes", "cancellazioni", "verwijderingen", "raderingar", "sletninger"),
    *(
        "geloscht",
        "geloschte",
        "geloescht",
        "geloeschte",
        "entfernt",
        "entfernte",
        "bereinigt",
        "inaktiv",
        "inaktive",
        "ausgetreten",
        "ausgetretene",
        "austritte",
        "kundiger",
    ),
    *("ehemalige", "verstorben", "verstorbene", "gesperrt", "gesperrte", "storniert"),
    *("baja", "bajas", "eliminados", "eliminadas", "borrados", "inactivos", "inactivas"),
    *("bloqueados", "fallecidos", "supprimes", "inactifs", "inactives", "rebonds", "bloques"),
    *("excluidos", "inativos", "cancelados", "canceladas", "eliminati", "inattivi", "bloccati"),
    *("verwijderd", "verwijderde", "inactief", "inactieve", "geblokkeerd", "overleden"),
    *("borttagna", "raderade", "inaktiva", "avlidna", "slettede", "inaktive", "dode"),
    *("plaintes", "decedes", "rebotes", "disdette", "avslutade", "uttradda", "uppsagda", "opsagte"),
    *("oppsagte", "usuniete", "usunieci", "nieaktywni", "zablokowani"),
)
"""Whole words, without accents: their stems begin other words (`stopover`, `cleaning`)."""

_FORMER: Final = (
    *("exmember", "excustomer", "exclient", "exsubscriber", "exkund", "exmitgl", "exabonn"),
    *("exsoci", "exmembre", "exusuari", "exassoc", "exlid", "exleden", "exklant", "exmedlem"),
)
"""How words begin for people who were there: `ex-clientes`, `ExMembers`."""

_LAST: Final = frozenset({"stop", "stopp", "arret", "left", "bounce", "quit", "lost", "deletion"})
"""Words that say it only where nothing follows that they could belong to (`bounce house`)."""

_KEYWORDS: Final = re.compile(r"(?<![^\W_])(?:STOPP?|ARR[EÊ]T|BAJA|DNC|DNT)(?![^\W_])")
"""The word that people text, in capitals among others that are not: `STOP november`."""

_NEUTRAL: Final = frozenset(
    "reply replies response responses answers keyword antwort antworten reponse reponses "
    "respuestas respostas risposte antwoorden svar odpowiedzi 返信 platform "
    "list lists report export contacts contact members people customers users all final new csv "
    "data file liste lista rapport sms text phone phones numbers email emails".split()
)

_NEGATIONS: Final = frozenset(
    "not non no without excluding except minus ohne kein keine nicht sin sans hors sem senza "
    "zonder utan uden uten bez".split()
)
_EVENT_STEMS: Final = (
    *(
        "unsub",
        "bounce",
        "clean",
        "complain",
        "abmeld",
        "abgemeld",
        "abbestell",
        "desabon",
        "desinscri",
    ),
    *("baja", "suppress", "churn", "cancel", "left", "descadastr"),
    *("disiscri", "afmeld", "uitschrijv", "avregistr", "avmeld", "frameld", "wypis", "kundig"),
)
_EVENT_WORDS: Final = frozenset(
    "time date at on reason campaign title id type code datum am grund zeit fecha motivo tipo date "
    "raison motif data ora tipo datum reden tid dato arsag powod data 日時 理由".split()
)


def named_after_departed(name: str) -> bool:
    """Whether a name says that its people left, said stop, bounced or were cleaned.

    Args:
        name: Of a file, with or without its ending, a folder, a sheet, a table or a list.
    """
    bare = name.split(".")[0] or name
    if holds(bare, _ANYWHERE):
        return True
    if _KEYWORDS.search(bare) is not None and bare != bare.upper():
        return True
    words = [word for word in tokens(bare) if not word.isdecimal()]
    joined = [a + b if a == "ex" else a for a, b in zip(words, [*words, ""][1:], strict=True)]
    if any(word.startswith(_FORMER) for word in joined):
        return True
    while words and words[-1] in _NEUTRAL:
        words.pop()
    if words and words[-1] in _LAST:
        return True
    return any(
        word in _WORDS and not (n and words[n - 1] in _NEGATIONS) for n, word in enumerate(words)
    )


def departure_columns(columns: Iterable[str]) -> list[str]:
    """Columns that say when or why somebody left: `UNSUB_TIME`, `Bounce reason`, `Abmeldedatum`."""
    return [name for name in columns if _tells_of_leaving(tokens(name), name)]


def _tells_of_leaving(words: Sequence[str], name: str) -> bool:
    if not (has_stem(name, _EVENT_STEMS) or holds(name, ("optout", "optedout"))):
        return False
    return any(word in _EVENT_WORDS for word in words) or fold(name).endswith(
        ("datum", "grund", "date", "time", "reason", "zeit")
    )
