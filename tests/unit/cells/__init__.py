"""Transforms/cells, phones, countries."""
