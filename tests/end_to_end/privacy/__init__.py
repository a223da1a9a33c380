"""What of people is seen where anybody may look: nothing."""
