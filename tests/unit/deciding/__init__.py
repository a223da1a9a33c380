"""Normalise to guard."""
