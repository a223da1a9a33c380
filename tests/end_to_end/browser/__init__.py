"""What people see in a real browser: our own pages, and Prefect with our flows."""
