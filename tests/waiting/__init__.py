"""Waiting for something, and costs compared, never the clock."""
