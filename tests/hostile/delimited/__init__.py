"""CSV hazards."""
