"""What people want: stops they texted, consent they gave, and coming back."""
