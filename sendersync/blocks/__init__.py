"""Prefect blocks: credentials that are kept in Prefect instead of the environment."""
