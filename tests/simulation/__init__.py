"""Nights drawn from a seed: the real pipeline and ledger, a platform in memory, a judge of its own.

`python -m tests.simulation --seeds 1 200` plays many of them; `docs/simulation.md` says what is drawn,
what is judged, and which planted bugs are caught.
"""
