"""``switchboard survey send`` and ``switchboard survey campaigns``."""
