"""Pipeline/load."""
