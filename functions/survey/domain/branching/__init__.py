"""Branches: conditions on answers, jumps, random orders."""
