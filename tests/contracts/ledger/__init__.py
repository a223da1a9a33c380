"""The state's promises."""
