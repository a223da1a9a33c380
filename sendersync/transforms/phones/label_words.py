"""Words that stand before a phone number and say that it is one.

Behind any other word a digit may be the word's own: a room, a gate, a desk.
"""

from __future__ import annotations

from typing import Final

MOBILE_WORDS: Final = frozenset(
    (
        "m mob mobile mobil mobiel mobiele mobilni mobilny mobilní mobilna mobiltelefon "
        "mobilnummer mobilnr mobilné mobilus mobilais mobiil mobitel cell cellphone "
        "cellular cel celular celulares cellulare cellulaire cep gsm handy handynummer "
        "handynr natel móvil movil móviles portable telemóvel telemovel tlm kännykkä "
        "komórka komorka kom matkapuhelin sms text texts whatsapp viber signal telegram wa "
        "iphone smartphone hp ponsel моб мобильный мобільний мобилен сотовый сот κινητό "
        "κινητο جوال موبايل محمول נייד 手机 手機 携帯 携帯電話 휴대폰 핸드폰 휴대전화 "
        "मोबाइल มือถือ"
    ).split()
)
"""Labels of a phone that can receive texts."""

PHONE_WORDS: Final = MOBILE_WORDS | frozenset(
    (
        "t h w c tel tél tlf tfn tlp telf teléf telef telefon telefone telefono teléfono telefoon "
        "telefoni telefonas telefonszám telefonnummer telefonnr telephone téléphone phone "
        "phones ph p fon fone fono puhelin puh sími simi number no nr num núm numero número "
        "numéro nummer nummern call contact kontakt contacto contato rufnummer fixe "
        "festnetz fijo fixo fisso vast landline home h work w office o business private "
        "personal main direct primary secondary other day evening daytime privat dienstlich "
        "geschäftlich büro buero casa trabajo trabalho ufficio lavoro bureau maison "
        "domicile travail werk thuis arbeid hjem arbete hem praca dom dům iş ev тел телефон "
        "рабочий домашний раб дом τηλ τηλέφωνο τηλεφωνο هاتف تلفون تليفون טלפון טל 电话 "
        "電話 電話番号 电话号码 전화 전화번호 फोन फ़ोन โทร โทรศัพท์ điện thoại đt sđt di "
        "động telepon telpon"
    ).split()
)
"""Labels of any phone."""
