"""How much work is done for how many rows."""
