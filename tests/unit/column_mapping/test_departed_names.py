"""Names that say: these people left, said stop, bounced or were cleaned."""

from __future__ import annotations

import pandas as pd
import pytest

from schemas.errors import SourceMismatch
from sendersync.pipeline.one_off.refuse_departed import refuse_departure_columns
from sendersync.transforms.mapping.departed_names import departure_columns, named_after_departed


@pytest.mark.parametrize(
    "name",
    [
        "unsubscribed_members_export_4f1c.csv",
        "cleaned_members_export_4f1c.csv",
        "nonsubscribed_segment_export.csv",
        "UnsubscribedContacts.xlsx",
        "bounced.csv",
        "Hard-Bounces-2026.xlsx",
        "soft_bounce.csv",
        "optouts.csv",
        "opt-out-list.csv",
        "SMS_opted_out.csv",
        "suppression_list.csv",
        "do_not_contact.csv",
        "DNC.csv",
        "stop.csv",
        "stop list 2.csv",
        "spam-complaints.csv",
        "blacklist.csv",
        "blocklist.csv",
        "removed_2026-11.csv",
        "cancelled.csv",
        "churned customers.csv",
        "who left.csv",
        "inactive.csv",
        "archived_contacts.csv",
        "abgemeldet.csv",
        "Abmeldungen-2026.csv",
        "Kündigungen.csv",
        "kunden_gekuendigt.csv",
        "geloeschte Kontakte.csv",
        "STOP replies.csv",
        "former_customers.csv",
        "resigned_members.csv",
        "Sperrliste.xlsx",
        "gelöschte Kontakte.csv",
        "désabonnés.csv",
        "désinscrits.csv",
        "rebonds.csv",
        "bajas.csv",
        "dados_de_baja.csv",
        "cancelados.csv",
        "descadastrados.csv",
        "disiscritti.csv",
        "cancellati.csv",
        "uitgeschreven.csv",
        "afmeldingen.csv",
        "avregistrerade.csv",
        "avmeldte.csv",
        "frameldte.csv",
        "wypisani.csv",
        "nie_wysyłać.csv",
        "spærreliste.csv",
        "døde.csv",
        "配信停止.csv",
        "退会者.csv",
        "ex-customers.csv",
        "ExMembers 2026.csv",
        "ex_clientes.csv",
        "anciens clients.csv",
        "oud-leden.csv",
        "lapsed.csv",
        "expired_members.csv",
        "deactivated.csv",
        "Austritte.csv",
        "ausgetreten.csv",
        "décédés.csv",
        "plaintes.csv",
        "disdette.csv",
        "utträdda.csv",
        "udmeldte.csv",
        "utmeldte.csv",
        "wrong_numbers.csv",
        "ブラックリスト.csv",
        "STOPs from platform.csv",
        "STOPs november.csv",
        "STOP november.csv",
        "STOP Antworten.csv",
        "stop_replies_export.csv",
        "SMS-Stopp.csv",
        "ARRÊT SMS novembre.csv",
        "BAJA noviembre.csv",
        "отписались.csv",
        "DNT.csv",
        "dnt_2026-11.csv",
        "lost customers.csv",
        "lost-contacts.csv",
        "GDPR erasure.csv",
        "erasure_requests.csv",
        "litigators.csv",
        "TCPA-litigator-list.csv",
        "deletions november.csv",
        "DSGVO Löschungen.csv",
        "reassigned_numbers.csv",
        "SMSOptOuts.csv",
    ],
)
def test_a_name_after_people_who_left_is_known(name: str) -> None:
    """In twelve languages, with dates, numbers and other words around."""
    assert named_after_departed(name)


@pytest.mark.parametrize(
    "name",
    [
        "contacts.csv",
        "subscribed_members_export_4f1c.csv",
        "subscribers.csv",
        "active.csv",
        "opted_in.csv",
        "newsletter.csv",
        "customers_2026.csv",
        "guests.xlsx",
        "contacts-clean.csv",
        "ex_works.csv",
        "express-customers.csv",
        "apex clients.csv",
        "deadline_members.csv",
        "cleaning_customers.csv",
        "bounce-house-rentals.csv",
        "stopover_guests.csv",
        "bus-stop-guests.csv",
        "nonstop.csv",
        "left-handed.csv",
        "not_removed.csv",
        "non-bounced.csv",
        "rejected.csv",
        "Kunden.csv",
        "Abonnenten.csv",
        "abonnés.csv",
        "inscrits.csv",
        "suscriptores.csv",
        "clientes.csv",
        "iscritti.csv",
        "会員.csv",
        "配信リスト.csv",
        "lostock_members.csv",
        "BUS-STOP-GUESTS.csv",
        "one-stop-shop.csv",
        "stop-smoking-members.csv",
        "Bajac family.csv",
        "contact IDs.csv",
        "",
    ],
)
def test_any_other_name_is_not(name: str) -> None:
    """Words that only look like it, people who are there, and what `rejects` and `--clean` write."""
    assert not named_after_departed(name)


@pytest.mark.parametrize(
    ("column", "tells"),
    [
        ("UNSUB_TIME", True),
        ("UNSUB_CAMPAIGN_TITLE", True),
        ("CLEAN_TIME", True),
        ("Bounce reason", True),
        ("Opted out at", True),
        ("Abmeldedatum", True),
        ("Abgemeldet am", True),
        ("Fecha de baja", True),
        ("Date de désabonnement", True),
        ("Unsubscribed", False),
        ("Subscribed at", False),
        ("Bounce", False),
        ("Cleaning", False),
        ("Date", False),
        ("LEID", False),
    ],
)
def test_a_column_that_says_when_or_why_somebody_left_is_known(column: str, *, tells: bool) -> None:
    """A moment or a reason beside a word for leaving; a flag alone is another matter."""
    assert departure_columns(["Phone", column]) == [column] * tells


def test_a_column_of_leaving_that_is_filled_in_every_row_is_refused() -> None:
    """One blank cell, or one that means nothing, and it is a history like any other."""
    batches = [
        pd.DataFrame({"Phone": ["1", "2"], "UNSUB_TIME": ["2026-11-01", "2026-11-02"]}),
        pd.DataFrame({"Phone": ["3"], "UNSUB_TIME": ["2026-11-03"]}),
    ]
    with pytest.raises(SourceMismatch, match="'UNSUB_TIME' is filled in every row"):
        refuse_departure_columns(batches, (), "a.csv")
    refuse_departure_columns(batches, ("UNSUB_TIME",), "a.csv")
    for blank in ("", "  ", "NULL", "-"):
        batches[1]["UNSUB_TIME"] = [blank]
        refuse_departure_columns(batches, (), "a.csv")
    refuse_departure_columns([], (), "a.csv")
