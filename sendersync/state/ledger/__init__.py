"""Intents and outcomes."""
