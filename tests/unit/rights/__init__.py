"""What a person's own word asks for."""
