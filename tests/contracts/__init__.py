"""Examinations that every source, and the destination, must pass."""
