"""The ten hazards that exports are known for; `sendersync demo` shows them first."""

from __future__ import annotations

from hazard import Hazard, us

KNOWN_FOR = (
    Hazard(
        "a link to a chat, or a phone link, in place of a number",
        "read: the link holds the whole international number",
        (
            us("C20701", "Juno", "https://wa.me/12065550160"),
            us("C20702", "Lars", "tel:+1-206-555-0161"),
        ),
    ),
    Hazard(
        "a label before the number, as address books and lead forms write it",
        "read without it",
        (
            us("C20703", "Mina", "Mobile: +1 206-555-0162"),
            us("C20704", "Otis", "p:+12065550163"),
        ),
    ),
    Hazard(
        "digits beside the number (a room, an office), or the country code twice",
        "refused: which digits belong to the number is not for us to say",
        (
            us("C20705", "Rhea", "206-555-0164 (12)", outcome="phone_too_long"),
            us("C20706", "Saga", "+1 +1 206-555-0165", outcome="phone_not_a_number"),
        ),
    ),
    Hazard(
        "a zero in brackets that is not dialled from abroad",
        "read without it",
        (us("C20707", "Sven", "+49 (0)171 3920008", country="Germany"),),
    ),
    Hazard(
        "one handset in two spellings: Mexico wrote a `1` behind its country code until 2019",
        "one person, under the spelling that is a number today",
        (
            us("C20708", "Ximena", "+52 81 1234 5678", country="Mexico"),
            us("C20708", "Ximena", "+52 1 81 1234 5678", country="Mexico", outcome="merged"),
        ),
        apart=True,
    ),
    Hazard(
        "a placeholder where a customer number should be, and one of these people said stop",
        "no key: only the one who said stop is stopped, the others are told apart by their phones",
        (
            us("0", "Tora", "206-555-0166"),
            us("0", "Ulf", "206-555-0167", unsubscribed="yes", outcome="opted_out"),
            us("N/A", "Vera", "206-555-0168"),
        ),
    ),
    Hazard(
        "one customer number for two people, and one of them said stop",
        "the number is nobody's key: the other one is added, and the report names both lines",
        (
            us("C20709", "Wim", "206-555-0169", email="wim.709@example.com"),
            us(
                "C20709",
                "Ylva",
                "206-555-0170",
                email="ylva.709@example.com",
                unsubscribed="yes",
                outcome="opted_out",
            ),
        ),
    ),
    Hazard(
        "what databases, CRMs and spreadsheets write for nothing: NULL, FALSE, #N/A",
        "the same as an empty cell: nobody is greeted as NULL",
        (
            us("C20710", "NULL", "206-555-0171", email="NULL", country="NULL"),
            us("C20711", "Zeno", "206-555-0172", email="FALSE"),
            us("C20712", "Ada", "206-555-0173", email="#N/A", country="#N/A"),
        ),
    ),
    Hazard(
        "a date that means no date in the column of the consents",
        "withheld: a zero date is blank, and the first day of a calendar is no yes",
        (
            us("C20713", "Bea", "206-555-0174", consent="0000-00-00", outcome="no_consent"),
            us("C20714", "Cal", "206-555-0175", consent="1970-01-01", outcome="no_consent"),
        ),
    ),
    Hazard(
        "two rows of one number, the first with a yes and the second with a no",
        "withheld, in whichever order the rows stand: a no counts",
        (
            us("C20715", "Dina", "206-555-0176", outcome="no_consent"),
            us("C20715", "Dina", "1 206 555 0176", consent="no", outcome="merged"),
        ),
        apart=True,
    ),
)
