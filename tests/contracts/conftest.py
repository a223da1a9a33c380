"""What several contracts share."""

from tests.stand_ins.one_sandbox import one_sandbox, rest, sandbox
from tests.stand_ins.postgres_server import empty_postgres

__all__ = ["empty_postgres", "one_sandbox", "rest", "sandbox"]
