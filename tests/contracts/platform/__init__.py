"""The SMS client against conversations and sandbox."""
