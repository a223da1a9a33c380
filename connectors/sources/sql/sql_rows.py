"""Contacts from a database: a table, or the rows of a query.

| what | how |
| --- | --- |
| columns | all of the table or query, in its order, as text exactly (`sql_cells`) |
| order | by the key column, where there is one |
| complete | when the last row of one snapshot was read, in one read-only transaction |
| incremental | rows whose changed column is at the cursor or above, or empty (`high_water_mark`) |
| deleted rows | are not in a full read; an incremental one does not tell them |
| memory | one batch: the database keeps the rest behind a server-side cursor |
| values in the query | `:name`, bound; they are never pasted into the text, and never shown |

    source = SqlRows(spec, "postgresql://reader@db/crm", folder, key_column="id")
    for records in source.read():
        ...
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, TextClause, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from connectors.sources.incremental.cursor_text import read_cursor, write_cursor
from connectors.sources.record_batches import RecordBatches, rows_at_once
from connectors.sources.source import Records
from connectors.sources.sql import high_water_mark
from connectors.sources.sql.cell_values import as_text
from connectors.sources.sql.clocks import ChangedColumnClocks
from connectors.sources.sql.connection import engine_of, parsed, shown, snapshot
from connectors.sources.sql.failures import FAILURES, as_ours
from schemas.did_you_mean import did_you_mean, nearest_names
from schemas.errors import SendersyncError, SourceMismatch, WrongUse
from schemas.source_specs import SqlSource

FETCH_ROWS: Final = 5_000
"""Rows asked of the server at a time."""

BATCH_ROWS: Final = 10_000
"""Rows a batch: a database is quick, so that larger batches are still seen to come."""

_COMMENTS: Final = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_QUOTED_OR_COMMENT: Final = re.compile(
    r"""'[^']*'|"[^"]*"|`[^`]*`|(?P<comment>--[^\n]*|/\*.*?\*/)""", re.DOTALL
)
_PARAMETER: Final = re.compile(r"(?<![:\w\\]):(?=\w)")
_READS: Final = frozenset({"select", "with", "values", "table"})
_SINCE: Final = "sendersync_since"
_NOWHERE: Final = "-"

T = TypeVar("T")


