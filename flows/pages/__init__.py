"""Pages in Prefect's Artifacts tab, as Markdown: functions that decide and fetch nothing."""
