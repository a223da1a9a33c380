"""Which column is what, from header words and from cells."""

from __future__ import annotations

import pytest

from sendersync.transforms.mapping.header_words import core, tokens
from sendersync.transforms.mapping.suggest import fold, level, reads_as_data, suggest
from sendersync.transforms.mapping.words import SURNAMES, WORDS
from tests.builders.frames import rows_of


def test_the_header_of_the_contract_is_understood() -> None:
    """Each column of the sync file's example finds its field, in the order of the fields."""
    header = "CustomerID,Email,Mobile,Country,First Name,Segment,Sender,Unsubscribed,SMS consent"
    found = suggest(header.split(","))
    assert found.columns == {
        "phone": "Mobile",
        "email": "Email",
        "country": "Country",
        "first_name": "First Name",
        "key": "CustomerID",
        "group": "Segment",
        "sender_code": "Sender",
        "opted_out": "Unsubscribed",
        "consent": "SMS consent",
    }
    assert set(found.confidence) == set(found.columns) and not found.undecided


EXPORTS = [
    # CRMs, mail and shop systems
    "HubSpot|Record ID=key,First Name=first_name,Last Name,Email=email,Phone Number,Mobile Phone Number=phone,Country/Region=country,Unsubscribed from all email,Contact owner",
    "HubSpot 2|Record ID - Contact=key,First Name=first_name,Last Name,Email=email,Phone Number=phone,Lead Status,Marketing contact status",
    "Salesforce|Contact ID=key,First Name=first_name,Last Name,Account Name,Email=email,Phone,Mobile=phone,Fax,Mailing Country=country,Email Opt Out,Fax Opt Out",
    "Salesforce API|Id=key,FirstName=first_name,LastName,AccountId,Email=email,MobilePhone=phone,HomePhone,OtherPhone,AssistantPhone,MailingCountry=country,HasOptedOutOfEmail,HasOptedOutOfFax",
    "Salesforce lead|Lead ID=key,First Name=first_name,Last Name,Company,Mobile=phone,Phone,Country=country,Lead Owner",
    "Mailchimp|Email Address=email,First Name=first_name,Last Name,Address,Phone Number=phone,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CC=country,REGION,LEID,EUID,NOTES,TAGS",
    "Mailchimp SMS|Email Address=email,First Name=first_name,Last Name,SMS Phone Number=phone,SMS Marketing Consent=consent",
    "Shopify|Customer ID=key,First Name=first_name,Last Name,Email=email,Accepts Email Marketing,Default Address Company,Default Address Country Code=country,Phone=phone,Accepts SMS Marketing=consent,Total Spent,Tags",
    "Shopify 2|First Name=first_name,Last Name,Email=email,Default Address Phone=phone,Default Address Country Code=country",
    "WooCommerce|First Name (Billing)=first_name,Last Name (Billing),Email (Billing)=email,Phone (Billing)=phone,Country Code (Billing)=country,Phone (Shipping),First Name (Shipping)",
    "Klaviyo|Email=email,Klaviyo ID=key,First Name=first_name,Last Name,Phone Number=phone,Country=country,Email Marketing Consent",
    "Brevo|CONTACT ID=key,EMAIL=email,LASTNAME,FIRSTNAME=first_name,SMS_BLACKLISTED=opted_out,PHONE=phone",
    "Google|First Name=first_name,Middle Name,Last Name,Phonetic First Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value=email,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value=phone,Phone 2 - Value,Address 1 - Country=country",
    "Google old|Name,Given Name=first_name,Additional Name,Family Name,Group Membership,E-mail 1 - Value=email,Phone 1 - Type,Phone 1 - Value=phone",
    "Outlook|First Name=first_name,Middle Name,Last Name,Company,Business Country/Region,Home Country/Region=country,Assistant's Phone,Business Fax,Business Phone,Company Main Phone,Home Phone,Mobile Phone=phone,Other Phone,Primary Phone,E-mail Address=email",
    "Eventbrite|Order #,Order Date,First Name=first_name,Last Name,Email=email,Cell Phone=phone,Home Phone,Home Country=country",
    "Square|Reference ID,First Name=first_name,Surname,Email Address=email,Phone Number=phone,Company Name,Email Subscription Status",
    "Stripe|id=key,Description,Email=email,Name,Created (UTC),Delinquent,Card ID",
    "Twilio|msisdn=phone,given_name=first_name,family_name,opted_out=opted_out",
    "Attentive|phone=phone,email=email,sms_opt_in=consent,sms_opt_in_date",
    "Zoho|Contact Id=key,First Name=first_name,Last Name,Email=email,Phone,Mobile=phone,Home Phone,Asst Phone,Mailing Country=country,Email Opt Out",
    "Pipedrive|Person - ID=key,Person - Name,Person - Phone - Mobile=phone,Email - Work",
    "Odoo|External ID=key,Name,Phone,Mobile=phone,Email=email,Country=country,Company",
    "Wix|First Name=first_name,Last Name,Email 1=email,Phone 1=phone,Address 1 - Country=country",
    "snake|customer_id=key,first_name=first_name,last_name,e_mail=email,mobile_number=phone,country_code=country,do_not_text=opted_out",
    "camel|customerId=key,firstName=first_name,lastName,emailAddress=email,mobilePhoneNumber=phone,countryCode=country,smsConsent=consent",
    "shout|CUSTOMER NO.=key,FORENAME=first_name,SURNAME,E-MAIL=email,TEL. NO.=phone,COUNTRY=country",
    "school|Student ID=key,Student First Name=first_name,Student Last Name,Parent Phone,Emergency Contact Phone,Student Mobile=phone",
    "Salesforce custom|Id=key,Mobile_Number__c=phone,SMS_Opt_Out__c=opted_out,MailingCountry=country",
    "form|Timestamp,What is your mobile number? (including country code)=phone,Please enter your first name=first_name",
    "Dynamics|(Do Not Modify) Contact,Full Name,Email=email,Business Phone,Mobile Phone=phone,Address 1: Country/Region=country",
    # Spanish
    "es|ID de cliente=key,Nombre=first_name,Apellidos,Correo electrónico=email,Teléfono móvil=phone,Teléfono fijo,País=country",
    "es 2|Nombre de pila=first_name,Apellido,Móvil=phone,Fax,País/Región=country,Consentimiento SMS=consent",
    "es 3|NOMBRES=first_name,APELLIDOS,CELULAR=phone,TELEFONO OFICINA,PAIS=country",
    "es 4|Número de cliente=key,Número de teléfono=phone,Teléfono de emergencia,Correo=email",
    "es 6|Nombre=first_name,Apellidos,Nº móvil=phone",
    "es 5|Teléfono=phone,Teléfono empresa,No enviar SMS=opted_out",
    # French
    "fr|Identifiant=key,Prénom=first_name,Nom,Adresse e-mail=email,Téléphone portable=phone,Téléphone fixe,Pays=country",
    "fr 2|Numéro client=key,Prénom=first_name,Nom de famille,Courriel=email,Numéro de téléphone=phone,Consentement SMS=consent",
    "fr 3|Nom,Prénom=first_name,Tél. portable=phone,Tél. domicile,Tél. bureau,STOP SMS=opted_out",
    "fr 4|NOM,PRENOM=first_name,GSM=phone,Désabonné=opted_out,Pays de résidence=country",
    "fr 5|Tél. d'urgence,Télécopie,Tél=phone,Mél=email",
    # German
    "de|Kundennummer=key,Vorname=first_name,Nachname,E-Mail-Adresse=email,Handynummer=phone,Land=country,SMS-Einwilligung=consent",
    "de 2|Kunden-Nr.=key,Anrede,Vorname=first_name,Name,Telefon geschäftlich,Telefon privat,Mobiltelefon=phone,Länderkennzeichen=country",
    "de 3|Vorname=first_name,Familienname,Rufnummer=phone,Notfallnummer,Firmentelefon,Keine SMS=opted_out",
    "de 4|KdNr,VORNAME=first_name,NACHNAME,MOBIL=phone,TELEFAX,EMAIL=email,LAND=country",
    "de 6|Name,Tel./Mobil=phone,E-Mail=email",
    "de 5|Mitgliedsnummer=key,Rufname=first_name,Telefon=phone,Abgemeldet=opted_out",
    "ch|Natel=phone,Vorname=first_name,Nachname,Wohnsitzland=country",
    # Portuguese
    "pt|Código do cliente=key,Primeiro nome=first_name,Sobrenome,E-mail=email,Telefone celular=phone,País=country",
    "pt 2|Nome=first_name,Apelido,Telemóvel=phone,Telefone fixo,Endereço de e-mail=email,Consentimento SMS=consent",
    "pt 3|Nome próprio=first_name,Celular=phone,Telefone comercial,Não enviar SMS=opted_out",
    "pt 4|Nome completo,Número de telemóvel=phone,Contacto de emergência",
    # Japanese
    "ja|会員番号=key,姓,名=first_name,メールアドレス=email,携帯電話番号=phone,自宅電話番号,国=country",
    "ja 2|顧客ID=key,氏名,電話番号=phone,FAX番号,緊急連絡先電話番号,配信停止=opted_out",
    "ja 3|お名前,携帯番号=phone,勤務先電話番号,Eメール=email,SMS配信許可=consent",
    "ja 4|お客様番号=key,電話番号（携帯）=phone,電話番号（自宅）,国名=country,SMS受信拒否=opted_out",
    # Italian, Dutch, Swedish, Danish, Polish
    "it|Codice cliente=key,Nome=first_name,Cognome,Indirizzo e-mail=email,Cellulare=phone,Telefono fisso,Paese=country",
    "it 2|Numero di cellulare=phone,Telefono ufficio,Consenso SMS=consent",
    "nl|Klantnummer=key,Voornaam=first_name,Achternaam,E-mailadres=email,Mobiel nummer=phone,Telefoon werk,Land=country",
    "nl 2|Roepnaam=first_name,Telefoonnummer=phone,Geen SMS=opted_out",
    "sv|Kundnummer=key,Förnamn=first_name,Efternamn,E-postadress=email,Mobilnummer=phone,Land=country,Ingen SMS=opted_out",
    "sv 2|Medlemsnummer=key,Tilltalsnamn=first_name,Telefonnummer=phone,Telefon arbete",
    "da|Fornavn=first_name,Etternavn,Mobiltlf.=phone",
    "pl|Imię=first_name,Nazwisko,Telefon komórkowy=phone,Kraj=country,Adres e-mail=email",
]
"""Headers of exports; `=field` is what must be suggested, and nothing else may be."""


