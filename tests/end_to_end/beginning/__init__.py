"""How a person begins: `init`, `validate`, `help`."""
