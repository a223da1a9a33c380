"""Header words in twelve languages, and the words that make a column somebody else's.

English, Spanish, French, German, Portuguese, Japanese, Italian, Dutch, Swedish, Danish, Norwegian
and Polish; the last three with the commonest words alone. Words of permission stand in
`permission_words.py`. The table is
data: a language is added by adding words. Words are compared without capitals, accents, punctuation
and spaces, so `First Name`, `first_name` and `FirstName` are one word. A header counts only when it
is one of these words whole, but for words around it that change nothing (`Customer's Mobile Phone
(required)`): `Emergency contact phone` is no phone of ours because nothing here says that it is.
"""

from __future__ import annotations

from typing import Final

_MOBILE = (
    "mobile|mobile phone|mobile number|mobile phone number|mobile no|mobile tel|mobile telephone|"
    "cell|cell phone|cellphone|cell number|cell phone number|cell no|cellular|cellular phone|"
    "sms number|sms phone|sms phone number|text number|phone mobile|phone cell|phone number mobile|"
    "mobile phone 1|mobile whatsapp|mobile phone whatsapp|phone m|tel mobil|tel mob|"
    "mobile number including country code|mobile phone number including country code|"
    "mobile number incl country code|"
    "mobilephone|mobile with country code|mobile number with country code|mobile1|mobile e164|"
    "mobile phone e164|msisdn|"
    # Spanish
    "móvil|teléfono móvil|número de móvil|número móvil|número de teléfono móvil|tel móvil|celular|"
    "teléfono celular|número de celular|núm celular|no celular|nº móvil|celular whatsapp|"
    "móvil whatsapp|"
    # French
    "portable|téléphone portable|numéro de portable|tél portable|téléphone mobile|tél mobile|"
    "numéro de mobile|mobile numéro|gsm|numéro gsm|"
    # German
    "handy|handynummer|handy nr|mobilnummer|mobiltelefon|mobilfunk|mobilfunknummer|mobil|mobil nr|"
    "telefon mobil|mobilrufnummer|telefonnummer mobil|mobiltelefonnummer|natel|"
    # Portuguese
    "telemóvel|número de telemóvel|telefone celular|número de celular|nº celular|telefone móvel|"
    # Japanese
    "携帯|携帯電話|携帯番号|携帯電話番号|携帯tel|"
    "電話番号（携帯）|電話（携帯）|携帯電話 番号|スマホ番号|"
    # Italian, Dutch, Swedish
    "cellulare|numero di cellulare|telefono cellulare|numero cellulare|tel cellulare|mobiel|"
    "mobiel nummer|mobiele telefoon|mobiele nummer|mobiele telefoonnummer|gsm nummer|mobilnr|"
    "mobiltelefonnummer|mobiltel|"
    # Danish, Norwegian, Polish
    "mobiltlf|mobiltelefonnr|mobil telefon|mobilnummer sms|telefon komórkowy|komórka|"
    "numer komórki|numer telefonu komórkowego|nr komórki|telefon mobilny"
)
_PHONE = (
    "phone|phone number|phone no|phone nr|telephone|telephone number|telephone no|tel|tel no|"
    "tel number|primary phone|main phone|phone e164|phone number e164|default address phone|"
    "billing phone|phone billing|phone address|phone with country code|phone incl country code|"
    "phone number with country code|phone number including country code|can2 phone|"
    "teléfono|número de teléfono|núm teléfono|nº teléfono|no teléfono|teléfono de contacto|"
    "téléphone|numéro de téléphone|n téléphone|no de téléphone|tél|"
    "telefon|telefonnummer|telefon nr|telefonnr|tel nr|rufnummer|"
    "telefone|número de telefone|nº telefone|nº de telefone|número do telefone|"
    "電話|電話番号|tel番号|お電話番号|ご連絡先電話番号|連絡先電話番号|"
    "telefono|numero di telefono|numero telefono|telefoon|telefoonnummer|telefoonnr|tlf|"
    "numer telefonu|telefon kontaktowy"
)
_MAYBE_PHONE = (
    "contact number|number|sms|whatsapp|whatsapp number|phone 1|phone1|phone 1 value|telefono 1|"
    "teléfono 1|téléphone 1|telefon 1|telefone 1|電話番号1|whatsapp nummer|número de whatsapp|"
    "numéro|número|nummer|numero|番号|連絡先|contact phone or mobile"
)
_EMAIL = (
    "email|e mail|email address|e mail address|mail|primary email|email 1|email1|mail address|"
    "e mail 1 value|email 1 value|billing email|email billing|subscriber email|"
    "correo|correo electrónico|dirección de correo|dirección de correo electrónico|email principal|"
    "courriel|adresse e mail|adresse email|adresse mail|adresse électronique|adresse courriel|mél|"
    "e mail adresse|email adresse|mailadresse|mail adresse|emailadresse|"
    "endereço de e mail|endereço de email|correio eletrónico|correio eletrônico|e mail principal|"
    "メール|メールアドレス|eメール|電子メール|電子メールアドレス|eメールアドレス|"
    "indirizzo e mail|indirizzo email|posta elettronica|e mailadres|emailadres|mailadres|"
    "e postadress|e post|epost|epostadress|mejl|mejladress|adres e mail|adres email"
)
_COUNTRY = (
    "country|country region|home country region|country home|mailing country|iso country|"
    "country name|nation|country iso|country id|"
    "country iso code|home country|country of residence|address country|default country|"
    "address 1 country region|"
    "default address country|address 1 country|address country region|ip country|cc iso|"
    "país|pais|país de residencia|país región|país residencia|país de residência|"
    "pays|pays de résidence|pays région|"
    "land|ländername|staat|wohnsitzland|land region|"
    "国|国名|国籍コード|居住国|国・地域|国/地域|"
    "paese|nazione|paese di residenza|land van verblijf|landnaam|kraj"
)
_MAYBE_COUNTRY = (
    "country code|countrycode|country code iso|iso code|billing country|country billing|"
    "billing country code|default address country code|country code billing|mailing country code|"
    "country code alpha 2|código de país|código país|code pays|ländercode|länderkürzel|"
    "länderkennzeichen|código do país|国コード|codice paese|landcode|landskod|landkode"
)
_PERHAPS_COUNTRY = "cc|ctry|cntry"
_FIRST_NAME = (
    "first name|given name|forename|fname|christian name|first name billing|billing first name|"
    "firstname|givenname|name first|first names|given names|person first name|"
    "nombre de pila|primer nombre|nombres|prénom|prénoms|prenom|vorname|vornamen|rufname|"
    "primeiro nome|nome próprio|ファーストネーム|名（名前）|voornaam|voornamen|roepnaam|förnamn|"
    "tilltalsnamn|fornavn|imię|nome di battesimo"
)
_MAYBE_FIRST_NAME = "first|nombre|nome|given|名"
_KEY = (
    "customer id|contact id|client id|customer number|client number|"
    "member number|customer no|crm id|record id|person id|"
    "member id|user id|customer nr|contact number id|subscriber id|profile id|lead id|"
    "record id contact|contact record id|record id hs|hs object id|klaviyo id|external id|"
    "patient id|guest id|donor id|student id|uid|uuid|"
    "id cliente|id de cliente|número de cliente|código de cliente|id contacto|nº cliente|"
    "id client|numéro client|numéro de client|code client|identifiant client|identifiant|"
    "kundennummer|kunden nr|kundennr|kunden id|kontakt id|mitgliedsnummer|"
    "número do cliente|id do cliente|código do cliente|código cliente|"
    "顧客id|顧客番号|会員番号|会員id|顧客コード|お客様番号|"
    "codice cliente|numero cliente|klantnummer|klant id|klantnr|kundnummer|kund id|medlemsnummer"
)
_MAYBE_KEY = "id|key|contact key|clave|schlüssel"
_OPTED_OUT = (
    "opted out|opt out|optout|sms opt out|sms opted out|sms unsubscribed|unsubscribed|"
    "has opted out of sms|has opted out of text|do not contact|do not text|do not sms|dont text|"
    "stop|sms stop|stop sms|no sms|no texts|text opt out|mobile opt out|opt out sms|opt out of sms|"
    "opted out sms|unsubscribed sms|unsubscribed from sms|sms unsubscribe|sms blacklisted|"
    "sms blocklisted|blocklisted sms|blacklisted sms|opted out of sms|opted out of texts|"
    "no enviar sms|no sms por favor|baja sms|dado de baja|no contactar|desuscrito|"
    "désinscrit|désabonné|désinscrit sms|désabonné sms|ne pas contacter|pas de sms|refus sms|"
    "abgemeldet|abbestellt|sms abgemeldet|keine sms|nicht kontaktieren|keine sms senden|"
    "descadastrado|não contactar|não contatar|não enviar sms|cancelou sms|sem sms|"
    "配信停止|sms配信停止|配信停止sms|受信拒否|sms受信拒否|"
    "sms拒否|オプトアウト|smsオプトアウト|sms不可|"
    "disiscritto|non contattare|no sms grazie|afgemeld|uitgeschreven|geen sms|niet benaderen|"
    "avregistrerad|avanmäld|ingen sms|inga sms|nej till sms|"
    "afmeldt|frameldt|avmeldt|nej tak til sms|"
    "ikke sms|wypisany|bez sms|nie wysyłać sms|"
    # flags of texts in exports: Odoo, Action Network, Attentive
    "mobile blacklisted|phone blacklisted|sms opted out of|do not send sms|do not send texts|"
    "sms suppressed|sms opt out flag|text message opt out"
)
_CONSENT = (
    "sms consent|consent to sms|text consent|sms opt in|text opt in|sms permission|accepts sms|"
    "accepts sms marketing|sms marketing consent|sms optin|sms opted in|opt in sms|opted in sms|"
    "sms subscribed|subscribed to sms|agrees to sms|sms ok|ok to text|may text|mobile opt in|"
    "consent sms|sms marketing opt in|tcpa consent|text message consent|text permission|"
    "consentimiento sms|acepta sms|autoriza sms|permiso sms|"
    "consentement sms|accepte les sms|accord sms|autorisation sms|optin sms|"
    "sms einwilligung|einwilligung sms|sms zustimmung|sms erlaubnis|sms erlaubt|sms ok ja|"
    "consentimento sms|aceita sms|autoriza o envio de sms|permite sms|"
    "sms同意|sms受信同意|sms許可|sms配信許可|sms配信同意|sms配信希望|smsオプトイン|"
    "consenso sms|accetta sms|sms toestemming|"
    "toestemming sms|sms samtycke|samtycke sms|samtycke till sms|sms samtykke|samtykke til sms|"
    "samtykke sms|zgoda sms|zgoda na sms|may we text you|can we text you|"
    "may we text you updates|sms subscriber|sms opt in status"
)
_MAYBE_CONSENT = (
    "consent|opt in|opted in|optin|permission|marketing consent|consentimiento|consentement|"
    "einwilligung|zustimmung|consentimento|オプトイン|同意|consenso|toestemming|samtycke"
)

