"""HTTP: who may call, what came in, what goes back."""
