"""The nouns: what passes between rooms, with no input or output of its own."""
