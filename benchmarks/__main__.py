"""Measures every bar and says whether it is met; exit code 1 when one is not."""

from __future__ import annotations

import sys

from benchmarks import load_rate, plan_100k, two_nights

if __name__ == "__main__":
    met = [plan_100k.main(), two_nights.main(), *load_rate.main()]
    sys.exit(0 if all(met) else 1)
