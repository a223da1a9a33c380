"""Decisions about runs that have ended: what is taken back, what is asked again, who stays out."""
