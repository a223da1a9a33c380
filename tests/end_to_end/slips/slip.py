"""A slip: one thing that a person changed by mistake, and what a run must make of it.

Forty people have been loaded the night before (`first_night`). A slip changes the folder or the
command, and `tests/end_to_end/slips/test_slips.py` runs it: the exit code, the words that must be
said, and who may be called. To add one, add a row to the table of a file here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.builders.command_line import CommandLine

PEOPLE = 40
HEADER = (
    *("CustomerID", "Mobile", "Emergency contact", "First Name", "SMS consent", "Text status"),
    "Store",
)
SYNC = """\
sync: newsletter
source: {kind: csv, path: contacts.csv}
columns:
  key: CustomerID
  phone: Mobile
  first_name: First Name
  consent: SMS consent
  opted_out: Text status
words: {opted_out: {means_yes: [stop], means_no: [wants texts]}}
sender_code: "12065551212"
default_country: US
countries: [US]
not_permission: [Store]
load: {rate_per_second: 2000, concurrency: 4}
"""

Change = Callable[[CommandLine], object]


@dataclass(frozen=True)
class Slip:
    """One slip.

    Attributes:
        name: What was done wrong, in words.
        change: Does it, in the folder of a sync whose first night went well.
        code: The exit code.
        says: Words that stand in what is printed, or in the JSON.
        command: What is run then.
    """

    name: str
    change: Change
    code: int
    says: str | Sequence[str]
    command: Sequence[str] = ("run", "newsletter.yaml")

    def __str__(self) -> str:
        """The name of its test."""
        return self.name.replace(" ", "-")


def national(number: int) -> str:
    """A fictional number as a person writes it: mobile in the United States, and in India too."""
    return f"907555{number:04d}"


def contacts(start: int = 0) -> list[dict[str, str]]:
    """Forty people of the list, each with somebody to be called in an emergency."""
    return [
        {
            "CustomerID": f"C{number:04d}",
            "Mobile": national(number),
            "Emergency contact": national(5000 + number),
            "First Name": f"Zoë{number}",
            "SMS consent": "yes",
            "Text status": "wants texts",
            "Store": "North" if number % 2 else "South",
        }
        for number in range(start, start + PEOPLE)
    ]


def whole_list() -> list[dict[str, str]]:
    """The forty, and ten who must not be texted: five said stop, five never agreed."""
    kept_out = contacts(100)[:10]
    for row in kept_out[:5]:
        row["Text status"] = "stop"
    for row in kept_out[5:]:
        row["SMS consent"] = "no"
    canadian = {**contacts(200)[0], "Mobile": "+14165550123", "SMS consent": "yes"}
    office = {**contacts(201)[0], "Mobile": "8005550199"}
    return [*contacts(), *kept_out, canadian, office]


def as_csv(rows: Sequence[Mapping[str, str]], header: Sequence[str] = HEADER) -> str:
    """Rows as the text of a file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def first_night(line: CommandLine) -> None:
    """Loads the forty."""
    line.write("newsletter.yaml", SYNC)
    line.write("contacts.csv", as_csv(whole_list()))
    done = line("run", "newsletter.yaml", "--json")
    assert done.code == 0, done.err + done.out
    assert done.json["load"]["confirmed"] == PEOPLE
    assert done.json["contacts"] == {"accepted": 40, "rejected": 2, "merged": 0, "withheld": 10}


def edit(before: str, after: str) -> Change:
    """Another word in the sync file."""

    def change(line: CommandLine) -> None:
        text = (line.folder / "newsletter.yaml").read_text("utf-8")
        assert before in text, "the slip changes nothing"
        line.write("newsletter.yaml", text.replace(before, after))

    return change


def source(rows: Sequence[Mapping[str, str]], name: str = "contacts.csv") -> Change:
    """Another file of contacts."""
    return lambda line: line.write(name, as_csv(rows))
