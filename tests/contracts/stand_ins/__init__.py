"""The stand-ins against the vendors' own clients."""
