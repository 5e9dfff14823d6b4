"""Rotation of secrets, one step after the other, so that no caller is ever refused."""
