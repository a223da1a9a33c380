"""Spreadsheet hazards."""
