"""What goes wrong in real exports, one named hazard each, in the order in which they stand.

Every number is from a range that belongs to nobody, or too broken to be anybody's.
"""

from __future__ import annotations

from hazard import Hazard, us
from known_for import KNOWN_FOR
from rows import HEADER, Row

EXCEL = (
    Hazard(
        "a number that Excel turned into a power of ten",
        "the digits are gone, and no tool can bring them back",
        (
            us("C20001", "Ona", "4.41E+11", country="U.K.", outcome="phone_digits_lost"),
            us("C20002", "Gael", "1.20656E+10", outcome="phone_digits_lost"),
        ),
    ),
    Hazard(
        "a column that was read as numbers: `.0` at the end, commas between the thousands",
        "read without them: the digits are all there",
        (
            us("C20003", "Liv", "12065550103.0"),
            us("C20009", "Nils", "12,065,550,119"),
        ),
    ),
    Hazard(
        "a leading zero that Excel took for nothing",
        "read with the country column, since the rest is a whole number there",
        (
            us("C20004", "Hedda", "1713920007", country="Germany"),
            us("C20005", "Mads", "491575254", country="Australia"),
        ),
    ),
    Hazard(
        'an apostrophe, or `="..."`, that was to keep Excel from doing so',
        "read without it",
        (
            us("C20006", "Remy", "'+12065550106"),
            us("C20007", "Tova", '="12065550107"'),
        ),
    ),
    Hazard(
        "a column too narrow to show the number",
        "nothing is left to read",
        (us("C20008", "Ivo", "##########", outcome="phone_not_a_number"),),
    ),
)

PHONES = (
    Hazard(
        "no number at all",
        "the person keeps what they had",
        (
            us("C20101", "Cleo", "", email="cleo.101@example.com", outcome="phone_missing"),
            us("C20102", "Dev", "n/a", outcome="phone_missing"),
            us("C20103", "Fern", "-", outcome="phone_missing"),
        ),
    ),
    Hazard(
        "the area code is missing",
        "refused: it could be seven hundred different people",
        (us("C20104", "Roan", "555-0104", outcome="phone_too_short"),),
    ),
    Hazard(
        "a digit too many",
        "refused",
        (us("C20105", "Tess", "+1 206-555-01055", outcome="phone_too_long"),),
    ),
    Hazard(
        "two numbers in one cell",
        "refused: which one was meant is not for us to say",
        (us("C20106", "Milo", "+1 206-555-0108 / +1 206-555-0109", outcome="phone_not_a_number"),),
    ),
    Hazard(
        "a letter O for a zero",
        "refused: guessing would text a stranger some day",
        (us("C20107", "Nell", "2O6-555-O11O", outcome="phone_not_a_number"),),
    ),
    Hazard(
        "digits of other scripts, blanks that are none, marks that cannot be seen",
        "read: they are copied from phones and chats every day",
        (
            us(
                "C20108",
                "Yuki",
                "\uff0b\uff11 \uff12\uff10\uff16 \uff15\uff15\uff15 \uff10\uff11\uff11\uff11",
            ),
            us("C20109", "Paz", "(206)\u00a0555\u20110112"),
            us("C20110", "Samir", "\u202a+1\u00a0206\u00a0555\u00a00113\u202c"),
        ),
    ),
    Hazard(
        "a toll-free number, and landlines",
        "refused as `line_types` says: they cannot receive texts",
        (
            us("C20111", "Otto", "1-800-555-0199", outcome="phone_not_mobile"),
            us(
                "C20112",
                "Greta",
                "030 23125 014",
                country="Deutschland",
                outcome="phone_not_mobile",
            ),
            us("C20113", "Carys", "+44 20 7946 0018", country="U.K.", outcome="phone_not_mobile"),
        ),
    ),
    Hazard(
        "numbers that look right and do not exist (the regulators keep them for films)",
        "refused",
        (
            us("C20114", "Eira", "07700 900123", country="United Kingdom", outcome="phone_invalid"),
            us("C20115", "Chloé", "06 39 98 12 34", country="France", outcome="phone_invalid"),
        ),
    ),
    Hazard(
        "a country that `countries` of the sync file does not list",
        "refused, however good the number is",
        (
            us(
                "C20116",
                "Élodie",
                "+33 6 12 34 56 78",
                country="🇫🇷",
                outcome="phone_country_not_allowed",
            ),
        ),
    ),
)

COUNTRIES = (
    Hazard(
        "a country nobody knows, and a number that needs one",
        "refused; with a `+` the number speaks for itself and the row is taken",
        (
            us("C20201", "Lyra", "206-555-0114", country="Narnia", outcome="country_unknown"),
            us("C20202", "Basil", "+1 206-555-0115", country="Narnia"),
        ),
    ),
    Hazard(
        "the country column disagrees with the number",
        "taken, and counted as `country_differs`: the number decides",
        (
            us("C20203", "Odin", "+1 416 555 0116", country="USA"),
            us("C20204", "Inge", "+1 206 555 0117", country="Deutschland"),
        ),
    ),
    Hazard(
        "the country is empty",
        "read as `default_country` says",
        (us("C20205", "Abel", "(206) 555-0118", country=""),),
    ),
)

