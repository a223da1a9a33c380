"""Two runs never overlap."""
