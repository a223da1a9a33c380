"""Packed, remote, JSON, Parquet hazards."""