@pytest.mark.parametrize("export", EXPORTS, ids=lambda each: each.partition("|")[0])
def test_a_header_of_an_export_finds_its_fields(export: str) -> None:
    """Exactly the fields that are there are found; all other columns stay alone."""
    pairs = [each.partition("=") for each in export.partition("|")[2].split(",")]
    expected = {field: column for column, _, field in pairs if field}
    found = suggest([column for column, _, _ in pairs]).columns
    assert found == expected


@pytest.mark.parametrize(
    ("columns", "phone"),
    [
        (["Phone", "Mobile Phone"], "Mobile Phone"),
        (["Telephone", "Cell"], "Cell"),
        (["phone_number"], "phone_number"),
        (["PHONE-NUMBER"], "PHONE-NUMBER"),
        (["MSISDN"], "MSISDN"),
        (["Customer's Mobile Phone (required)"], "Customer's Mobile Phone (required)"),
        (["Ｍｏｂｉｌｅ"], "Ｍｏｂｉｌｅ"),
        (["Fax", "Name"], None),
        ([], None),
    ],
)
def test_the_surest_word_for_a_phone_wins(columns: list[str], phone: str | None) -> None:
    """A mobile column is taken before a phone column, in any capitals and punctuation."""
    assert suggest(columns).columns.get("phone") == phone


