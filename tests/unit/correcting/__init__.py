"""What is taken back of a run, what is asked again, and what a history adds up to."""
