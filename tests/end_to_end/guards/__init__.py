"""Guards in whole runs."""
