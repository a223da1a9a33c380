"""The state itself: copied, restored, checked."""
