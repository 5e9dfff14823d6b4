"""Call paths for the console: a sample of a time span and a flow, one call, and its path step by step."""