def test_no_column_has_two_uses() -> None:
    """A column that one field took is not suggested for another."""
    found = suggest(["SMS", "Opt in", "ID", "Mail", "Email"]).columns
    assert len(set(found.values())) == len(found)


def test_phones_that_are_kept_from_a_spreadsheet_are_phones() -> None:
    """`="..."` and an apostrophe around the digits of a file without names hide no phone."""
    for cells in (['="206-555-0101"'] * 3, ["'+12065550101"] * 3):
        rows = rows_of(A=cells, B=["Ann", "Bob", "Cid"])
        assert suggest(list(rows.columns), rows).columns["phone"] == "A"


def test_two_letters_are_a_country_by_their_cells() -> None:
    """A `CC` with cards or copies in it says no country."""
    for cells, found in ((["US", "DE", "CA"], {"country": "CC"}), (["4242", "1881", "0005"], {})):
        rows = rows_of(CC=cells)
        assert suggest(["CC"], rows).columns == found


def test_contents_tell_the_phone_where_the_header_does_not() -> None:
    """The one column written as phones are is a guess; with two such columns nothing is guessed."""
    phones = ["(206) 555-0101", "+1 206 555 0102", ""]
    rows = rows_of(
        a=phones, b=["Ann", "Bob", "Cid"], c=["2065550103", "206-555-0104", "2065550105"]
    )
    found = suggest(["a", "b"], rows[["a", "b"]])
    assert found.columns == {"phone": "a"} and level(found.confidence["phone"]) == "guess"
    assert "phone" not in suggest(["a", "b", "c"], rows).columns


