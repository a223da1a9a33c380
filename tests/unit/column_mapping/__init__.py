"""Transforms/mapping."""
