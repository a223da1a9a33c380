"""What the flows share: credentials, endings, progress and reports in Prefect."""
