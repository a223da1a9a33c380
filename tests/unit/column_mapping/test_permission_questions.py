"""Which columns are asked about, language by language, and which way round a header is."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from sendersync.pipeline.reading.permission_question import questions
from sendersync.transforms.mapping.permissions import all_doubts
from sendersync.transforms.mapping.polarity import Polarity, opposite, polarity
from sendersync.transforms.mapping.refusals import refuses_texts, that_refuse_texts
from sendersync.transforms.mapping.stop_keywords import is_stop_keyword, that_are_keywords
from sendersync.transforms.mapping.suggest import suggest
from sendersync.transforms.mapping.whole_columns import evidence_of_all
from tests.builders.frames import contacts, extracted, rows_of
from tests.builders.sync_bench import sync_file
from tests.unit.column_mapping.questions import asked

PHONES = [f"+1206555010{n}" for n in range(4)]

# a column that nobody mapped: header, a cell that refuses nothing, one that does
ASKED = {
    "English": [
        ("Last reply", "thanks", "STOP"),
        ("Response", "ok see you", "Stopall"),
        ("Keyword", "JOIN", "QUIT"),
        ("Comment", "likes tea", "END."),
        ("Column5", "likes tea", "opt-out please"),
        ("Status", "subscribed", "CANCEL"),
        ("Tags", "vip", "vip; STOP"),
        ("Reply", "YES", "NO"),
        ("Order reply", "YES", "Cancel"),
        ("Notes", "likes tea", "asked to be removed"),
        ("Notes", "likes tea", "wrong phone number"),
        ("Notes", "likes tea", "deceased, no calls"),
        ("Notes", "likes tea", "texted STOP in May"),
        ("Notes", "likes tea", "doesn't want to be contacted"),
        ("Notes", "likes tea", "asked to be taken off the list"),
        ("Notes", "no calls please", "no calls, no messages"),
        ("Membership status", "current", "cancelled"),
        ("Customer status", "current", "former"),
        ("Contact preferences", "by text", "no contact"),
        ("Labels", "vip", "stop"),
        ("Deactivated", "no", "yes"),
        ("Contactable", "yes", "no"),
        ("Newsletter", "yes", "no"),
        ("Active", "yes", "no"),
        ("Deleted at", "", "2026-02-01"),
        ("Bounced", "no", "1"),
        ("Tags", "vip; local", "vip; unsubscribed"),
        ("Notes", "likes tea", "please don't text her"),
        ("Remarks", "likes tea", "asked us not to message"),
        ("Remarks", "likes tea", "no more msgs pls"),
        ("Status", "Active", "Unsubscribed"),
        ("Opted out", "", "by phone"),
        ("Date left", "", "2026-02-01"),
        ("Left on", "", "2026-02-01"),
        ("Mailing", "yes", "no"),
        ("Mailings", "all", "none"),
        ("Communications", "e-mail", "None"),
        ("Communication", "yes", "no"),
        ("End date", "", "2026-02-01"),
        ("Contract end date", "", "02/01/2026"),
        ("Member until", "", "2026-02-01"),
        ("Quit", "", "yes"),
        ("Quit", "no", "yes"),
        ("Closed", "", "2026-02-01"),
        ("Account closed", "no", "yes"),
        ("Former member", "", "x"),
        ("Vertragsende", "", "01.02.2026"),
        ("Fecha de salida", "", "2026-02-01"),
        ("Date de fin", "", "01/02/2026"),
        ("Kommunikation", "alle", "keine"),
        ("Stop date", "", "2026-02-01"),
    ],
    "German": [
        ("Letzte Antwort", "danke", "Stopp"),
        ("Antwort", "gerne", "ABMELDEN bitte"),
        ("Notiz", "mag Tee", "falsche Nummer"),
        ("Notiz", "mag Tee", "im Mai verstorben"),
        ("Notiz", "mag Tee", "bitte nicht mehr anschreiben"),
        ("Notiz", "mag Tee", "Widerspruch gegen Werbung"),
        ("Mitgliedsstatus", "aktiv", "ausgetreten"),
        ("Werbung", "ja", "nein"),
        ("Kündigung", "", "01.03.2026"),
        ("Aktiv", "yes", "nein"),
        ("Bemerkung", "mag Tee", "will keine SMS mehr"),
        ("Abbestellt am", "", "01.03.2026"),
        ("Abmeldedatum", "", "01.03.2026"),
        ("Abmeldung", "nein", "01.03.2026"),
        ("Widerspruch", "", "01.03.2026"),
    ],
    "French": [
        ("Réponse", "merci", "ARRÊT"),
        ("Réponse", "merci", "arret svp"),
        ("Remarques", "cliente fidèle", "mauvais numéro"),
        ("Remarques", "cliente fidèle", "décédée en mai"),
        ("Remarques", "cliente fidèle", "ne souhaite plus être contactée"),
        ("Remarques", "cliente fidèle", "plus de messages svp"),
        ("Statut", "actif", "résilié"),
        ("Résilié", "non", "2026-02-01"),
        ("Remarques", "cliente fidèle", "ne plus contacter"),
        ("Désabonné", "", "oui"),
    ],
    "Spanish": [
        ("Respuesta", "gracias", "BAJA"),
        ("Respuesta", "gracias", "Cancelar por favor"),
        ("Notas", "vive en Lima", "número equivocado"),
        ("Notas", "vive en Lima", "falleció en mayo"),
        ("Notas", "vive en Lima", "no desea recibir sms"),
        ("Notas", "vive en Lima", "pidió que no le escriban"),
        ("Fecha de baja", "", "2026-02-01"),
        ("Bloqueado", "no", "sí"),
        ("Notas", "vive en Lima", "pidió darse de baja"),
        ("Boletín", "yes", "no"),
    ],
    "Portuguese": [
        ("Resposta", "obrigada", "SAIR"),
        ("Resposta", "obrigada", "Parar"),
        ("Observações", "gosta de chá", "número errado"),
        ("Observações", "gosta de chá", "faleceu em maio"),
        ("Observações", "gosta de chá", "parou de receber"),
        ("Situação", "ativo", "cancelado"),
        ("Excluído", "não", "2026-02-01"),
        ("Observações", "gosta de chá", "não enviar SMS"),
        ("Descadastrado", "", "sim"),
    ],
    "Italian": [
        ("Risposta", "grazie mille", "BASTA"),
        ("Risposta", "grazie mille", "disiscrizione"),
        ("Annotazioni", "ama il tè", "numero sbagliato"),
        ("Annotazioni", "ama il tè", "deceduto"),
        ("Annotazioni", "ama il tè", "ha chiesto la cancellazione"),
        ("Stato", "attivo", "disdetto"),
        ("Disdetta", "", "2026-02-01"),
        ("Bloccata", "", "sì"),
        ("Annotazioni", "ama il tè", "non inviare SMS"),
        ("Disiscritto", "", "sì"),
    ],
    "Dutch": [
        ("Antwoord", "prima", "AFMELDEN"),
        ("Antwoord", "prima", "Uit"),
        ("Opmerking", "houdt van thee", "verkeerd nummer"),
        ("Opmerking", "houdt van thee", "niet meer berichten sturen"),
        ("Overleden", "nee", "2026-02-01"),
        ("Status", "lid", "opgezegd"),
        ("Opgezegd", "nee", "2026-02-01"),
        ("Opmerking", "houdt van thee", "geen sms"),
        ("Nieuwsbrief", "yes", "nee"),
    ],
    "Swedish": [
        ("Svar", "tack", "STOPP"),
        ("Svar", "ja tack", "Avsluta"),
        ("Anteckning", "gillar te", "fel nummer"),
        ("Anteckning", "gillar te", "vill inte ha sms"),
        ("Utskick", "yes", "nej"),
        ("Status", "aktiv", "avslutad"),
        ("Uppsagd", "nej", "2026-02-01"),
        ("Anteckning", "gillar te", "inga sms"),
        ("Avregistrerad", "", "ja"),
    ],
    "Danish": [
        ("Svar", "mange tak", "Afmeld"),
        ("Bemærkning", "kan lide te", "forkert nummer"),
        ("Bemærkning", "kan lide te", "hun er død"),
        ("Bemærkning", "kan lide te", "ønsker ikke beskeder"),
        ("Status", "aktiv", "udmeldt"),
        ("Slettet", "nej", "2026-02-01"),
        ("Bemærkning", "kan lide te", "ikke kontakt"),
        ("Frameldt", "", "ja"),
    ],
    "Norwegian": [
        ("Svar", "mange takk", "Slutt"),
        ("Merknad", "liker te", "feil nummer"),
        ("Merknad", "liker te", "ønsker ingen meldinger"),
        ("Utmeldt", "", "2026-02-01"),
        ("Oppsagt", "nei", "2026-02-01"),
        ("Merknad", "liker te", "ikke sms"),
        ("Avmeldt", "", "ja"),
    ],
    "Polish": [
        ("Odpowiedź", "dziękuję", "Rezygnuję"),
        ("Odpowiedź", "dziękuję", "KONIEC"),
        ("Uwagi", "lubi herbatę", "zły numer"),
        ("Uwagi", "lubi herbatę", "zmarła w maju"),
        ("Uwagi", "lubi herbatę", "proszę nie pisać"),
        ("Status", "aktywny", "zrezygnowała"),
        ("Wypowiedzenie", "", "2026-02-01"),
        ("Uwagi", "lubi herbatę", "nie wysyłać"),
        ("Rezygnacja", "", "tak"),
    ],
    "Japanese": [
        ("返信", "ありがとう", "ストップ"),
        ("返信", "ありがとう", "ＳＴＯＰ"),
        ("備考", "お茶が好き", "番号違い"),
        ("備考", "お茶が好き", "SMSは送らないでください"),
        ("ステータス", "有効", "退会済み"),
        ("退会", "", "2026-02-01"),
        ("備考", "お茶が好き", "SMS配信停止希望"),
        ("メルマガ", "yes", "いいえ"),
    ],
}


@pytest.mark.parametrize(
    ("header", "harmless", "refusing"), [row for rows in ASKED.values() for row in rows]
)
def test_what_may_refuse_texts_is_asked_about(header: str, harmless: str, refusing: str) -> None:
    """Words of leaving, of consent, of a state and in notes, where a cell of them says no."""
    assert asked(header, [harmless, refusing, harmless], refusing)


NOT_ASKED = [
    ("Seats left", ["2", "", "4"]),
    ("Stop", ["", "", ""]),
    ("Unsubscribed", ["", "no", "no"]),
    ("Email opt-out", ["yes", "no", "no"]),
    ("Correo: baja", ["", "2026-02-01", ""]),
    ("Newsletter", ["weekly", "monthly", "weekly"]),
    ("Active", ["yes", "yes", "yes"]),
    ("Notes", ["likes tea", "unsubscribed from the e-mail newsletter", ""]),
    ("Tags", ["vip", "stop & shop", ""]),
    ("City", ["Lima", "Oslo", "Bern"]),
    ("Notes", ["no calls please", "likes to text", "no contact person yet"]),
    ("Order status", ["shipped", "cancelled", "closed"]),
    ("Company", ["Stop & Shop", "Left Bank Books", "Closed Loop"]),
    ("Bus stop", ["Main St", "5th Ave", ""]),
    ("Bus stop", ["Halt", *map(str, range(12)), "Stop"]),
    ("Surname", [*map(str, range(12)), "Stop"]),
    ("Order status", ["shipped", "Cancel", "End"]),
    ("Ordem: prioridade", ["alta", *map(str, range(12)), "baja"]),
    ("End", ["2026-02-01", "2026-03-01", ""]),
    ("End date", ["2026-02-01", "2026-03-01", "2027-01-01"]),
    ("End date", ["12:00", "", ""]),
    ("Closed", ["no", "no", ""]),
    ("Deals closed", ["3", "", ""]),
    ("Store closed", ["2026-12-25", "", ""]),
    ("Left", ["hand", "", ""]),
    ("Mailing", ["12 Main St", "5 Elm St", ""]),
    ("Mailing city", ["Lima", "no", ""]),
    ("Communications", ["none", "", ""]),
    ("Communications", ["e-mail", "phone", ""]),
    ("Start or end", ["start", "end", "start"]),
    ("Reply", ["YES", "yes", "HELP"]),
    ("Last reply", ["nonstop fun", "do you stop at Oslo?", "the end is nigh"]),
    ("Notes", ["please remove the gate", "asked for the menu", "number plate AB-12"]),
]


@pytest.mark.parametrize(("header", "cells"), NOT_ASKED)
def test_what_refuses_no_texts_is_not_asked_about(header: str, cells: list[str]) -> None:
    """A header alone refuses nobody, and other channels are other channels."""
    assert not any(asked(header, cells, cell) for cell in cells)


@pytest.mark.parametrize(
    "refusing", ["STOP", "Stop!!", "StopAll", "quit", "Arrêt", "ARRÊT", "stop, please"]
)
def test_a_keyword_counts_among_many_replies(refusing: str) -> None:
    """A column of what people answered is no status, and each of its cells may be a stop."""
    cells = [f"see you at {n}" for n in range(400)] + [refusing]
    rows = rows_of(Mobile=[f"+1206555{n:04}" for n in range(401)], Reply=cells)
    evidence = evidence_of_all(["Reply"], [rows])
    [found] = all_doubts(
        ["Mobile", "Reply"],
        evidence,
        frozenset({"Mobile"}),
        {"phone": "Mobile"},
        ask_all=False,
    )
    assert [cell for cell, _ in evidence["Reply"].counts if found.speaks(cell)] == [refusing]


@pytest.mark.parametrize(
    "refusing", sorted({cell for rows in ASKED.values() for *_, cell in rows if len(cell) > 8})
)
def test_refusals_are_found_among_many_cells(refusing: str) -> None:
    """What a note says of texts is found by the quick look at columns of many rows too."""
    cells = pa.array([refusing, "likes tea"], pa.large_string())
    slow = {cell for cell in cells.to_pylist() if refuses_texts(cell) or is_stop_keyword(cell)}
    assert {*that_refuse_texts(cells), *that_are_keywords(cells)} == slow


AGREES, REFUSES, NEITHER = Polarity.AGREES, Polarity.REFUSES, Polarity.NEITHER
HEADERS = {
    AGREES: (
        "Subscribed|SMS consent|Opt-in|is_active|Newsletter|Accepts SMS|Angemeldet|Einwilligung|"
        "Aktiv|Abonné|Inscrit|Suscrito|Activo|Inscrito|Iscritto|Ingeschreven|Toestemming|Samtycke|"
        "Quiere SMS|Deseja SMS|Vuole SMS|SMS gewünscht|Souhaite recevoir des SMS|Akkoord|Wil sms|"
        "Ønsker sms|Chce sms|受信する|希望|Okay to text|"
        "Samtykke|Zgoda|同意|メルマガ|Not unsubscribed|Nicht abgemeldet|No opt-out"
    ),
    REFUSES: (
        "Unsubscribed|Opted out|do_not_sms|Stop|DNC|Bounced|deleted_at|Kündigung|Abgemeldet|"
        "Keine Einwilligung|Nicht aktiv|Désabonné|Sans consentement|Baja|Sin consentimiento|"
        "Descadastrado|Disiscritto|Senza consenso|Afgemeld|Geen toestemming|Avregistrerad|"
        "Doesn't want texts|Ne veut pas de SMS|No quiere SMS|Não quer SMS|Non vuole SMS|Wil geen sms|"
        "Vill inte ha sms|Ønsker ikke sms|Nie chce sms|Will keine SMS|Recusa|Odmowa|拒否|停止|"
        "受信しない|希望しない|Unconsented|"
        "Frameldt|Avmeldt|Rezygnacja|配信停止|Not subscribed|No consent|Never opted in"
    ),
    NEITHER: "Status|Subscription status|SMS opt in/out|Estado|状態|First Name|City|Notes|SMS",
}


@pytest.mark.parametrize(
    ("way", "header"), [(way, each) for way in HEADERS for each in HEADERS[way].split("|")]
)
def test_which_way_round_a_header_is(way: Polarity, header: str) -> None:
    """A yes under it agrees to texts, or refuses them; a word for no turns it round."""
    assert polarity(header) is way
    assert opposite("opted_out", header) is (way is AGREES)
    assert opposite("consent", header) is (way is REFUSES)


@pytest.mark.parametrize(
    ("header", "states", "field"),
    [
        ("Subscription", ["Subscribed", "Never subscribed", "Unsubscribed"], "consent"),
        ("Abo-Status", ["abonniert", "abgemeldet", "ausstehend"], "consent"),
        ("Statut", ["abonné", "désabonné", "en attente"], "consent"),
        ("Status", ["Active", "Unsubscribed", "Active"], "opted_out"),
        ("Status", ["Gold", "Silver", "Unsubscribed"], "opted_out"),
        ("Status", ["Unsubscribed", "Cleaned", "Bounced"], "opted_out"),
    ],
)
def test_a_status_of_several_words_is_offered_as_consent(
    header: str, states: list[str], field: str
) -> None:
    """Each word says yes or no to texts, and they are decided: never subscribed is no stop."""
    rows = rows_of(Mobile=PHONES[:3], **{header: states})
    found = suggest(list(rows.columns), rows)
    assert found.undecided == {field: (header,)}
    decided = found.words.get("consent")
    assert ([] if decided is None else decided.means_yes) == (
        [states[0].casefold()] if field == "consent" else []
    )


def test_every_batch_of_a_read_isasked() -> None:
    """A file that is sorted by its status shows who left in its last rows only."""
    first, last = (
        rows_of(Mobile=PHONES[:2], Status=["Active"] * 2),
        rows_of(Mobile=PHONES[2:], Status=["Active", "Unsubscribed"]),
    )
    columns = {"phone": "Mobile", "key": None, "email": None, "country": None, "first_name": None}
    sync = sync_file(columns={**columns, "opted_out": None, "consent": None})
    read = replace(
        extracted(contacts()),
        columns=("Mobile", "Status"),
        raw=(first, last.set_axis(range(4, 6))),
    )
    [found] = questions(sync, read, ask_all=True)
    assert (found.column, found.field, found.line, found.rows) == ("Status", "opted_out", 5, 1)
    assert not questions(sync, replace(read, raw=(first,)), ask_all=True)
