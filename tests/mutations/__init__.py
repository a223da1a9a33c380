"""The rules about people's data, each broken once to see that a test notices."""
