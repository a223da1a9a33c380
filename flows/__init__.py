"""Prefect flows: thin shells over the pipeline."""
