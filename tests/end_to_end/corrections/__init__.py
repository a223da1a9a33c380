"""A run is taken back, or asked again."""
