"""Upkeep of the state: people who are erased, copies that are restored, damage that is found."""