class SqlRows:
    """The rows of one table or query."""

    def __init__(
        self,
        spec: SqlSource,
        address: str,
        folder: Path,
        key_column: str | None = None,
        *,
        fetch_rows: int = FETCH_ROWS,
        batch_rows: int = BATCH_ROWS,
    ) -> None:
        """Prepares; nothing is opened.

        Args:
            spec: What to read.
            address: The database's URL, with what it takes to log in.
            folder: Where the path of a SQLite file starts.
            key_column: Orders the rows, unless `spec` says it.
            fetch_rows: Rows asked of the server at a time.
            batch_rows: Rows a batch.

        Raises:
            WrongUse: The address is none, the query does not read, or its values do not fit.
        """
        self._spec = spec
        self._key = spec.key_column or key_column
        self._fetch_rows = fetch_rows
        self._batch_rows = batch_rows
        self._url = _url(address, spec, folder)
        self._address = shown(self._url)
        self._where = f"table {spec.table}" if spec.table else "source.query"
        self.asked = (
            "sql", str(spec.table), str(spec.query), repr(sorted(spec.params.items())),
            self._address, str(spec.changed_column),
        )  # fmt: skip
        self._columns: tuple[str, ...] | None = None
        self._notes: tuple[str, ...] = ()
        if spec.query:
            _check_query(spec.query, spec.params)

    def __repr__(self) -> str:
        """Without the address: it may hold a password."""
        return f"SqlRows({self._where} of {self._address})"

    @property
    def name(self) -> str:
        """The table, or that it is a query; and the database without user and password."""
        return f"{self._spec.table or 'query'} ({self._address})"

    def columns(self) -> tuple[str, ...]:
        """The columns of the table or query, in its order.

        Raises:
            SourceMismatch: No such table or column; the query is not understood.
            CredentialsRefused: The login was refused, or may not read this.
            SourceUnavailable: The database does not answer now.
        """
        if self._columns is None:
            (self._columns,) = self._guarded(lambda connection: iter([self._look(connection)]))
        return self._columns

    def notes(self) -> tuple[str, ...]:
        """What the last full read says of the clocks behind the changed column."""
        return self._notes

    def check(self) -> str:
        """Logs in and asks for the columns; no row is read.

        Raises:
            SendersyncError: See `columns`.
        """
        self._columns = None
        return f"{self._address} answers; {self._where} has {len(self.columns())} columns."

    def read(self) -> Iterator[Records]:
        """Reads all rows of one snapshot.

        Raises:
            SendersyncError: See `columns`; what was yielded before stays valid.
        """
        return self._guarded(lambda connection: self._batches(connection, None))

    def read_since(self, cursor: str) -> Iterator[Records]:
        """Reads the rows that changed at the cursor's moment or later, by their changed column.

        Rows without a moment are read each time. A cursor of another question reads everything.

        Raises:
            SendersyncError: See `columns`.
        """
        place = read_cursor(self.asked, cursor)
        since = high_water_mark.begin(place, self._spec.overlap) if place else None
        return self._guarded(lambda connection: self._batches(connection, since))

    def _batches(self, connection: Connection, since: Any) -> Iterator[Records]:
        columns = self._columns = self._look(connection)
        place = self._place(connection)
        batches = RecordBatches(columns, self._batch_rows)
        at_once = rows_at_once(len(columns), self._fetch_rows)
        asked = dict(self._spec.params)
        if since is not None:
            asked[_SINCE] = since
        result = connection.execution_options(yield_per=at_once).execute(
            self._statement(connection, since), asked
        )
        clocks, at = self._clocks(columns, since)
        try:
            for rows in result.partitions(at_once):
                if clocks is not None:
                    for row in rows:
                        clocks.look(row[at])
                yield from batches.add([tuple(map(as_text, row)) for row in rows])
        finally:
            result.close()  # also when the reader leaves early, or the connection is gone
        self._notes = clocks.notes() if clocks is not None else ()
        # without a moment there is no place to go on from: the next read reads everything
        dated = self._spec.changed_column is not None
        yield batches.last(write_cursor(self.asked, place or _NOWHERE) if dated else "")

    def _clocks(
        self, columns: tuple[str, ...], since: Any
    ) -> tuple[ChangedColumnClocks | None, int]:
        """What looks at the changed column in a full read, and where that stands."""
        name = self._spec.changed_column
        if name is None or since is not None:
            return None, 0
        return ChangedColumnClocks(name, datetime.now(UTC)), columns.index(name)

    def _guarded(self, work: Callable[[Connection], Iterator[T]]) -> Iterator[T]:
        """What `work` gives in one snapshot; what the database says against it becomes our error.

        That is raised when the driver's error has been dealt with, so that this does not hang on it
        as its context: it may hold values.
        """
        failure: SendersyncError
        try:
            engine = engine_of(self._url)
            try:
                with snapshot(engine) as connection:
                    yield from work(connection)
                return
            finally:
                engine.dispose()
        except FAILURES as error:
            failure = as_ours(error, self._where, self._address)
        raise failure

    def _look(self, connection: Connection) -> tuple[str, ...]:
        """The columns, checked: those that we order and filter by are there, and none twice."""
        spec = self._spec
        if spec.table:
            self._find_table(connection, spec.table)
        probe = self._select(connection, "*", " WHERE 1 = 0")
        columns = tuple(map(str, connection.execute(probe, dict(spec.params)).keys()))
        # SQLite calls the second one `id:1`
        plain = [re.sub(r":\d+$", "", name) for name in columns]
        twice = sorted({name for name in plain if plain.count(name) > 1})
        if twice:
            raise SourceMismatch(
                f"The query has two columns named {twice[0]!r}.",
                where=self._where,
                do=f"Give one of them another name: SELECT a.{twice[0]} AS other_name.",
            )
        for key, name in (
            ("changed_column", spec.changed_column),
            ("key_column", spec.key_column),
        ):
            if name is not None and name not in columns:
                raise SourceMismatch(
                    f"`{key}` is {name!r}, which is no column of it.",
                    where=self._where,
                    do=_advice(name, columns),
                )
        return columns

    def _find_table(self, connection: Connection, table: str) -> None:
        schema, _, name = table.rpartition(".")
        look = inspect(connection)
        if look.has_table(name, schema=schema or None):
            return
        known = [*look.get_table_names(schema or None), *look.get_view_names(schema or None)]
        raise SourceMismatch(
            f"The database at {self._address} has no table {table!r} that this user can see.",
            where="source.table",
            do=_advice(name, known),
        )

    def _place(self, connection: Connection) -> str:
        """The cursor after this snapshot: the highest moment in it that is not in the future."""
        name = self._spec.changed_column
        if name is None:
            return ""
        changed = _quoted(connection, name)
        highest = f"MAX({changed})"
        params = dict(self._spec.params)
        value = connection.execute(self._select(connection, highest), params).scalar()
        now = datetime.now(UTC)
        if high_water_mark.is_ahead(value, now):
            params[_SINCE] = high_water_mark.like(high_water_mark.latest(now), value)
            past = self._select(connection, highest, f" WHERE {changed} <= :{_SINCE}")
            value = connection.execute(past, params).scalar()
        return high_water_mark.written(value)

    def _statement(self, connection: Connection, since: Any) -> TextClause:
        changed, key = self._spec.changed_column, self._key
        # a mapped key that is no column is refused by whoever reads the mapping
        order = [_quoted(connection, key)] if key in (self._columns or ()) and key else []
        where = ""
        if changed and since is not None:
            column = _quoted(connection, changed)
            where = f" WHERE {column} >= :{_SINCE} OR {column} IS NULL"
            order.insert(0, column)
        if self._spec.query and not where and not order:
            return text(_bare(self._spec.query))
        tail = f" ORDER BY {', '.join(order)}" if order else ""
        return self._select(connection, "*", where + tail)

    def _select(self, connection: Connection, what: str, tail: str = "") -> TextClause:
        # names are quoted, values are bound, and the query is the sync file's own
        return text(f"SELECT {what} FROM {self._rows(connection)}{tail}")  # noqa: S608

    def _rows(self, connection: Connection) -> str:
        """What stands behind FROM."""
        if self._spec.table:
            return ".".join(_quoted(connection, part) for part in self._spec.table.split("."))
        # on lines of its own: the query may end with a comment
        return f"(\n{_bare(str(self._spec.query))}\n) sendersync_rows"


