"""What is held, who approves it, and why somebody gets no texts."""
