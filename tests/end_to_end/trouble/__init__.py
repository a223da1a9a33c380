"""Killed, throttled, refused, stopped."""
