"""Pure decisions over frames."""
