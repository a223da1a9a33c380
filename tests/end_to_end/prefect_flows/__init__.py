"""The same through Prefect."""
