"""What events on the bus tell."""
