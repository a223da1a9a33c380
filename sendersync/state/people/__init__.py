"""All that the state keeps of one person."""
