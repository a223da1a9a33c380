"""The whole, as real processes against the sandbox."""
