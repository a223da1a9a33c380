"""What the fields of a form may hold."""
