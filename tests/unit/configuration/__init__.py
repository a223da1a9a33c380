"""Connectors/configuration."""
