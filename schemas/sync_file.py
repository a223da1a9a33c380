"""The sync file: what a person writes to describe one sync.

Pure models; `connectors.configuration.sync_files` reads the YAML, and turns a refusal into a
`SyncFileError` with line, key and the nearest right word. `json_schema()` is what editors get.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    field_validator,
    model_validator,
)

from schemas.source_specs import SourceSpec
from schemas.sync_keys.columns import PhoneColumns, Text
from schemas.sync_keys.country_codes import country_code
from schemas.sync_keys.guards import Guards, LoadSpec
from schemas.sync_keys.opt_outs import OptOuts, OptOutScope
from schemas.sync_keys.strict import Strict

TRUTHY = frozenset({"true", "yes", "y", "1", "x", "on"})
"""Cells that always mean yes, in any capitals; `words` of the sync file may name more."""

_SYNC_NAME = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


SENDER_CODE_PLACEHOLDER = "FILL_IN"
"""What `check --write` leaves for a person; no command takes it for a sender code."""

_QUOTES = "\"'\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"
"""Quotes that word processors and chats put in place of straight ones, and those."""

COLUMN_PLACEHOLDER = "DECIDE"
"""The same where a column may say who must not be texted; no command takes it for a column."""


Duplicates = Literal["first", "last", "reject"]
"""Which of several rows with one phone and sender code is sent; `reject`: none of them."""


class Removals(StrEnum):
    """What happens to a person whose row has left the source."""

    STOP = "stop"
    KEEP = "keep"


class Updates(StrEnum):
    """Whether a value that differs from what was sent is sent as a second add."""

    KEEP = "keep"
    SEND = "send"


class LineType(StrEnum):
    """Kinds of number, as libphonenumber tells them apart."""

    MOBILE = "mobile"
    FIXED_LINE_OR_MOBILE = "fixed_line_or_mobile"
    FIXED_LINE = "fixed_line"
    TOLL_FREE = "toll_free"
    PREMIUM_RATE = "premium_rate"
    SHARED_COST = "shared_cost"
    VOIP = "voip"
    PERSONAL_NUMBER = "personal_number"
    PAGER = "pager"
    UAN = "uan"
    VOICEMAIL = "voicemail"
    UNKNOWN = "unknown"


def _segment(value: str) -> str:
    if value.strip() == SENDER_CODE_PLACEHOLDER:
        raise ValueError(
            "it is not filled in yet: write the sender code of your platform here, in quotes"
        )
    if value.strip().strip(_QUOTES) != value.strip():
        raise ValueError("must be in straight quotes: these are letters to a sync file")
    if "/" in value or value.strip() in {"", ".", ".."}:
        raise ValueError("must not be empty, a dot, or hold a slash: it becomes part of an address")
    return value.strip()


def _decided(value: str | None) -> str | None:
    if value == COLUMN_PLACEHOLDER:
        raise ValueError(
            "it is not decided yet: name the column that says it, or delete this line if none does"
        )
    return value


def checked_sync_name(value: str) -> str:
    """A name for a sync.

    Raises:
        ValueError: What is wrong with it.
    """
    if not _SYNC_NAME.fullmatch(value) or len(value) > 60:
        raise ValueError("must be lower-case letters, digits and single dashes, at most 60")
    return value


Permission = Annotated[Text | None, AfterValidator(_decided)]
SenderCode = Annotated[Text, AfterValidator(_segment)]
Country = Annotated[str, AfterValidator(country_code)]


class Columns(Strict):
    """Contact field: source column."""

    phone: PhoneColumns = Field(
        description="The phone number, the one column that every sync needs; or a list of columns, "
        "of which the first with a usable number counts."
    )
    key: Text | None = Field(
        default=None, description="Identifies a person for life; default: the phone."
    )
    email: Text | None = Field(default=None, description="E-mail; a contact may have none.")
    country: Text | None = Field(default=None, description="Country of the number, any spelling.")
    first_name: Text | None = Field(default=None, description="First name.")
    customer_key: Text | None = Field(
        default=None, description="Customer key of the platform, where your account uses one."
    )
    group: Text | None = Field(default=None, description="SMS group, row by row.")
    sender_code: Text | None = Field(default=None, description="Sender code, row by row.")
    opted_out: Permission = Field(
        default=None,
        description="Truthy: stop and suppress. Unclear cells: people are left as they are.",
    )
    consent: Permission = Field(
        default=None, description="When mapped, only truthy rows may be added."
    )

    consent_at: Text | None = Field(
        default=None, description="When the consent was given; kept as evidence of it."
    )

    def mapped(self) -> dict[str, str]:
        """Field name to source column, mapped fields only, in the order of this class.

        Of several phone columns the first; `pairs` has all.
        """
        first: dict[str, str] = {}
        for name, column in self.pairs():
            first.setdefault(name, column)
        return first

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Field name and source column, mapped fields only; each phone column is a pair."""
        for name, column in self:
            if name == "phone":
                yield from ((name, each) for each in column)
            elif column is not None:
                yield name, column

    def sources(self) -> tuple[str, ...]:
        """Every source column that is mapped."""
        return tuple(dict.fromkeys(column for _, column in self.pairs()))


