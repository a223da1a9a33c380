"""How a sync file is read, and what differs from the last run."""
