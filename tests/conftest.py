"""Shared by all tests. Being here puts this folder on the path (``sandbox_process``)."""
