"""Our own page, for what a form of Prefect cannot: drop a file, settle its columns, see a plan."""
