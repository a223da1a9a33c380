"""Whole commands on the state itself: copies, restores, checks, and people who are erased."""
