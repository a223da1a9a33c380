"""What a person fills in on Prefect's "Run" form: the parameters of the flows.

They live here and not beside the flows, because Prefect loads a flow file under another module name
and its classes would then exist twice. Forms show a nested model as a frame with the titles and
descriptions of its fields; absent values are the empty text and 0, since the form shows None as a
puzzle. A field that says `CHOICES` becomes a drop-down of what is installed
(`flows.support.form_choices`). Why: docs/adr/0115-forms.md.
"""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from schemas.forms.fields import CHOICES, Column, CountryCode, Digest, Line, Note, Place, frame

ONLY_LOOK: Final = "Only look"
FOR_REAL: Final = "For real"


class RunOptions(BaseModel):
    """Whether anything is sent.

    Attributes:
        dry_run: Of an older form, where it stood for "Only look".
    """

    model_config = frame("Only look, or for real", dry_run="boolean")

    mode: Literal["Only look", "For real"] = Field(
        default=ONLY_LOOK,
        title="What should happen?",
        description="Only look: read, plan and report; nothing is sent and nothing is remembered. "
        "For real: do it. Look first: a text to the wrong person cannot be taken back.",
    )
    minutes: int = Field(
        default=0,
        ge=0,
        title="Stop after how many minutes?",
        description="0: no limit. When time is up the run ends cleanly, and the next one goes on "
        "where it stopped.",
    )
    dry_run: SkipJsonSchema[bool | None] = None

    def only_look(self, *, by_schedule: bool) -> bool:
        """Whether nothing may be sent.

        Args:
            by_schedule: The run was started by a schedule, not by a person: where nobody has said
                what should happen, that is a run for real.
        """
        if "mode" in self.model_fields_set:
            return self.mode == ONLY_LOOK
        if self.dry_run is not None:
            return self.dry_run
        return not by_schedule


class SyncOptions(RunOptions):
    """Whether anything is sent.

    Attributes:
        approve_stops: Of an older form: no field of it any more, and no approval.
    """

    model_config = frame("Only look, or for real", dry_run="boolean", approve_stops="integer")

    approve_stops: SkipJsonSchema[int] = 0


class ImportOptions(RunOptions):
    """Whether anything is sent."""


class SyncChoice(BaseModel):
    """Which sync. Its file says where the contacts are and which column is what."""

    model_config = frame("Which sync")

    file: Place = Field(
        default="",
        title="Sync file",
        description="The file that describes the sync, on the machine where Prefect's runs happen; "
        "paths start where `sendersync serve` was started. One that you add is in the list after "
        "some seconds.",
        json_schema_extra={CHOICES: "syncs"},
    )


class NightChoice(BaseModel):
    """Which syncs run at night: those of one folder."""

    model_config = frame("Which syncs")

    folder: Place = Field(
        default=".",
        title="Folder with the sync files",
        description="Every sync file in it runs, one after the other, but those that were retired "
        "(`sendersync retire`). One that fails does not stop the rest.",
    )
    leave_out: list[Line] = Field(
        default=[],
        title="Syncs to leave out",
        description="Those that should not run, for example while their source is being rebuilt.",
        json_schema_extra={CHOICES: "syncs"},
    )


class ApprovalChoice(BaseModel):
    """What to approve. It lets go what that run held and today's plan still holds, once."""

    model_config = frame("What to approve")

    digest: Digest = Field(
        default="",
        title="Digest of the plan",
        description="Filled in by the link on the report of the run that held it; it looks like "
        "7kq2m-9xtr4. Empty: nothing is approved, and the report lists what waits.",
    )
    number: int = Field(
        default=0,
        ge=0,
        title="How many are held?",
        description="Type the number from that report, to show that you have looked at it.",
    )
    name: Note = Field(
        default="",
        max_length=80,
        title="Your name",
        description="Kept with the approval: Prefect itself does not know who presses Run.",
    )
    note: Note = Field(
        default="",
        max_length=200,
        title="Why is it right?",
        description="Kept with the approval, for example: the Oslo office was sold. No phone and "
        "no e-mail.",
    )


