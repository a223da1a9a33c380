"""Sources without a network."""
