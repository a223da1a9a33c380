"""Digests of plans, and what an approval lets go."""