def _url(address: str, spec: SqlSource, folder: Path) -> URL:
    place = spec.url_env or "source.url"
    failure: SendersyncError
    try:
        return parsed(address, folder)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        failure = as_ours(ArgumentError(), "", place)
    raise failure


def _check_query(query: str, params: Mapping[str, Any]) -> None:
    """Refuses what does not read, and values that are missing or left over.

    Raises:
        WrongUse: See above.
    """
    words = _COMMENTS.sub(" ", query).lstrip(" \t\r\n(").split(maxsplit=1)
    if not words or words[0].lower() not in _READS:
        raise WrongUse(
            "The query does not begin with SELECT or WITH.",
            where="source.query",
            do="A source only reads: write one SELECT.",
        )
    asked = set(text(_bare(query)).compile().params)
    missing, unused = sorted(asked - set(params)), sorted(set(params) - asked)
    if missing:
        raise WrongUse(
            f"The query asks for `:{missing[0]}`, which is not under `params:`.",
            where="source.query",
            do=f"Add it to `params:`; a colon that is none of these is written \\:{missing[0]}.",
        )
    if unused:
        raise WrongUse(
            f"`{unused[0]}` is under `params:`, and the query has no `:{unused[0]}`.",
            where="source.params",
            do=_advice(unused[0], asked) if asked else "Remove it.",
        )


def _bare(query: str) -> str:
    """The query as `text` takes it: without its last semicolon, `:word` in comments escaped.

    A colon is escaped, and no comment taken out: were a part of a text in quotes taken for a
    comment, the query would still be the same.
    """
    plain = query.strip().rstrip(";").rstrip()
    return _QUOTED_OR_COMMENT.sub(
        lambda found: _PARAMETER.sub(r"\\:", found[0]) if found["comment"] else found[0], plain
    )


def _quoted(connection: Connection, name: str) -> str:
    quoted: str = connection.dialect.identifier_preparer.quote(name)
    if quoted.count("%") > name.count("%"):
        quoted = quoted.replace("%%", "%")  # `text` doubles it for drivers that need that
    return quoted.replace("\\", "\\\\").replace(":", "\\:")


def _advice(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    return did_you_mean(name, nearest_names(name, names)) or _listed(names)


def _listed(known: Sequence[str]) -> str:
    if not known:
        return "It shows none to this user."
    more = ", ..." if len(known) > 20 else ""
    return "There are: " + ", ".join(repr(each) for each in known[:20]) + more + "."
