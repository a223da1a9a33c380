"""What other syncs and one-off commands mean for the people of a sync."""
