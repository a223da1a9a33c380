"""Rows, frames, files and a set-up sync, for any test."""
