"""What the pages of Prefect's Artifacts tab show beside a report."""