WORDS: Final[dict[str, tuple[tuple[float, str], ...]]] = {
    "phone": ((0.97, _MOBILE), (0.9, _PHONE), (0.65, _MAYBE_PHONE)),
    "email": ((0.97, _EMAIL), (0.85, "contact email|contact e mail")),
    "country": ((0.95, _COUNTRY), (0.85, _MAYBE_COUNTRY), (0.65, _PERHAPS_COUNTRY)),
    "first_name": ((0.97, _FIRST_NAME), (0.75, _MAYBE_FIRST_NAME)),
    "key": ((0.9, _KEY), (0.7, _MAYBE_KEY)),
    "customer_key": ((0.9, "customer key"),),
    "group": ((0.85, "group|sms group|group name"), (0.65, "segment|list")),
    "sender_code": (
        (0.85, "sender code|sendercode|short code|long code|sender id"),
        (0.65, "sender"),
    ),
    "opted_out": ((0.95, _OPTED_OUT),),
    "consent": ((0.95, _CONSENT), (0.9, _MAYBE_CONSENT)),
}
"""Contact field: how sure the words beside it make us, the words of one step the surest first."""

FILLER_WORDS: Final = frozenset(
    "customer customers contact contacts client clients subscriber member user lead person people "
    "buyer guest patient donor student profile primary main your my the of s required optional "
    "field full complete valid current properties default attr crm incl including with "
    "what is please enter provide c "
    "kunde kunden kontakt cliente clientes contacto contato obligatorio obligatoire pflichtfeld "
    "du de del der des do dos la le お客様 顧客 会員 必須".split()
)
"""Words beside a header's own that change nothing."""

