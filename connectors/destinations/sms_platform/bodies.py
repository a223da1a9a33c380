"""The 200 bodies of the commands, read leniently: the vendor's pages are sloppy and may change.

Nothing here fails over a missing id, an unknown key, a number given as text or a date in any form.
Dates stay the text they are: US order, no zone, and a newer Java puts a narrow no-break space
before AM and PM (sms-platform.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from schemas.outcomes import Answer, Verdict

BodyT = TypeVar("BodyT")


def _lenient_int(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _lenient_text(value: Any) -> str:
    return "" if value is None else str(value)


def _lenient_bool(value: Any) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(str(value).lower())


Int = Annotated[int | None, BeforeValidator(_lenient_int)]
LenientText = Annotated[str, BeforeValidator(_lenient_text)]
Bool = Annotated[bool | None, BeforeValidator(_lenient_bool)]


class Body(BaseModel):
    """What every answer has; unknown keys are kept in `model_extra`."""

    model_config = ConfigDict(
        extra="allow", frozen=True, alias_generator=to_camel, populate_by_name=True
    )

    id: Int = None
    realm_id: Int = None
    created_date: LenientText = Field(
        default="", validation_alias=AliasChoices("createdDate", "createDate", "created_date")
    )
    updated_date: LenientText = Field(
        default="", validation_alias=AliasChoices("updatedDate", "updateDate", "updated_date")
    )

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """The id alone: the rest is personal data."""
        return [("id", self.id)]

    def __str__(self) -> str:
        """As `repr`."""
        return repr(self)


class AddedContact(Body):
    """Source: example of "Add SMS Contact To Sender Code"."""

    success: Bool = None
    sms_subscriber_id: Int = None
    group_name: LenientText = ""
    phone: LenientText = ""


class AddedPhone(Body):
    """Source: example of "Add Phone To Sender Code"; it has neither phone nor success."""

    sms_subscriber_id: Int = None
    sms_sender_id: Int = None
    sms_group_id: Int = None
    authenticated: Bool = None


class Stopped(Body):
    """Source: example of "Stop Sending SMS To Contact"."""

    sms_subscriber_id: Int = None
    sms_sender_id: Int = None
    campaign_id: Int = None
    phone: LenientText = ""


class Message(Body):
    """Source: examples of "Create SMS Message" and "Get SMS Messages"."""

    total_parts: Int = None
    name: LenientText = ""
    message_text: LenientText = ""
    label: LenientText = ""


class SentPart(Body):
    """Source: example of "Send Message To Phone"; one for each part of the message."""

    success: Bool = None
    part_sent: Int = None
    total_parts: Int = None
    sms_sender_id: Int = None
    message_id: LenientText = ""
    phone: LenientText = ""
    status: LenientText = ""


class SentToSenderCode(Body):
    """Source: example of "Send Message To Sender Code"."""

    sms_message_id: Int = None
    sms_sender_id: Int = None
    sms_group_id: Int = None
    sms_subscriber_count: Int = None
    campaign_id: Int = None
    name: LenientText = ""
    description: LenientText = ""
    status: LenientText = ""


@dataclass(frozen=True, slots=True)
class PlatformReply(Generic[BodyT]):
    """A judged answer with its typed body.

    Attributes:
        answer: The verdict and all that is kept.
        body: What the platform answered; None unless the verdict is `confirmed`.
    """

    answer: Answer
    body: BodyT | None = field(default=None, repr=False)

    @property
    def verdict(self) -> Verdict:
        """The verdict of the answer."""
        return self.answer.verdict
