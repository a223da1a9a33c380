"""Night after night: who is added, stopped, kept."""
