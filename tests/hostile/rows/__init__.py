"""Hazards of rows."""
