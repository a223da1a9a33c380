"""Flows, blocks."""
