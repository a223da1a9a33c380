"""Each frame that passes between rooms is what `schemas.frames` says, or an error names it."""

from __future__ import annotations

import pandas as pd
import pytest

from schemas import frames as declared
from schemas.errors import FrameMismatch
from schemas.frame_spec import FrameSpec
from tests.builders.carried_frames import CARRIED, one_row

COLUMNS = [(place, column) for place, (spec, _, _) in CARRIED.items() for column in spec.columns]


@pytest.mark.parametrize(("place", "column"), COLUMNS)
def test_a_renamed_column_is_named(place: str, column: str) -> None:
    """A column that was renamed where the frame is made fails where it is handed on."""
    spec, frame, hand_on = CARRIED[place]
    with pytest.raises(FrameMismatch) as failed:
        hand_on(frame.rename(columns={column: "elsewhere"}))
    assert failed.value.where == f"frame {spec.name}, column {column}"


@pytest.mark.parametrize(("place", "column"), COLUMNS)
def test_a_column_of_another_dtype_is_named(place: str, column: str) -> None:
    """A column with another dtype than declared fails where the frame is handed on."""
    spec, frame, hand_on = CARRIED[place]
    with pytest.raises(FrameMismatch) as failed:
        hand_on(frame.assign(**{column: pd.Series(0.5, index=frame.index, dtype="float64")}))
    assert failed.value.where == f"frame {spec.name}, column {column}"


@pytest.mark.parametrize(
    ("place", "column"),
    [pair for pair in COLUMNS if CARRIED[pair[0]][0].columns[pair[1]] == "str"],
)
def test_a_null_where_none_belongs_is_named(place: str, column: str) -> None:
    """A null in a text column fails where the frame is handed on; no other dtype can hold one."""
    spec, frame, hand_on = CARRIED[place]
    if frame.empty:
        frame = one_row(spec)
    with pytest.raises(FrameMismatch) as failed:
        hand_on(frame.assign(**{column: pd.Series(None, index=frame.index, dtype="str")}))
    assert failed.value.where == f"frame {spec.name}, column {column}"


@pytest.mark.parametrize("spec", [each for each in vars(declared).values() if isinstance(each, FrameSpec)], ids=lambda spec: spec.name)  # fmt: skip
def test_another_order_is_another_frame(spec: FrameSpec) -> None:
    """Columns in another order, one too many, or a row twice that must be unique: each is named."""
    frame = one_row(spec)
    spec.check_fully(frame)
    turned = frame[[*reversed(spec.names)]]
    if len(spec.names) > 1:
        with pytest.raises(FrameMismatch, match="at another place"):
            spec.require(turned)
    with pytest.raises(FrameMismatch, match="should not have"):
        spec.require(frame.assign(more=1))
    if spec.unique or spec.index:
        with pytest.raises(FrameMismatch, match=r"twice|in two rows"):
            spec.check_fully(pd.concat([frame, frame]))


@pytest.mark.parametrize("rows", [2, 20, 2_000])
def test_a_row_that_stands_there_twice_is_found_among_any_number(rows: int) -> None:
    """Of a few rows and of many, only all columns together count: a phone may be on two codes."""
    spec = declared.MEMBERS
    texts = {name: [f"{name} {number // 2}" for number in range(rows)] for name in spec.columns}
    frame = pd.DataFrame({**texts, "sender_code": ["1", "2"] * (rows // 2)}).astype("str")
    spec.check_fully(frame)
    frame.loc[rows - 1, "sender_code"] = "1"
    with pytest.raises(FrameMismatch, match="the same `sender_code` and `phone` in two rows"):
        spec.check_fully(frame)


def test_every_frame_is_tried() -> None:
    """No frame goes untried; what only the state makes, `database/test_stored_frames.py` tries."""
    tried = {spec.name for spec, _, _ in CARRIED.values()}
    named = {each.name for each in vars(declared).values() if isinstance(each, FrameSpec)}
    stored = (
        declared.APPROVALS,
        declared.DEPARTURES,
        declared.HELD_OPT_OUTS,
        declared.KEPT_REJECTS,
        declared.LIFTED,
        declared.LISTED_AND_SUBSCRIBED,
        declared.PLANNED_BY_OTHERS,
        declared.UNPROVEN_ELSEWHERE,
    )
    assert named - tried == {each.name for each in stored}
