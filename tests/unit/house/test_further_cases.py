"""Which cases wait for `make soak`."""

from __future__ import annotations

from tests.further_cases import FIRST, further


def test_the_first_nights_of_a_table_are_played_and_the_others_wait() -> None:
    """Tests without cases are always played, and so is every table elsewhere."""
    nights = [f"tests/end_to_end/nights/test_a.py::test_b[{n}]" for n in range(5)]
    others = ["tests/end_to_end/nights/test_a.py::test_c"]
    others += [f"tests/unit/cells/test_d.py::test_e[{n}]" for n in range(9)]
    others += [f"tests/end_to_end/slips/test_slips.py::test_f[{n}]" for n in range(9)]
    assert further([*nights, *others]) == set(nights[FIRST:])
