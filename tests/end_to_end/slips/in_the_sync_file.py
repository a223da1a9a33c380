"""One wrong word in the sync file."""

from __future__ import annotations

from tests.builders.command_line import CommandLine
from tests.end_to_end.slips.slip import Slip, as_csv, contacts, edit

DIFFERS = "reads differently than in the last run"


def _another_file(line: CommandLine) -> None:
    line.write("staff.csv", as_csv(contacts(300)))
    edit("contacts.csv", "staff.csv")(line)


def _two_files_of_one_name(line: CommandLine) -> None:
    line.write("staff.csv", as_csv(contacts(300)))
    text = (line.folder / "newsletter.yaml").read_text("utf-8")
    line.write("staff.yaml", text.replace("contacts.csv", "staff.csv"))


def _customers_as_opt_outs(line: CommandLine) -> None:
    rows = [{"phone": row["Mobile"], "name": row["First Name"]} for row in contacts()]
    line.write("stops.csv", as_csv(rows, ("phone", "name")))
    edit("countries: [US]", "countries: [US]\nopt_outs: {path: stops.csv}")(line)


SLIPS = [
    Slip(
        "the customers as the list of who texted stop",
        _customers_as_opt_outs,
        3,
        ["40 of 40 people subscribed say stop", "max_opt_outs"],
    ),
    Slip(
        "yes and no of the opt-out exchanged",
        edit(
            "means_yes: [stop], means_no: [wants texts]",
            "means_yes: [wants texts], means_no: [stop]",
        ),
        3,
        [DIFFERS, "words.opted_out.means_yes", "people say stop in a sync file"],
    ),
    Slip(
        "another column says who opted out",
        edit(
            "  opted_out: Text status\nwords: {opted_out: {means_yes: [stop], means_no: [wants texts]}}",
            "  opted_out: Store\nwords: {opted_out: {means_yes: [north], means_no: [south]}}",
        ),
        3,
        [DIFFERS, "columns.opted_out"],
    ),
    Slip(
        "the line of the consent deleted",
        edit("  consent: SMS consent\n", ""),
        3,
        [DIFFERS, "columns.consent", "not any more", "nobody is added"],
    ),
    Slip(
        "the line of the opt-out deleted",
        edit(
            "  opted_out: Text status\nwords: {opted_out: {means_yes: [stop], means_no: [wants texts]}}\n",
            "",
        ),
        3,
        [DIFFERS, "columns.opted_out", "not any more"],
    ),
    Slip(
        "another word means consent",
        edit("words: {", "words: {consent: {means_yes: [unsure]}, "),
        0,
        [DIFFERS, "words.consent.means_yes"],
    ),
    Slip(
        "the phone of the emergency contact",
        edit("phone: Mobile", "phone: Emergency contact"),
        3,
        [DIFFERS, "'Mobile'", "'Emergency contact'", "people would be added"],
    ),
    Slip(
        "another country, with keys",
        edit("default_country: US\ncountries: [US]", "default_country: IN"),
        3,
        [DIFFERS, "default_country", "wrong numbers"],
    ),
    Slip(
        "the line of the key deleted",
        edit("  key: CustomerID\n  phone: Mobile\n  first_name: First Name", "  phone: Mobile"),
        0,
        [DIFFERS, "columns.key"],
    ),
    Slip("another sender code", edit("12065551212", "12065551313"), 3, [DIFFERS, "sender_code"]),
    Slip(
        "countries allowed that were not",
        edit("countries: [US]", "countries: [US, CA]"),
        3,
        [DIFFERS, "countries", "1 person would be added"],
    ),
    Slip(
        "kinds of number allowed that were not",
        edit(
            "countries: [US]",
            "countries: [US]\nline_types: [mobile, fixed_line_or_mobile, toll_free]",
        ),
        3,
        [DIFFERS, "line_types", "1 person would be added"],
    ),
    Slip(
        "an encoding that the file has not",
        edit("path: contacts.csv", "path: contacts.csv, encoding: cp1252"),
        0,
        [DIFFERS, "source.encoding"],
    ),
    Slip("another file", _another_file, 3, [DIFFERS, "source.path", "40 people would be added"]),
    Slip(
        "two sync files of one name",
        _two_files_of_one_name,
        3,
        [DIFFERS, "source.path", "another sync file"],
        command=("run", "staff.yaml"),
    ),
    Slip(
        "the first name as the key",
        edit("key: CustomerID", "key: First Name"),
        0,
        [DIFFERS, "columns.key"],
    ),
    Slip(
        "a column that there is not",
        edit("phone: Mobile", "phone: Mobil"),
        2,
        ["'Mobil'", "Did you mean 'Mobile'?"],
    ),
    Slip(
        "the folder of who texted stop mistyped",
        edit("countries: [US]", "countries: [US]\nopt_outs: {path: stop/*.csv}"),
        0,
        ["no list of who texted STOP", "stop/*.csv"],
    ),
    Slip(
        "a share as a percentage",
        edit("countries: [US]", "countries: [US]\nguards: {max_stop_share: 5}"),
        2,
        "max_stop_share",
    ),
    Slip("a mistyped key", edit("sender_code:", "sender_cod:"), 2, ["sender_cod", "sender_code"]),
    Slip("a country that is none", edit("default_country: US", "default_country: USA"), 2, "US"),
    Slip(
        "an opt-out with the header of a consent",
        edit("opted_out: Text status", "opted_out: SMS consent"),
        2,
        "consent: SMS consent",
    ),
]