def _word(value: Any) -> Any:
    """YAML reads an unquoted yes, no or date as something else than the text of a cell."""
    if not isinstance(value, str) and (isinstance(value, bool) or not isinstance(value, int)):
        raise ValueError("write each word in quotes, as the cell has it")
    word = str(value).strip().casefold()
    if not word:
        raise ValueError("an empty cell always means no")
    return word


Word = Annotated[str, BeforeValidator(_word)]


class FlagWords(Strict):
    """What the cells of one yes-or-no column mean, beside the words that always mean yes."""

    means_yes: list[Word] = Field(default=[], description="More words that mean yes.")
    means_no: list[Word] = Field(
        default=[], description="More words that mean no, such as `subscribed` for an opt-out."
    )
    undecided: list[Word] = Field(
        default=[],
        description="Words that were found and not decided about yet: neither yes nor no.",
    )
    dates_mean_yes: bool = Field(
        default=False,
        strict=True,
        description="A real date means yes; a date that a program writes for none does not.",
    )
    filled_means_yes: bool = Field(
        default=False,
        strict=True,
        description="Every cell that is not blank and does not mean no means yes. For `consent` "
        "this is `dates_mean_yes`.",
    )

    @model_validator(mode="after")
    def _one_meaning(self) -> Self:
        for word in self.means_no:
            if word in TRUTHY or word in self.means_yes:
                raise ValueError(f"`{word}` cannot mean yes and no")
        for word in self.undecided:
            if word in (*TRUTHY, *self.means_yes, *self.means_no):
                raise ValueError(f"`{word}` cannot be decided and undecided")
        return self


class Words(Strict):
    """What the cells of the yes-or-no columns mean."""

    opted_out: FlagWords = FlagWords()
    consent: FlagWords = FlagWords()

    @field_validator("consent")
    @classmethod
    def _consent_is_not_any_text(cls, words: FlagWords) -> FlagWords:
        """A word beside the dates of a consent, such as `withdrawn`, is no consent."""
        if not words.filled_means_yes:
            return words
        return words.model_copy(update={"filled_means_yes": False, "dates_mean_yes": True})


class SyncFile(Strict):
    """A sync: one source, kept in step with sender codes."""

    sync: Annotated[Text, AfterValidator(checked_sync_name)] = Field(
        description="The name of this sync: lower case, digits, dashes.",
        json_schema_extra={"pattern": _SYNC_NAME.pattern, "maxLength": 60},
    )
    source: SourceSpec
    columns: Columns
    words: Words = Field(
        default=Words(), description="What the cells of the opt-out and consent columns mean."
    )
    sender_code: SenderCode | None = Field(default=None, description="Sender code of every row.")
    group: Text | None = Field(default=None, description="SMS group of every row.")
    default_country: Country | None = Field(
        default=None, description="For numbers without a country of their own."
    )
    countries: list[Country] | None = Field(
        default=None, min_length=1, description="Only numbers of these countries may be added."
    )
    not_permission: list[Text] = Field(
        default=[],
        description="Columns that were asked about and say nothing of who may be texted.",
    )
    line_types: list[LineType] = Field(
        default=[LineType.MOBILE, LineType.FIXED_LINE_OR_MOBILE],
        min_length=1,
        description="Kinds of number that may be added.",
    )
    removals: Removals = Field(
        default=Removals.STOP, description="What happens when a row has left the source."
    )
    updates: Updates = Field(
        default=Updates.KEEP,
        description="Whether a changed name, e-mail, customer key or group is sent as a second "
        "add, which may undo a stop that the person texted.",
    )
    duplicates: Duplicates = Field(
        default="first", description="The same phone and sender code twice: which row counts."
    )
    guards: Guards = Guards()
    canaries: list[Text] = Field(
        default=[],
        description="Keys or phones that must be in every complete read; else nobody is added or "
        "removed.",
    )
    opt_outs: OptOuts | None = Field(
        default=None,
        description="The platform's own list of who texted STOP, read first in every run.",
    )
    opt_out_scope: OptOutScope = Field(
        default=OptOutScope.ALL,
        description="What a stop holds for: all sender codes, or the one that it came with.",
    )
    resubscribe: bool = Field(
        default=False,
        strict=True,
        description="Whether somebody whose own row said stop comes back with a consent of a later "
        "day (`columns: consent_at`).",
    )
    load: LoadSpec = LoadSpec()

    @field_validator("default_country", "countries", mode="before")
    @classmethod
    def _norway_is_not_a_boolean(cls, value: Any) -> Any:
        """YAML 1.1 reads an unquoted NO as false; a person meant Norway."""
        if value is False:
            return "NO"
        if isinstance(value, list):
            return ["NO" if item is False else item for item in value]
        return value

    @model_validator(mode="after")
    def _one_sender_code(self) -> Self:
        if (self.sender_code is None) == (self.columns.sender_code is None):
            raise ValueError(
                "give the sender code once: as the constant `sender_code:` or as a column under "
                "`columns:`"
            )
        if self.group is not None and self.columns.group is not None:
            raise ValueError(
                "give the group once: as the constant `group:` or as a column under `columns:`"
            )
        return self


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the sync file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sendersync sync file",
        **SyncFile.model_json_schema(),
    }