SURNAMES: Final = frozenset(
    "last name|lastname|surname|family name|lname|last|apellido|apellidos|primer apellido|"
    "nom|nom de famille|nachname|familienname|name last|sobrenome|apelido|último nome|姓|苗字|"
    "cognome|achternaam|familienaam|efternamn|etternavn|nazwisko|last name billing|"
    "billing last name".split("|")
)
"""Beside one of these, `Nombre`, `Nome` and `First` are first names."""

OF_AN_EVENT: Final = ("attendee", "ticket", "booking", "reservation", "tournament")
"""Beside one of these a `Group` is the people who came together, and no SMS group."""

FAX: Final = ("fax", "telefax", "telecop", "ファックス")
"""Stems of a machine that no text reaches."""

OTHER_NUMBERS: Final = (
    *("alternate", "alternative", "secondary", "second", "other", "autre", "otro", "outro"),
    *("andere", "weitere", "zweite", "old", "previous", "former", "alt", "ancien", "anterior"),
)
"""Stems of a person's second number, or of one that is out of use."""

OTHER_PARTY_STEMS: Final = (
    *FAX,
    *OTHER_NUMBERS,
    *(
        "emergenc",
        "notfall",
        "urgenc",
        "emergenz",
        "緊急",
    ),
    *("company", "companies", "firma", "firmen", "empresa", "entreprise", "societe", "azienda"),
    *(
        "unternehmen",
        "bedrijf",
        "foretag",
        "会社",
        "法人",
        "勤務先",
        "account",
        "employer",
        "organi",
    ),
    *("parent", "guardian", "spouse", "mother", "father", "child", "kin", "wife"),
    *("husband", "partner", "assistant", "manager", "owner", "agent", "rep", "representative"),
    *("referr", "referral", "recipient", "shipping", "ship", "delivery", "livraison", "liefer"),
    *("envio", "entrega", "spedizione", "配送", "届け", "store", "shop", "branch", "supplier"),
    *("vendor", "doctor", "landlord", "landlady", "teacher", "coach", "lawyer", "sales", "staff"),
    *("employee", "beneficiary", "witness", "reference", "secretary", "supervisor", "school"),
    *(
        "padre",
        "madre",
        "tutor",
        "conyuge",
        "eltern",
        "ehepartner",
        "ansprechpartner",
        "mae",
        "pai",
    ),
    *("保護者", "担当", "代理", "紹介", "callback", "hotline", "support", "office", "reception"),
)
"""Stems of words that make a phone or an address another person's, a machine's, or out of use."""

