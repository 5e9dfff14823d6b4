"""The events that the functions take."""
