"""Resources that describe the account and are set by its operator rather than by the application."""
