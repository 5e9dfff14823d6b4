"""Which Studio widgets a call went through: collected, kept and found again."""
