"""Words of permission in twelve languages: who agreed to texts, who said stop, who left.

Used in headers, in cells of a status, and in notes. As in `words.py` the tables are data, compared
without capitals, accents and signs.
"""

from __future__ import annotations

from typing import Final

OPT_OUT_WORDS: Final = (
    *("optout", "optedout", "optingout", "optsout", "unsubscri", "donot", "dnc", "dontcontact"),
    *("blacklist", "blocklist", "suppress", "stopped", "desinscri", "desabonn", "abgemeldet"),
    *("abbestell", "sperr", "widerruf", "dadodebaja", "nocontact", "descadastr", "naocont"),
    *(
        "配信停止",
        "拒否",
        "オプトアウト",
        "停止",
        "disiscri",
        "afgemeld",
        "uitgeschreven",
        "avregistr",
    ),
    *("darsedebaja", "desuscri", "revoked", "withdrawn", "nolonger", "nepas", "keinesms", "nosms"),
    # Polish, Danish, Norwegian, and short for it
    *("rezygn", "wypisan", "niekontakt", "niewysyl", "frameldt", "avmeldt", "ikkekontakt"),
    *("ikkesms", "unsub"),
)
"""Stems of what people say who want no texts; also a file and a sheet are called so."""

OPT_OUT_STEMS: Final = (
    *OPT_OUT_WORDS,
    # registers of people who want no advertising, and the dead
    *("dnd", "robinson", "bloctel", "nomolest", "keinewerbung", "werbeverbot", "nopublicid"),
    *("opposition", "deceased", "verstorben", "fallecid", "decede", "falecid", "deceduto"),
)
CONSENT_STEMS: Final = (
    *("optin", "optedin", "subscri", "consent", "permission", "accepts", "marketing", "gdpr"),
    *("maywetext", "canwetext", "oktotext", "textme", "receivetext", "receivesms", "sendmetext"),
    *("textupdates", "textalerts", "smsupdates", "smsalerts"),
    *("einwillig", "zustimm", "einverstand", "abonn", "consentim", "suscri", "inscrit", "dsgvo"),
    *(
        "permiso",
        "acepta",
        "aceita",
        "同意",
        "許可",
        "オプトイン",
        "配信",
        "consens",
        "toestemming",
    ),
    *(
        "samtyck",
        "samtykke",
        "rgpd",
        "lgpd",
        "tcpa",
        "zgod",
        "allow",
        "erlaub",
        "autoriz",
        "autoris",
    ),
)
AGREED_STEMS: Final = (
    *("agree", "want", "wish", "receive", "angemeld", "eingeschrieben", "iscritt", "ingeschreven"),
    *("aangemeld", "prenumer", "tilmeld", "pameld", "zapisan", "inscri", "登録", "希望"),
)
"""More beginnings of words for somebody who agreed; too common to ask about by themselves."""

CHOICE_STEMS: Final = ("prefer", "channel", "communication", "contact", "kanal", "kontakt", "canal")
"""A column of one of these may hold the channels that somebody chose."""

TEXTS: Final = frozenset({"sms", "text", "texts", "texting", "mms"})
"""What texts are called, in headers and in cells."""

OTHER_CHANNELS: Final = (
    *("email", "mail", "fax", "post", "correo", "courriel", "メール", "push", "epost"),
    *("whatsapp", "phonecall", "direct"),
)
"""A consent or an opt-out that speaks of one of these does not speak of texts."""

SAYS_OPTED_OUT: Final = (
    "unsubscribed|opted out|opt out|optout|opted-out|do not contact|do not text|do not sms|dnc|"
    "stopped|blacklisted|blocklisted|never subscribed|suppressed|cleaned|désinscrit|désabonné|"
    "abgemeldet|abbestellt|dado de baja|baja|desuscrito|descadastrado|cancelado|配信停止|退会|解除|"
    "disiscritto|afgemeld|uitgeschreven|avregistrerad|not subscribed|declined|refused|revoked"
)
"""Cells of a status column that say: this person does not want it."""

LEFT_STEMS: Final = (
    *("delet", "bounc", "complain", "inactiv", "archived", "churn", "cancel", "terminat", "spam"),
    *(
        "declin",
        "refus",
        "denied",
        "rejected",
        "disallow",
        "blocked",
        "bloque",
        "resign",
        "expired",
    ),
    # German, Dutch
    *("kundig", "gekundigt", "ausgetreten", "austritt", "geloscht", "inaktiv", "abgelehnt"),
    *("verweiger", "opzeg", "opgezegd", "verwijder", "geweigerd", "geblokkeerd", "inactief"),
    # Spanish, French, Portuguese, Italian
    *("baja", "eliminad", "borrad", "rechaz", "rebot", "resili", "supprim", "annul", "rejet"),
    *(
        "excluid",
        "recusad",
        "bloccat",
        "disdett",
        "eliminat",
        "rifiut",
        "rimbalz",
        "respinto",
        "desactiv",
    ),
    *("desativ", "disattiv", "inativ", "inattiv"),
    # Swedish, Danish, Norwegian, Polish
    *("uppsag", "raderad", "nekad", "studsad", "opsig", "opsag", "slettet", "afvist", "oppsag"),
    *("blockerad", "blokeret", "blokkert", "zablokow"),
    *("avslatt", "wypowiedz", "usuniet", "odrzuc", "nieaktywn"),
    *("退会", "解約", "削除", "無効", "不達", "エラー"),
)
"""Beginnings of words for people who left, cannot be reached or were taken out: who is texted all
the same has perhaps said so."""

