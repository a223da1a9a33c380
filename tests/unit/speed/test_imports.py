"""What a command does not need it does not load: a short one takes as long as its imports."""

from __future__ import annotations

import subprocess
import sys

from tests.builders.repository import ROOT


def test_a_run_on_sqlite_loads_neither_the_driver_of_postgres_nor_a_writer_of_excel() -> None:
    """They are imported where a state lies in Postgres, and where rejects go into a workbook."""
    looks = (
        "import sys, sendersync.pipeline.run; print(*{'psycopg', 'xlsxwriter'} & {*sys.modules})"
    )
    argv = [sys.executable, "-c", looks]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
