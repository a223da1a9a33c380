"""The order of the steps, once, without Prefect."""
