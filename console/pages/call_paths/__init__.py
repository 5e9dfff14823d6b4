"""The page Call paths: how callers move, where they give up, and what one call went through."""
