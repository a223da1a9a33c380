"""Where contacts are read."""
