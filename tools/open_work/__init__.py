"""What is open: work that has begun and is not finished, of every feature."""
