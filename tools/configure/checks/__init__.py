"""What ``switchboard status`` looks at besides the differences between a file and what is."""
