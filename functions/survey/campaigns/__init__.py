"""Use cases of campaigns: create one, read and control it, and run those that run."""
