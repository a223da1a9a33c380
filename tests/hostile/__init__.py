"""Files and answers named for their hazard."""
