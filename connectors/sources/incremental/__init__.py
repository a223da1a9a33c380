"""Cursors and keyset pages, for every source that reads changes."""
