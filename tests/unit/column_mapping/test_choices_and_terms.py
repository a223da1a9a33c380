"""Which columns of what is sent, of who was something once, and of terms are asked about."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.column_mapping.questions import asked

# a column that nobody mapped: header, a cell that refuses nothing, one that does
ASKED = {
    "English": [
        ("Preferred contact", "sms", "none"),
        ("Preferred contact method", "email", "None"),
        ("Contact", "yes", "no"),
        ("Contact?", "Y", "N"),
        ("OK to contact", "yes", "no"),
        ("Not to be contacted", "", "x"),
        ("Ex-member", "", "yes"),
        ("exCustomer", "no", "yes"),
        ("Previous member", "no", "2026-02-01"),
        ("Send mailings", "Y", "N"),
        ("Receives messages", "yes", "no"),
        ("Newsletter", "on", "off"),
        ("Mailable", "1", "0"),
        ("Textable", "yes", "no"),
        ("Suppressed", "", "yes"),
        ("DND", "off", "on"),
        ("D.N.D.", "", "x"),
        ("On hold", "no", "yes"),
        ("Excluded", "", "yes"),
        ("Wrong number", "", "yes"),
        ("Notifications", "on", "off"),
        ("Promotions", "all", "none"),
        ("No mailings", "no", "yes"),
        ("Died", "", "2026-02-01"),
        ("Opted", "in", "out"),
    ],
    "German": [
        ("Bevorzugter Kontakt", "SMS", "keiner"),
        ("Kontakt", "ja", "nein"),
        ("Ex-Mitglied", "", "ja"),
        ("Ehemaliger Kunde", "nein", "ja"),
        ("Ruhend", "", "ja"),
        ("Nicht stören", "", "ja"),
        ("Newsletter", "an", "aus"),
        ("Mailings senden", "ja", "nein"),
        ("Angebote", "ja", "nein"),
    ],
    "French": [
        ("Contact", "oui", "non"),
        ("Ancien membre", "", "oui"),
        ("Publicité", "oui", "non"),
        ("Envoi", "oui", "non"),
    ],
    "Spanish": [
        ("Contactar", "sí", "no"),
        ("Ex socio", "", "sí"),
        ("Suprimido", "", "sí"),
        ("Enviar mensajes", "sí", "no"),
    ],
    "Portuguese": [
        ("Contato", "sim", "não"),
        ("Ex-sócio", "", "sim"),
        ("Promoções", "sim", "não"),
        ("Não perturbe", "", "sim"),
    ],
    "Italian": [
        ("Contatto", "sì", "no"),
        ("Ex socio", "", "sì"),
        ("Offerte", "sì", "no"),
        ("Non disturbare", "", "sì"),
    ],
    "Dutch": [
        ("Oud-lid", "", "ja"),
        ("Niet storen", "", "ja"),
        ("Aanbiedingen", "ja", "nee"),
    ],
    "Swedish": [
        ("Kontakt", "ja", "nej"),
        ("Före detta medlem", "", "ja"),
        ("Erbjudanden", "ja", "nej"),
    ],
    "Danish": [
        ("Tidligere medlem", "", "ja"),
        ("Tilbud", "ja", "nej"),
        ("Forstyr ikke", "", "ja"),
    ],
    "Norwegian": [
        ("Tidligere kunde", "", "ja"),
        ("Meldinger", "ja", "nei"),
    ],
    "Polish": [
        ("Były członek", "", "tak"),
        ("Kontakt", "tak", "nie"),
        ("Oferty", "tak", "nie"),
        ("Nie przeszkadzać", "", "tak"),
    ],
    "Japanese": [
        ("連絡", "可", "不可"),
        ("元会員", "", "はい"),
        ("お知らせ", "yes", "no"),
    ],
}


@pytest.mark.parametrize(
    ("header", "harmless", "refusing"), [row for rows in ASKED.values() for row in rows]
)
def test_what_somebody_does_not_want_is_asked_about(
    header: str, harmless: str, refusing: str
) -> None:
    """A choice that is none, an end or a rest in the header, where some cell says so."""
    assert asked(header, [harmless, refusing, harmless], refusing)


@pytest.mark.parametrize(
    "header",
    "Valid until|Valid to|Expires|Expiry date|Expires on|Membership expires|Membership end|End date|"
    "Member until|Consent valid until|Gültig bis|Ablaufdatum|Válido hasta|Vencimiento|Caduca|"
    "Valable jusqu'au|Date d'expiration|Válido até|Valido fino al|Scadenza|Geldig tot|Vervaldatum|"
    "Giltig till|Gyldig til|Udløber|Utløper|Ważne do|Data ważności|有効期限".split("|"),
)
def test_a_term_that_is_over_isasked_about(header: str) -> None:
    """Until when somebody is in: a day that has passed is asked about, and no other."""
    today = date(2026, 11, 29)
    for past in ("2026-11-28", "31.01.2020", "01/02/2026"):
        assert asked(header, ["2031-01-31", past], past, today)
        assert not asked(header, ["2031-01-31", past], "2031-01-31", today)
    assert not asked(header, ["2031-01-31", "2026-11-29", ""], "2026-11-29", today)


@pytest.mark.parametrize("header", ["Card expires", "Voucher valid until", "Valid from", "Born"])
def test_a_term_of_something_else_is_notasked_about(header: str) -> None:
    """A card, a voucher and a beginning say nothing of who is texted."""
    assert not asked(header, ["2020-01-31", "2031-01-31"], "2020-01-31", date(2026, 11, 29))


NOT_ASKED = [
    ("Messages", ["3", "0", "12"]),
    ("Offers", ["0", "2", "0"]),
    ("Contact", ["Ann", "Bob", ""]),
    ("Contact", ["yes", "yes", ""]),
    ("Contact method", ["phone", "sms", ""]),
    ("Previous number", ["", "yes", "no"]),
    ("Ex", ["", "yes", ""]),
    ("Hold", ["", "", ""]),
    ("Send order updates", ["yes", "no", "no"]),
    ("Offers made", ["yes", "no", "no"]),
    ("Send e-mail", ["yes", "no", "no"]),
    ("Expires", ["", "2026-02-01", ""]),
]


@pytest.mark.parametrize(("header", "cells"), NOT_ASKED)
def test_numbers_names_and_other_things_are_not_asked_about(header: str, cells: list[str]) -> None:
    """What is counted, who is called, and what speaks of orders or e-mail refuses no texts."""
    assert not any(asked(header, cells, cell) for cell in cells)
