"""What a person fills in on Prefect's "Run" form: the parameters of the flows.

They live here and not beside the flows, because Prefect loads a flow file under another module name
and its classes would then exist twice. Forms show a nested model as a frame with the titles and
descriptions of its fields; absent values are the empty text and 0, since the form shows None as a
puzzle. The server keeps parameters readable, so there is no field for a secret, and an address
that carries a password is refused by the form itself.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from schemas.sync_keys.country_codes import country_code

# with a letter, since ten digits may be a phone
_DIGEST = r"^(?=[^A-Za-z]*[A-Za-z])\s*[0-9A-Za-z]{5}[\s-]*[0-9A-Za-z]{5}\s*$"
_NOBODY = r"^(?![\s\S]*@)(?![\s\S]*\d([^0-9A-Za-z]*\d){6})"
_NO_USERINFO = r"^(?![A-Za-z][A-Za-z0-9+.-]*://[^/?#]*@)"


def _without_password(value: str) -> str:
    value = value.strip()  # the form's boxes take line breaks
    if re.search(_NO_USERINFO, value) is None:
        raise ValueError(
            "this address holds a user name or password; Prefect keeps parameters readable"
        )
    return value


def _nobody(value: str) -> str:
    value = " ".join(value.split())
    if re.search(_NOBODY, value) is None:
        raise ValueError("a phone or an e-mail may stand in this note; Prefect keeps it readable")
    return value


def _digest(value: str) -> str:
    if re.search(_DIGEST, value) is None:
        raise ValueError("must be the digest of a plan, such as 7kq2m-9xtr4")
    return value.strip()


def _country(value: str) -> str:
    return country_code(value) if value else ""


# The pattern stands in the form's schema for the browser and the server, which refuse the value
# before it is stored; pydantic's own engine knows no look-ahead, so the function says it again.
Place = Annotated[
    str, AfterValidator(_without_password), Field(json_schema_extra={"pattern": _NO_USERINFO})
]
CountryCode = Annotated[
    str, AfterValidator(_country), Field(json_schema_extra={"pattern": "^([A-Za-z]{2})?$"})
]


Digest = Annotated[
    str,
    AfterValidator(_digest),
    Field(json_schema_extra={"pattern": _DIGEST}),
]
Note = Annotated[str, AfterValidator(_nobody), Field(json_schema_extra={"pattern": _NOBODY})]


def _frame(title: str) -> ConfigDict:
    """A frame on the form; what somebody typed is never repeated in a message."""
    return ConfigDict(extra="forbid", frozen=True, title=title, hide_input_in_errors=True)


class SyncChoice(BaseModel):
    """Which sync to run. Its file says where the contacts are and which column is what."""

    model_config = _frame("Which sync")

    file: Place = Field(
        min_length=1,
        title="Sync file",
        description="Path of the sync file on the machine where `sendersync serve` runs, "
        "for example sample_data/newsletter.yaml.",
    )


class SyncOptions(BaseModel):
    """How to run it. Left as they are, these do what the nightly run does."""

    # runs and schedules of an older form carry the field: the server's check lets it through
    model_config = _frame("How to run it") | ConfigDict(
        json_schema_extra={"patternProperties": {"^approve_stops$": {"type": "integer"}}}
    )

    dry_run: bool = Field(
        default=False,
        title="Dry run",
        description="Only plan and report. Nothing is sent and nothing is remembered.",
    )
    approve_stops: SkipJsonSchema[int] = Field(
        default=0, description="Of an older form: no field of it any more, and no approval."
    )
    minutes: int = Field(
        default=0,
        ge=0,
        title="Stop after so many minutes",
        description="0 for no limit. When time is up the run ends cleanly, and the next one "
        "goes on where it stopped.",
    )


class ApprovalChoice(BaseModel):
    """What to approve. It lets go what that run held and today's plan still holds, once."""

    model_config = _frame("What to approve")

    digest: Digest = Field(
        title="Digest of the plan",
        description="From the report of the run that ended as NeedsApproval; it looks like "
        "7kq2m-9xtr4.",
    )
    note: Note = Field(
        default="",
        max_length=200,
        title="Why",
        description="Kept with the approval. Prefect keeps it readable: no phone, no e-mail.",
    )


class ImportChoice(BaseModel):
    """What to import, and where to. An import adds people and never removes anyone."""

    model_config = _frame("What to import")

    file: Place = Field(
        min_length=1,
        title="File with contacts",
        description="Path of a CSV file on the machine where `sendersync serve` runs. "
        "Its first line must name the columns.",
    )
    sender_code: str = Field(
        min_length=1,
        title="Sender code",
        description="The number your texts come from, for example 12065551212.",
    )
    group: str = Field(default="", title="Group", description="SMS group; empty for none.")
    country: CountryCode = Field(
        default="",
        title="Country",
        description="Two letters, for example US: how to read numbers without a country code. "
        "Empty when every number has one, or the file has a country column.",
    )


class ColumnChoice(BaseModel):
    """Which column of the file is what. Leave a field empty and the header's words decide."""

    model_config = _frame("Columns of the file")

    phone: str = Field(default="", title="Phone")
    email: str = Field(default="", title="E-mail")
    first_name: str = Field(default="", title="First name")
    country: str = Field(default="", title="Country", description="Any spelling is read.")
    customer_key: str = Field(
        default="", title="Customer key", description="Sent to the platform only when named here."
    )
    opted_out: str = Field(
        default="", title="Opted out", description="People marked yes are never added."
    )
    consent: str = Field(
        default="",
        title="Consent",
        description="With such a column, only people marked yes are added.",
    )

    def named(self) -> dict[str, str]:
        """Contact field to column, filled-in fields only."""
        return {name: column.strip() for name, column in self if column.strip()}


class ImportOptions(BaseModel):
    """How to run it."""

    model_config = _frame("How to run it")

    dry_run: bool = Field(
        default=False,
        title="Dry run",
        description="Only read and report. Nothing is sent and nothing is remembered.",
    )
    minutes: int = Field(
        default=0,
        ge=0,
        title="Stop after so many minutes",
        description="0 for no limit. When time is up the import ends cleanly; start it again to "
        "go on.",
    )
