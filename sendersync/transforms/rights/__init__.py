"""What a person's own word asks for: the evidence of a consent, and coming back after a stop."""
