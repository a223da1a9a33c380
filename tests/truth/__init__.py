"""Tables of known answers."""
