"""What a suggested mapping must never do: text strangers, or people who said stop."""

from __future__ import annotations

import pytest

from sendersync.transforms.mapping.suggest import LIKELY, level, suggest
from tests.builders.frames import rows_of

STRANGERS = ["+1 206 555 0101", "+1 206 555 0102", "+1 206 555 0103"]
NOT_THEIR_PHONES = (
    "Fax|Business Fax|Home Phone|Work Phone|Office phone|Company phone|Account Phone|Car Phone|"
    "Emergency contact phone|Emergency phone|Parent mobile|Guardian Cell|Spouse mobile phone|"
    "Assistant's Phone|Manager mobile|Referrer phone|Recipient Phone|Shipping Phone|Owner mobile|"
    "Old phone|Previous mobile|Alternate phone|Secondary Phone|Phone 2|Phone (2)|Other Phone|"
    "Do not call number|Opted-out phone|Unsubscribed mobile|DNC phone|Phone type|Phone verified|"
    "Store phone|Sales rep phone|Doctor phone|Teléfono de emergencia|Teléfono empresa|Notfallnummer|"
    "Teléfono fijo|Téléphone fixe|Tél. d'urgence|Firmentelefon|Telefon geschäftlich|Festnetz|"
    "Telefone fixo|Telefone comercial|緊急連絡先電話番号|勤務先電話番号|FAX番号|自宅電話番号|会社電話|"
    "Client number|Customer number|Kundennummer|Order number|Account number|Ansprechpartner Telefon"
)


@pytest.mark.parametrize("header", NOT_THEIR_PHONES.split("|"))
def test_no_strangers_phone_is_suggested(header: str) -> None:
    """Another person's phone, a landline, a fax, a list of opt-outs: never, phones in it or not."""
    assert "phone" not in suggest([header, "Name"]).columns
    assert "phone" not in suggest([header], rows_of(**{header: STRANGERS})).columns
    beside = suggest([header, "Mobile"], rows_of(**{header: STRANGERS, "Mobile": STRANGERS}))
    assert beside.columns["phone"] == "Mobile"


def test_several_phones_are_told() -> None:
    """Who has columns of phones that are not read learns which."""
    found = suggest(
        ["Home Phone", "Mobile", "Fax"],
        rows_of(Home_Phone=STRANGERS, Mobile=STRANGERS, Fax=STRANGERS),
    )
    assert found.columns["phone"] == "Mobile"
    assert found.notes == (
        "Several columns hold phones. Only 'Mobile' is read; not read: 'Home Phone', 'Fax'.",
    )
    alone = suggest(["Home Phone"], rows_of(Home_Phone=STRANGERS))
    assert "Home Phone" in alone.notes[0] and not alone.columns


def test_an_empty_mobile_column_gives_way() -> None:
    """Where the mobile column has no cell at all, the phone column is taken, and less surely so."""
    rows = rows_of(Mobile=["", "", ""], Phone=STRANGERS)
    assert suggest(["Mobile", "Phone"], rows).columns["phone"] == "Phone"


@pytest.mark.parametrize(
    "header",
    [
        *("Email opt-in", "Accepts Email Marketing", "Subscribed", "Newsletter", "Email Consent"),
        *("GDPR consent date", "Phone consent", "Push permission", "Accepts Marketing", "CC"),
        *("WhatsApp opt-in", "Opt-in IP", "Do not text", "SMS opt-out", "Unsubscribed"),
        *("Keine SMS", "Désabonné", "配信停止", "No enviar SMS"),
    ],
)
def test_what_is_no_consent_to_texts_is_not_taken_for_one(header: str) -> None:
    """An opt-in to something else and every opt-out are never read as a consent."""
    found = suggest(["Phone", header], rows_of(Phone=STRANGERS, **{header: ["yes", "no", "yes"]}))
    assert "consent" not in found.columns


