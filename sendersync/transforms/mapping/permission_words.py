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
    *("overleden", "avliden", "dod", "zmarl", "死亡", "unconsent", "notinterested", "odmow"),
    # no to what is sent, and not to be disturbed
    *("nomarketing", "nomailing", "nopromo", "nomessages", "noadvert", "leavealone"),
    *("nottobecontacted", "nottobetexted", "nichtstoren", "naoperturb", "nondisturb"),
    *("nietstoren", "storej", "forstyrikke", "ikkeforstyr", "nieprzeszkadz"),
)
CONSENT_STEMS: Final = (
    *("optin", "optedin", "subscri", "consent", "permission", "accepts", "marketing", "gdpr"),
    *(
        "maywetext",
        "canwetext",
        "oktotext",
        "okaytotext",
        "textme",
        "receivetext",
        "receivesms",
        "sendmetext",
    ),
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
    # may this person be contacted at all
    *("contactable", "cancontact", "maycontact", "werbung", "utskick", "accepte", "accetta"),
    *("oktocontact", "becontacted", "betexted"),
)
AGREED_STEMS: Final = (
    *("agree", "want", "wish", "receive", "angemeld", "eingeschrieben", "iscritt", "ingeschreven"),
    *("quiere", "desea", "deseja", "vuole", "desider", "souhait", "gewunscht", "chce", "wil"),
    *("akkoord", "godkan", "onsker", "onskar", "受信"),
    *("aangemeld", "prenumer", "tilmeld", "pameld", "zapisan", "inscri", "登録", "希望"),
)
"""More beginnings of words for somebody who agreed; too common to ask about by themselves."""

CHOICE_STEMS: Final = ("prefer", "channel", "communication", "contact", "kanal", "kontakt", "canal")
"""A column of one of these may hold the channels that somebody chose."""

REPLIES: Final = (
    *("reply", "replies", "replied", "response", "inbound", "keyword", "antwort", "reponse"),
    *(
        "respuesta",
        "resposta",
        "risposta",
        "antwoord",
        "svar",
        "odpowied",
        "返信",
        "返答",
        "回答",
        "応答",
    ),
)
"""What people answered, perhaps to a text."""

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
    "disiscritto|afgemeld|uitgeschreven|avregistrerad|not subscribed|declined|refused|revoked|"
    "stop|unsub|unsubscribe|no contact|do not disturb|suppression|suppression list|"
    "contact refused|"
    # memberships that have ended
    "gekündigt|ausgetreten|résilié|résiliée|désinscrite|désabonnée|dada de baja|"
    "de baja|desuscrita|"
    "descadastrada|disdetto|disdetta|disiscritta|opgezegd|avslutad|uppsagd|utträdd|avanmäld|"
    "udmeldt|frameldt|opsagt|utmeldt|avmeldt|oppsagt|zrezygnował|zrezygnowała|wypisany|wypisana|"
    "退会済み|退会済|解約|解約済み|拒否|停止"
)
"""Cells of a status column that say: this person does not want it."""

STATES_OF_LEAVING: Final = (
    *("former", "lapsed", "closed", "left", "dead", "deceased", "quit", "retired"),
    *("verstorben", "ehemalig", "ancien", "fallecid", "overleden", "avliden", "zmarl"),
)
"""Beginnings of states that say it of a person or a membership, and of nothing else."""

OF_THINGS: Final = (
    *("order", "payment", "invoice", "shipment", "shipping", "delivery", "ticket", "booking"),
    *("deal", "task", "job", "financial", "fulfil", "attendee", "event", "visit", "appointment"),
    *("lead", "opportunity", "quote", "campaign", "bestell", "zahlung", "rechnung", "liefer"),
    *("pedido", "pago", "factura", "commande", "paiement", "facture", "pagamento", "fattura"),
    *("ordine", "betaling", "bestelling", "betalning", "zamowien", "platnosc", "注文", "支払"),
)
"""A state of one of these is no state of a person."""

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
    *("deactiv", "disabled", "removed", "lapsed"),
    # German, Dutch
    *("abmeld", "widerspr", "afmeld"),
    *("kundig", "gekundigt", "ausgetreten", "austritt", "geloscht", "inaktiv", "abgelehnt"),
    *("verweiger", "opzeg", "opgezegd", "verwijder", "geweigerd", "geblokkeerd", "inactief"),
    # Spanish, French, Portuguese, Italian
    *("baja", "eliminad", "borrad", "rechaz", "rebot", "resili", "supprim", "annul", "rejet"),
    *(
        "excluid",
        "recusa",
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
    *("blockerad", "blokeret", "blokkert", "zablokow", "avslut", "uttrad", "udmeld", "utmeld"),
    *("avslatt", "wypowiedz", "usuniet", "odrzuc", "nieaktywn"),
    *("退会", "解約", "削除", "無効", "不達", "エラー"),
)
"""Beginnings of words for people who left, cannot be reached or were taken out: who is texted all
the same has perhaps said so."""

