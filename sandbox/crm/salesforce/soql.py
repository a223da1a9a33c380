"""The part of SOQL that is understood.

``SELECT fields|COUNT() FROM object [WHERE] [ORDER BY] [LIMIT] [OFFSET]``. As in the real one, AND
and OR side by side need brackets, and a date is written without quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.crm.records import CrmRecord, read_moment
from sandbox.crm.salesforce.errors import SalesforceRefusal, malformed, no_such_column
from sandbox.crm.salesforce.objects import SObject, full_id, number_of

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')"
    r"|(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))"
    r"|(?P<day>\d{4}-\d\d-\d\d)"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z][\w.]*)"
    r"|(?P<sign><=|>=|!=|<>|[=<>(),]))"
)
Values = dict[str, Any]
_IDS = ("id", "reference")
Test = Callable[[Values], bool]


@dataclass
class Query:
    """A query that was understood."""

    text: str
    sobject: SObject
    names: list[str]
    count_only: bool
    test: Test | None
    order: list[tuple[str, bool, bool]]
    limit: int | None
    offset: int

    def run(self, *, deleted: bool) -> list[CrmRecord]:
        """The records it finds; with ``deleted`` also those in the bin."""
        sobject = self.sobject
        found = [one for one in sobject.records if deleted or not one.archived]
        if self.test is not None:
            test, values = self.test, sobject.values
            found = [one for one in found if test(values(one))]
        for name, backwards, nulls_last in reversed(self.order):
            key = number_of if sobject.kind_of(name) in _IDS else _low
            keyed = [(sobject.read(sobject.values(one), name), one) for one in found]
            full = [pair for pair in keyed if pair[0] is not None]
            empty = [one for value, one in keyed if value is None]
            full.sort(key=lambda pair: key(pair[0]), reverse=backwards)
            ordered = [one for _, one in full]
            found = ordered + empty if nulls_last else empty + ordered
        end = None if self.limit is None else self.offset + self.limit
        return found[self.offset : end]


def read_query(text: str, sobjects: dict[str, SObject], hidden: list[str]) -> Query:
    """Reads a query; ``hidden`` are fields that the user may not see.

    Raises:
        Refused: it is malformed, or names what is not there.
    """
    return _Reader(text, sobjects, {name.lower() for name in hidden}).query()


class _Reader:
    def __init__(self, text: str, sobjects: dict[str, SObject], hidden: set[str]) -> None:
        self._text, self._sobjects, self._hidden = text, sobjects, hidden
        self._tokens: list[tuple[str, str]] = []
        at, end = 0, len(text.rstrip())
        while at < end:
            fits = _TOKEN.match(text, at)
            if fits is None:
                raise malformed(f"line 1:{at} no viable alternative at character '{text[at]}'")
            self._tokens.append((str(fits.lastgroup), fits.group(str(fits.lastgroup))))
            at = fits.end()

    def query(self) -> Query:
        self._word("SELECT")
        asked, count_only = self._selected()
        self._word("FROM")
        name = self._take("name")
        if name.lower() not in self._sobjects:
            raise SalesforceRefusal(400, "INVALID_TYPE", f"sObject type '{name}' is not supported.")
        self._sobject = self._sobjects[name.lower()]
        names = [self._field(one) for one in asked]
        test = self._either() if self._maybe("WHERE") else None
        order = self._order() if self._maybe("ORDER") else []
        limit = int(self._take("number")) if self._maybe("LIMIT") else None
        offset = int(self._take("number")) if self._maybe("OFFSET") else 0
        if offset > 2000:
            text = "Maximum SOQL offset allowed is 2000"
            raise SalesforceRefusal(400, "NUMBER_OUTSIDE_VALID_RANGE", text)
        if self._tokens:
            raise malformed(f"unexpected token: '{self._tokens[0][1]}'")
        return Query(self._text, self._sobject, names, count_only, test, order, limit, offset)

    def _selected(self) -> tuple[list[str], bool]:
        names = [self._take("name")]
        if names[0].upper() == "COUNT" and self._maybe("("):
            self._sign(")")
            return [], True
        while self._maybe(","):
            names.append(self._take("name"))
        return names, False

    def _order(self) -> list[tuple[str, bool, bool]]:
        self._word("BY")
        order = []
        while True:
            name = self._field(self._take("name"))
            backwards = not self._maybe("ASC") and self._maybe("DESC")
            # Doc: empty ones come first, unless told otherwise, whichever way.
            last = False
            if self._maybe("NULLS"):
                last = not self._maybe("FIRST")
                if last:
                    self._word("LAST")
            order.append((name, backwards, last))
            if not self._maybe(","):
                return order

    def _either(self) -> Test:
        tests = [self._term()]
        joined = ""
        while (word := self._peek_word()) in ("AND", "OR"):
            if joined and word != joined:
                raise malformed(f"unexpected token: '{self._tokens[0][1]}'")
            joined = word
            self._tokens.pop(0)
            tests.append(self._term())
        if joined == "OR":
            return lambda values: any(test(values) for test in tests)
        return lambda values: all(test(values) for test in tests)

    def _term(self) -> Test:
        if self._maybe("NOT"):
            inner = self._term()
            return lambda values: not inner(values)
        if self._maybe("("):
            inner = self._either()
            self._sign(")")
            return inner
        return self._condition()

    def _condition(self) -> Test:
        name = self._field(self._take("name"))
        sobject, kind = self._sobject, self._sobject.kind_of(name)
        if self._maybe("NOT"):
            self._word("IN")
            allowed = self._list(name, kind)
            return lambda values: _low(sobject.read(values, name)) not in allowed
        if self._maybe("IN"):
            allowed = self._list(name, kind)
            return lambda values: _low(sobject.read(values, name)) in allowed
        if self._maybe("LIKE"):
            pattern = re.escape(str(self._value(name, kind)))
            pattern = pattern.replace("%", ".*").replace("_", ".")
            fits = re.compile(pattern, re.IGNORECASE | re.DOTALL).fullmatch
            return lambda values: fits(str(sobject.read(values, name) or "")) is not None
        sign = self._take("sign")
        given = self._value(name, kind)
        if kind in _IDS and isinstance(given, str):
            return _of_ids(sobject, name, sign, given)
        want = _low(given)
        return lambda values: _compare(sign, _low(sobject.read(values, name)), want)

    def _list(self, name: str, kind: str) -> set[Any]:
        self._sign("(")
        given = [self._value(name, kind)]
        while self._maybe(","):
            given.append(self._value(name, kind))
        allowed = {_low(full_id(one) if kind in _IDS and one else one) for one in given}
        self._sign(")")
        return allowed

    def _value(self, name: str, kind: str) -> Any:
        if not self._tokens:
            raise malformed("unexpected end of query")
        found, text = self._tokens.pop(0)
        if found == "name" and text.lower() in ("null", "true", "false"):
            return {"null": None, "true": True, "false": False}[text.lower()]
        if kind == "datetime":
            if found != "moment":
                problem = (
                    f"{name} {text}\nvalue of filter criterion for field '{name}' must be of type "
                    "dateTime and should not be enclosed in quotes"
                )
                raise SalesforceRefusal(400, "INVALID_FIELD", problem)
            return read_moment(text)
        if found == "text":
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        if found == "number":
            return float(text)
        raise malformed(f"unexpected token: '{text}'")

    def _field(self, name: str) -> str:
        known = self._sobject.canonical(name)
        if known is None or name.lower() in self._hidden:
            raise no_such_column(self._text, name, self._sobject.name)
        return known

    # Tokens

    def _peek_word(self) -> str:
        return self._tokens[0][1].upper() if self._tokens else ""

    def _maybe(self, word: str) -> bool:
        if self._peek_word() == word and self._tokens[0][0] in ("name", "sign"):
            self._tokens.pop(0)
            return True
        return False

    def _word(self, word: str) -> None:
        if not self._maybe(word):
            found = self._tokens[0][1] if self._tokens else "<EOF>"
            raise malformed(f"unexpected token: '{found}'")

    _sign = _word

    def _take(self, kind: str) -> str:
        if not self._tokens or self._tokens[0][0] != kind:
            found = self._tokens[0][1] if self._tokens else "<EOF>"
            raise malformed(f"unexpected token: '{found}'")
        return self._tokens.pop(0)[1]


def _low(value: Any) -> Any:
    """Texts compare without regard to case (doc)."""
    return value.lower() if isinstance(value, str) else value


def _compare(sign: str, have: Any, want: Any) -> bool:
    if sign == "=":
        return bool(have == want)
    if sign in ("!=", "<>"):
        return bool(have != want)
    if have is None or want is None:
        return False
    if sign == "<":
        return bool(have < want)
    if sign == "<=":
        return bool(have <= want)
    return bool(have > want if sign == ">" else have >= want)


def _of_ids(sobject: SObject, name: str, sign: str, want: str) -> Test:
    """Ids of 15 and of 18 characters are the same, and their order is that of their numbers."""
    try:
        number = number_of(want)
    except ValueError as wrong:
        text = f"{name} {sign} '{want}'\ninvalid ID field: {want}"
        raise SalesforceRefusal(400, "INVALID_QUERY_FILTER_OPERATOR", text) from wrong

    def test(values: Values) -> bool:
        have = sobject.read(values, name)
        return _compare(sign, number_of(have) if have else None, number)

    return test
