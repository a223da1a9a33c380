"""What a person has settled about one file: its columns, its words, its country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from schemas.sync_file import FlagWords
from sendersync.transforms.mapping.unclear_words import DATES, OTHERS

FIELDS: Final = (
    *("phone", "key", "email", "first_name", "country"),
    *("opted_out", "consent", "consent_at", "group", "customer_key"),
)
"""Contact fields that are chosen on the page; the sender code is given once for the whole file."""

PERMISSIONS: Final = ("opted_out", "consent")


@dataclass(frozen=True)
class Choices:
    """The answers about one file.

    Attributes:
        columns: Contact field to column; empty for none. A field that is not here was not asked.
        not_permission: Columns that say nothing of who may be texted.
        words: `opted_out` and `consent`, each to its words with `yes`, `no` or `undecided`; the
            word `(dates)` stands for every real date.
        country: Of numbers without a country code; two letters, or empty.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    not_permission: Sequence[str] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    country: str = ""

    def as_json(self) -> dict[str, Any]:
        """To be kept beside the file."""
        return asdict(self)

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Choices:
        """As `as_json` gave it."""
        return cls(
            columns=dict(kept.get("columns", {})),
            not_permission=tuple(kept.get("not_permission", ())),
            words={name: dict(words) for name, words in kept.get("words", {}).items()},
            country=str(kept.get("country", "")),
        )

    def flag_words(self, name: str) -> FlagWords | None:
        """What a sync file says of the words of a permission; None where it says nothing.

        Args:
            name: `opted_out` or `consent`.

        Raises:
            ValueError: A word cannot mean that: `yes` never means no.
        """
        said = self.words.get(name, {})
        listed = {word: answer for word, answer in said.items() if word not in (DATES, OTHERS)}
        yes, no = (
            [word for word, answer in listed.items() if answer == which] for which in ("yes", "no")
        )
        dates = said.get(DATES) == "yes"
        if not (yes or no or dates):
            return None
        return FlagWords(means_yes=yes, means_no=no, dates_mean_yes=dates)


def choices_of_form(fields: Mapping[str, Sequence[str]]) -> Choices:
    """What somebody chose in the form of `settle_page`.

    The names of the form's fields are `column.FIELD`, `ask.N` with `asked.N`, and `word.FIELD.N`
    with `words.FIELD.N`: a column or a word is a value and never a name.
    """
    columns = {
        name: _one(fields, f"column.{name}") for name in FIELDS if f"column.{name}" in fields
    }
    not_permission = [each for each in fields.get("not_permission", ()) if each]
    for number in _numbers(fields, "asked."):
        column, answer = _one(fields, f"asked.{number}"), _one(fields, f"ask.{number}")
        if answer in PERMISSIONS:
            columns[answer] = column
        elif answer == "nothing":
            not_permission.append(column)
    # what is mapped says something, whatever was said of it before
    mapped = set(columns.values())
    words: dict[str, dict[str, str]] = {}
    for name in PERMISSIONS:
        for number in _numbers(fields, f"words.{name}."):
            answer = _one(fields, f"word.{name}.{number}")
            if answer in ("yes", "no"):
                words.setdefault(name, {})[_one(fields, f"words.{name}.{number}")] = answer
    return Choices(
        columns=columns,
        not_permission=tuple(dict.fromkeys(each for each in not_permission if each not in mapped)),
        words=words,
        country=_one(fields, "country").strip().upper(),
    )


def _one(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(fields.get(name, ())), "")


def _numbers(fields: Mapping[str, Sequence[str]], start: str) -> list[str]:
    return [name.removeprefix(start) for name in fields if name.startswith(start)]