LEAVING: Final = frozenset({"left", "leaving", "quit", "stop"})
DAYS: Final = frozenset(
    {"date", "day", "at", "on", "since", "reason"}
    | {*"datum am fecha de data le dato den dia jour giorno dag".split()}
)
"""Together they say it: `Date left`, `stop_date`. Alone they may be of anything: `Seats left`."""

ENDED: Final = frozenset(
    "quit closed ended exited gone former left expelled dropped withdrawn "
    "ende enddatum vertragsende ausgeschieden fin finalizado salida fim encerrado saida fine "
    "uscita sortie parti einddatum slutdatum slutdato koniec 終了 終了日 元会員 旧会員 "
    # out of use, for a while or for good
    "dead died death banned ban barred excluded exclude exclusion muted mute paused "
    "hold unreachable "
    "forbidden prohibited objected objection suspended suppressed ruhend pausiert stillgelegt "
    "suprimido suprimida suspendido suspendida suspendu suspendue suspenso suspensa sospeso "
    "sospesa geschorst pausad suspenderet zawieszony zawieszona 停止中 休会".split()
)
"""A column of one of these, and of nothing but people and days, says whose time is over."""

ENDS: Final = frozenset({"end", "ends", "exit", "until"})
"""The same with a day or a membership beside them: `End date`, `Member until`."""

YES_ABROAD: Final = frozenset("ja si oui sim tak はい".split())
"""A yes in the languages whose words are listed here, where a header is not enough by itself."""

FORMER: Final = frozenset(
    "ex former past previous formerly ehemalig ehemalige ehemaliger ehemaliges fruher frühere "
    "fruherer fruheres antiguo antigua ancien ancienne antigo antiga oud voormalig voormalige "
    "vroegere tidigare fore detta tidligere byly byla".split()
)
"""Somebody is no longer what the word beside it says: `Ex-member`, `Ehemaliges Mitglied`."""

TERMS: Final = frozenset(
    "valid validity expires expire expiry expiration expiring gultig gultigkeit ablauf "
    "ablaufdatum "
    "lauft valido valida validez vencimiento vence caduca caducidad valable validite validade "
    "vencimento scadenza scade geldig vervaldatum verloopt giltig giltighet gyldig "
    "gyldighed udlober "
    "utloper wazne wazny wazna waznosci 有効期限 有効期間".split()
)
"""A column of one of these says until when something holds: after that day it is over."""

OF_TERMS: Final = frozenset(
    "until till to through thru bis zum ab hasta jusqu jusquau au ate fino al tot til "
    "do data d of".split()
)
"""Words beside a term that change nothing."""

MEMBERSHIPS: Final = frozenset(
    "member members membership account subscription contract customer customers client service "
    "club mitglied mitgliedschaft kunde vertrag konto socio contrato cuenta cliente membre "
    "abonnement contrat compte client membro conta contratto iscrizione lid lidmaatschap klant "
    "medlem avtal kund kunde umowa klient czlonek socia adherent adherente donor donors patient "
    "patients subscriber subscribers abonnent abbonato abonado associado assinante "
    "czlonkini".split()
)
"""What a person has or is that may end."""

