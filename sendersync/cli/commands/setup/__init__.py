"""Commands before the first run and around it: check, demo, sandbox, doctor, serve."""
