"""The requests of callers."""
