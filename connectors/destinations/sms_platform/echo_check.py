"""Echo check: does a 200 repeat what was asked? The platform ignores what it does not know.

A misspelt or unknown query is ignored silently (doc), so a wrong group subscribes without a group
and answers 200. A person must hear of that; the subscription itself stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from connectors.destinations.sms_platform.commands import Call, PlatformCommand
from connectors.destinations.sms_platform.judge_answer import tidy
from schemas.masking import mask_phone
from schemas.outcomes import Answer, Verdict

_NOT_A_DIGIT = re.compile(r"\D")


def same_phone(sent: str, echoed: str) -> bool:
    """True for the same number: the examples send 10 digits and get back 11 with the 1."""
    return sent == echoed or (
        (len(echoed) == 10 and sent == "1" + echoed) or (len(sent) == 10 and echoed == "1" + sent)
    )


def compare(answer: Answer, call: Call, records: Sequence[dict[str, Any]]) -> Answer:
    """The confirmed answer, made suspicious or given a note where it repeats something else."""
    if call.phone:
        for record in records:
            echoed = _NOT_A_DIGIT.sub("", str(record.get("phone") or ""))
            if echoed and not same_phone(call.phone, echoed):
                text = f"The answer speaks of another phone ({mask_phone(echoed)})."
                return replace(answer, verdict=Verdict.UNEXPECTED_SUCCESS, text=text)
    if call.group and not _has_group(call, records):
        group = tidy(call.group)
        if call.command is PlatformCommand.SEND_TO_SENDER_CODE:
            note = (
                f"The answer does not confirm the group {group!r}: "
                "the message may have gone to the whole sender code."
            )
        else:
            note = (
                f"Subscribed, but the answer does not confirm the group {group!r}: "
                "check that the group is defined on the platform, spelled exactly so."
            )
        return replace(answer, note=note)
    return answer


def _has_group(call: Call, records: Sequence[dict[str, Any]]) -> bool:
    asked = call.group.strip().casefold()
    for record in records:
        echoed = record.get("groupName")
        if isinstance(echoed, str) and echoed.strip():
            return echoed.strip().casefold() == asked
        # add phone and send to sender code answer an id instead of the name; 0 is no group
        if record.get("smsGroupId") not in (None, 0, "", "0"):
            return call.command is not PlatformCommand.ADD_CONTACT
    return False
