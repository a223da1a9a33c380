"""Search domains: lists of ``[field, operator, value]`` in prefix notation.

``&`` and ``|`` take two terms, ``!`` one; terms side by side are joined with ``&``
(https://www.odoo.com/documentation/18.0/developer/reference/backend/orm.html#search-domains).
An empty field is false: ``=`` false finds it, ``!=`` and ``not in`` find it whatever the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.crm.odoo.rpc import value_error
from sandbox.crm.records import CrmRecord

Getter = Callable[[CrmRecord], Any]
GetterOf = Callable[[str], tuple[Getter, Callable[[Any], Any]]]
"""For a field: how to read it from a record, and how to read a value it is compared with."""


@dataclass(slots=True)
class Condition:
    """A test, and what it says about the least id and the least time of a record.

    The bounds only let the search begin later; the test alone decides.
    """

    test: Callable[[CrmRecord], bool]
    least_id: int = 0
    least_moment: int = -(1 << 62)


def read_domain(domain: Any, getter_of: GetterOf) -> Condition:
    """One condition out of a domain.

    Raises:
        OdooError: it is no domain, or names what is not there.
    """
    if not isinstance(domain, list):
        raise value_error(f"Domain is not a list: {type(domain).__name__}")
    terms = list(domain)
    conditions = []
    while terms:
        conditions.append(_next(terms, getter_of))
    if not conditions:
        return Condition(lambda record: True)
    whole = conditions[0]
    for other in conditions[1:]:
        whole = _both(whole, other)
    return whole


def names_field(domain: Any, field: str) -> bool:
    """Whether a domain speaks of a field."""
    terms = domain if isinstance(domain, list) else []
    return any(isinstance(term, list) and term and term[0] == field for term in terms)


def _next(terms: list[Any], getter_of: GetterOf) -> Condition:
    if not terms:
        raise value_error("Domain is malformed: an operator lacks its terms")
    term = terms.pop(0)
    if term == "!":
        inner = _next(terms, getter_of)
        return Condition(lambda record: not inner.test(record))
    if term in ("&", "|"):
        first, second = _next(terms, getter_of), _next(terms, getter_of)
        return _both(first, second) if term == "&" else _either(first, second)
    if not isinstance(term, list) or len(term) != 3:
        raise value_error(f"Invalid leaf {term!r}")
    if term in ([1, "=", 1], [0, "=", 1]):
        return Condition(lambda record: bool(term[0]))
    return _leaf(term, getter_of)


def _both(a: Condition, b: Condition) -> Condition:
    return Condition(
        lambda record: a.test(record) and b.test(record),
        max(a.least_id, b.least_id),
        max(a.least_moment, b.least_moment),
    )


def _either(a: Condition, b: Condition) -> Condition:
    return Condition(
        lambda record: a.test(record) or b.test(record),
        min(a.least_id, b.least_id),
        min(a.least_moment, b.least_moment),
    )


def _leaf(term: list[Any], getter_of: GetterOf) -> Condition:
    field, operator, value = str(term[0]), str(term[1]), term[2]
    getter, read = getter_of(field)
    low = operator.lower()
    if low in ("in", "not in"):
        values = value if isinstance(value, list) else [value]
        return _among(getter, [read(one) for one in values], wanted=low == "in")
    if low.endswith("like"):
        return _like(getter, low, str(value))
    if low == "=?":
        if value in (False, None):
            return Condition(lambda record: True)
        low = "="
    want = read(value)
    if low in ("=", "!=", "<>"):
        if low != "=":
            return Condition(lambda record: bool(getter(record) != want))
        return _bounded(field, want, Condition(lambda record: bool(getter(record) == want)))
    order: dict[str, Callable[[Any], bool]] = {
        "<": lambda have: bool(have < want),
        "<=": lambda have: bool(have <= want),
        ">": lambda have: bool(have > want),
        ">=": lambda have: bool(have >= want),
    }
    if low not in order:
        raise value_error(f"Invalid operator {operator!r} in leaf {[field, operator, value]!r}")
    compare = order[low]
    found = Condition(lambda r: (have := getter(r)) is not False and compare(have))
    return _bounded(field, want, found) if ">" in low else found


def _bounded(field: str, want: Any, condition: Condition) -> Condition:
    if field == "id" and isinstance(want, int):
        condition.least_id = want
    if field == "write_date" and isinstance(want, int):
        condition.least_moment = want
    return condition


def _among(getter: Getter, values: list[Any], *, wanted: bool) -> Condition:
    allowed = set(values)
    return Condition(lambda record: (getter(record) in allowed) is wanted)


def _like(getter: Getter, operator: str, value: str) -> Condition:
    pattern = re.escape(value).replace("%", ".*").replace("_", ".")
    if not operator.startswith("="):
        pattern = f".*{pattern}.*"
    flags = re.DOTALL | (re.IGNORECASE if "ilike" in operator else re.NOFLAG)
    fits = re.compile(pattern, flags).fullmatch
    wanted = not operator.startswith("not")
    return Condition(lambda r: (fits(str(getter(r) or "")) is not None) is wanted)