class ImportChoice(BaseModel):
    """What to import, and where to. An import adds people and never stops anyone."""

    model_config = frame("What to import")

    file: Place = Field(
        default="",
        title="File with contacts",
        description="Path of a CSV, Excel or JSON Lines file on the machine where the runs happen. "
        "Its first line must name the columns.",
    )
    sender_code: Line = Field(
        default="",
        title="Sender code",
        description="The number that the texts come from. Taken from the sync below where this is "
        "left empty.",
        json_schema_extra={CHOICES: "sender_codes"},
    )
    group: Line = Field(
        default="",
        title="Group",
        description="SMS group of everybody in the file; empty for none.",
        json_schema_extra={CHOICES: "groups"},
    )
    country: CountryCode = Field(
        default="",
        title="Country of numbers without a country code",
        description="Empty where every number has one, or the file has a country column.",
    )
    like: Place = Field(
        default="",
        title="Read it as this sync does",
        description="Takes the columns, words and country of a sync file. Empty: the columns are "
        "recognised by their names; the report of a look shows what was found.",
        json_schema_extra={CHOICES: "syncs"},
    )
    columns: Column = Field(
        default="",
        title="Columns that are not recognised",
        description="Only where a look has taken the wrong ones: phone=Mobile, email=E-mail. "
        "Fields: phone, email, first_name, country, customer_key, group, opted_out, consent.",
    )


class ColumnChoice(BaseModel):
    """Which column of the file is what, as an older form asked it."""

    model_config = frame("Columns of the file")

    phone: Column = Field(default="", title="Phone")
    email: Column = Field(default="", title="E-mail")
    first_name: Column = Field(default="", title="First name")
    country: Column = Field(default="", title="Country")
    customer_key: Column = Field(default="", title="Customer key")
    opted_out: Column = Field(default="", title="Opted out")
    consent: Column = Field(default="", title="Consent")

    def named(self) -> dict[str, str]:
        """Contact field to column, filled-in fields only."""
        return {name: column for name, column in self if column}


OlderColumns = SkipJsonSchema[ColumnChoice]
"""The same as a parameter that is on no form any more."""


class StopChoice(BaseModel):
    """Whom to stop. Each goes on the do-not-contact list too, so that no source adds them again."""

    model_config = frame("Whom to stop")

    file: Place = Field(
        default="",
        title="File with the people to stop",
        description="Path of a CSV, Excel or JSON Lines file on the machine where the runs happen. "
        "Every phone in it is stopped for good.",
    )
    sender_code: Line = Field(
        default="",
        title="Sender code",
        description="The number whose texts they do not want.",
        json_schema_extra={CHOICES: "sender_codes"},
    )
    country: CountryCode = Field(
        default="",
        title="Country of numbers without a country code",
        description="Empty where every number has one, or the file has a country column.",
    )
    columns: Column = Field(
        default="",
        title="Columns that are not recognised",
        description="phone=Mobile, phone=Work phone for several columns of phones. With "
        "opted_out=Unsubscribed only the rows that say yes there are stopped.",
    )


class HeldListChoice(BaseModel):
    """A list that an earlier run held, because it has most of the people who are subscribed."""

    model_config = frame("A list that was held")

    digest: Digest = Field(
        default="",
        title="Digest of the held list",
        description="Filled in by the link on the report of the run that held it.",
    )
    number: int = Field(
        default=0,
        ge=0,
        title="How many are held?",
        description="Type the number from that report, to show that you have looked at it.",
    )
    name: Note = Field(default="", max_length=80, title="Your name", description="Kept with it.")
    note: Note = Field(default="", max_length=200, title="Why is it right?")


class RetryChoice(BaseModel):
    """Which run to ask again: what failed in it or has no clear answer."""

    model_config = frame("Which run")

    run: Line = Field(
        default="last",
        title="Run",
        description="Its id, as its report shows it, or the beginning of it; `last` is the newest.",
    )


class CheckChoice(BaseModel):
    """What to look at: a sync, or a file of contacts."""

    model_config = frame("What to look at")

    sync: Place = Field(
        default="",
        title="Sync file",
        description="Its source is read as the sync reads it.",
        json_schema_extra={CHOICES: "syncs"},
    )
    file: Place = Field(
        default="",
        title="Or a file with contacts",
        description="Path of a CSV, Excel or JSON Lines file; where it is named, the sync is not "
        "looked at.",
    )
    country: CountryCode = Field(
        default="",
        title="Country of numbers without a country code",
        description="For the file; a sync says it itself.",
    )
    columns: Column = Field(
        default="",
        title="Columns that are not recognised",
        description="For the file: phone=Mobile, email=E-mail.",
    )

    @property
    def place(self) -> str:
        """What is looked at."""
        return self.file or self.sync
