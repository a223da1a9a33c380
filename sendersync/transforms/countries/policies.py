"""What is decided about spellings that the sources of names leave open: one table.

The rule behind all of it: a number read in the wrong country is a text to a stranger, so a
spelling that could mean two countries, or something that is no country, is not understood.
`docs/countries.md` shows the same table.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Policy(NamedTuple):
    """One decision.

    Attributes:
        spellings: Spellings it covers, separated by " | "; capitals and accents do not count.
        country: Alpha-2 that they mean, "" when they are not understood.
        could_be: What a message offers when they are not understood.
        because: Why.
    """

    spellings: str
    country: str
    could_be: tuple[str, ...]
    because: str


POLICIES: Final = (
    Policy(
        "England | Scotland | Wales | Northern Ireland | N Ireland | Great Britain | Britain "
        "| G.B. | U.K. | England and Wales | UK England | Ireland, Northern | Cymru | Inglaterra "
        "| Inghilterra | Angleterre | Schottland | Nordirland | Irlanda del Norte",
        "GB",
        (),
        "parts of the United Kingdom, with its numbers; `UK` is not ISO and never anything else",
    ),
    Policy(
        "Saint Marin | St Marin",
        "",
        ("SM", "MF", "SX"),
        "French for San Marino, and Saint Martin without a letter",
    ),
    Policy("Ira", "", ("IR", "IQ"), "Iran or Iraq without a letter"),
    Policy("Man", "", ("IM", "OM"), "Oman without a letter, and an island"),
    Policy("Uda", "", ("SD", "UG", "US"), "three letters of several countries"),
    Policy("Cada", "", ("CA", "TD"), "Canada without two letters"),
    Policy("Azerbaijani", "", ("AZ",), "a language; in Swahili the country as well"),
    Policy("Nepali", "", ("NP",), "a language; in Swahili the country as well"),
    Policy("Somali", "", ("SO",), "a language; in Swahili the country as well"),
    Policy("Norfolk", "", ("NF", "GB", "US"), "a county and several towns, and an island"),
    Policy("EL", "GR", (), "the European Union's own code of Greece"),
    Policy(
        "Kosovo | Kosova | Republic of Kosovo | XKX | XKK",
        "XK",
        (),
        "no ISO code; XK is in use everywhere, in libphonenumber too (+383)",
    ),
    Policy("Ascension | Ascension Island", "AC", (), "its own numbers (+247); reserved by ISO"),
    Policy("Tristan da Cunha", "TA", (), "its own region in libphonenumber; reserved by ISO"),
    Policy("Holland", "NL", (), "everyday name of the whole country"),
    Policy("Burma", "MM", (), "former name of the same country"),
    Policy("Ivory Coast", "CI", (), "English name of the same country"),
    Policy("Swaziland", "SZ", (), "former name of the same country"),
    Policy("Cape Verde", "CV", (), "English name of the same country"),
    Policy("East Timor", "TL", (), "English name of the same country"),
    Policy("Macedonia | FYROM | FYR Macedonia", "MK", (), "former name of North Macedonia"),
    Policy("Upper Volta", "BF", (), "former name of the same country"),
    Policy("Dahomey", "BJ", (), "former name of the same country"),
    Policy("Zaire", "CD", (), "former name, and never the other Congo"),
    Policy("Siam", "TH", (), "former name of the same country"),
    Policy("Ceylon", "LK", (), "former name of the same country"),
    Policy("Persia", "IR", (), "former name of the same country"),
    Policy("Eire", "IE", (), "Irish name without its accent"),
    Policy(
        "South Korea | S Korea | Korea South | Korea Republic of | Republic of Korea | Korea Rep "
        "| ROK | 한국",
        "KR",
        (),
        "names one of the two",
    ),
    Policy(
        "North Korea | N Korea | Korea North | Korea DPR | DPR Korea | DPRK "
        "| Korea Democratic Peoples Republic of | Democratic Peoples Republic of Korea",
        "KP",
        (),
        "names one of the two",
    ),
    Policy(
        "Congo Brazzaville | Republic of the Congo | Republic of Congo | Congo Republic "
        "| Congo Republic of the | Congo Republic of | Congo Rep",
        "CG",
        (),
        "names one of the two",
    ),
    Policy(
        "Congo Kinshasa | Democratic Republic of the Congo | Democratic Republic of Congo "
        "| DR Congo | D R Congo | Congo DR | Congo DRC | DRC | DROC "
        "| Congo Democratic Republic of the | Congo Democratic Republic of | Congo Dem Rep "
        "| Congo The Democratic Republic of the",
        "CD",
        (),
        "names one of the two",
    ),
    Policy("S Sudan", "SS", (), "everyday abbreviation, a letter away from the other"),
    Policy("Eq Guinea | Equat Guinea", "GQ", (), "everyday abbreviation"),
    Policy("N Zealand | N.Z.", "NZ", (), "everyday abbreviation"),
    Policy("BRD | F R Germany | FR Germany", "DE", (), "everyday abbreviation"),
    Policy("Dom Rep", "DO", (), "everyday abbreviation"),
    Policy("Gt Britain", "GB", (), "everyday abbreviation"),
    Policy("Solomon Is", "SB", (), "everyday abbreviation"),
    Policy("Marshall Is", "MH", (), "everyday abbreviation"),
    Policy("Cayman Is", "KY", (), "everyday abbreviation"),
    Policy("Macao SAR | Macau SAR | Macao S.A.R.", "MO", (), "everyday abbreviation"),
    Policy("Br Virgin Islands | Brit Virgin Islands | Br Virgin Is", "VG", (), "says which part"),
    Policy("Kampuchea", "KH", (), "former name of the same country"),
    Policy("British Honduras", "BZ", (), "former name of the same country"),
    Policy("Abyssinia", "ET", (), "former name of the same country"),
    Policy("Kirghizia", "KG", (), "former name of the same country"),
    Policy("State of Libya", "LY", (), "official name"),
    Policy("日本国", "JP", (), "official name"),
    Policy("ประเทศไทย", "TH", (), "its own name, with the word for country"),
    Policy("Ελλάς", "GR", (), "the older form of its own name"),
    Policy("UAE | Emirates | United Emirates", "AE", (), "everyday abbreviation"),
    Policy("Lao PDR | Lao P.D.R.", "LA", (), "everyday abbreviation"),
    Policy("Holy See | The Holy See", "VA", (), "ISO's name without its bracket"),
    Policy("Saint Martin (Dutch part)", "SX", (), "says which part"),
    Policy(
        "USA | U.S. | U.S.A. | US of A | United States | Unites States | EE.UU. "
        "| EEUU | E.U.A. | EUA | Estados Unidos | Etats Unis",
        "US",
        (),
        "everyday abbreviations",
    ),
    Policy("KSA | Saudi", "SA", (), "everyday abbreviation"),
    Policy("PRC | P.R. China | PR China | Mainland China", "CN", (), "everyday abbreviation"),
    Policy("Taiwan ROC | Taiwan R.O.C. | Chinese Taipei", "TW", (), "everyday names"),
    Policy("PNG", "PG", (), "everyday abbreviation"),
    Policy("BVI", "VG", (), "everyday abbreviation"),
    Policy("USVI", "VI", (), "everyday abbreviation"),
    Policy("S Africa | RSA", "ZA", (), "everyday abbreviation"),
    Policy("Bosnia | Herzegovina | BiH | Bosnia & Herz", "BA", (), "everyday abbreviation"),
    Policy("Trinidad | Tobago", "TT", (), "an island of one country only"),
    Policy("Antigua | Barbuda", "AG", (), "an island of one country only"),
    Policy("St Kitts | Saint Kitts | Nevis", "KN", (), "an island of one country only"),
    Policy("St Vincent | Saint Vincent", "VC", (), "the country by its main island"),
    Policy("Sao Tome", "ST", (), "the country by its main island"),
    Policy(
        "Georgia",
        "GE",
        (),
        "ISO's name of the country; in a column of countries the state would be under USA",
    ),
    Policy("Guinea", "GN", (), "ISO's name; the others of that name always say which"),
    Policy("Samoa", "WS", (), "ISO's name; the other always says American"),
    Policy("Ireland", "IE", (), "ISO's name; the North is Northern Ireland"),
    Policy("Niger", "NE", (), "ISO's name; Nigeria is another"),
    Policy("Dominica", "DM", (), "ISO's name; the other always says Republic"),
    Policy("Sudan", "SD", (), "ISO's name; the other always says South"),
    Policy("Cyprus", "CY", (), "ISO's name"),
    # ---- not understood: two countries
    Policy(
        "Korea | Corea | Coree | Corée | Koreya | Koreja | Koreia | Coreia "
        "| Корея | Кореја | Κορέα | كوريا | كورېيه | קוריאה | कोरिया | Coirea | Korean",
        "",
        ("KP", "KR"),
        "two countries",
    ),
    Policy(
        "Congo | Kongo | Kongó | Конго | Конґо | Κονγκό | ኮንጎ | الكونغو | كونغو | كونگو "
        "| קונגו | कांगो | কঙ্গো | კონგო | Կոնգո | 刚果 | 剛果 | コンゴ | 콩고 | คองโก",
        "",
        ("CD", "CG"),
        "two countries",
    ),
    Policy(
        "Virgin Islands | Virgin Is",
        "",
        ("VG", "VI"),
        "two territories",
    ),
    Policy("Saint Martin Island | Sint Maarten Saint Martin", "", ("MF", "SX"), "two territories"),
    Policy("Republic of China | China Republic of | ROC", "", ("CN", "TW"), "read as either"),
    Policy("Dominican | Dominicana | Dominicano", "", ("DM", "DO"), "two countries"),
    Policy(
        "Guayana | Guyane | Guianas",
        "",
        ("GF", "GY"),
        "a region of several countries",
    ),
    Policy("Timor", "", ("ID", "TL"), "an island of two countries"),
    Policy("Borneo", "", ("BN", "ID", "MY"), "an island of three countries"),
    Policy("Papua", "", ("ID", "PG"), "a province of Indonesia as well"),
    Policy("Persian", "", ("IR",), "a language"),
    Policy("New Guinea", "", ("ID", "PG"), "an island of two countries"),
    Policy("Palestine Israel | Israel Palestine", "", ("IL", "PS"), "two of them"),
    Policy("Swiss", "", ("CH",), "a people"),
    Policy("Iraqi", "", ("IQ",), "a people"),
    Policy("Argentino", "", ("AR",), "a people"),
    Policy("Romani", "", ("RO",), "a language, and not Romania's"),
    Policy("Nederlands", "", ("NL",), "a language"),
    Policy("Frans", "", ("FR",), "a language, and a first name"),
    Policy("Luganda", "", ("UG",), "a language"),
    Policy("Antarctic", "", ("AQ",), "a region"),
    Policy("Micronesian Islands", "", ("FM",), "a region"),
    Policy("America | The Americas | Americas | American", "", ("US",), "a continent as well"),
    Policy("States | United | Kingdom | Republic | Islands | Union | Federation", "", (), "a word"),
    Policy("State of Mexico", "", ("MX",), "a state of Mexico"),
    # ---- not understood: countries that are no more
    Policy(
        "USSR | U.S.S.R. | Soviet Union | SU | UdSSR | URSS | CCCP",
        "",
        ("RU",),
        "fifteen countries today",
    ),
    Policy(
        "Yugoslavia | Jugoslawien | YU | YUG",
        "",
        ("BA", "HR", "ME", "MK", "RS", "SI", "XK"),
        "seven countries today",
    ),
    Policy(
        "Serbia and Montenegro | SCG",
        "",
        ("ME", "RS"),
        "two countries today",
    ),
    Policy("Czechoslovakia | Tschechoslowakei | CSSR", "", ("CZ", "SK"), "two countries today"),
    Policy(
        "Netherlands Antilles | Dutch Antilles | AN | ANT",
        "",
        ("BQ", "CW", "SX"),
        "three territories today",
    ),
    Policy("Channel Islands", "", ("GG", "JE"), "two territories"),
    Policy("Rhodesia", "", ("ZM", "ZW"), "two countries today"),
    # ---- not understood: no countries
    Policy(
        "na | n.a. | nil | unknown | unk | undefined | other | others "
        "| all | any | test | xx | zz | tbd | tba | no country | not applicable | not available "
        "| not specified | international | worldwide | global | world | earth | abroad | overseas "
        "| domestic | foreign | stateless",
        "",
        (),
        "no country; only `NA` in capitals is a code, Namibia's. `NULL` is a blank cell",
    ),
    Policy(
        "Europe | EU | European Union | Asia | Africa | North America | South America "
        "| Latin America | Central America | LATAM | EMEA | APAC | MENA | DACH | Benelux | Nordics "
        "| Scandinavia | Oceania | Middle East | Caribbean | Balkans | GCC | ASEAN | NATO | UN "
        "| United Nations | Eurozone | Iberia | Baltics | Maghreb | Polynesia | Melanesia",
        "",
        (),
        "a region",
    ),
)
