"""Branching: conditions on answers, the way through the questions, the graph of all ways."""
