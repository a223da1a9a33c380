"""SQL sources against real databases."""
