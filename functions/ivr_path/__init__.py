"""Paths of calls through the widgets of Studio flows: collect, store, list."""
