"""A stack that is looked after: a deployed one, or the platform on this machine."""
