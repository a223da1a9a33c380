"""What a person approves: the digest of a plan, and the operations that it lets go."""
