"""Which Studio widgets a call went through: collected, stored and found again."""
