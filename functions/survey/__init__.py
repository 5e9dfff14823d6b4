"""Voice and SMS surveys in many languages."""
