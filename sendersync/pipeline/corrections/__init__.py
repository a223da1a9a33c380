"""Runs that have ended: taken back, or asked again."""
