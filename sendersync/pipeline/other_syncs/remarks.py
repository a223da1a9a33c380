"""What a report says of people who left a source and stay: other syncs may want them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pandas as pd

from schemas.member_status import MAY_RECEIVE
from schemas.wording import counted
from sendersync.state.store import State
from sendersync.transforms.cells.arrow_columns import is_in
from sendersync.transforms.plan import Plan


def who_stays(
    state: State, sync: str, plan: Plan, passed_over: Collection[str] = ()
) -> Iterator[str]:
    """A sentence for those who wait, who are about to be added, and who are kept by others.

    Args:
        state: Only read here.
        sync: The sync whose plan it is.
        plan: The plan.
        passed_over: Syncs that are out of use.
    """
    waiting = plan.waiting.drop(index=plan.planned_elsewhere.index)
    if len(waiting):
        yield (
            f"{_have_left(waiting)}. Their stop waits until the other syncs on the sender code "
            "have been read, at most one night: they may have moved there."
        )
    if len(planned := plan.planned_elsewhere):
        adding = state.departures.planned_by_others(sync, planned, passed_over)["sync"].unique()
        names = sorted(adding)
        yield (
            f"{_have_left(planned)} and {_stays(planned)}: the last plan of another sync adds "
            f"their phone ({', '.join(names)}). They are not stopped before it has added them, or "
            f"no longer wants them. What it holds is shown by `sendersync plan`; if "
            f"{names[0] if len(names) == 1 else 'one of them'} is not in use any more: "
            f"`sendersync retire {names[0]}`."
        )
    if len(plan.released):
        keeping = _keeping(state, sync, plan.released, passed_over)
        yield (
            f"{_have_left(plan.released)} and {_stays(plan.released)}: another sync still wants "
            f"their phone ({', '.join(keeping)})."
        )


def _keeping(
    state: State, sync: str, released: pd.DataFrame, passed_over: Collection[str]
) -> Iterator[str]:
    for row in state.syncs.all():
        if row.sync == sync or row.sync in passed_over:
            continue
        members = state.members.of(row.sync)
        here = members.loc[is_in(members["standing"], MAY_RECEIVE), ["phone", "sender_code"]]
        if len(released.merge(here)):
            yield row.sync


def _have_left(people: pd.DataFrame) -> str:
    return f"{counted(len(people), 'person has', 'people have')} left this source"


def _stays(people: pd.DataFrame) -> str:
    return "stays" if len(people) == 1 else "stay"
