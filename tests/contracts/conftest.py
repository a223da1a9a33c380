"""What several contracts share."""

from tests.stand_ins.one_sandbox import one_sandbox, rest, sandbox

__all__ = ["one_sandbox", "rest", "sandbox"]