@pytest.mark.parametrize(
    "header",
    [
        *("SMS opt-in", "Opt in", "Opted in", "Subscribed", "Accepts SMS", "SMS consent"),
        *("Email opt-out", "HasOptedOutOfEmail", "HasOptedOutOfFax", "Unsubscribed from all email"),
        *(
            "Do not call",
            "DoNotCall",
            "DNC",
            "Do not mail",
            "SMS-Einwilligung",
            "SMS同意",
            "Status",
        ),
    ],
)
def test_what_is_no_opt_out_from_texts_is_not_taken_for_one(header: str) -> None:
    """An opt-in read as an opt-out would silence everybody for good; other channels are others."""
    found = suggest(["Phone", header], rows_of(Phone=STRANGERS, **{header: ["yes", "no", "yes"]}))
    assert "opted_out" not in found.columns


@pytest.mark.parametrize(
    ("header", "cells", "field"),
    [
        ("Unsubscribed", ["sí", "", ""], "opted_out"),
        ("Unsubscribed", ["2024-05-01", "", ""], "opted_out"),
        ("Opt-out", ["t", "f", "f"], "opted_out"),
        ("Do not call", ["yes", "no", ""], "opted_out"),
        ("DNC", ["x", "", ""], "opted_out"),
        ("Opt-out date", ["2024-05-01", "", ""], "opted_out"),
        ("Status", ["subscribed", "unsubscribed", "subscribed"], "opted_out"),
        ("SMS status", ["active", "opted out", "asked"], "opted_out"),
        ("Suppressed", ["1", "0", "0"], "opted_out"),
        ("Newsletter", ["abgemeldet", "angemeldet", ""], "opted_out"),
        ("SMS consent", ["granted", "by phone", "granted"], "consent"),
        ("SMS Marketing Consent", ["SUBSCRIBED", "LIST 2", ""], "consent"),
        ("SMS", ["yes", "no", "yes"], "consent"),
        # a word of texts, and a few answers that are no yes and no
        ("SMS opt in/out", ["in", "out", "in"], "consent"),
        ("SMS Status", ["S", "U", "S"], "consent"),
        ("Accepte les SMS (1/2)", ["1", "2", "2"], "consent"),
        ("SMS配信可否", ["可", "非", "可"], "consent"),
        ("SMS consent date", ["2026-01-02", "", "2026-03-04"], "consent"),
        # a consent to nobody knows what, which somebody did not give
        ("Subscribed", ["yes", "no", "yes"], "consent"),
        ("GDPR", ["yes", "no", "yes"], "consent"),
        ("Contact allowed", ["yes", "", "yes"], "consent"),
        # a choice of channels
        ("Marketing permissions", ["SMS;Email", "Email", ""], "consent"),
        ("Preferred channel", ["text", "mail", "text"], "consent"),
        # short for it, several channels, registers, the dead
        ("UNSUB_TIME", ["2026-01-02", "2026-01-02", ""], "opted_out"),
        ("Unsubscribed from email & SMS", ["yes", "no", ""], "opted_out"),
        ("DND", ["1", "0", "0"], "opted_out"),
        ("Lista Robinson", ["x", "", ""], "opted_out"),
        ("Keine Werbung", ["x", "", ""], "opted_out"),
        ("Rezygnacja", ["x", "", ""], "opted_out"),
        ("Deceased", ["yes", "", ""], "opted_out"),
    ],
)
def test_what_may_say_stop_is_undecided(header: str, cells: list[str], field: str) -> None:
    """Where a column may say who must not be texted and cannot be read, a person decides."""
    found = suggest(["Phone", header], rows_of(Phone=STRANGERS, **{header: cells}))
    assert field not in found.columns
    assert found.undecided == {field: (header,)}
    assert any(repr(header) in note for note in found.notes)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("(Do Not Modify) Row Checksum", ["a", "b", "c"]),
        ("Source", ["SMS", "web", "web"]),
        ("SMS phone", STRANGERS),
        ("SMS consent", ["", "", ""]),
    ],
)
def test_nothing_is_asked_without_need(header: str, cells: list[str]) -> None:
    """What speaks of a cell, of where somebody came from, or holds phones or nothing, asks nothing."""
    found = suggest(["Mobile", header], rows_of(Mobile=STRANGERS, **{header: cells}))
    assert not found.undecided


