"""What the ledger holds a member to be on the platform."""

from __future__ import annotations

from enum import StrEnum


class MemberStatus(StrEnum):
    """Where a member stands on its sender code, as far as answers prove it.

    | standing | may receive texts | next run |
    | --- | --- | --- |
    | subscribed | yes | compared with the values last confirmed |
    | unsure | perhaps | wanted: add again; not wanted: stop |
    | stopping | perhaps | wanted: add; not wanted: stop again |
    | stop_unknown | perhaps | the same: asked in every run until the platform confirms it |
    | stopped | no | wanted and not suppressed: add |
    | released | another sync has it | wanted: add |
    """

    SUBSCRIBED = "subscribed"  # an add was confirmed, or `already`, or adopted
    UNSURE = "unsure"  # an add's answer was lost, or that of a stop which another sync sent
    STOPPING = "stopping"  # a stop left in a run that died before the answer
    STOP_UNKNOWN = "stop_unknown"  # the platform's answers to a stop prove nothing
    STOPPED = "stopped"  # a stop was confirmed
    RELEASED = "released"  # left this source while another sync still wants the phone: no call


UNPROVEN_STOPS = frozenset({MemberStatus.STOPPING, MemberStatus.STOP_UNKNOWN})
"""Standings of people who were asked to be stopped, without proof that they are."""

MAY_RECEIVE = frozenset({MemberStatus.SUBSCRIBED, MemberStatus.UNSURE}) | UNPROVEN_STOPS
"""Standings in which a person who is no longer wanted must be stopped."""