ACTIVE: Final = frozenset(
    "active aktiv aktive actif activa activo ativo ativa attivo attiva actief aktywny aktywna "
    "有効".split()
)
NEWSLETTERS: Final = (
    *("newsletter", "rundbrief", "boletin", "boletim", "infolettre", "lettredinfo", "notiziario"),
    *("nieuwsbrief", "nyhetsbrev", "nyhedsbrev", "biuletyn", "mailinglist", "メルマガ"),
    *("ニュースレター",),
)
STATES: Final = frozenset(
    "status state estado statut etat stato stan tillstand tilstand stand 状態 ステータス".split()
)
"""A column of states says neither yes nor no by its name."""

NEGATIONS: Final = frozenset(
    "not no non nicht kein keine sin sans sem senza geen niet inte ingen ikke nie bez never "
    "without ohne なし 非 不".split()
)

SAYS_AGREED: Final = (
    "subscribed|opted in|opt in|optin|opt-in|opted-in|agreed|granted|accepted|consented|allowed|"
    "confirmed|double opt in|active|angemeldet|abonniert|zugestimmt|eingewilligt|aktiv|suscrito|"
    "inscrito|aceptado|activo|abonné|inscrit|accepté|actif|aceito|ativo|iscritto|accettato|attivo|"
    "ingeschreven|aangemeld|akkoord|actief|prenumererar|godkänd|tilmeldt|samtykket|påmeldt|"
    "zapisany|wyrażona|aktywny|登録済み|購読中|配信中|同意|同意済み|許可|希望する|explicit"
)
"""Cells of a status that say: this person agreed."""

SAYS_NOT_YET: Final = (
    "pending|unconfirmed|not confirmed|no consent|not set|not given|never|unknown|none|no status|"
    "no permission|inactive|bounced|archived|deleted|denied|rejected|withdrawn|cancelled|canceled|"
    "ausstehend|unbestätigt|inaktiv|pendiente|en attente|pendente|in attesa|inactief|非同意|未登録|"
    "未設定|不可|希望しない|transactional|non subscribed|nonsubscribed|implicit"
)
"""Cells of a status that say: no yes of this person is known."""

REFUSALS: Final = (
    r"(?:do not|don ?t|never|no more|stop|not to) (?:\w+ ){0,2}?(?:text|sms|messag|msg|contact)",
    r"no (?:more )?(?:sms|texts?|text messages?|mms|msgs?)\b",
    r"opt(?:ed|s|ing)? ?outs?\b",
    r"unsub(?:s|scribe[ds]?)?\b",
    r"dnc\b",
    r"(?:remove|take) (?:\w+ ){0,2}?(?:from|off) (?:\w+ ){0,2}?(?:text|sms|list)",
    r"keine? (?:sms|werbung|nachrichten)\b|nicht (?:kontaktier|anschreib|sms)",
    r"abgemeldet|abbestellt|widerruf|widersproch|gekundigt",
    r"no (?:contactar|enviar|mandar|molestar)|(?:dad[oa]|dar(?:se|le)?) de baja|baja sms",
    r"ne (?:pas|plus) (?:\w+ )?(?:contacter|envoyer|sms)|pas de (?:sms|textos?)\b|plus de sms",
    r"desabonn|desinscri|desuscri|descadastr|disiscri",
    r"nao (?:contat|contact|enviar|quer)|sem sms\b",
    r"non (?:contattare|inviare|vuole)|niente sms\b",
    r"geen (?:sms|berichten)|niet (?:benaderen|contacteren|sms)|afgemeld|uitgeschreven",
    r"ing(?:en|a) sms\b|kontakta inte|inte kontakta|avanmal|avregistrer",
    r"ikke (?:kontakt|sms)|frameldt|avmeldt",
    r"nie (?:kontakt|wysyl)|bez sms\b|rezygn|wypisan",
)
"""Beginnings of what notes and tags say of people who want no texts: lower case, no accents, one
space for each sign."""

REFUSALS_ANYWHERE: Final = (
    "配信停止|配信不要|sms不要|sms拒否|受信拒否|連絡不要|連絡拒否|オプトアウト|退会"
)
"""The same in a script without spaces."""

EMAIL_FLAGS: Final = frozenset({"isoptout", "isblacklisted"})
"""Flags of known exports that mean e-mail though they do not say so: CiviCRM's "No Bulk Emails"
(civicrm/civicrm-core#4784), Odoo's blacklist of addresses. Beside a flag that names texts they are
not used."""

MOBILES: Final = ("mobile", "cell", "handy", "movil", "celular", "cellular", "movel", "mobil")
"""A permission of one of these is one of texts: Odoo's `mobile_blacklisted`."""
