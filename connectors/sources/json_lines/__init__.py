"""JSON, JSON Lines."""
