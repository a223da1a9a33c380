"""What a person sees: no reading, no deciding."""
