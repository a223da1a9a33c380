"""What `make audit` makes of an answer of pip-audit."""

from __future__ import annotations

import json

from benchmarks.audit import judged


def test_a_known_weakness_fails_and_names_the_version_that_mends_it() -> None:
    """One of three versions is weak: it is named, and the one that cannot be looked up too."""
    flaw = {"id": "PYSEC-2026-1", "fix_versions": ["1.1"]}
    code, lines = judged(
        json.dumps(
            {
                "dependencies": [
                    {"name": "alpha", "version": "1.0", "vulns": [flaw]},
                    {"name": "beta", "version": "2.0", "vulns": []},
                    {"name": "gamma", "skip_reason": "not found"},
                ]
            }
        )
    )
    assert code == 1
    assert lines == [
        "alpha 1.0: PYSEC-2026-1; mended in 1.1",
        "2 versions checked, 1 known weaknesses.",
        "Not in the advisories: gamma.",
    ]


def test_without_a_network_it_says_so_and_is_green() -> None:
    """No answer, or one in which nothing could be looked up, is no weakness and no all-clear."""
    nobody = json.dumps({"dependencies": [{"name": "alpha", "skip_reason": "not found"}]})
    for answer in ("", "Traceback", nobody):
        code, lines = judged(answer)
        assert (code, lines) == (
            0,
            ["The advisories cannot be reached from here: nothing was checked."],
        )
