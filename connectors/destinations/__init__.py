"""Where calls go."""
