"""Slips of the hand: what a person may get wrong, and what comes of it."""
