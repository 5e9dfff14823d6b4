"""A demonstration of every feature on the local platform."""
