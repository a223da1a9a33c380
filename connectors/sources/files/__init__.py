"""What every file kind shares: opening, unpacking, remote places, batches."""
