"""Rows out: rejects, CSV, XLSX."""
