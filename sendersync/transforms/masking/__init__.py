"""How a value of a contact, or a cell of a source, may be shown: its shape, not its person."""
