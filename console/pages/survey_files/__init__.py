"""The page Survey files."""
