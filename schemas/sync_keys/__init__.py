"""Keys of the sync file that have keys of their own."""
