"""What the guards count, from the state and from today's read."""
