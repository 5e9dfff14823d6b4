"""How callers move through a flow, on one page that needs no network."""
