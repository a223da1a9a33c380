"""Why: what is known of one person, and who is turned down."""
