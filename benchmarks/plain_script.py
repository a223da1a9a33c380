"""What somebody would write in an afternoon with pandas: the measure that ours is held against.

    python -m benchmarks.plain_script TODAY.csv BEFORE.csv

It reads the file as text, asks the library about each phone, drops who said no, and compares the
rest with what it left behind the last time. It knows of no rejects, no keys, no opt-outs of other
nights and no guards.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import phonenumbers

_KINDS = phonenumbers.PhoneNumberType
TEXTED = (_KINDS.MOBILE, _KINDS.FIXED_LINE_OR_MOBILE)


def e164(row: pd.Series) -> str:
    """The phone of a row; empty where the library takes it for none that gets texts."""
    try:
        number = phonenumbers.parse(row["Mobile"].lstrip("'"), "US")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    if phonenumbers.number_type(number) not in TEXTED:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def plan(today: Path, before: Path) -> dict[str, int]:
    """Whom to add and to stop; and keeps today's people for the next time."""
    rows = pd.read_csv(today, dtype=str, keep_default_na=False)
    rows["Phone"] = rows.apply(e164, axis=1)
    rows = rows[(rows["Phone"] != "") & (rows["Unsubscribed"] != "yes")]
    rows = rows[rows["SMS consent"] != "no"].drop_duplicates("Phone")
    kept = rows[["CustomerID", "Phone", "Email", "First Name", "Segment"]]
    if before.exists():
        known = pd.read_csv(before, dtype=str, keep_default_na=False)
    else:
        known = kept.iloc[:0]
    both = known.merge(kept, how="outer", indicator=True)
    adds, gone = both[both["_merge"] == "right_only"], both[both["_merge"] == "left_only"]
    stops = gone[~gone["Phone"].isin(adds["Phone"])]
    kept.to_csv(before, index=False)
    return {
        "add": len(adds),
        "stop": len(stops),
        "unchanged": int((both["_merge"] == "both").sum()),
    }


def main() -> dict[str, Any]:
    """Plans, and tells what that took."""
    found = plan(Path(sys.argv[1]), Path(sys.argv[2]))
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    return {"cpu": cpu, "megabytes": used.ru_maxrss / 1024, "plan": found}


if __name__ == "__main__":
    print(json.dumps(main()))
