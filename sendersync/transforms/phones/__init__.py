"""Phone cells to E.164."""