CHOICES: Final = frozenset(
    "communication communications mailing mailings correspondence kommunikation comunicacion "
    "comunicaciones comunicacao comunicazione comunicazioni communicatie komunikacja "
    # being in touch at all
    "contact contacts kontakt kontakte contacto contactar contato contatar contatto contattare "
    "contacter kontaktieren kontaktart voorkeurscontact kontakta mailable textable "
    "reachable callable messageable "
    "marketable erreichbar bereikbaar interested eligible enabled include included opt "
    "opted 連絡 連絡方法 "
    # what is sent
    "messages messaging message alerts notifications notify promotions promotion promo promos "
    "offers ads advertising advertisements campaigns reminders updates news infos "
    "rundmail angebote "
    "reklame reklam reklama reclame promociones ofertas publicidad mensajes offres "
    "publicite promocoes "
    "mensagens publicidade promozioni offerte pubblicita messaggi aanbiedingen "
    "berichten erbjudanden "
    "nyheter tilbud nyheder beskeder meldinger oferty wiadomosci 案内 お知らせ 通知 "
    # sending it
    "send senden sendungen versand schicken enviar envio envios envoyer envoi inviare "
    "invio sturen "
    "verzenden skicka sende wysylac wysylka 送信".split()
)
"""A column of these alone may say that somebody wants none."""

OF_CHOICES: Final = frozenset(
    "preferred preference preferences method methods channel channels best way receive "
    "receives get "
    "gets want wants may can ok okay we you to by please bevorzugter bevorzugte "
    "preferido preferida "
    "prefere prefered preferito onskad onsket allowed erlaubt erwunscht".split()
)
"""Words beside a choice that change nothing."""

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
    "status state estado statut etat stato stan tillstand tilstand stand situacao situazione 状態 "
    "ステータス".split()
)
"""A column of states says neither yes nor no by its name."""

NEGATIONS: Final = frozenset(
    "not no non nicht kein keine sin sans sem senza geen niet inte ingen ikke nie bez never "
    "without ohne なし しない 非 不".split()
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
    "keine|aucun|aucune|ninguno|ninguna|nenhum|nenhuma|nessuno|nessuna|geen|ingen|inget|brak|"
    "未設定|不可|希望しない|transactional|non subscribed|nonsubscribed|implicit"
)
"""Cells of a status that say: no yes of this person is known."""

REFUSALS: Final = (
    r"(?:ask|want|wish|request|demand|beg)\w* (?:\w+ ){0,4}?(?:remov|delet|taken off|take off)\w*",
    r"(?:said|says|texted|replied|sent|wrote|answered|responded) (?:with )?(?:stop|quit|"
    r"unsubscribe)\b",
    r"stopp? (?:geschrieben|geantwortet|geschickt|gestuurd|recu|reply|received)\b",
    r"(?:repondu|ecrit|envoye|respondio|escribio|respondeu|enviou|risposto|scritto|mandato|svarat|"
    r"svarede|svarte|odpisal|odpisala|napisal|napisala) (?:stopp?|arret|baja|sair|parar|basta)\b",
    r"(?:do not|don ?t|never|no more|stop|not to) (?:\w+ ){0,2}?(?:text|sms|messag|msg|contact)",
    r"(?:not|\w*n ?t|no longer) (?:want|wish|like|consent|agree)\w* (?:\w+ ){0,4}?"
    r"(?:text|sms|messag|msg|contact|promo)",
    r"wants? no (?:more )?(?:text|sms|messag|msg|contact)",
    r"no (?:more )?(?:sms|texts?|texting|text messages?|messages|mms|msgs?)\b",
    r"no (?:more )?contact\b(?! (?:info|detail|name|person|number|data|address|form|yet))",
    r"opt(?:ed|s|ing)? ?outs?\b",
    r"unsub(?:s|scribe[ds]?)?\b",
    r"dnc\b",
    r"(?:remov\w+|take|taken|took|drop\w*|delet\w+) (?:\w+ ){0,3}?(?:from|off) (?:\w+ ){0,2}?"
    r"(?:text|sms|list)",
    r"(?:revoked|withdrew|refused|declined|denied) (?:\w+ ){0,2}?(?:consent|permission|text|sms)",
    r"leave (?:\w+ ){1,2}alone",
    r"keine?n? (?:\w+ )?(?:sms|werbung|nachrichten|kontakt)\b",
    r"nicht (?:mehr )?(?:\w+ )?(?:kontaktier|anschreib|angeschrieben|sms)",
    r"abgemeldet|abbestellt|widerruf|widersproch|widerspruch|gekundigt|ausgetragen",
    r"no (?:\w+ )?(?:contact[aeo]|envi|mandar|mande|molest|escrib)",
    r"no (?:quier|dese|acept|autoriz)\w* (?:\w+ ){0,4}?(?:sms|mensaj|contact|recib|promo|public)",
    r"(?:dad[oa]|dar(?:se|le)?) de baja|baja sms|(?:pid|solicit)\w+ (?:la )?baja",
    r"ne (?:pas|plus) (?:\w+ )?(?:contacter|envoyer|sms|ecrire)|(?:pas|plus) de (?:sms|textos?)\b",
    r"ne (?:veut|souhait|desir|voul)\w* (?:\w+ ){0,5}?(?:sms|texto|messag|contact|recevoir)",
    r"plus (?:de|aucun) (?:messages?|contact)\b|refus\w* (?:\w+ ){0,2}?(?:sms|textos?|messages?)",
    r"desabonn|desinscri|desuscri|descadastr|disiscri",
    r"nao (?:\w+ )?(?:contat|contact|envi|mand|perturb|quer|dese|aceit|autoriz)|sem sms\b",
    r"(?:parou|parar|para) de receber|pediu (?:\w+ ){0,3}?(?:cancel|remo|descadastr)",
    r"non (?:\w+ )?(?:contatt|inviar|inviat|mandar|disturb|vuole|desider|accett|autorizz)",
    r"(?:niente|basta|nessun) (?:sms|messagg)|chiesto (?:\w+ ){0,3}?(?:cancell|disiscr|rimoz)",
    r"geen (?:\w+ )?(?:sms|bericht\w*|contact)\b|afgemeld|uitgeschreven|uitschrijven",
    r"niet (?:meer )?(?:\w+ )?(?:benader|contact|sms|bericht|appen)",
    r"ing(?:en|a) (?:sms|meddelanden|utskick|kontakt)\b|(?:inte|ej) (?:\w+ ){0,2}?(?:sms|kontakt)",
    r"kontakta (?:inte|ej)|avanmal|avregistrer|avsag\w* sig",
    r"ikke (?:\w+ ){0,2}?(?:kontakt|sms|besked|melding)|ingen (?:besked|melding)",
    r"frameldt|avmeldt|udmeldt|utmeldt",
    r"nie (?:\w+ )?(?:kontakt|wysyl|pisa|chce|zyczy|zgadza|wyraza)|bez sms\b",
    r"(?:z)?rezyg|wypisa[nc]",
)
"""Beginnings of what notes and tags say of people who want no texts: lower case, no accents, one
space for each sign."""

