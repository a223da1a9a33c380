"""Country names to ISO codes."""
