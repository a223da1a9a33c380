"""One person erased, with a receipt that says what cannot be reached from here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from schemas.errors import WrongUse
from schemas.masking import mask_email, mask_name, mask_phone
from sendersync.pipeline.suppress_list import read_phones
from sendersync.state.people.people import Names
from sendersync.state.store import State
from sendersync.state.upkeep.erasure import Receipt
from sendersync.transforms.phones.second_spellings import other_spellings

NOT_REACHED: Final = (
    "backups that lie elsewhere; one that is restored over this state loses the person again",
    "the source, whose next export has them until they are deleted there",
    "the platform: ask its support to delete them",
    "files written for you: rejected rows, clean copies, reports, opt-out lists",
)


@dataclass(frozen=True)
class Forgotten:
    """Who was erased, masked, and the receipt."""

    shown: str
    receipt: Receipt

    def as_json(self) -> dict[str, Any]:
        """What `forget --json` prints; it names nobody."""
        rows = {name.removeprefix("sendersync_"): n for name, n in self.receipt.rows.items()}
        return {
            "who": self.shown,
            "erased": rows,
            "deleted": self.receipt.deleted,
            "may_receive": self.receipt.may_receive,
            "not_reached": list(NOT_REACHED),
        }


def forget(state: State, who: str, country: str | None = None) -> Forgotten:
    """Erases one person from the state and from the copies beside it.

    Args:
        state: Open for writing.
        who: A phone in any spelling, an e-mail, or a key that the state knows.
        country: Of a phone without a country code, alpha-2.

    Raises:
        WrongUse: It is neither a phone nor an e-mail, and no key that the state knows.
        RunFailed: A run is sending a call for this person.
    """
    given = who.strip()
    names, shown = _names(state, given, country)
    whole = Receipt()
    rows: Counter[str] = Counter()
    for name in names:
        receipt = state.erasure.forget(name)
        rows.update(receipt.rows)
        whole.may_receive += receipt.may_receive
        whole.deleted += receipt.deleted
    whole.rows, whole.may_receive = dict(rows), sorted(set(whole.may_receive))
    return Forgotten(shown, whole)


def _names(state: State, who: str, country: str | None) -> tuple[list[str], str]:
    """Phones or an e-mail of one person, and what was given, masked."""
    if "@" in who:
        return [who], mask_email(who)
    try:
        phone = read_phones([who], country)[0]
    except WrongUse:
        known = state.people.names_of(Names(keys=frozenset({who})))
        if not known.phones:
            raise WrongUse(
                "This is no phone, no e-mail, and no key that the state knows.",
                where="WHO",
                do="Give the phone with + and country code, or with --country.",
            ) from None
        return sorted(known.phones), mask_name(who)
    others = other_spellings(pd.Series([phone], dtype="str"))
    # a number that may be another person's today is not erased
    return [phone, *others.loc[others["certain"], "spelling"]], mask_phone(phone)
