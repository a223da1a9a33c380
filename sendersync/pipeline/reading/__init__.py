"""Before and after the source is read: what the sync file meant last time, and what is asked."""
