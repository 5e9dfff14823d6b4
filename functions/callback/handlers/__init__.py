"""One module for each Lambda."""