PEOPLE = (
    Hazard(
        "the same person twice, the number in another spelling",
        "merged into the first row",
        (
            us("C20301", "Ines", "+1 206-555-0120", email="ines.301@example.com"),
            us("C20301", "Ines", "(206) 555 0120", email="ines.301@example.com", outcome="merged"),
        ),
        apart=True,
    ),
    Hazard(
        "the same number under two customers, and one of them said stop",
        "the opt-out wins, in whichever row it stands",
        (
            us("C20302", "Rafa", "2065550121", outcome="opted_out"),
            us("C20303", "Rafa", "1 (206) 555-0121", unsubscribed="YES", outcome="merged"),
        ),
        apart=True,
    ),
    Hazard(
        "one customer with two numbers",
        "the first counts, the second is refused: nothing says which one is right",
        (
            us("C20304", "Leyla", "+1 206-555-0122"),
            us("C20304", "Leyla", "+1 206-555-0123", outcome="duplicate"),
        ),
        apart=True,
    ),
    Hazard(
        "yes in many spellings, in the column of the opt-outs",
        "each is an opt-out",
        tuple(
            us(f"C203{10 + n}", "Sol", f"206-555-01{24 + n}", unsubscribed=yes, outcome="opted_out")
            for n, yes in enumerate(("x", "Y", "1", "TRUE", "yes ", "on"))
        ),
    ),
    Hazard(
        "an opt-out in a row that is wrong otherwise",
        "honoured all the same",
        (
            us(
                "C20320",
                "Uri",
                "206-555-0130",
                email="uri@@example.com",
                unsubscribed="yes",
                outcome="opted_out",
            ),
        ),
    ),
    Hazard(
        "consent that is empty, doubtful, or withdrawn",
        "withheld: only a yes is a yes",
        (
            us("C20321", "Xenia", "206-555-0131", consent="", outcome="no_consent"),
            us("C20322", "Viggo", "206-555-0132", consent="unknown", outcome="no_consent"),
            us(
                "C20323", "Wren", "206-555-0133", consent="revoked 2025-11-02", outcome="no_consent"
            ),
        ),
    ),
)

MAILS = (
    Hazard(
        "an address with a plus, one with capitals, one with a name around it",
        "taken as they are; only the domain becomes lower case",
        (
            us("C20401", "Etta", "206-555-0134", email="etta+shop@example.com"),
            us("C20402", "Hugo", "206-555-0135", email="Hugo.Boat@EXAMPLE.Org"),
            us("C20403", "Gaia", "206-555-0136", email="Gaia <gaia.403@example.net>"),
        ),
    ),
    Hazard(
        "addresses that are none",
        "refused: clear the cell and the phone alone is added",
        (
            us("C20404", "Kai", "206-555-0137", email="kai@@example.com", outcome="email_invalid"),
            us("C20405", "Pia", "206-555-0138", email="pia.example.com", outcome="email_invalid"),
            us("C20406", "Zia", "206-555-0139", email="zia@example", outcome="email_invalid"),
            us(
                "C20407",
                "Nia",
                "206-555-0140",
                email="nia moon@example.com",
                outcome="email_invalid",
            ),
        ),
    ),
)

CELLS = (
    Hazard(
        "commas, quotes and line breaks inside a cell",
        "read as the one cell they are; the lines that follow keep their numbers",
        (
            us("C20501", "Theo", "206-555-0141", notes="Wants size 9, wide"),
            us("C20502", "Maia", "206-555-0142", notes='Says "call me later"'),
            us("C20503", "Arlo", "206-555-0143", notes="Moved twice:\n2024 Oslo\n2025 Lund"),
        ),
    ),
    Hazard(
        "names that are not ASCII, hold an emoji, or look like a formula",
        "sent as they stand",
        (
            us("C20504", "陈晨", "206-555-0144", email="chen.504@example.com"),
            us("C20505", "Ольга", "206-555-0145", email="olga.505@example.com"),
            us("C20506", "Ana 🌸", "206-555-0146", email="ana.506@example.com"),
            us("C20507", "=SUM(A1:A9)", "206-555-0147", email="sum.507@example.com"),
            us("C20508", "Pat/Chris", "206-555-0148", email="pat.508@example.com"),
        ),
    ),
    Hazard(
        "blanks around everything",
        "trimmed",
        (
            us(
                " C20509 ",
                "  Moss ",
                " 206-555-0149 ",
                email=" moss.509@example.com ",
                country=" usa ",
            ),
        ),
    ),
)

HOPELESS = (
    Hazard(
        "a comma too many, because a note was not quoted",
        "refused: which cell is which cannot be known",
        (
            Row(
                raw="C20601,Orla,,206-555-0150,USA,VIP,yes,,2026-01-09,mornings, not evenings",
                outcome="row_malformed",
            ),
        ),
    ),
    Hazard(
        "a row that was cut off",
        "refused",
        (Row(raw="C20602,Idris,idris.602@exam", outcome="row_malformed"),),
    ),
    Hazard(
        "a quote inside a cell that was not doubled",
        "refused; the rows after it are read",
        (
            Row(
                raw='C20603,"Bo" the Great,,206-555-0151,USA,New,yes,,2026-02-11,',
                outcome="row_malformed",
            ),
        ),
    ),
    Hazard(
        "the header once more: two exports were pasted together",
        "left out, and told: every cell of it is the name of its column",
        (Row(raw=",".join(HEADER), outcome="not_read"),),
    ),
    Hazard(
        "a row of empty cells, as spreadsheets leave them at the end",
        "left out, and told: it stands below the last person",
        (Row(raw="," * (len(HEADER) - 1), outcome="not_read"),),
    ),
    Hazard(
        "a line that sums up",
        "left out, and told: it stands below the last person",
        (Row(raw="Total,1499", outcome="not_read"),),
    ),
)

HAZARDS = EXCEL + PHONES + COUNTRIES + PEOPLE + MAILS + CELLS + KNOWN_FOR
AT_THE_END = HOPELESS[-3:]
IN_BETWEEN = HAZARDS + HOPELESS[:-3]
