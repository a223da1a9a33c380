"""Guards: which operations of a plan wait for a person, and why."""
