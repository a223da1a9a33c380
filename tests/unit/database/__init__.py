"""State/database."""
