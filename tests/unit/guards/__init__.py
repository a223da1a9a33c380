"""The guards: each at its exact edge."""
