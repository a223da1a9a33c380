"""`check`: read, normalise, draft; no state, no calls."""
