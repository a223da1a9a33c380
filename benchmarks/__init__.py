"""The bars: planning, loading, keeping to a rate. `make bench` runs them all."""
