"""Lambda on one machine: execution environments, invocations and their counts."""
