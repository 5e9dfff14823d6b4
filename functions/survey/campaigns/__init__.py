"""Campaigns: create, control, run, and follow what becomes of their recipients."""
