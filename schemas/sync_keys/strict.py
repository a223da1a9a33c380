"""What all parts of a sync file have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A part of a sync file: a key that it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
