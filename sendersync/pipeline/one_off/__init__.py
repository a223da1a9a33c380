"""Imports and stop lists: one file, once, without a sync file of its own."""
