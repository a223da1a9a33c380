"""Processes a test starts."""
