"""The tables of the state, as they are at the newest version.

All names begin with `sendersync_`, because a Postgres database may be shared with other programs.
Absent text is the empty string, as in the frames; times are UTC text, so that they sort and read
alike in both databases. What a change of these tables needs is in `migrations`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)

from schemas.frames import SENT_COLUMNS

METADATA = MetaData()


def _words(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False, server_default=text("''")) for name in names]


META = Table(
    "sendersync_meta",
    METADATA,
    Column("name", Text, primary_key=True),  # schema_version, state_id, salt
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

SYNCS = Table(
    "sendersync_syncs",
    METADATA,
    Column("sync", Text, primary_key=True),
    # both change with every transaction that touches the members of this sync: the number says how
    # often, the stamp is random, so that a state restored from a backup never looks current again
    Column("revision", BigInteger, nullable=False),
    Column("stamp", Text, nullable=False),
    *_words("retired_at"),  # since version 6; empty: in use
    sqlite_with_rowid=False,
)

RUNS = Table(
    "sendersync_runs",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("sync", Text, ForeignKey(SYNCS.c.sync), nullable=False),
    *_words("command", "source", "started_at", "finished_at", "status", "report"),
    Column("source_complete", Integer, nullable=False, server_default=text("0")),
    Column("fence", BigInteger, nullable=False),
    *_words("reject_columns"),  # JSON list: the source's own columns
    *_words("digest"),  # of the plan, where the run held something: what an approval names
    Index("sendersync_runs_of_sync", "sync", "started_at"),
    sqlite_with_rowid=False,
)

MEMBERS = Table(
    "sendersync_members",
    METADATA,
    # the primary key serves both questions: all of one sync in order, and one phone in each sync
    Column("sync", Text, ForeignKey(SYNCS.c.sync), primary_key=True),
    Column("sender_code", Text, primary_key=True),
    Column("phone", Text, primary_key=True),
    *_words("key", *SENT_COLUMNS, "standing", "run_id", "changed_at"),
    sqlite_with_rowid=False,
)

OPERATIONS = Table(
    "sendersync_operations",
    METADATA,
    Column("run_id", Text, ForeignKey(RUNS.c.id), primary_key=True),
    Column("number", BigInteger, primary_key=True),  # place in the plan; negative: held
    *_words("kind", "cause", "sender_code", "phone", "key", *SENT_COLUMNS),
    Column("again", Integer, nullable=False),
    # what the ledger held of this phone just before: `show` prints old and new, `undo` needs it
    *_words("before_key", *(f"before_{name}" for name in SENT_COLUMNS), "before_standing"),
    *_words("state"),  # intent, held, or an outcome
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("status", Integer),  # HTTP status of the last answer
    *_words("text"),
    Column("maybe_done", Integer, nullable=False, server_default=text("0")),
    *_words("intended_at", "settled_at"),
    *_words("guard"),  # of a held operation: what holds it
    Column("line", BigInteger, nullable=False, server_default=text("0")),  # of its row; 0: none
    sqlite_with_rowid=False,
)
# only what is in flight stands in it, so that finding it after a crash reads nothing else
Index(
    "sendersync_operations_in_flight",
    OPERATIONS.c.run_id,
    sqlite_where=OPERATIONS.c.state == "intent",
    postgresql_where=OPERATIONS.c.state == "intent",
)
# so that the guards count the stops of 30 days without reading a million adds
Index(
    "sendersync_operations_stops",
    OPERATIONS.c.run_id,
    OPERATIONS.c.cause,
    sqlite_where=OPERATIONS.c.kind == "stop",
    postgresql_where=OPERATIONS.c.kind == "stop",
)

SUPPRESSIONS = Table(
    "sendersync_suppressions",
    METADATA,
    Column("phone", Text, primary_key=True),
    Column("sender_code", Text, primary_key=True, server_default=text("''")),  # empty: all of them
    *_words("origin", "reason", "run", "created_at"),
    sqlite_with_rowid=False,
)

# since version 10: orders that a person or a later consent has taken off the list
LIFTED = Table(
    "sendersync_lifted",
    METADATA,
    Column("phone", Text, primary_key=True),
    Column("sender_code", Text, primary_key=True),
    Column("lifted_at", Text, primary_key=True),
    *_words("origin", "reason", "run", "created_at"),  # of the order
    *_words("who", "why"),
    sqlite_with_rowid=False,
)

# since version 10
CONSENTS = Table(
    "sendersync_consents",
    METADATA,
    Column("sync", Text, primary_key=True),
    Column("sender_code", Text, primary_key=True),
    Column("phone", Text, primary_key=True),
    *_words("value", "consented_at", "run_id"),  # the cells, and the run that read them
    Column("line", BigInteger, nullable=False, server_default=text("0")),
    sqlite_with_rowid=False,
)

# since version 4
SUPPRESSED_KEYS = Table(
    "sendersync_suppressed_keys",
    METADATA,
    Column("sync", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("sender_code", Text, primary_key=True, server_default=text("''")),  # empty: all of them
    *_words("phone", "run", "created_at"),  # phone: the number that the stop came with
    sqlite_with_rowid=False,
)

# since version 2
FORGOTTEN = Table(
    "sendersync_forgotten",
    METADATA,
    Column("hash", Text, primary_key=True),  # of a phone or e-mail, with the salt in meta
    sqlite_with_rowid=False,
)

# since version 3
CURSORS = Table(
    "sendersync_cursors",
    METADATA,
    Column("sync", Text, primary_key=True),
    *_words("cursor", "read_at", "full_at"),
    sqlite_with_rowid=False,
)

PENDING = Table(
    "sendersync_owed",
    METADATA,
    Column("sync", Text, primary_key=True),
    Column("sender_code", Text, primary_key=True),
    Column("phone", Text, primary_key=True),
    *_words("key", *SENT_COLUMNS),
    sqlite_with_rowid=False,
)

# since version 5
DEPARTURES = Table(
    "sendersync_departures",
    METADATA,
    Column("sync", Text, primary_key=True),
    Column("sender_code", Text, primary_key=True),
    Column("phone", Text, primary_key=True),
    *_words("noticed_at"),  # by the schedule's clock, with its zone
    sqlite_with_rowid=False,
)

# since version 6
READINGS = Table(
    "sendersync_readings",
    METADATA,
    Column("sync", Text, primary_key=True),
    *_words("reading", "run_id", "kept_at"),  # reading: JSON object, key to value
    sqlite_with_rowid=False,
)

# since version 8: adds of the last plan; since 13 also those that wait for an approval
PLANNED_ADDS = Table(
    "sendersync_planned_adds",
    METADATA,
    Column("sync", Text, primary_key=True),
    Column("sender_code", Text, primary_key=True),
    Column("phone", Text, primary_key=True),
    Column("held", Integer, nullable=False, server_default=text("0")),
    sqlite_with_rowid=False,
)

REJECTS = Table(
    "sendersync_rejects",
    METADATA,
    Column("run_id", Text, ForeignKey(RUNS.c.id), primary_key=True),
    Column("line", BigInteger, primary_key=True),
    *_words("reason", "column", "row"),  # row: JSON list of the source's own cells
    sqlite_with_rowid=False,
)

KNOWN_REJECTS = Table(
    "sendersync_known_rejects",
    METADATA,
    Column("sync", Text, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    sqlite_with_rowid=False,
)

APPROVALS = Table(
    "sendersync_approvals",
    METADATA,
    Column("run_id", Text, ForeignKey(RUNS.c.id), primary_key=True),
    Column("sync", Text, nullable=False),
    Column("ceiling", BigInteger, nullable=False),  # removals that may go, or that were released
    *_words("who", "at"),
    *_words("digest", "note"),  # digest: of the plan that was approved; empty: a ceiling
    sqlite_with_rowid=False,
)

# since version 7
RELEASED = Table(
    "sendersync_released",
    METADATA,
    Column("sync", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("cause", Text, primary_key=True),
    Column("sender_code", Text, primary_key=True),
    Column("phone", Text, primary_key=True),
    *_words("key", "run_id", "at"),  # the run that was approved, and when, UTC
    sqlite_with_rowid=False,
)

# since version 9
REVIEWS = Table(
    "sendersync_reviews",
    METADATA,
    Column("sync", Text, primary_key=True),
    Column("sender_code", Text, primary_key=True),
    Column("phone", Text, primary_key=True),
    Column("at", Text, primary_key=True),
    # standing: of the member before; run_id: the run whose outcome nothing had proven
    *_words("key", "run_id", "standing", "answer", "who", "note"),
    sqlite_with_rowid=False,
)

UNDONE = Table(
    "sendersync_undone",
    METADATA,
    Column("sync", Text, primary_key=True),
    Column("sender_code", Text, primary_key=True),
    Column("phone", Text, primary_key=True),
    *_words("key", *SENT_COLUMNS, "run_id", "at"),  # run_id: the run that took the add back
    sqlite_with_rowid=False,
)

DECISIONS = Table(
    "sendersync_decisions",
    METADATA,
    Column("sync", Text, primary_key=True),
    Column("person", Text, primary_key=True),  # hash of a phone, e-mail or key, with the salt
    Column("run_id", Text, primary_key=True),
    *_words("reason"),  # empty: the row is usable again
    Column("line", BigInteger, nullable=False),  # of the row in that run's source; 0: none
    sqlite_with_rowid=False,
)

LEASES = Table(
    "sendersync_leases",
    METADATA,
    Column("sync", Text, primary_key=True),
    Column("fence", BigInteger, nullable=False),  # never goes back: the row outlives the lease
    *_words("run", "host", "host_name", "process_started", "since"),
    Column("pid", BigInteger, nullable=False),
    Column("expires_at", Double, nullable=False),  # seconds since 1970; 0: free
    sqlite_with_rowid=False,
)

ACCOUNTS = Table(
    "sendersync_accounts",
    METADATA,
    Column("sender_code", Text, primary_key=True),
    *_words("account", "since"),  # a hash of site and realm; when it first confirmed a call
    sqlite_with_rowid=False,
)

RATE_BUDGETS = Table(
    "sendersync_rate_budgets",
    METADATA,
    Column("account", Text, primary_key=True),  # a hash of site and realm
    Column("free_at", Double, nullable=False),  # seconds since 1970: the next free moment
    *_words("taker"),  # who took the last one
    Column("interval", Double, nullable=False),  # seconds between two requests of the quickest run
    Column("quick_at", Double, nullable=False),  # when that one took its last
    sqlite_with_rowid=False,
)
