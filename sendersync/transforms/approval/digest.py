"""The digest of a plan: a short word that stands for exactly what would be done.

A person who approves it approves what was shown, and nothing else. It is made of meaning alone:
what the sync file says, what stood in the source, what the ledger knew, and the operations. Times,
names of files and notes are not in it, so that carrying a plan out does not change what it is
called. It is always made anew from these, and never believed because somebody wrote it down.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from schemas.errors import WrongUse
from schemas.frames import CONTACTS, HELD, OPERATIONS, REJECTS, SENT_COLUMNS
from schemas.sync_file import SyncFile
from sendersync.transforms.cells.arrow_columns import as_arrow

_SIGNS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base32: no i, l, o or u, so that none is read as another sign."""

_GROUP, _GROUPS = 5, 2

_READ_AS: Final = str.maketrans("ilo", "110")

_ABOUT_NO_PERSON: Final = {"sync", "source", "opt_outs", "load"}
"""Keys of a sync file that are names, places and speeds; what stands in the files is content."""

_MEANT: Final = (
    *("kind", "cause", "sender_code", "phone", "key", "new_phone"),
    *SENT_COLUMNS,
)


def plan_digest(
    sync: SyncFile, content: str, revision: str, going: pd.DataFrame, held: pd.DataFrame
) -> str:
    """The digest of a plan, such as `7kq2m-9xtr4`.

    Args:
        sync: The sync file; only what it means for people counts.
        content: Digest of what stood in the source; see `read_digest`.
        revision: Of the ledger, when the plan was made.
        going: Operations that would be sent: `OPERATIONS`, in any order.
        held: Operations that would be kept back: `HELD`, in any order; the guards do not count.

    Returns:
        50 bits in base32 (https://www.crockford.com/base32.html), two groups of five signs.
    """
    meaning = sync.model_dump(mode="json", exclude=_ABOUT_NO_PERSON)
    OPERATIONS.require(going)
    HELD.require(held)
    return _digest((json.dumps(meaning, sort_keys=True), content, revision), (going, held))


def inverse_digest(run: str, revision: str, operations: pd.DataFrame) -> str:
    """The digest of the plan that takes a run back, as `plan_digest` gives one.

    Args:
        run: Id of the run.
        revision: Of the ledger, when the plan was made.
        operations: What would be sent: `OPERATIONS`, in any order.
    """
    OPERATIONS.require(operations)
    return _digest(("undo", run, revision), (operations,))


def _digest(parts: Sequence[str], frames: Sequence[pd.DataFrame]) -> str:
    digest = blake2b(digest_size=8)
    for part in parts:
        digest.update(f"{len(part)}:{part}".encode())
    for operations in frames:
        digest.update(b"|" + _rows(operations, _MEANT))
    return _spelled(int.from_bytes(digest.digest(), "big"))


def read_digest(contacts: pd.DataFrame, rejects: pd.DataFrame) -> str:
    """What stood in a source that cannot say so itself: the same rows, in any order, the same text.

    Args:
        contacts: `CONTACTS`.
        rejects: `REJECTS`.
    """
    CONTACTS.require(contacts)
    REJECTS.require(rejects)
    digest = blake2b(digest_size=16)
    digest.update(_rows(contacts, CONTACTS.names))
    digest.update(b"|" + _rows(rejects, REJECTS.names))
    return digest.hexdigest()


def as_digest(typed: str) -> str:
    """A digest that a person typed: capitals, missing dashes, and o for 0 are no matter.

    Raises:
        WrongUse: It is none.
    """
    signs = re.sub(r"[\s-]", "", typed).casefold().translate(_READ_AS)
    if len(signs) != _GROUP * _GROUPS or not set(signs) <= set(_SIGNS):
        raise WrongUse(
            "This is not the digest of a plan.",
            where="--approve",
            do="Copy it from the report of the run that held something; it looks like 7kq2m-9xtr4.",
        )
    return _grouped(signs)


def _spelled(number: int) -> str:
    places = range(_GROUP * _GROUPS)
    return _grouped("".join(_SIGNS[number >> 5 * place & 31] for place in places))


def _grouped(signs: str) -> str:
    return "-".join(signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP))


def _rows(frame: pd.DataFrame, columns: Sequence[str]) -> bytes:
    """The rows of a frame without their order: the hashes of all, sorted."""
    if frame.empty:
        return b""
    texts = [as_arrow(frame[name].astype("str")) for name in columns]
    joined = pc.binary_join_element_wise(*texts, pa.scalar("\x1f", pa.large_string()))
    rows = joined.cast(pa.large_binary()).to_numpy(zero_copy_only=False)
    hashes = map(xxhash.xxh3_64_intdigest, rows)
    return np.sort(np.fromiter(hashes, dtype=np.uint64, count=len(frame))).tobytes()
