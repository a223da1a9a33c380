"""What people correct by hand: outcomes that nothing has proven, and runs that are taken back."""