def test_two_opt_outs_are_undecided() -> None:
    """Only one column can be read: the one that names texts; the other is asked about."""
    rows = rows_of(Phone=STRANGERS, Unsubscribed=["", "yes", ""], Do_not_text=["yes", "", ""])
    found = suggest(list(rows.columns), rows)
    assert found.columns["opted_out"] == "Do not text"
    assert found.undecided == {"opted_out": ("Unsubscribed",)}


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Email opt-out", ["yes", "no", "no"]),
        ("Email status", ["unsubscribed", "subscribed", "subscribed"]),
        ("Do not call", ["", "no", "0"]),
        ("Email consent", ["yes", "no", "yes"]),
        ("Subscribed", ["yes", "yes", "yes"]),
        ("Marketing permissions", ["Email", "Post", ""]),
    ],
)
def test_other_channels_are_told_and_stop_nothing(header: str, cells: list[str]) -> None:
    """What speaks of e-mail, or says no to nobody, is named in a note, and an import goes on."""
    found = suggest(["Phone", header], rows_of(Phone=STRANGERS, **{header: cells}))
    assert not found.undecided and any(repr(header) in note for note in found.notes)


@pytest.mark.parametrize(
    "header",
    [
        *("Last Name", "Surname", "Name", "Full Name", "Contact name", "Nom", "Apellidos"),
        *("Nachname", "Name, Vorname", "Prénom Nom", "Nombre completo", "Nombre y apellidos"),
        *("Sobrenome", "Cognome", "Achternaam", "Efternamn", "姓", "氏名", "お名前", "フリガナ"),
        *("Parent first name", "Emergency contact first name", "Spouse First Name", "Nickname"),
        *("First and Last Name", "Display name", "Nombre", "Nome", "First", "名"),
    ],
)
def test_no_other_name_is_taken_for_the_first(header: str) -> None:
    """A last name, a whole one, somebody else's, or one of which nobody can tell: none."""
    assert "first_name" not in suggest(["Phone", header]).columns


def test_cells_tell_a_whole_name() -> None:
    """`First name` with whole names in it is not taken; beside a last name two words are fine."""
    whole = rows_of(First_Name=["Ann Lee", "Bob Ray", "Cid Fox"], Phone=STRANGERS)
    found = suggest(list(whole.columns), whole)
    assert "first_name" not in found.columns and "whole names" in found.notes[-1]
    double = rows_of(
        Nombre=["Juan Carlos", "Ana María", "José Luis"], Apellidos=["Paz", "Gil", "Rey"]
    )
    assert suggest(list(double.columns), double).columns["first_name"] == "Nombre"


def test_a_key_that_repeats_is_none() -> None:
    """A key decides whose number it is: it stands in each row, and once."""
    rows = rows_of(Customer_ID=["1", "1", "", "2"], Phone=[*STRANGERS, ""])
    found = suggest(list(rows.columns), rows)
    assert "key" not in found.columns and "'Customer ID' is no key" in " ".join(found.notes)
    rows = rows_of(Customer_ID=["1", "2", "3"], Phone=STRANGERS)
    assert suggest(list(rows.columns), rows).columns["key"] == "Customer ID"


def test_cells_can_contradict_a_word() -> None:
    """A column called `Phone` with yes and no in it is no phone, and `Mail` with places no mail."""
    rows = rows_of(Phone=["yes", "no", "yes"], Mail=["Oslo", "Rome", "Bern"])
    assert suggest(list(rows.columns), rows).columns == {}


def test_a_country_column_stays_though_its_cells_are_strange() -> None:
    """Without it their numbers would be read in the default country, as somebody else's."""
    rows = rows_of(Phone=STRANGERS, Country=["Korea", "??", "49"])
    found = suggest(list(rows.columns), rows)
    assert found.columns["country"] == "Country" and level(found.confidence["country"]) == "likely"
    rows = rows_of(Phone=STRANGERS, Country_code=["Korea", "??", "49"])
    assert suggest(list(rows.columns), rows).confidence["country"] >= LIKELY


@pytest.mark.parametrize(
    "header",
    [
        "Account country",
        "Company Country",
        "Shipping Country",
        "Country of birth",
        "State",
        "Region",
    ],
)
def test_no_other_country_is_taken(header: str) -> None:
    """A company's or a parcel's country says nothing about a person's number."""
    rows = rows_of(Phone=STRANGERS, **{header: ["US", "DE", "CA"]})
    assert "country" not in suggest(list(rows.columns), rows).columns