REFUSALS_OF_ALL: Final = (
    # it is somebody else's phone
    r"(?:wrong|incorrect) (?:\w+ )?(?:number|person|phone|mobile|recipient|no\b|nr\b)",
    r"not (?:his|her|their|my) (?:\w+ )?(?:number|phone)|number (?:reassigned|disconnected)",
    r"falsche[rs]? (?:\w+ )?(?:nummer|person|handynummer|telefonnummer|empfanger)",
    r"(?:mauvais|faux) (?:numero|destinataire)|numero (?:errone|incorrect|non attribue)",
    r"numero (?:equivocado|incorrecto|errado|sbagliato)|telefono equivocado|telefone errado",
    r"verkeerd (?:nummer|persoon)|fel(?:aktigt)? (?:nummer|telefonnummer|person)",
    r"forkert (?:nummer|person)|feil (?:nummer|person)|(?:zly|bledny) numer|pomylka",
    # there is nobody to text
    r"deceased\b|passed away|(?:has|have|he|she) died\b|verstorben|gestorben|decede|fallecid[oa]|"
    r"fallecio|falecid[oa]|faleceu|decedut[oa]|overleden|avliden|er dod\b|ar dod\b|zmarl[ay]?\b",
)
"""The same of what holds for every channel: another one beside it changes nothing."""

REFUSALS_ANYWHERE: Final = (
    "配信停止|配信不要|配信拒否|配信不可|sms不要|sms拒否|sms不可|smsng|受信拒否|連絡不要|連絡拒否|連絡不可|"
    "連絡しないで|送らないで|送信しないで|送信不要|停止希望|オプトアウト|退会|解約|番号違い|間違い電話|死亡|逝去"
)
"""The same in a script without spaces."""

EMAIL_FLAGS: Final = frozenset({"isoptout", "isblacklisted"})
"""Flags of known exports that mean e-mail though they do not say so: CiviCRM's "No Bulk Emails"
(civicrm/civicrm-core#4784), Odoo's blacklist of addresses. Beside a flag that names texts they are
not used."""

MOBILES: Final = ("mobile", "cell", "handy", "movil", "celular", "cellular", "movel", "mobil")
"""A permission of one of these is one of texts: Odoo's `mobile_blacklisted`."""
