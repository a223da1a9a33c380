"""What `history` makes of several runs."""

from __future__ import annotations

from typing import Any

from sendersync.transforms.trends import COMPARED, mean_before, numbers_of, percent, totals


def report(rows: int, *, status: str = "completed", **done: int) -> dict[str, Any]:
    """Of a run that read so many rows."""
    counts = {"add": 0, "stop": 0, "update": 0, "already": 0} | done
    return {
        "status": status,
        "source": {"rows": rows},
        "plan": {"add": 9, "stop": 9, "update": 0, "held": 3},
        "done": counts,
        "members": 2 * rows,
    }


def test_a_run_is_counted_by_what_was_done() -> None:
    """What was planned and not done is no add, nor is somebody who was subscribed before."""
    assert numbers_of(report(100, add=5, already=2, stop=1)) == {
        "rows": 100, "members": 200, "adds": 3, "stops": 1, "held": 3
    }  # fmt: skip
    old = report(100)
    del old["done"], old["members"]
    assert numbers_of(old) == {"rows": 100, "members": 0, "adds": 9, "stops": 9, "held": 3}


def test_totals_leave_members_out() -> None:
    """The same person is a member in every run."""
    assert totals([report(100, add=1), report(50, stop=2)]) == {
        "rows": 150, "adds": 1, "stops": 2, "held": 6
    }  # fmt: skip
    assert totals([]) == {"rows": 0, "adds": 0, "stops": 0, "held": 0}


def test_the_mean_is_of_the_last_runs_that_ended() -> None:
    """Failed runs say nothing, older ones nothing any more; halves are rounded up."""
    assert mean_before([]) is None
    assert mean_before([report(7, status="failed")]) is None
    mean = mean_before([report(10), report(0, status="failed"), report(11)])
    assert mean is not None and (mean["rows"], mean["members"]) == (11, 21)
    many = mean_before([report(10)] * COMPARED + [report(10_000)])
    assert many is not None and many["rows"] == 10


def test_a_first_load_is_in_no_mean() -> None:
    """All are new in it: against its adds every later night would be down by nearly all of them."""
    first = report(100, add=100) | {"members": 0}
    rest = report(100, add=60) | {"members": 40}
    night = report(100, add=4) | {"members": 100}
    mean = mean_before([night, rest, first])
    assert mean is not None and (mean["adds"], mean["members"]) == (4, 100)
    assert mean_before([rest, first]) is None
    nobody = mean_before([report(0) | {"members": 0}])
    assert nobody is not None and nobody["adds"] == 0
    old = {name: value for name, value in first.items() if name != "members"}
    assert mean_before([old]) is not None  # an older version did not say how many there were


def test_a_difference_is_in_hundredths_of_the_mean() -> None:
    """Against nothing there is no share."""
    assert (percent(150, 100), percent(50, 100), percent(7, 0)) == (50, -50, None)
