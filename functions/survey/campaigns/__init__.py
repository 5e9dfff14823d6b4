"""Use cases of campaigns: create one, read and control it, and carry on those that run."""
