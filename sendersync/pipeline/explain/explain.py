"""Everything that is known of one person, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from schemas.errors import WrongUse
from schemas.member_status import MAY_RECEIVE
from schemas.reasons import ADVICE, Reason
from sendersync.pipeline.suppress_list import read_phones
from sendersync.state.people.people import KnownPerson, Names, Row
from sendersync.state.store import State
from sendersync.transforms.phones.second_spellings import other_spellings

_CAUSES = {
    "new": "is in the source and was not subscribed",
    "owed": "an add was sent before, and its answer was lost",
    "changed": "values have changed",
    "opted_out": "said stop, or is on the do-not-contact list",
    "gone": "is no longer in the source",
    "consent_withdrawn": "the row does not say yes any more",
    "undone": "a run was taken back",
    "number_changed": "has another number now",
}
_WAS = {
    "stop_unknown": "a stop was not confirmed",
    "stopping": "a stop was not confirmed",
    "unsure": "an add was not confirmed",
    "undone": "stayed out, since a run was taken back",
}
_NOT_DONE = frozenset({"held", "refused", "failed", "unknown", "not_reached"})


def explain(state: State, who: str, country: str | None = None) -> dict[str, Any]:
    """The object that `explain --json` prints.

    Args:
        state: Only read here.
        who: A phone in any spelling, an e-mail, or a key of a source.
        country: Of a phone without a country code, alpha-2.

    Returns:
        `who`, `suppressed`, `syncs`, `why_not`, `events`, as docs/commands.md describes them.
    """
    shown, names = _named(who.strip(), country)
    known = state.people.look_up(state.people.names_of(names))
    orders = [_order(row) for row in known.suppressions]
    return {
        "who": shown,
        "suppressed": min(orders, key=_narrowness, default=None),
        "syncs": [_sync(row, known.consents) for row in known.members],
        "why_not": list(_why_not(known)),
        "events": sorted(_events(known), key=lambda event: str(event["at"])),
    }


def _named(who: str, country: str | None) -> tuple[str, Names]:
    """What was asked for as it is shown, and as the state may know it."""
    if "@" in who:
        local, _, domain = who.rpartition("@")
        return who, Names(emails=frozenset({who, f"{local}@{domain.lower()}"}))
    try:
        phone = read_phones([who], country)[0]
    except WrongUse:
        return who, Names(keys=frozenset({who}))
    others = other_spellings(pd.Series([phone], dtype="str"))["spelling"]
    # a key may be a number as well
    return phone, Names(phones=frozenset({phone, *others}), keys=frozenset({who}))


def _order(row: Row) -> dict[str, str]:
    by_key = "key" in row
    return {
        "since": row["created_at"],
        "origin": row["sync"] if by_key else row["origin"],
        "reason": "the stop of this key" if by_key else row["reason"],
        "run": row["run"],
        "sender_code": row.get("sender_code", ""),
    }


def _narrowness(order: dict[str, str]) -> tuple[bool, str]:
    """The widest order comes first, and of those the oldest."""
    return order["sender_code"] != "", order["since"]


def _sync(row: Row, consents: list[Row]) -> dict[str, Any]:
    same = ("sync", "sender_code", "phone")
    theirs = [each for each in consents if all(each[name] == row[name] for name in same)]
    return {
        "sync": row["sync"],
        "sender_code": row["sender_code"],
        "status": row["standing"],
        "since": row["changed_at"],
        "consent": _consent(theirs[0]) if theirs else None,
    }


def _consent(row: Row) -> dict[str, str | None]:
    where = f"{row['source']}:{row['line']}" if row["line"] else row["source"]
    return {"value": row["value"], "at": row["consented_at"] or None, "source": where}


def _why_not(known: KnownPerson) -> Iterator[dict[str, Any]]:
    """Of each sync in which they are not subscribed, the newest reason."""
    subscribed = {row["sync"] for row in known.members if row["standing"] in {*MAY_RECEIVE}}
    newest: dict[str, dict[str, Any]] = {}
    for row in sorted([*known.operations, *_turned_down(known)], key=_moment):
        reason = row["reason"] if "reason" in row else _undone(row)
        found = {"reason": reason, "run": row["run_id"], "line": int(row["line"]) or None}
        newest[row["sync"]] = {"sync": row["sync"], **found}
    for sync, found in sorted(newest.items()):
        if sync not in subscribed and found["reason"]:
            yield found


def _turned_down(known: KnownPerson) -> Iterator[Row]:
    """Each reason once a run, and its end where no other is left.

    One row is known by its key, phone and e-mail; a person may be asked about by all of them.
    """
    of_run: dict[str, dict[tuple[str, int], Row]] = {}
    for row in known.turned_down:
        of_run.setdefault(row["run_id"], {}).setdefault((row["reason"], row["line"]), row)
    for found in of_run.values():
        reasons = [row for row in found.values() if row["reason"]]
        yield from reasons or found.values()


def _undone(row: Row) -> str:
    """Why an operation leaves somebody without texts; empty where it does not."""
    if row["kind"] == "stop":
        return str(row["cause"])
    return str(row["state"]) if row["state"] in _NOT_DONE else ""


def _moment(row: Row) -> str:
    return str(row.get("intended_at") or row["started_at"])


def _events(known: KnownPerson) -> Iterator[dict[str, str]]:
    for row in _turned_down(known):
        where = f"{row['source']}, line {row['line']}" if row["line"] else row["source"]
        if row["reason"]:
            code = row["reason"]
            advice = f" {ADVICE[Reason(code)]}" if code in {*Reason} else ""
            text = f"{row['sync']}: {where}: {code}.{advice}"
        else:
            text = f"{row['sync']}: {where}: no row of theirs is turned down any more."
        yield _event(row["started_at"], row["run_id"], "row", text)
    for row in known.operations:
        yield from _of_operation(row)
    for row in known.suppressions:
        order = _order(row)
        text = (
            f"on the do-not-contact list{_where(order)}, from {order['origin']}: {order['reason']}"
        )
        yield _event(order["since"], order["run"], "order", text)
    for row in known.lifted:
        since = f"was there since {row['created_at'][:10]}, from {row['origin']}: {row['reason']}"
        off = f"taken off the do-not-contact list{_where(row)} by {_who(row)}: {row['why']}"
        text = f"{off} ({since})"
        yield _event(row["lifted_at"], row["run"], "order", text)
    for row in known.approvals:
        what = f"plan {row['digest']}" if row["digest"] else f"up to {row['ceiling']} removals"
        note = f": {row['note']}" if row["note"] else ""
        text = f"{row['sync']}: {what} approved by {_who(row)}{note}"
        yield _event(row["at"], row["run_id"], "decision", text)
    for row in known.reviews:
        note = f": {row['note']}" if row["note"] else ""
        was = _WAS.get(row["standing"], row["standing"])
        text = f"{row['sync']}: {was}; {_who(row)} looked: {row['answer']}{note}"
        yield _event(row["at"], row["run_id"], "review", text)
    if known.erased:
        yield _event("", "", "erased", "erased on their own request; only a keyed hash is left")


def _where(order: Row) -> str:
    return f" for sender code {order['sender_code']}" if order["sender_code"] else ""


def _who(row: Row) -> str:
    """`ann on desk-7` for `ann@desk-7`, which would be masked as the e-mail of the person."""
    return str(row["who"]).replace("@", " on ")


def _of_operation(row: Row) -> Iterator[dict[str, str]]:
    run, began = row["run_id"], row["started_at"]
    why = _CAUSES.get(row["cause"], row["cause"])
    what = f"{row['sync']}, sender code {row['sender_code']}: {row['kind']}"
    if row["state"] == "held":
        guards = f" by {row['guard'].replace(' ', ', ')}" if row["guard"] else ""
        yield _event(began, run, "decision", f"{what} is held{guards}: {why}")
        return
    yield _event(began, run, "decision", f"{what}: {why}")
    if row["intended_at"]:
        yield _event(row["intended_at"], run, "call", f"{what} sent to the platform")
    if row["settled_at"]:
        status = f", HTTP {row['status']}" if row["status"] is not None else ""
        words = f": {row['text']}" if row["text"] else ""
        text = f"{row['kind']} {row['state'].replace('_', ' ')}{status}{words}"
        yield _event(row["settled_at"], run, "answer", text)


def _event(at: str, run: str, kind: str, text: str) -> dict[str, str]:
    return {"at": at, "run": run, "kind": kind, "text": text}