@pytest.mark.parametrize(
    "cells",
    [
        ["2065550101", "2065550102", "2065550103"],
        ["2024-05-01", "2024-05-02", "2024-05-03"],
        ["10000001", "10000002", "10000003"],
        ["192.168.10.101", "192.168.10.102", "192.168.10.103"],
    ],
)
def test_a_bare_run_of_digits_is_not_guessed_to_be_a_phone(cells: list[str]) -> None:
    """Customer numbers, dates and addresses of machines have as many digits as phones."""
    assert suggest(["x"], rows_of(x=cells)).columns == {}
    assert "phone" not in suggest(["Number"], rows_of(Number=cells)).columns


def test_every_word_belongs_to_one_field() -> None:
    """No header word suggests two fields, or a surname: the table's order would decide."""
    words = {
        name: {fold(word) for _, some in steps for word in some.split("|")}
        for name, steps in WORDS.items()
    }
    words["surname"] = {fold(word) for word in SURNAMES}
    seen: dict[str, str] = {}
    for name, folded in words.items():
        assert not folded & set(seen), f"{name}: { {seen[each] for each in folded & set(seen)} }"
        seen |= dict.fromkeys(folded, name)


@pytest.mark.parametrize(
    ("header", "apart"),
    [
        ("mobilePhone", ("mobile", "phone")),
        ("SMSOptIn", ("sms", "opt", "in")),
        ("E-Mail_Adresse", ("e", "mail", "adresse")),
        ("Phone 1 - Value", ("phone", "1", "value")),
        ("電話番号（携帯）", ("電話番号", "携帯")),
    ],
)
def test_a_header_is_taken_apart(header: str, apart: tuple[str, ...]) -> None:
    """Capitals, signs and brackets end words."""
    assert tokens(header) == apart and core(f"Customer's {header}*") == "".join(apart)


def test_a_huge_header_costs_nothing() -> None:
    """A name of a megabyte, or ten thousand columns, is looked at all the same."""
    assert suggest(["x" * 1_000_000, *map(str, range(10_000)), "Phone"]).columns == {
        "phone": "Phone"
    }


@pytest.mark.parametrize(
    "cell",
    [
        *("+12065550101", "(206) 555-0101", "2065550101.0", "1.20656E+10", "ann@example.com"),
        *("'+1 206 555 0101", "tel:+12065550101", "１２０６５５５０１０１", " 206-555-0101 "),
    ],
)
def test_a_row_is_not_taken_for_a_header(cell: str) -> None:
    """A phone or an address in the first line is a person, not the name of a column."""
    assert reads_as_data(cell)


@pytest.mark.parametrize(
    "name", ["phone", "Phone 1", "Opt-out 2024-01-15", "", "Mobile", "@", "x@"]
)
def test_a_name_is_not_taken_for_a_row(name: str) -> None:
    """Names of columns may hold a digit, a date, or an at sign."""
    assert not reads_as_data(name)
