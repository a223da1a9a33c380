"""Every conversation with the outside."""