LANDLINE: Final = (
    *("home", "work", "business", "landline", "residential", "daytime", "evening", "car"),
    *("fixe", "fijo", "fixo", "fisso", "vast", "domicile", "bureau", "casa", "trabajo", "oficina"),
    *("privat", "geschaftlich", "dienstlich", "festnetz", "buro", "arbeit", "beruflich"),
    *("residencial", "comercial", "trabalho", "ufficio", "lavoro", "thuis", "werk", "hem"),
    *("arbete", "自宅", "固定", "職場", "travail", "pro", "pager", "direct", "switchboard"),
)
"""Stems of a phone that is probably not the person's mobile (fax, office, landline)."""

NUMBERS_OF_OTHER_KINDS: Final = (
    *("id", "order", "invoice", "card", "iban", "account", "tax", "vat", "ssn", "passport", "zip"),
    *("postal", "postcode", "date", "time", "amount", "price", "total", "imei", "iccid", "nif"),
    *(
        "cpf",
        "cnpj",
        "dni",
        "siret",
        "siren",
        "plz",
        "datum",
        "fecha",
        "日",
        "郵便",
        "口座",
        "注文",
    ),
    *("created", "updated", "timestamp", "birth", "serial", "sku", "ref", "barcode", "ean", "gtin"),
)
"""Stems of words that say: digits, and no phone."""
